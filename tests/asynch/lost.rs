//! Is no wake-up lost, whenever the other side acts? It acts once, before the k-th thing that a poll does, for each k.

#![allow(unsafe_code)] // the region

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll, Waker};

use ramframe_core::channel::{Backpressure, Channel, Receiver, Sender};
use ramframe_core::region::{Divide, Region as Load, RegionMut};
use ramframe_core::stream::{Reader, Writer};
use ramframe_core::wait::Forever;
use ramframe_core::wait::{Notify, Wait};
use ramframe_core::wake::Wake;

use super::{CAPACITY, Local, Region, SLOTS, Woken, channel, receiver, sender};
use crate::support::{Flat, FlatMessage};

/// What the other side does.
type Act = Box<dyn FnOnce()>;

/// The other side's one action, and how many things happen before it.
#[derive(Clone, Default)]
struct Cue {
    left: Rc<Cell<usize>>,
    act: Rc<RefCell<Option<Act>>>,
}

impl Cue {
    fn tick(&self) {
        match self.left.get().checked_sub(1) {
            Some(left) => self.left.set(left),
            None => _ = self.act_now(),
        }
    }

    /// Acts, unless it has.
    fn act_now(&self) -> bool {
        let act = self.act.take();
        act.map(|act| act()).is_some()
    }
}

/// A region in which the other side acts on its cue.
#[derive(Clone)]
struct Cued(Region, Cue);

// SAFETY: every verb is that of the region within; it has no address.
unsafe impl Load for Cued {
    fn len(&self) -> usize {
        self.0.len()
    }

    fn load(&self, at: usize) -> u32 {
        self.1.tick();
        self.0.load(at)
    }

    fn load_pair(&self, at: usize) -> [u32; 2] {
        let first = self.load(at);
        self.fence(Ordering::Acquire);
        [first, self.load(at + 4)]
    }

    fn fence(&self, order: Ordering) {
        self.1.tick();
        self.0.fence(order);
    }

    fn copy_out(&self, at: usize, to: &mut [u8]) {
        self.1.tick();
        self.0.copy_out(at, to);
    }
}

// SAFETY: as for `Region`: a part lies inside of the whole.
unsafe impl Divide for Cued {
    unsafe fn duplicate(&self) -> Self {
        self.clone()
    }

    unsafe fn part(&self, at: usize, len: usize) -> Option<Self> {
        // SAFETY: this function's contract is that one's.
        let region = unsafe { self.0.part(at, len) };
        Some(Cued(region?, self.1.clone()))
    }
}

// SAFETY: as for `Region`.
unsafe impl RegionMut for Cued {
    fn store(&self, at: usize, word: u32, order: Ordering) {
        self.1.tick();
        self.0.store(at, word, order);
    }

    fn store_pair(&self, at: usize, [first, second]: [u32; 2], order: Ordering) {
        self.store(at + 4, second, Ordering::Relaxed);
        self.store(at, first, order);
    }

    fn copy_in(&self, at: usize, from: &[u8]) {
        self.1.tick();
        self.0.copy_in(at, from);
    }
}

/// Registers, and on either side of that is another moment for the other side to act.
struct Watched(Local, Cue);

impl Wait for Watched {
    const NOTIFY: Notify = Notify::OnRequest;

    fn wait(&mut self, _word: *const u32, _seen: u32) {
        unreachable!("a task never waits here");
    }

    fn notify(&mut self, word: *const u32, asked: bool) {
        self.0.notify(word, asked);
    }
}

impl Wake for Watched {
    fn register(&mut self, waker: &Waker) {
        self.1.tick();
        self.0.register(waker);
        self.1.tick();
    }
}

/// The wrong way round: it registers where a thread would sleep, when it has asked and looked already.
struct Late(Watched, Waker);

impl Wait for Late {
    const NOTIFY: Notify = Notify::OnRequest;

    fn wait(&mut self, _word: *const u32, _seen: u32) {
        self.0.register(&self.1);
    }

    fn notify(&mut self, word: *const u32, asked: bool) {
        self.0.notify(word, asked);
    }
}

type Polling<'a> = Box<dyn FnMut(&mut Context<'_>) -> Poll<()> + 'a>;

/// What a task waits for, and what the other side does about it.
struct Scene<'a> {
    poll: Polling<'a>,
    act: Act,
    cue: Cue,
}

