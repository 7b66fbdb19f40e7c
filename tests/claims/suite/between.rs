//! What does one side see if the other does something between any two of its accesses, or dies there?

use std::cell::RefCell;

use ramframe_core::channel::{Corruption, RecvError};
use ramframe_core::geometry::{Geometry, GeometryError};

use super::interrupted::{Interrupted, Interruption};
use super::{Bench, Came, Maker, Rx, Side, Tx, die, dies};

const REFORMATTED: RecvError = RecvError::Corrupt {
    what: Corruption::Reformatted,
};

/// How often each is tried, for memory that is not the same each time.
const ROUNDS: usize = 12;

/// Calls `trial` with 0, 1, 2, ..., several times each, until it says that this is beyond the last access.
pub(super) fn at_each_access(trial: impl Fn(usize) -> bool) {
    let each = |at: usize| (0..ROUNDS).all(|_| trial(at));
    assert!((0..1000).find(|&at| !each(at)) > Some(0));
}

/// What a receiver has heard of: messages that arrived, in order, and how many it missed.
struct Heard(u64);

impl Heard {
    /// Takes one step, and returns whether there was anything.
    fn step<M: Maker>(&mut self, bench: &Bench<M>, receiver: &mut impl Rx) -> bool {
        self.step_by(Way::Copy, bench, receiver)
    }

    fn step_by<M: Maker>(&mut self, way: Way, bench: &Bench<M>, receiver: &mut impl Rx) -> bool {
        let (came, result) = match way {
            Way::Copy => came(bench.take(receiver)),
            Way::InPlace => came(
                receiver
                    .see()
                    .map(|(header, bytes)| bench.number(header, &bytes)),
            ),
            Way::Batch => {
                let (came, result) = receiver.take_all(2);
                let number = |(header, bytes): &Came| bench.number(*header, bytes);
                (came.iter().map(number).collect(), result)
            }
        };
        for number in &came {
            assert_eq!(*number, self.0, "each message once, in order");
            self.0 += 1;
        }
        match result {
            Ok(()) | Err(RecvError::SenderRestarted) => true,
            Err(RecvError::Lagged(count)) => {
                self.0 += count;
                true
            }
            Err(RecvError::Empty | RecvError::Busy) => !came.is_empty(),
            Err(other) => panic!("{other:?}"),
        }
    }
}

/// How a side puts a message in, or takes one out.
#[derive(Clone, Copy, Debug)]
enum Way {
    Copy,
    InPlace,
    Batch,
}

const WAYS: [Way; 3] = [Way::Copy, Way::InPlace, Way::Batch];

impl Way {
    fn send(self, sender: &mut impl Tx, message: &[u8]) -> bool {
        match self {
            Way::Copy => sender.send(message).is_ok(),
            Way::InPlace => sender.fill(message).is_ok(),
            Way::Batch => sender.send_all(&[message.to_vec()]).1.is_ok(),
        }
    }
}

fn came(step: Result<u64, RecvError>) -> (Vec<u64>, Result<(), RecvError>) {
    match step {
        Ok(number) => (vec![number], Ok(())),
        Err(error) => (vec![], Err(error)),
    }
}

/// The sender is another than before, whose side may remember other things of the slots.
pub(crate) fn a_message_shows_whole_or_not_at_all<M: Maker, P: Side>() {
    for way in WAYS {
        shows_whole_or_not_at_all::<M, P>(way);
    }
}

fn shows_whole_or_not_at_all<M: Maker, P: Side>(way: Way) {
    for (sent, taken) in [(0, 0), (1, 0), (4, 3), (4, 4), (5, 3), (5, 4)] {
        at_each_access(|at| {
            let bench = Bench::<M>::new(P::geometry(2, 48));
            let heard = RefCell::new(Heard(0));
            let receiver = RefCell::new(bench.receiver::<P>());
            let look = || {
                let mut receiver = receiver.borrow_mut();
                heard.borrow_mut().step(&bench, &mut *receiver)
            };
            let mut first = bench.sender::<P>();
            for number in 0..sent {
                bench.send(&mut first, number..number + 1);
                while heard.borrow().0 < taken.min(number + 1) && look() {}
            }
            let looks = || {
                for _ in 0..3 {
                    look();
                }
            };
            let by = Interruption::none();
            let mut sender = P::local_sender(Interrupted::new(bench.memory.sender(), &by)).unwrap();
            by.before(at, looks);
            let sends = way.send(&mut sender, &super::message(sent));
            let goes_on = by.is_over();
            while look() {}
            assert_eq!(heard.borrow().0, sent + u64::from(sends));
            goes_on
        });
    }
}

/// Has a receiver take two steps, with `during` messages sent somewhere between, and then all others.
fn a_step<M: Maker, P: Side>(way: Way, at: usize, before: u64, during: u64) -> bool {
    let bench = Bench::<M>::new(P::geometry(2, 48));
    let sender = RefCell::new(bench.sender::<P>());
    let next = RefCell::new(0);
    let send = |count: u64| {
        for _ in 0..count {
            let number = *next.borrow();
            let sent = sender.borrow_mut().send(&super::message(number));
            *next.borrow_mut() += u64::from(sent.is_ok());
        }
    };
    let by = Interruption::none();
    let mut receiver = P::local_receiver(Interrupted::new(bench.memory.receiver(), &by)).unwrap();
    while receiver.next() < M::FIRST {
        receiver.skip().unwrap();
    }
    // Longer ones, of more than a line.
    send(2);
    while receiver.skip().is_ok() {}
    send(2);
    while receiver.skip().is_ok() {}
    send(before);
    by.before(at, || send(during));
    let mut heard = Heard(4);
    heard.step_by(way, &bench, &mut receiver);
    heard.step_by(way, &bench, &mut receiver);
    let goes_on = by.is_over();
    while heard.step_by(way, &bench, &mut receiver) {}
    assert_eq!(heard.0, *next.borrow());
    goes_on
}

