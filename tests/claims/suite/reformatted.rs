//! What one side sees if the other formats between any two of its accesses, or dies of it.

use ramframe_core::geometry::{Geometry, GeometryError};

use super::between::at_each_access;
use super::interrupted::{Interrupted, Interruption};
use super::{Bench, Maker, Rx, Side, Tx, die, dies};
use crate::support::{Flat, FlatMessage, Miss};

const REFORMATTED: Miss = Miss::Reformatted;

/// Two geometries that no mixture of is one of them.
fn geometries<P: Side>() -> [Geometry; 2] {
    let (usual, other) = (P::geometry(8, 48), P::geometry(2, 200));
    match usual.receivers() {
        0 => [usual, other.with_slots_at(512)],
        // Where there are receivers, the slots stay where they are.
        _ => [usual, other],
    }
}

/// What may be read while the second is formatted over the first.
fn judge(found: Result<Geometry, GeometryError>, geometries: &[Geometry; 2]) {
    match found {
        Ok(geometry) => assert!(geometries.contains(&geometry), "{geometry:?}"),
        Err(error) => assert_eq!(error, GeometryError::Unformatted),
    }
}

pub(crate) fn the_geometry_shows_whole_or_not_at_all<M: Maker, P: Side>() {
    let geometries = geometries::<P>();
    at_each_access(|at| {
        let memory = M::new(2048);
        geometries[0].format(&memory.formatter(), 0).unwrap();
        let (reader, by) = (memory.reader(), Interruption::none());
        assert_eq!(Geometry::read(&reader), Ok(geometries[0]));
        let formatter = Interrupted::new(memory.formatter(), &by);
        by.before(at, || judge(Geometry::read(&reader), &geometries));
        geometries[1].format(&formatter, 0).unwrap();
        assert_eq!(Geometry::read(&reader), Ok(geometries[1]));
        by.is_over()
    });
}

/// The other side formats all of it, or dies when it has cleared some of the words.
pub(crate) fn a_geometry_that_changes_is_not_mixed<M: Maker, P: Side>() {
    let geometries = geometries::<P>();
    for end in [usize::MAX, 20] {
        at_each_access(|at| {
            let memory = M::new(2048);
            geometries[0].format(&memory.formatter(), 0).unwrap();
            let formats = || {
                let by = Interruption::none();
                by.before(end, die);
                let formatter = Interrupted::new(memory.formatter(), &by);
                dies(|| geometries[1].format(&formatter, 0).unwrap());
            };
            let by = Interruption::none();
            by.before(at, formats);
            judge(
                Geometry::read(&Interrupted::new(memory.reader(), &by)),
                &geometries,
            );
            by.is_over()
        });
    }
}

/// Another geometry, or the same one: the receiver is of the one channel or of the other, and knows which.
pub(crate) fn a_format_while_attaching_is_noticed<M: Maker, P: Side>() {
    let [usual, other] = geometries::<P>();
    for (geometry, sent) in [(other, 1), (usual, 1), (usual, 4)] {
        at_each_access(|at| {
            let memory = M::new(2048);
            usual.format(&memory.formatter(), 0).unwrap();
            let mut before = P::sender(memory.sender()).unwrap();
            for number in 0..2 {
                before.try_send(&super::message(number)).unwrap();
            }
            let formats = || {
                geometry.format(&memory.formatter(), 0).unwrap();
                let mut sender = P::sender(memory.sender()).unwrap();
                for number in 0..sent {
                    sender.try_send(&[b'n', number]).unwrap();
                }
            };
            let by = Interruption::none();
            by.before(at, formats);
            let attached = P::local_receiver(Interrupted::new(memory.receiver(), &by));
            let goes_on = by.is_over();
            by.before(usize::MAX, || {});
            let mut receiver = match attached {
                Ok(receiver) => receiver,
                Err(_) if goes_on => return true,
                Err(error) => panic!("{error:?}"),
            };
            let mut buffer = [0; 200];
            loop {
                match receiver.try_recv(&mut buffer).header() {
                    Err(Miss::SenderRestarted) => {}
                    Err(Miss::Reformatted) => break assert!(goes_on),
                    Ok(header) if goes_on => break assert_eq!(buffer[..header.len], *b"n\0"),
                    Ok(header) => break assert_eq!(buffer[..header.len], super::message(0)),
                    Err(error) => panic!("{error:?}"),
                }
            }
            goes_on
        });
    }
}

/// All of it, or it dies halfway. The receiver hears of what was before, or that the channel is another: never that
/// something is wrong with it.
pub(crate) fn a_format_during_a_step_is_no_corruption<M: Maker, P: Side>() {
    let geometry = P::geometry(2, 48);
    for (end, sent) in [
        (usize::MAX, 2),
        (usize::MAX, 3),
        (usize::MAX, 5),
        (30, 3),
        (20, 3),
    ] {
        at_each_access(|at| {
            let bench = Bench::<M>::new(geometry);
            let by = Interruption::none();
            let mut receiver =
                P::local_receiver(Interrupted::new(bench.memory.receiver(), &by)).unwrap();
            let mut sender = bench.sender::<P>();
            for number in 0..sent {
                bench.send(&mut sender, number..number + 1);
                while number + 2 < sent && receiver.skip().flat().is_ok() {}
            }
            let formats = || {
                let by = Interruption::none();
                by.before(end, die);
                let formatter = Interrupted::new(bench.memory.formatter(), &by);
                dies(|| geometry.format(&formatter, 0).unwrap());
            };
            by.before(at, formats);
            for _ in 0..4 {
                match bench.take(&mut receiver) {
                    Ok(_) | Err(Miss::Empty | Miss::SenderRestarted) => {}
                    Err(Miss::Busy | Miss::Lagged(_)) => {}
                    Err(error) => assert_eq!(error, REFORMATTED),
                }
            }
            let goes_on = by.is_over();
            by.before(0, || {});
            assert!(!goes_on || bench.take(&mut receiver) == Err(REFORMATTED));
            goes_on
        });
    }
}
