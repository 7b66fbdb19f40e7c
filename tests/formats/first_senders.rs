//! The first sender of a generation, over the slots and the head that the generation before left.

use std::cell::RefCell;

use ramframe_core::channel::{Backpressure, Overwrite};
use ramframe_core::geometry::Geometry;

use super::at_each;
use super::interrupted::{Interrupted, Interruption};
use super::judge::{NEW, OLD, World, hear, places, send};
use super::late::Late;
use super::receivers::{STEPS, take};
use super::sides::{Rx, Side, Tx};
use crate::support::{Flat, Miss};

/// A channel that was just formatted, over `sent` messages.
fn over<P: Side>(anew: Geometry, sent: u64) -> World {
    let world = World::new::<P>(anew);
    {
        let mut sender = P::local_sender(world.sending()).unwrap();
        let mut receiver = P::local_receiver(world.receiving()).unwrap();
        for _ in 0..sent {
            send(&mut sender, OLD, 1);
            while receiver.skip().flat().is_ok() {}
        }
    }
    world.format();
    world
}

/// A receiver looks, or another one attaches, before an access of the attaching sender.
fn is_looked_at<P: Side>(anew: Geometry, sent: u64, attaches: bool, at: usize) -> bool {
    let world = over::<P>(anew, sent);
    let attach = || P::local_receiver(world.receiving()).unwrap();
    let receiver = RefCell::new(attach());
    let look = || {
        if attaches {
            receiver.replace(attach());
        }
        let mut receiver = receiver.borrow_mut();
        assert_eq!(receiver.next(), 0);
        for step in STEPS {
            assert_eq!(take(step, &mut *receiver), (vec![], Err(Miss::Empty)));
        }
    };
    let by = Interruption::none();
    by.before(at, look);
    let mut sender = P::local_sender(Interrupted::new(world.sending(), &by)).unwrap();
    let goes_on = by.is_over();
    by.before(usize::MAX, || {});
    assert_eq!(sender.next(), 0);
    send(&mut sender, NEW, 2);
    assert_eq!(hear(&mut *receiver.borrow_mut(), 0), 2);
    goes_on
}

/// It dies after its `at`-th store.
fn dies<P: Side>(anew: Geometry, sent: u64, at: usize) -> bool {
    let world = over::<P>(anew, sent);
    let late = Late::new(world.region());
    late.keep_after(at);
    P::local_sender(&late).unwrap();
    let mut receiver = P::local_receiver(world.receiving()).unwrap();
    for step in STEPS {
        assert_eq!(take(step, &mut receiver), (vec![], Err(Miss::Empty)));
    }
    drop(receiver);
    world.judge_anew::<P>(0);
    late.arrive()
}

fn trials<P: Side>() {
    for anew in places::<P>() {
        for sent in [0, 1, 3, 4, 9] {
            for attaches in [false, true] {
                at_each(|at| is_looked_at::<P>(anew, sent, attaches, at));
            }
            at_each(|at| dies::<P>(anew, sent, at));
        }
    }
}

#[test]
fn nobody_sees_what_an_overwrite_sender_has_not_cleared_yet() {
    trials::<Overwrite>();
}

#[test]
fn nobody_sees_what_a_backpressure_sender_has_not_cleared_yet() {
    trials::<Backpressure>();
}
