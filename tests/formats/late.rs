//! The last stores of an old side's step arrive only when the region was formatted and is used again.
#![allow(unsafe_code)] // the region

use std::cell::{Cell, RefCell};
use std::sync::atomic::Ordering;

use crate::support::{Flat, Miss, Words};
use ramframe_core::channel::{Backpressure, Channel, Overwrite, Receiver};
use ramframe_core::geometry::Geometry;
use ramframe_core::region::{Region, RegionMut};
use ramframe_core::wait::{Notify, Wait};

use super::at_each;
use super::judge::{NEW, OLD, World, hear, places, send};
use super::receivers::{self, take};
use super::senders::{self, put};
use super::sides::{Rx, Side, Tx};

/// The stores of one side that have not arrived.
#[derive(Debug)]
pub(crate) struct Late<'a> {
    region: Words<'a>,
    /// How many stores still arrive at once.
    prompt: Cell<usize>,
    kept: RefCell<Vec<(usize, u32)>>,
}

impl<'a> Late<'a> {
    /// Everything arrives at once, until it is told otherwise.
    pub(crate) fn new(region: Words<'a>) -> Self {
        let (prompt, kept) = (Cell::new(usize::MAX), RefCell::default());
        Late {
            region,
            prompt,
            kept,
        }
    }

    /// From now on `stores` of them arrive at once, and no more.
    pub(crate) fn keep_after(&self, stores: usize) {
        self.prompt.set(stores);
    }

    /// What was kept arrives, in its order. Whether there was anything.
    pub(crate) fn arrive(&self) -> bool {
        self.prompt.set(usize::MAX);
        let kept = self.kept.take();
        for &(at, word) in &kept {
            self.region.store(at, word, Ordering::Relaxed);
        }
        !kept.is_empty()
    }
}

// SAFETY: every access is one of `region`'s.
unsafe impl Region for &Late<'_> {
    fn len(&self) -> usize {
        self.region.len()
    }

    /// This side sees its own stores.
    fn load(&self, at: usize) -> u32 {
        let kept = self.kept.borrow();
        let own = kept.iter().rev().find(|(stored_at, _)| *stored_at == at);
        own.map_or_else(|| self.region.load(at), |(_, word)| *word)
    }

    fn load_pair(&self, at: usize) -> [u32; 2] {
        [self.load(at), self.load(at + 4)]
    }

    fn fence(&self, order: Ordering) {
        self.region.fence(order);
    }

    fn copy_out(&self, at: usize, to: &mut [u8]) {
        self.region.copy_out(at, to);
    }
}

// SAFETY: as for `Region`.
unsafe impl RegionMut for &Late<'_> {
    fn store(&self, at: usize, word: u32, order: Ordering) {
        match self.prompt.get().checked_sub(1) {
            Some(left) => {
                self.prompt.set(left);
                self.region.store(at, word, order);
            }
            None => self.kept.borrow_mut().push((at, word)),
        }
    }

    fn store_pair(&self, at: usize, [first, second]: [u32; 2], order: Ordering) {
        self.store(at + 4, second, Ordering::Relaxed);
        self.store(at, first, order);
    }

    fn copy_in(&self, at: usize, from: &[u8]) {
        for (index, bytes) in from.chunks(4).enumerate() {
            let mut word = [0; 4];
            word[..bytes.len()].copy_from_slice(bytes);
            self.store(at + 4 * index, u32::from_le_bytes(word), Ordering::Relaxed);
        }
    }
}

/// Notifies whenever it may.
#[derive(Clone, Copy)]
pub(crate) struct Eager;

impl Wait for Eager {
    const NOTIFY: Notify = Notify::AlwaysAndOnRequest;

    fn wait(&mut self, _: *const u32, _: u32) {}

    fn notify(&mut self, _: *const u32, _: bool) {}
}

/// What an old receiver does last, and with which region it may attach again.
type Last = for<'l> fn(&'l Late<'l>, Receiver<&'l Late<'l>, Backpressure>);

/// A receiver that attaches, and notifies.
fn eager<'l>(late: &'l Late<'l>) -> Receiver<&'l Late<'l>, Backpressure, Eager> {
    let channel = Channel::backpressure(late).with_wait(Eager);
    channel.receiver(0).unwrap()
}

const LASTS: [Last; 6] = [
    |late, _| assert!(Channel::backpressure(late).receiver(0).is_ok()),
    |_, receiver| receiver.detach(),
    |late, _| assert!(eager(late).next_sequence() < 2),
    |late, _| eager(late).wait(),
    |_, mut receiver| assert!(receiver.discard_pending().flat().is_ok()),
    |late, _| {
        let mut reclaimer = Channel::backpressure(late).reclaim(0).unwrap();
        reclaimer.discard_pending().flat().unwrap();
    },
];

