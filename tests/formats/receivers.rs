//! A receiver's step, with a format and a new sender before each of its accesses.

use ramframe_core::channel::{AttachError, Backpressure, Overwrite};
use ramframe_core::frame::Frame;
use ramframe_core::geometry::{Geometry, GeometryError};

use super::at_each;
use super::interrupted::{Interrupted, Interruption};
use super::judge::{NEW, OLD, World, came, generation_of, is_no_corruption, places, send};
use super::sides::{Came, Rx, Side};
use crate::support::{Flat, FlatMessage, Miss};

/// How a receiver takes a message, or looks for one.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Step {
    Recv,
    Frame,
    InPlace,
    Batch,
    With,
    Refuse,
    Skip,
    Latest,
}

pub(crate) const STEPS: [Step; 8] = [
    Step::Recv,
    Step::Frame,
    Step::InPlace,
    Step::Batch,
    Step::With,
    Step::Refuse,
    Step::Skip,
    Step::Latest,
];

/// Makes one step: the messages that were handed out, and what was said.
pub(crate) fn take(step: Step, receiver: &mut impl Rx) -> (Vec<Came>, Result<(), Miss>) {
    let mut buffer = [0xEE; 256];
    let one = |result: Result<Came, Miss>| match result {
        Ok(came) => (vec![came], Ok(())),
        Err(error) => (vec![], Err(error)),
    };
    match step {
        Step::Recv => one(receiver
            .try_recv(&mut buffer)
            .header()
            .map(|header| came(header, &buffer))),
        Step::Frame => {
            let mut frame = Frame::<256>::new();
            let taken = receiver.try_recv_frame(&mut frame).flat();
            one(taken.map(|()| (frame.header(), frame.payload().to_vec())))
        }
        Step::InPlace => one(receiver.see()),
        Step::Batch => receiver.take_all(3),
        Step::With => one(receiver
            .take_if(true)
            .map(|taken| taken.unwrap_or_else(|came| came))),
        Step::Refuse => one(receiver
            .take_if(false)
            .map(|taken| taken.unwrap_or_else(|came| came))),
        Step::Skip => (vec![], receiver.skip().flat().map(drop)),
        Step::Latest => one(receiver
            .latest(&mut buffer)
            .header()
            .map(|header| came(header, &buffer))),
    }
}

/// Messages sent and taken before the step.
const BEFORE: [(u64, u64); 5] = [(0, 0), (1, 0), (3, 1), (4, 4), (6, 5)];

fn trial<P: Side>(
    step: Step,
    (sent, taken): (u64, u64),
    (anew, count): (Geometry, u64),
    at: usize,
) -> bool {
    let world = World::new::<P>(anew);
    let by = Interruption::none();
    let mut receiver = P::local_receiver(Interrupted::new(world.receiving(), &by)).unwrap();
    let mut sender = P::local_sender(world.sending()).unwrap();
    assert_eq!(receiver.skip().flat(), Err(Miss::Empty));
    for number in 0..sent {
        send(&mut sender, OLD, 1);
        while receiver.next() < taken.min(number + 1) {
            receiver.skip().flat().unwrap();
        }
    }
    by.before(at, || world.begin_anew::<P>(count));
    let (handed_out, said) = take(step, &mut receiver);
    let goes_on = by.is_over();
    for message in &handed_out {
        assert_eq!(generation_of(message), OLD, "{step:?} at {at}");
    }
    said.map_or_else(is_no_corruption, drop);
    if goes_on {
        for step in STEPS {
            assert_eq!(take(step, &mut receiver), (vec![], Err(Miss::Reformatted)));
        }
        drop(receiver);
        world.judge_anew::<P>(count);
    }
    goes_on
}

fn trials<P: Side>() {
    for step in STEPS {
        for before in BEFORE {
            for anew in places::<P>() {
                for count in [0, 1, 2] {
                    at_each(|at| trial::<P>(step, before, (anew, count), at));
                }
            }
        }
    }
}

