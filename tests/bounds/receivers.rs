//! Many receivers cost a sender nothing under overwrite, and one load and one cache line each under backpressure.

use std::cell::Cell;

use ramframe_core::channel::{Channel, Policy, Receive, Receiver, Sender, Start};
use ramframe_core::geometry::{Geometry, Overflow};
use ramframe_core::wait::{Notify, Wait};

use crate::Counted;
use crate::array::Array;
use crate::counting::{CountingRegion, Meter};
use crate::support::FlatMessage;

const NUMBERS: [u32; 6] = [1, 2, 4, 8, 16, 32];

const SLOTS: u32 = 4;

/// So many that the sender asks for room again and again.
const MESSAGES: usize = 13;

/// Answers each request, and counts the answers.
#[derive(Clone, Copy)]
struct Answers<'a>(&'a Cell<u32>);

impl Wait for Answers<'_> {
    const NOTIFY: Notify = Notify::OnRequest;

    fn wait(&mut self, _: *const u32, _: u32) {}

    fn notify(&mut self, _: *const u32, _: bool) {
        self.0.set(self.0.get() + 1);
    }
}

/// What one step cost.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Cost {
    accesses: usize,
    lines: usize,
    notifications: u32,
}

fn cost(accesses: usize, lines: usize, notifications: u32) -> Cost {
    Cost {
        accesses,
        lines,
        notifications,
    }
}

/// What is counted, of all sides together.
#[derive(Default)]
struct Counts {
    meter: Meter,
    notifications: Cell<u32>,
}

impl Counts {
    fn cost(&self, step: impl FnOnce()) -> Cost {
        self.take();
        step();
        self.take()
    }

    fn take(&self) -> Cost {
        Cost {
            accesses: self.meter.read().0,
            lines: self.meter.touched(),
            notifications: self.notifications.take(),
        }
    }
}

/// What each send costs, and each receive of the last receiver. All receivers ask to be woken before each send.
fn costs(geometry: Geometry, receivers: u32) -> [Vec<Cost>; 2] {
    let counts = Counts::default();
    let memory = Array::new(geometry.size() as usize);
    geometry.format(&memory.words(), 0).unwrap();
    let region = CountingRegion::new(memory.words(), &counts.meter);
    let wait = Answers(&counts.notifications);
    match geometry.overflow() {
        Overflow::Overwrite => {
            let channel = || Channel::overwrite(region).with_wait(wait);
            let attach = |_| channel().receiver(Start::Next).unwrap();
            let receivers = (0..receivers).map(attach).collect();
            exchange(channel().sender().unwrap(), receivers, &counts)
        }
        Overflow::Backpressure => {
            let channel = || Channel::backpressure(region).with_wait(wait);
            let attach = |index| channel().receiver(index).unwrap();
            let receivers = (0..receivers).map(attach).collect();
            exchange(channel().sender().unwrap(), receivers, &counts)
        }
    }
}

fn exchange<'a, P: Policy + Receive<Counted<'a>>>(
    mut sender: Sender<Counted<'a>, P, Answers<'a>>,
    mut receivers: Vec<Receiver<Counted<'a>, P, Answers<'a>>>,
    counts: &Counts,
) -> [Vec<Cost>; 2] {
    let round = |_| {
        receivers.iter_mut().for_each(Receiver::wait);
        let send = counts.cost(|| {
            sender.try_send(&[7; 48]).unwrap();
        });
        let receives = receivers.iter_mut().map(|receiver| {
            counts.cost(|| {
                receiver.try_recv(&mut [0; 48]).header().unwrap();
            })
        });
        (send, receives.last().unwrap())
    };
    // The first send and the first receive find out who is there.
    let (sends, receives) = (0..MESSAGES).map(round).skip(1).unzip();
    [sends, receives]
}

/// The costs of sends, in rounds of as many as there are slots. The last of a round looks whether there is still room.
fn rounds(sends: &[Cost], usual: Cost, asking: Cost) -> bool {
    let is_last = |place: usize| place.is_multiple_of(SLOTS as usize);
    let expected = |place| if is_last(place) { asking } else { usual };
    let mut places = (1..).zip(sends);
    places.all(|(place, cost)| *cost == expected(place))
}

#[test]
fn under_overwrite_a_receiver_costs_nobody_anything() {
    let costs = |number| costs(Geometry::overwrite(SLOTS, 48), number);
    let [sends, receives] = costs(1);
    assert!(rounds(&sends, cost(14, 4, 1), cost(18, 5, 1)), "{sends:?}");
    for number in NUMBERS {
        let all = [sends.clone(), receives.clone()];
        assert_eq!(costs(number), all, "{number} receivers");
    }
}

#[test]
fn under_backpressure_a_receiver_costs_a_sender_one_line_a_round() {
    let costs = |number| costs(Geometry::backpressure(SLOTS, 48, number), number);
    let [_, alone] = costs(1);
    for number in NUMBERS {
        let [sends, receives] = costs(number);
        let each = number as usize;
        let asking = cost(15 + each, 5 + each, 1);
        let has_shape = rounds(&sends, cost(11, 4, 1), asking);
        assert!(has_shape, "{number} receivers: {sends:?}");
        assert_eq!(receives, alone, "{number} receivers");
    }
}
