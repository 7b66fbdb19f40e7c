//! A side leaves out its fence: is the side that sleeps always woken? The kernel makes that fence for it, at any moment between two
//! accesses of the other side, as loom chooses.

use std::sync::Arc;

use loom::thread;
use ramframe_core::channel::{Channel, SendError, Start};
use ramframe_core::geometry::{CONSUMED, NOTIFY_SEQ};
use ramframe_core::wait::{Notify, Wait};

use crate::channel::{BACKPRESSURE, OVERWRITE, channel, send};
use crate::futex::Futex;
use crate::kernel::Core;
use crate::model::{Model, Verdict};
use crate::orders::Orders;
use crate::waiting::hear_all;

/// The sender leaves out its fence, before or after the receiver asks.
pub(crate) static SLEEP: Model = Model {
    name: "unfenced_a_receiver_sleeps",
    cases: 4,
    bound: Some(2),
    run: |orders, case| sleep(orders, case, Fences::All),
};

/// A receiver that cannot have the kernel make the fence polls meanwhile.
pub(crate) static POLL: Model = Model {
    name: "unfenced_a_receiver_polls",
    cases: 3,
    bound: Some(2),
    run: |orders, case| sleep(orders, case, Fences::Cannot),
};

/// The receiver leaves out its fence, and the sender sleeps until there is room.
pub(crate) static ROOM: Model = Model {
    name: "unfenced_the_sender_sleeps",
    cases: 2,
    bound: Some(2),
    run: |orders, case| room(orders, case, Fences::All),
};

/// One side: it leaves out its fence after the first change that nobody waited for.
#[derive(Clone)]
struct Side {
    futex: Futex<true>,
    /// Its own, and the other side's.
    cores: [Arc<Core>; 2],
    fences: Fences,
    /// Waits that end at once, so that this side requests again under the same count, and need not have the fence made again.
    short: u32,
}

/// What comes of a call to make all fences.
#[derive(Clone, Copy, PartialEq)]
enum Fences {
    All,
    Cannot,
    /// It says that they were made.
    Lie,
}

impl Wait for Side {
    const NOTIFY: Notify = Notify::OnRequest;
    const UNFENCED_AFTER: u32 = 1;

    fn can_fence_all(&self) -> bool {
        self.fences != Fences::Cannot
    }

    fn fence_all(&mut self) -> bool {
        if self.fences == Fences::All {
            self.cores[1].fence();
        }
        self.can_fence_all()
    }

    fn wait(&mut self, word: *const u32, seen: u32) {
        if self.short > 0 {
            self.short -= 1;
            return thread::yield_now();
        }
        self.cores[0].leave();
        self.futex.wait(word, seen);
        self.cores[0].enter();
    }

    fn poll(&mut self) {
        thread::yield_now();
    }

    fn notify(&mut self, word: *const u32, requested: bool) {
        self.futex.notify(word, requested);
    }
}

/// `before` messages are sent before the receiver begins, and one or two after. Its first `short` waits end at once.
fn sleep(orders: &Arc<Orders>, case: usize, fences: Fences) {
    let (before, messages, short) = [(1, 1, 0), (0, 2, 0), (1, 2, 0), (1, 1, 1)][case];
    let [here, there] = [(); 2].map(|()| Arc::new(Core::default()));
    let region = channel(&OVERWRITE, 2, orders);
    let futex = Futex::over(&region, &[OVERWRITE.session_line() + NOTIFY_SEQ]);
    let side = |own: &Arc<Core>, other: &Arc<Core>, fences| Side {
        futex: futex.clone(),
        cores: [Arc::clone(own), Arc::clone(other)],
        fences,
        short,
    };
    let mut sender = Channel::overwrite(region.only_writer().on(&there))
        .with_wait(side(&there, &here, Fences::All))
        .sender()
        .unwrap();
    for _ in 0..before {
        send(&mut sender).unwrap();
    }
    let receiver = Channel::overwrite(region.clone())
        .with_wait(side(&here, &there, fences))
        .receiver(Start::Next)
        .unwrap();
    let sender = thread::spawn(move || {
        for _ in 0..messages {
            send(&mut sender).unwrap();
        }
        there.leave();
    });
    hear_all(receiver, messages, |receiver| receiver.wait());
    sender.join().unwrap();
}

/// All slots are full, and the sender waits for room. In the second case the receiver has received a message before, and makes no fence
/// when the sender begins to wait.
fn room(orders: &Arc<Orders>, case: usize, fences: Fences) {
    let [here, there] = [(); 2].map(|()| Arc::new(Core::default()));
    let region = channel(&BACKPRESSURE, 2, orders);
    let words = [
        BACKPRESSURE.session_line() + NOTIFY_SEQ,
        BACKPRESSURE.receiver_line(0) + CONSUMED,
    ];
    let futex = Futex::over(&region, &words);
    let side = |own: &Arc<Core>, other: &Arc<Core>| Side {
        futex: futex.clone(),
        cores: [Arc::clone(own), Arc::clone(other)],
        fences,
        short: 0,
    };
    let mut receiver = Channel::backpressure(region.on(&here))
        .with_wait(side(&here, &there))
        .receiver(0)
        .unwrap();
    let mut sender = Channel::backpressure(region.only_writer())
        .with_wait(side(&there, &here))
        .sender()
        .unwrap();
    let slots = BACKPRESSURE.slots() as usize;
    for _ in 0..slots {
        send(&mut sender).unwrap();
    }
    if case == 1 {
        while receiver.skip().unwrap().message().is_none() {}
        send(&mut sender).unwrap();
    }
    let sender = thread::spawn(move || {
        while send(&mut sender) == Err(SendError::Full { receiver: 0 }) {
            sender.wait_for_room(0);
        }
    });
    hear_all(receiver, slots + 1, |_| thread::yield_now());
    here.leave();
    sender.join().unwrap();
}

/// Without the kernel's fence a side sleeps for ever: so the models above can tell.
#[test]
fn unfenced_without_the_kernel_a_wake_up_is_lost() {
    static LIE: Model = Model {
        name: "a receiver that only says that the fence was made",
        cases: 1,
        bound: Some(2),
        run: |orders, _| sleep(orders, 0, Fences::Lie),
    };
    static LIE_FOR_ROOM: Model = Model {
        name: "a sender that only says so",
        cases: 1,
        bound: Some(2),
        run: |orders, _| room(orders, 1, Fences::Lie),
    };
    for lie in [&LIE, &LIE_FOR_ROOM] {
        let verdict = lie.refute(&Arc::new(Orders::default()), 100_000);
        assert!(
            matches!(verdict, Verdict::Failed(_)),
            "{}: {verdict:?}",
            lie.name
        );
    }
}
