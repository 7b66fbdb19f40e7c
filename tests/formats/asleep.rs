//! Nobody sleeps on a word that a format has left behind.

use std::cell::Cell;

use crate::support::{Flat, Miss, Words};
use ramframe_core::channel::{
    Backpressure, Channel, Overwrite, Receive, Receiver, SendError, Start,
};
use ramframe_core::geometry::Geometry;
use ramframe_core::region::{Region, RegionMut};
use ramframe_core::wait::{Notify, Wait};

use super::at_each;
use super::interrupted::{Interrupted, Interruption};
use super::judge::{World, places};
use super::sides::Side;

/// Stands in for a futex: who waits on a word is awake if the word has another value, or is notified.
struct Futex<'a> {
    region: Words<'a>,
    /// Where somebody sleeps.
    asleep: Cell<Option<usize>>,
}

impl<'a> Futex<'a> {
    fn new(world: &'a World) -> Self {
        let (region, asleep) = (world.region(), Cell::new(None));
        Futex { region, asleep }
    }

    fn offset(&self, word: *const u32) -> usize {
        word.addr() - self.region.address(0).addr()
    }

    /// The other side formats, and notifies whoever sleeps.
    fn format(&self, world: &World) {
        let region = world.region();
        world
            .anew
            .format_and_notify(&region, 0, &mut { self })
            .unwrap();
    }
}

impl Wait for &Futex<'_> {
    const NOTIFY: Notify = Notify::OnRequest;

    fn wait(&mut self, word: *const u32, seen: u32) {
        let at = self.offset(word);
        let is_as_seen = self.region.load_fresh(at).to_le() == seen;
        self.asleep.set(is_as_seen.then_some(at));
    }

    fn notify(&mut self, word: *const u32, _: bool) {
        if self.asleep.get() == Some(self.offset(word)) {
            self.asleep.set(None);
        }
    }
}

/// Waits, with a format before the `at`-th access; or when this side sleeps, if that is beyond the last.
fn waits(world: &World, futex: &Futex<'_>, by: &Interruption<'_>, wait: impl FnOnce()) -> bool {
    wait();
    let goes_on = by.is_over();
    if !goes_on {
        assert!(futex.asleep.get().is_some(), "this side never slept");
        futex.format(world);
    }
    by.before(usize::MAX, || {});
    assert_eq!(futex.asleep.get(), None, "asleep for ever");
    goes_on
}

fn receiver_wakes<R: RegionMut, P: Receive<R>>(
    world: &World,
    futex: &Futex<'_>,
    by: &Interruption<'_>,
    mut receiver: Receiver<R, P, &Futex<'_>>,
    (requests, at): (bool, usize),
    arm: impl FnOnce(usize),
) -> bool {
    assert_eq!(receiver.skip().flat(), Err(Miss::Empty));
    arm(at);
    let goes_on = waits(world, futex, by, || match requests {
        true => receiver.wait(),
        false => receiver.wait_unregistered(),
    });
    assert!(receiver.has_news());
    assert_eq!(receiver.skip().flat(), Err(Miss::Reformatted));
    goes_on
}

#[test]
fn a_receiver_that_waits_learns_of_a_format() {
    for requests in [true, false] {
        for anew in places::<Overwrite>() {
            at_each(|at| {
                let world = World::new::<Overwrite>(anew);
                let futex = Futex::new(&world);
                let sender = Channel::overwrite(world.sending()).with_wait(&futex);
                let _ = sender.sender().unwrap();
                let by = Interruption::none();
                let region = Interrupted::new(world.region(), &by);
                let receiver = Channel::overwrite(region).with_wait(&futex);
                let receiver = receiver.receiver(Start::Oldest).unwrap();
                let arm = |at| by.before(at, || futex.format(&world));
                receiver_wakes(&world, &futex, &by, receiver, (requests, at), arm)
            });
        }
        for anew in places::<Backpressure>() {
            at_each(|at| {
                let world = World::new::<Backpressure>(anew);
                let futex = Futex::new(&world);
                let sender = Channel::backpressure(world.sending()).with_wait(&futex);
                let _ = sender.sender().unwrap();
                let by = Interruption::none();
                let region = Interrupted::new(world.region(), &by);
                let receiver = Channel::backpressure(region).with_wait(&futex);
                let receiver = receiver.receiver(0).unwrap();
                let arm = |at| by.before(at, || futex.format(&world));
                receiver_wakes(&world, &futex, &by, receiver, (requests, at), arm)
            });
        }
    }
}

/// For room, and for the end of a drain; with the receiver attached, or nobody.
#[test]
fn a_sender_that_waits_learns_of_a_format() {
    let cases = [(true, true), (true, false), (false, true), (false, false)];
    for (for_room, attached) in cases {
        for anew in places::<Backpressure>() {
            at_each(|at| sender_wakes(anew, for_room, attached, at));
        }
    }
}

fn sender_wakes(anew: Geometry, for_room: bool, attached: bool, at: usize) -> bool {
    let world = World::new::<Backpressure>(anew);
    let futex = Futex::new(&world);
    let by = Interruption::none();
    let region = Interrupted::new(world.region(), &by);
    let mut sender = Channel::backpressure(region)
        .with_wait(&futex)
        .sender()
        .unwrap();
    if attached {
        let _attached = Channel::backpressure(world.receiving())
            .with_wait(&futex)
            .receiver(0)
            .unwrap();
    }
    while sender.try_send(b"CIEPLO").is_ok() {}
    by.before(at, || futex.format(&world));
    let goes_on = waits(&world, &futex, &by, || match for_room {
        true => sender.wait_for_room(0),
        false => sender.wait_for_drain(0),
    });
    assert_eq!(sender.try_send(b"ZIMNO"), Err(SendError::Reformatted));
    goes_on
}

/// The old sender's late notification does not take the place of the new sender's.
#[test]
fn a_receiver_that_waits_is_woken_by_the_first_sender_of_its_generation() {
    for anew in places::<Backpressure>() {
        let world = World::new::<Backpressure>(anew);
        let futex = Futex::new(&world);
        let mut old = Channel::backpressure(world.sending())
            .with_wait(&futex)
            .sender()
            .unwrap();
        world.format();
        let receiver = Backpressure::local_receiver(world.receiving()).unwrap();
        drop(receiver);
        let mut receiver = Channel::backpressure(world.receiving())
            .with_wait(&futex)
            .receiver(0)
            .unwrap();
        receiver.wait();
        assert!(futex.asleep.get().is_some());
        old.notify_now();
        receiver.wait();
        assert!(
            futex.asleep.get().is_some(),
            "nobody of this generation has come"
        );
        let sender = Channel::backpressure(world.sending()).with_wait(&futex);
        let _ = sender.sender().unwrap();
        assert_eq!(futex.asleep.get(), None);
    }
}
