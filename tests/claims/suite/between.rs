//! What one side sees if the other does something between any two of its accesses, or dies there.

use std::cell::RefCell;

use super::interrupted::{Interrupted, Interruption};
use super::{Bench, Came, Maker, Rx, Side, Tx, die, dies};
use crate::support::{Flat, FlatMessage, Miss};

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
            Ok(()) | Err(Miss::SenderRestarted) => true,
            Err(Miss::Lagged(count)) => {
                self.0 += count;
                true
            }
            Err(Miss::Empty | Miss::Busy) => !came.is_empty(),
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
            Way::Copy => sender.try_send(message).is_ok(),
            Way::InPlace => sender.fill(message).is_ok(),
            Way::Batch => sender.send_all(&[message.to_vec()]).1.is_ok(),
        }
    }
}

fn came(step: Result<u64, Miss>) -> (Vec<u64>, Result<(), Miss>) {
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
            let sent = sender.borrow_mut().try_send(&super::message(number));
            *next.borrow_mut() += u64::from(sent.is_ok());
        }
    };
    let by = Interruption::none();
    let receiver = P::local_receiver(Interrupted::new(bench.memory.receiver(), &by)).unwrap();
    let mut receiver = bench.at_first(receiver);
    // Longer ones, of more than a line.
    send(2);
    while receiver.skip().flat().is_ok() {}
    send(2);
    while receiver.skip().flat().is_ok() {}
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
                receiver.skip().flat().unwrap();
            }
            bench.send(&mut *sender.borrow_mut(), 0..1);
            by.before(at, || {
                bench.send(&mut *sender.borrow_mut(), 1..1 + during);
            });
            match bench.latest(&mut receiver) {
                Ok(number) => assert!(number <= during),
                Err(error) => assert_eq!(error, Miss::Busy),
            }
            by.is_over()
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
                    send(&mut |bytes| sender.try_send(bytes).unwrap(), name);
                })
            };
            dying(1, false, first_dies);
            hear(&mut receiver, &mut heard);
            let goes_on = dying(2, true, at);
            hear(&mut receiver, &mut heard);
            let mut last = bench.sender::<P>();
            send(&mut |bytes| last.try_send(bytes).unwrap(), 3);
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
        match receiver.try_recv(&mut buffer).header() {
            Ok(header) => {
                assert_eq!(buffer[..header.len], [buffer[0]; 20]);
                heard.push((header.sequence, buffer[0]));
            }
            Err(Miss::SenderRestarted) => {}
            Err(error) => return assert_eq!(error, Miss::Empty),
        }
    }
}
