//! A sender's step, with a format and a new receiver before each of its accesses.
//!
//! There is one sender at a time, so the next one comes when this one is done.

use std::cell::RefCell;

use ramframe_core::channel::{AttachError, Backpressure, Overwrite, SendError};
use ramframe_core::geometry::{Geometry, GeometryError};

use super::at_each;
use super::interrupted::{Interrupted, Interruption};
use super::judge::{NEW, OLD, SLOTS, World, hear, is_fair, message, places, send};
use super::sides::{Rx, Side, Tx};
use crate::support::{Flat, FlatMessage, Miss};

/// How a sender puts a message in.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Step {
    Send,
    Loan,
    Leave,
    Cut,
    Batch,
}

pub(crate) const STEPS: [Step; 5] = [Step::Send, Step::Loan, Step::Leave, Step::Cut, Step::Batch];

/// Makes one step with messages of the old generation.
pub(crate) fn put(step: Step, sender: &mut impl Tx) -> Result<u64, SendError> {
    let next = sender.next();
    let bytes = message(OLD, next);
    match step {
        Step::Send => sender.try_send(&bytes),
        Step::Loan => sender.fill(&bytes),
        Step::Leave => sender.leave_unfilled(&bytes).map(|()| next),
        Step::Cut => sender.fill_and_cut(&bytes, 8),
        Step::Batch => sender
            .send_all(&[bytes, message(OLD, next + 1)])
            .1
            .map(|()| next),
    }
}

/// The old sender goes on until it is told, which takes no longer than a lap; nobody believes what it does.
fn until_told(sender: &mut impl Tx, receiver: &mut impl Rx) {
    for _ in 0..=SLOTS {
        assert_eq!(receiver.try_recv(&mut [0; 256]).header(), Err(Miss::Empty));
        match put(Step::Send, sender) {
            Err(SendError::Reformatted) => return assert!(sender.was_reformatted()),
            other => is_fair(other),
        }
    }
    panic!("never told");
}

fn trial<P: Side>(step: Step, sent: u64, anew: Geometry, at: usize) -> bool {
    let world = World::new::<P>(anew);
    let after = RefCell::new(None);
    let by = Interruption::none();
    let mut sender = P::local_sender(Interrupted::new(world.sending(), &by)).unwrap();
    let mut before = P::local_receiver(world.receiving()).unwrap();
    for _ in 0..sent {
        send(&mut sender, OLD, 1);
        while before.skip().flat().is_ok() {}
    }
    drop(before);
    by.before(at, || {
        world.format();
        let mut receiver = P::local_receiver(world.receiving()).unwrap();
        assert_eq!(receiver.skip().flat(), Err(Miss::Empty));
        after.replace(Some(receiver));
    });
    is_fair(put(step, &mut sender));
    let goes_on = by.is_over();
    if let Some(mut receiver) = after.take() {
        until_told(&mut sender, &mut receiver);
        drop(sender);
        assert_eq!(receiver.skip().flat(), Err(Miss::Empty));
        world_of_the_next::<P>(&world, &mut receiver);
    }
    goes_on
}

/// The next sender's messages arrive, each once.
fn world_of_the_next<P: Side>(world: &World, receiver: &mut impl Rx) {
    let mut sender = P::local_sender(world.sending()).unwrap();
    let mut next = 0;
    assert_eq!(sender.next(), 0);
    for _ in 0..3 * world.anew.slots() {
        send(&mut sender, NEW, 1);
        next = hear(receiver, next);
        assert_eq!(next, sender.next());
    }
}

fn trials<P: Side>() {
    for step in STEPS {
        for sent in [0, 1, 3, 4, 9] {
            for anew in places::<P>() {
                at_each(|at| trial::<P>(step, sent, anew, at));
            }
        }
    }
}

#[test]
fn nobody_believes_an_overwrite_sender_of_the_generation_before() {
    trials::<Overwrite>();
}

#[test]
fn nobody_believes_a_backpressure_sender_of_the_generation_before() {
    trials::<Backpressure>();
}

/// The first sender of its generation, or the second: its epoch may come late.
fn attaches<P: Side>(before: usize, anew: Geometry, at: usize) -> bool {
    let world = World::new::<P>(anew);
    for _ in 0..before {
        send(&mut P::local_sender(world.sending()).unwrap(), OLD, 1);
    }
    let after = RefCell::new(None);
    let by = Interruption::none();
    by.before(at, || {
        world.format();
        let mut receiver = P::local_receiver(world.receiving()).unwrap();
        assert_eq!(receiver.skip().flat(), Err(Miss::Empty));
        after.replace(Some(receiver));
    });
    let attached = P::local_sender(Interrupted::new(world.sending(), &by));
    let goes_on = by.is_over();
    by.before(usize::MAX, || {});
    let Some(mut receiver) = after.take() else {
        return goes_on;
    };
    match attached {
        // It attached to the new generation, if it looked late enough.
        Ok(sender) if !sender.was_reformatted() => assert_eq!(sender.next(), 0),
        Ok(mut sender) => until_told(&mut sender, &mut receiver),
        Err(AttachError::Geometry(GeometryError::Unformatted) | AttachError::Busy) => {}
        Err(error) => panic!("at {at}: {error:?}"),
    }
    world_of_the_next::<P>(&world, &mut receiver);
    goes_on
}

#[test]
fn nobody_believes_a_sender_that_attached_to_the_generation_before() {
    for before in [0, 1, 2] {
        for anew in places::<Overwrite>() {
            at_each(|at| attaches::<Overwrite>(before, anew, at));
        }
        for anew in places::<Backpressure>() {
            at_each(|at| attaches::<Backpressure>(before, anew, at));
        }
    }
}

#[test]
fn nobody_believes_a_close_of_the_generation_before() {
    for anew in places::<Backpressure>() {
        at_each(|at| {
            let world = World::new::<Backpressure>(anew);
            let by = Interruption::none();
            let sender =
                Backpressure::local_sender(Interrupted::new(world.sending(), &by)).unwrap();
            by.before(at, || world.format());
            sender.close();
            let goes_on = by.is_over();
            if goes_on {
                let mut receiver = Backpressure::local_receiver(world.receiving()).unwrap();
                assert_eq!(receiver.skip().flat(), Err(Miss::Empty));
                world_of_the_next::<Backpressure>(&world, &mut receiver);
            }
            goes_on
        });
    }
}