#[test]
fn no_step_of_an_overwrite_receiver_mixes_two_generations() {
    trials::<Overwrite>();
}

#[test]
fn no_step_of_a_backpressure_receiver_mixes_two_generations() {
    trials::<Backpressure>();
}

/// Laps within the new generation, where the old receiver's next message has a namesake in every slot.
#[test]
fn nor_does_it_where_the_new_sender_laps() {
    for step in STEPS {
        for before in BEFORE {
            for anew in places::<Overwrite>() {
                for count in [3, 5, 7, 11] {
                    at_each(|at| {
                        let trial = || trial::<Overwrite>(step, before, (anew, count), at);
                        trial()
                    });
                }
            }
        }
    }
}

/// What a receiver finds that attaches is of one generation.
fn attaches<P: Side>(sent: u64, (anew, count): (Geometry, u64), at: usize) -> bool {
    let world = World::new::<P>(anew);
    let mut sender = P::local_sender(world.sending()).unwrap();
    send(&mut sender, OLD, sent);
    let by = Interruption::none();
    by.before(at, || world.begin_anew::<P>(count));
    let attached = P::local_receiver(Interrupted::new(world.receiving(), &by));
    let goes_on = by.is_over();
    match attached {
        Ok(mut receiver) => {
            by.before(usize::MAX, || {});
            let mut of = None;
            let end = loop {
                match take(Step::Recv, &mut receiver) {
                    (came, Ok(())) => {
                        let generation = generation_of(&came[0]);
                        assert_eq!(*of.get_or_insert(generation), generation);
                    }
                    (_, Err(Miss::Lagged(_) | Miss::SenderRestarted)) => {}
                    (_, Err(error)) => break error,
                }
            };
            let expected = match (goes_on, of) {
                (true, Some(NEW)) | (false, _) => Miss::Empty,
                (true, Some(_)) => Miss::Reformatted,
                (true, None) if count == 0 && end == Miss::Empty => Miss::Empty,
                (true, None) => Miss::Reformatted,
            };
            assert_eq!(end, expected, "at {at}");
        }
        Err(AttachError::Geometry(GeometryError::Unformatted) | AttachError::Busy) => {
            assert!(goes_on);
        }
        Err(error) => panic!("at {at}: {error:?}"),
    }
    if goes_on {
        world.judge_anew::<P>(count);
    }
    goes_on
}

#[test]
fn attaching_mixes_no_two_generations() {
    for sent in [0, 1, 4] {
        for count in [0, 1, 2] {
            for anew in places::<Overwrite>() {
                at_each(|at| attaches::<Overwrite>(sent, (anew, count), at));
            }
            for anew in places::<Backpressure>() {
                at_each(|at| {
                    // Where it attached to the new generation, it took its messages.
                    let world = || attaches_alone(sent, (anew, count), at);
                    world()
                });
            }
        }
    }
}

/// As [`attaches`], without another receiver on the seat afterwards.
fn attaches_alone(sent: u64, (anew, count): (Geometry, u64), at: usize) -> bool {
    let world = World::new::<Backpressure>(anew);
    let mut sender = Backpressure::local_sender(world.sending()).unwrap();
    send(&mut sender, OLD, sent);
    let by = Interruption::none();
    by.before(at, || world.begin_anew::<Backpressure>(count));
    let attached = Backpressure::local_receiver(Interrupted::new(world.receiving(), &by));
    let goes_on = by.is_over();
    by.before(usize::MAX, || {});
    match attached {
        Ok(mut receiver) => match take(Step::Recv, &mut receiver) {
            (came, Ok(())) if generation_of(&came[0]) == NEW => return goes_on,
            (_, Ok(())) => assert!(!goes_on),
            (_, Err(error)) => is_no_corruption(error),
        },
        Err(AttachError::Geometry(GeometryError::Unformatted) | AttachError::Busy) => {
            assert!(goes_on);
        }
        Err(error) => panic!("at {at}: {error:?}"),
    }
    if goes_on {
        world.judge_anew::<Backpressure>(count);
    }
    goes_on
}