pub(crate) fn a_step_holds_whatever_is_sent_meanwhile<M: Maker, P: Side>() {
    for way in WAYS {
        for (before, during) in [(0, 1), (1, 1), (1, 2), (2, 2), (2, 5), (0, 5)] {
            at_each_access(|at| a_step::<M, P>(way, at, before, during));
        }
    }
}

pub(crate) fn the_newest_is_whole_whatever_is_sent_meanwhile<M: Maker, P: Side>() {
    for during in [1, 3] {
        at_each_access(|at| {
            let bench = Bench::<M>::new(P::geometry(4, 48));
            let sender = RefCell::new(bench.sender::<P>());
            let by = Interruption::none();
            let mut receiver =
                P::local_receiver(Interrupted::new(bench.memory.receiver(), &by)).unwrap();
            while receiver.next() < M::FIRST {
                receiver.skip().unwrap();
            }
            bench.send(&mut *sender.borrow_mut(), 0..1);
            by.before(at, || {
                bench.send(&mut *sender.borrow_mut(), 1..1 + during);
            });
            match bench.latest(&mut receiver) {
                Ok(number) => assert!(number <= during),
                Err(error) => assert_eq!(error, RecvError::Busy),
            }
            by.is_over()
        });
    }
}

/// Two geometries that no mixture of is one of them.
fn geometries<P: Side>() -> [Geometry; 2] {
    [P::geometry(8, 48), P::geometry(2, 200).with_cache_line(128)]
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
        geometries[0].format(&memory.sender(), 0).unwrap();
        let (reader, by) = (memory.reader(), Interruption::none());
        assert_eq!(Geometry::read(&reader), Ok(geometries[0]));
        let formatter = Interrupted::new(memory.sender(), &by);
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
            geometries[0].format(&memory.sender(), 0).unwrap();
            let formats = || {
                let by = Interruption::none();
                by.before(end, die);
                let formatter = Interrupted::new(memory.sender(), &by);
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
            usual.format(&memory.sender(), 0).unwrap();
            let mut before = P::sender(memory.sender()).unwrap();
            for number in 0..2 {
                before.send(&super::message(number)).unwrap();
            }
            let formats = || {
                geometry.format(&memory.sender(), 0).unwrap();
                let mut sender = P::sender(memory.sender()).unwrap();
                for number in 0..sent {
                    sender.send(&[b'n', number]).unwrap();
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
                match receiver.recv(&mut buffer) {
                    Err(RecvError::SenderRestarted) => {}
                    Err(RecvError::Corrupt {
                        what: Corruption::Reformatted,
                    }) => break assert!(goes_on),
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
                while number + 2 < sent && receiver.skip().is_ok() {}
            }
            let formats = || {
                let by = Interruption::none();
                by.before(end, die);
                let formatter = Interrupted::new(bench.memory.sender(), &by);
                dies(|| geometry.format(&formatter, 0).unwrap());
            };
            by.before(at, formats);
            for _ in 0..4 {
                match bench.take(&mut receiver) {
                    Ok(_) | Err(RecvError::Empty | RecvError::SenderRestarted) => {}
                    Err(RecvError::Busy | RecvError::Lagged(_)) => {}
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

/// Three senders, of which two die. Each says in its messages which it is.
pub(crate) fn what_a_sender_published_outlives_it<M: Maker, P: Side>() {
    for first_dies in 0..16 {
        at_each_access(|at| {
            let bench = Bench::<M>::new(P::geometry(8, 48));
            let mut receiver = bench.receiver::<P>();
            let (mut acknowledged, mut heard) = (RefCell::new(vec![]), vec![]);
            let send = |sender: &mut dyn FnMut(&[u8]) -> u64, name: u8| {
                acknowledged.borrow_mut().push((sender(&[name; 20]), name));
            };
            let dying = |name: u8, while_attaching: bool, at: usize| {
                let by = Interruption::none();
                let region = Interrupted::new(bench.memory.sender(), &by);
                dies(|| {
                    if while_attaching {
                        by.before(at, die);
                    }
                    let mut sender = P::local_sender(region).unwrap();
                    if !while_attaching {
                        by.before(at, die);
                    }
                    send(&mut |bytes| sender.send(bytes).unwrap(), name);
                })
            };
            dying(1, false, first_dies);
            hear(&mut receiver, &mut heard);
            let goes_on = dying(2, true, at);
            hear(&mut receiver, &mut heard);
            let mut last = bench.sender::<P>();
            send(&mut |bytes| last.send(bytes).unwrap(), 3);
            hear(&mut receiver, &mut heard);
            let mut next = M::FIRST..;
            assert!(heard.iter().all(|heard| Some(heard.0) == next.next()));
            let acknowledged = acknowledged.get_mut();
            assert!(acknowledged.iter().all(|message| heard.contains(message)));
            goes_on
        });
    }
}

/// Takes what there is: each message's sequence, and who sent it.
fn hear(receiver: &mut impl Rx, heard: &mut Vec<(u64, u8)>) {
    let mut buffer = [0; 48];
    loop {
        match receiver.recv(&mut buffer) {
            Ok(header) => {
                assert_eq!(buffer[..header.len], [buffer[0]; 20]);
                heard.push((header.sequence, buffer[0]));
            }
            Err(RecvError::SenderRestarted) => {}
            Err(error) => return assert_eq!(error, RecvError::Empty),
        }
    }
}