/// A receiver's last stores come when the new sender has sent `count` messages.
fn receiver_is_late(anew: Geometry, count: u64, at: usize, last: &dyn Fn(&Late<'_>)) -> bool {
    let world = World::new::<Backpressure>(anew);
    let late = Late::new(world.region());
    let mut sender = Backpressure::local_sender(world.sending()).unwrap();
    send(&mut sender, OLD, 3);
    let mut receiver = Backpressure::local_receiver(world.receiving()).unwrap();
    assert_eq!(receiver.skip().flat(), Ok(0));
    late.keep_after(at);
    last(&late);
    world.format();
    let mut sender = Backpressure::local_sender(world.sending()).unwrap();
    send(&mut sender, NEW, count);
    let came_late = late.arrive();
    // They give no room: the new generation's slots are as full as they are.
    let room = u64::from(anew.slots()) - count;
    send(&mut sender, NEW, room);
    assert!(sender.try_send(b"").is_err());
    drop(sender);
    world.judge_anew::<Backpressure>(room + count);
    came_late
}

#[test]
fn nobody_believes_what_a_receiver_of_the_generation_before_stores_late() {
    for anew in places::<Backpressure>() {
        for count in [0, 1, 2] {
            for step in receivers::STEPS {
                let last = |late: &Late<'_>| {
                    let mut receiver = Backpressure::local_receiver(late).unwrap();
                    drop(take(step, &mut receiver));
                };
                at_each(|at| receiver_is_late(anew, count, at, &last));
            }
            for last in LASTS {
                let last = |late: &Late<'_>| last_of(last, late);
                at_each(|at| receiver_is_late(anew, count, at, &last));
            }
        }
    }
}

/// Attaches at once, and makes its last step with what is left of its time.
fn last_of(last: Last, late: &Late<'_>) {
    let stores = late.prompt.replace(usize::MAX);
    let receiver = Channel::backpressure(late).receiver(0).unwrap();
    late.keep_after(stores);
    last(late, receiver);
}

/// Two hold the seat: the receiver of the new generation has attached, and taken some, when the old one's stores come. It
/// stores its word again when it finds nothing; nothing is torn or repeated, and nobody is stuck.
#[test]
fn a_late_store_over_a_seat_in_use_is_mended_by_its_holder() {
    for anew in places::<Backpressure>() {
        for last in LASTS {
            at_each(|at| {
                let world = World::new::<Backpressure>(anew);
                let late = Late::new(world.region());
                let mut sender = Backpressure::local_sender(world.sending()).unwrap();
                send(&mut sender, OLD, 3);
                late.keep_after(at);
                last_of(last, &late);
                world.format();
                let mut sender = Backpressure::local_sender(world.sending()).unwrap();
                let mut receiver = Backpressure::local_receiver(world.receiving()).unwrap();
                send(&mut sender, NEW, 2);
                let mut next = hear(&mut receiver, 0);
                let came_late = late.arrive();
                for _ in 0..3 * anew.slots() {
                    assert_eq!(receiver.skip().flat(), Err(Miss::Empty));
                    send(&mut sender, NEW, u64::from(anew.slots()));
                    next = hear(&mut receiver, next);
                    assert_eq!(next, sender.next());
                }
                came_late
            });
        }
    }
}

/// What an old sender does last; the next one begins when its stores have arrived.
fn sender_is_late<P: Side>(anew: Geometry, sent: u64, at: usize, last: &dyn Fn(&Late<'_>)) -> bool {
    let world = World::new::<P>(anew);
    let late = Late::new(world.region());
    let mut sender = P::local_sender(world.sending()).unwrap();
    send(&mut sender, OLD, sent);
    late.keep_after(at);
    last(&late);
    world.format();
    let mut early = P::local_receiver(world.receiving()).unwrap();
    assert_eq!(early.skip().flat(), Err(Miss::Empty));
    let came_late = late.arrive();
    for step in receivers::STEPS {
        assert_eq!(take(step, &mut early), (vec![], Err(Miss::Empty)));
    }
    let mut joined = P::local_receiver(world.receiving()).unwrap();
    assert_eq!((joined.next(), joined.skip().flat()), (0, Err(Miss::Empty)));
    drop(early);
    world.judge_anew::<P>(0);
    came_late
}

fn a_sender_is_late<P: Side>() {
    for anew in places::<P>() {
        for sent in [0, 1, 3] {
            let attaches = |late: &Late<'_>| drop(P::local_sender(late).unwrap());
            at_each(|at| sender_is_late::<P>(anew, sent, at, &attaches));
            for step in senders::STEPS {
                let puts = |late: &Late<'_>| {
                    let stores = late.prompt.replace(usize::MAX);
                    let mut sender = P::local_sender(late).unwrap();
                    late.keep_after(stores);
                    put(step, &mut sender).unwrap_or_default();
                };
                let stores = !matches!(step, senders::Step::Batch) || sent < 3;
                if stores {
                    at_each(|at| sender_is_late::<P>(anew, sent, at, &puts));
                }
            }
            let closes = |late: &Late<'_>| P::local_sender(late).unwrap().close();
            at_each(|at| sender_is_late::<P>(anew, sent, at, &closes));
        }
    }
}

#[test]
fn nobody_believes_what_an_overwrite_sender_of_the_generation_before_stores_late() {
    a_sender_is_late::<Overwrite>();
}

#[test]
fn nobody_believes_what_a_backpressure_sender_of_the_generation_before_stores_late() {
    a_sender_is_late::<Backpressure>();
}

/// Its notifications, its requests, and how it notifies.
#[test]
fn nobody_is_misled_by_what_a_waiting_sender_stores_late() {
    for anew in places::<Backpressure>() {
        for sent in [3, 4] {
            let waits = |late: &Late<'_>| {
                let mut sender = Channel::backpressure(late)
                    .with_wait(Eager)
                    .sender()
                    .unwrap();
                sender.wait_for_room(0);
                sender.wait_for_drain(0);
                let _ = sender.try_send(b"CIEPLO");
            };
            at_each(|at| sender_is_late::<Backpressure>(anew, sent, at, &waits));
        }
    }
}
