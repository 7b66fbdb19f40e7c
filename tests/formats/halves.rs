//! A format whose second half comes later: between two accesses of one step that began before the first.

use ramframe_core::channel::{AttachError, Backpressure, Overwrite};
use ramframe_core::geometry::{Geometry, GeometryError};

use super::interrupted::{Interrupted, Interruption};
use super::judge::{OLD, World, generation_of, is_no_corruption, send};
use super::late::Late;
use super::receivers::{Step, take};
use super::sides::{Rx, Side};
use crate::support::{Flat, Miss};

/// After how many stores the first half ends, and before which accesses of the step the halves come.
type Cut = (usize, usize, usize);

/// What is left of the trials with more stores, or later accesses.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Beyond {
    Nothing,
    Second,
    First,
}

/// Formats in two halves, and a sender of the new generation sends two messages, while `step` is made.
fn in_halves<P: Side, T>(
    world: &World,
    (stores, first, second): Cut,
    step: impl FnOnce(Interrupted<'_, '_, Interrupted<'_, '_, crate::support::Words<'_>>>) -> T,
) -> (T, Beyond) {
    let late = Late::new(world.region());
    late.keep_after(stores);
    let rest = || {
        let cut = late.arrive();
        send(
            &mut P::local_sender(world.sending()).unwrap(),
            super::judge::NEW,
            2,
        );
        cut
    };
    let (one, two) = (Interruption::none(), Interruption::none());
    one.before(first, || world.anew.format(&&late, 0).unwrap());
    two.before(second, || {
        rest();
    });
    let made = step(Interrupted::new(
        Interrupted::new(world.region(), &two),
        &one,
    ));
    let beyond = match (one.is_over(), two.is_over()) {
        (false, _) => Beyond::First,
        (_, false) => Beyond::Second,
        _ => Beyond::Nothing,
    };
    (made, beyond)
}

/// A trial with every cut; a trial says what lies beyond it.
fn at_each_cut(last_store: usize, trial: impl Fn(Cut) -> Beyond) {
    for stores in 0..=last_store {
        for first in 0.. {
            let cuts = (first..).map(|second| trial((stores, first, second)));
            let end = cuts.into_iter().find(|beyond| *beyond != Beyond::Nothing);
            if end == Some(Beyond::First) {
                assert!(first > 0);
                break;
            }
        }
    }
}

/// More than any format here stores.
const STORES: usize = 36;

/// What a receiver takes that attached meanwhile is of one generation.
fn attaches<P: Side>(anew: Geometry, cut: Cut) -> Beyond {
    let world = World::new::<P>(anew);
    send(&mut P::local_sender(world.sending()).unwrap(), OLD, 3);
    let (attached, beyond) = in_halves::<P, _>(&world, cut, |region| {
        P::local_receiver(region).map(|mut receiver| {
            let mut of = None;
            for _ in 0..9 {
                match take(Step::Recv, &mut receiver) {
                    (came, Ok(())) => {
                        let generation = generation_of(&came[0]);
                        assert_eq!(*of.get_or_insert(generation), generation, "{cut:?}");
                    }
                    (_, Err(error)) => is_no_corruption(error),
                }
            }
        })
    });
    match attached {
        Ok(()) | Err(AttachError::Geometry(GeometryError::Unformatted) | AttachError::Busy) => {
            beyond
        }
        Err(error) => panic!("{cut:?}: {error:?}"),
    }
}

#[test]
fn nobody_attaches_to_half_a_format() {
    let anew = Overwrite::geometry(2, 112);
    at_each_cut(STORES, |cut| attaches::<Overwrite>(anew, cut));
    let anew = Backpressure::geometry(2, 112);
    at_each_cut(STORES, |cut| attaches::<Backpressure>(anew, cut));
}

/// A sender that attaches meanwhile is of one generation too; it is alone, so no other one sends.
#[test]
fn no_sender_attaches_to_half_a_format() {
    let anew = Backpressure::geometry(2, 112);
    at_each_cut(STORES, |(stores, first, second)| {
        let world = World::new::<Backpressure>(anew);
        send(
            &mut Backpressure::local_sender(world.sending()).unwrap(),
            OLD,
            3,
        );
        let late = Late::new(world.region());
        late.keep_after(stores);
        let (one, two) = (Interruption::none(), Interruption::none());
        one.before(first, || world.anew.format(&&late, 0).unwrap());
        two.before(second, || {
            late.arrive();
        });
        let region = Interrupted::new(Interrupted::new(world.region(), &two), &one);
        let attached = Backpressure::local_sender(region).map(drop);
        let unformatted = AttachError::Geometry(GeometryError::Unformatted);
        assert!(
            attached.is_ok() || attached == Err(unformatted),
            "{attached:?}"
        );
        let beyond = match (one.is_over(), two.is_over()) {
            (false, _) => return Beyond::First,
            (_, false) => Beyond::Second,
            _ => Beyond::Nothing,
        };
        late.arrive();
        // Whatever it was of, it is believed by nobody, or by everybody.
        let mut receiver = Backpressure::local_receiver(world.receiving()).unwrap();
        assert_eq!(
            (receiver.next(), receiver.skip().flat()),
            (0, Err(Miss::Empty))
        );
        drop(receiver);
        world.judge_anew::<Backpressure>(0);
        beyond
    });
}

/// A receiver of the generation before takes its own messages, or is told.
#[test]
fn nobody_takes_a_message_of_half_a_format() {
    for step in [Step::Recv, Step::Latest] {
        let anew = Overwrite::geometry(4, 48);
        at_each_cut(STORES, |cut| {
            let world = World::new::<Overwrite>(anew);
            let mut sender = Overwrite::local_sender(world.sending()).unwrap();
            send(&mut sender, OLD, 2);
            let (taken, beyond) = in_halves::<Overwrite, _>(&world, cut, |region| {
                let mut receiver = Overwrite::local_receiver(region).ok()?;
                Some(take(step, &mut receiver))
            });
            if let Some((came, said)) = taken {
                came.iter()
                    .for_each(|message| drop(generation_of(message).to_string()));
                said.map_or_else(is_no_corruption, drop);
            }
            beyond
        });
    }
}