/// Plays the scene once for each moment of its first poll, and once with the other side acting after it; at how many moments
/// the task then sleeps for ever.
fn lost<'a>(scene: impl Fn(Waker) -> Scene<'a>) -> usize {
    let mut lost = 0;
    for moment in 0.. {
        let woken = Arc::new(Woken::default());
        let waker = Waker::from(Arc::clone(&woken));
        let Scene { mut poll, act, cue } = scene(waker.clone());
        cue.left.set(moment);
        cue.act.replace(Some(act));
        let mut context = Context::from_waker(&waker);
        let mut polled = poll(&mut context);
        let after = cue.act_now();
        while polled.is_pending() && woken.seen() > 0 {
            polled = poll(&mut context);
        }
        lost += usize::from(polled.is_pending());
        if after {
            assert!(moment > 5, "the cue is never given: {moment}");
            return lost;
        }
    }
    unreachable!("a poll ends")
}

fn cued(region: Region) -> (Cued, Cue) {
    let cue = Cue::default();
    (Cued(region, cue.clone()), cue)
}

/// A receiver of an empty channel, and a sender that sends.
fn receiving<W: Wait>(
    wait: impl FnOnce(Watched) -> W,
) -> (Receiver<Cued, Backpressure, W>, Act, Cue) {
    let region = channel();
    let (cued, cue) = cued(region);
    let side = Local::default();
    let mut other = sender(region, side.other_side());
    let receiver = Channel::backpressure(cued)
        .with_wait(wait(Watched(side, cue.clone())))
        .receiver(0)
        .unwrap();
    let act = Box::new(move || {
        other.try_send(b"CIEPLO").unwrap();
    });
    (receiver, act, cue)
}

/// A sender of a full channel, and a receiver that takes one message.
fn sending() -> (Sender<Cued, Backpressure, Watched>, Act, Cue) {
    let region = channel();
    let (cued, cue) = cued(region);
    let side = Local::default();
    let mut other = receiver(region, side.other_side());
    let mut sender = Channel::backpressure(cued)
        .with_wait(Watched(side, cue.clone()))
        .sender()
        .unwrap();
    for _ in 0..SLOTS {
        sender.try_send(b"x").unwrap();
    }
    let act = Box::new(move || {
        other.skip().flat().unwrap();
    });
    (sender, act, cue)
}

#[test]
fn of_a_receiver() {
    let lost = lost(|_| {
        let (mut receiver, act, cue) = receiving(|watched| watched);
        let mut buffer = [0; CAPACITY];
        let poll = Box::new(move |cx: &mut Context<'_>| {
            receiver
                .poll_recv(cx, &mut buffer)
                .map(|event| assert_eq!(event.header().unwrap().len, 6))
        });
        Scene { poll, act, cue }
    });
    assert_eq!(lost, 0);
}

#[test]
fn of_a_sender() {
    let lost = lost(|_| {
        let (mut sender, act, cue) = sending();
        let mut future = Box::pin(async move {
            assert_eq!(sender.send_async(b"CIEPLO").await, Ok(SLOTS as u64));
        });
        let poll = Box::new(move |cx: &mut Context<'_>| future.as_mut().poll(cx));
        Scene { poll, act, cue }
    });
    assert_eq!(lost, 0);
}

#[test]
fn of_a_reader() {
    for large in [false, true] {
        let lost = lost(|_| {
            let (receiver, act, cue) = receiving(|watched| watched);
            let mut reader = Reader::<_, _, _, CAPACITY>::new(receiver, Forever).unwrap();
            let mut future = Box::pin(async move {
                let mut buf = vec![0; if large { 64 } else { 3 }];
                let len = embedded_io_async::Read::read(&mut reader, &mut buf).await;
                assert_eq!(len, Ok(if large { 6 } else { 3 }));
            });
            let poll = Box::new(move |cx: &mut Context<'_>| future.as_mut().poll(cx));
            Scene { poll, act, cue }
        });
        assert_eq!(lost, 0);
    }
}

#[test]
fn of_a_writer() {
    let lost = lost(|_| {
        let (sender, act, cue) = sending();
        let mut writer = Writer::new(sender, Forever);
        let mut future = Box::pin(async move {
            let len = embedded_io_async::Write::write(&mut writer, b"CIEPLO").await;
            assert_eq!(len, Ok(6));
        });
        let poll = Box::new(move |cx: &mut Context<'_>| future.as_mut().poll(cx));
        Scene { poll, act, cue }
    });
    assert_eq!(lost, 0);
}

/// That this file would notice.
#[test]
fn registering_after_the_look_loses_some() {
    let lost = lost(|waker| {
        let (mut receiver, act, cue) = receiving(|watched| Late(watched, waker));
        let mut buffer = [0; CAPACITY];
        let poll =
            Box::new(
                move |_: &mut Context<'_>| match receiver.try_recv(&mut buffer).header() {
                    Ok(_) => Poll::Ready(()),
                    Err(_) => {
                        receiver.wait();
                        Poll::Pending
                    }
                },
            );
        Scene { poll, act, cue }
    });
    assert!(lost > 0);
}
