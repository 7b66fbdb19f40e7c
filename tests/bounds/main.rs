//! The costs that the docs state are the true ones, and stand still while the channel grows.

#[path = "../regions/aged.rs"]
mod aged;
#[path = "../regions/array.rs"]
mod array;
#[path = "../regions/counting.rs"]
mod counting;
#[path = "../regions/dying.rs"]
mod dying;
mod receivers;
#[path = "../support/mod.rs"]
mod support;
#[path = "../lies/tally.rs"]
mod tally;

use crate::support::{Flat, FlatMessage, Miss, Words};
use ramframe_core::channel::{Backpressure, Channel, Policy, Receive, Receiver, Sender, Start};
use ramframe_core::geometry::{Geometry, Overflow};
use ramframe_core::region::RegionMut;
use ramframe_core::wait::{Due, Notify, Wait};

use array::Array;
use counting::CountingRegion;
use dying::{DyingRegion, Life};
use tally::{BOUNDS, Tally, assert_bounded};

/// Rings whenever it may.
struct Eager;

impl Wait for Eager {
    const NOTIFY: Notify = Notify::AlwaysAndOnRequest;

    fn wait(&mut self, _: *const u32, _: u32) {}

    fn notify(&mut self, _: *const u32, _: bool) {}
}

type Counted<'a> = CountingRegion<'a, Words<'a>>;

/// An honest life: both sides attach after a first sender, messages go in rounds of `burst`, the sender leaves.
fn life(geometry: Geometry, rounds: u32, burst: u32) -> Tally {
    let tally = Tally::default();
    let memory = Array::new(geometry.size() as usize);
    geometry.format(&memory.words(), 0).unwrap();
    let region = CountingRegion::new(memory.words(), &tally.meter);
    match geometry.overflow() {
        Overflow::Overwrite => overwrite(region, &tally, rounds, burst),
        Overflow::Backpressure => backpressure(region, &tally, rounds, burst),
    }
    assert_bounded(&tally);
    tally
}

fn overwrite(region: Counted<'_>, tally: &Tally, rounds: u32, burst: u32) {
    let receiver = tally.step("attach receiver", || {
        Channel::overwrite(region).receiver(Start::Oldest)
    });
    drop(Channel::overwrite(region).sender());
    let sender = tally.step("attach sender", || Channel::overwrite(region).sender());
    exchange(sender.unwrap(), receiver.unwrap(), tally, rounds, burst);
}

fn backpressure(region: Counted<'_>, tally: &Tally, rounds: u32, burst: u32) {
    let receiver = tally.step("attach receiver", || {
        Channel::backpressure(region).receiver(0)
    });
    drop(Channel::backpressure(region).sender());
    let sender = tally.step("attach sender", || Channel::backpressure(region).sender());
    exchange(sender.unwrap(), receiver.unwrap(), tally, rounds, burst);
    let dead = tally.step("attach stand-in", || {
        Channel::backpressure(region).reclaim(0)
    });
    let _ = tally.step("discard_pending", || dead.unwrap().discard_pending().flat());
}

fn exchange<R: RegionMut, P: Policy + Receive<R>>(
    mut sender: Sender<R, P>,
    mut receiver: Receiver<R, P>,
    tally: &Tally,
    rounds: u32,
    burst: u32,
) {
    for round in 0..rounds {
        let recv = if round == 0 { "recv" } else { "recv again" };
        for _ in 0..burst {
            let _ = tally.step("send", || sender.try_send(b"CIEPLO"));
        }
        let _ = tally.step("latest", || receiver.latest(&mut [0; 48]).header());
        let _ = tally.step(recv, || receiver.try_recv(&mut [0; 1]).header());
        while tally
            .step(recv, || receiver.try_recv(&mut [0; 48]).header())
            .is_ok()
        {}
        tally.done("nap", || receiver.wait_unregistered());
        tally.done("sleep", || receiver.wait());
    }
    let again = sender.into_half().with_wait(Eager);
    let mut sender = tally.step("attach sender", || again.attach()).unwrap();
    let _ = tally.step("send and ring", || sender.try_send(b"ZIMNO"));
    let _ = tally.step("skip", || receiver.skip().flat());
    tally.done("close", || sender.close());
}

/// What each operation cost at most.
fn most(tally: &Tally) -> Vec<(&'static str, (usize, usize))> {
    BOUNDS
        .iter()
        .map(|&(operation, which, ..)| (operation, tally.most(operation, which)))
        .collect()
}

#[test]
fn an_honest_message_costs_little() {
    let lossy = life(Geometry::overwrite(8, 48), 20, 4);
    let ok = |outcome: &str| outcome == "Ok";
    assert_eq!(lossy.most("send", ok), (9 + 4, 1));
    assert_eq!(lossy.most("recv", ok), (10, 1));
    assert_eq!(lossy.most("recv again", ok), (10, 1));
    let lossless = life(Geometry::backpressure(8, 48, 1), 20, 4);
    assert_eq!(lossless.most("send", ok), (6 + 5, 1));
    assert_eq!(lossless.most("recv", ok), (8, 1));
    assert_eq!(lossless.most("recv again", ok), (8, 1));
}

#[test]
fn a_receiver_costs_a_sender_one_load_when_room_is_short() {
    for receivers in [1, 2, 8, 32] {
        let tally = Tally::default();
        let geometry = Geometry::backpressure(4, 48, receivers);
        let memory = Array::new(geometry.size() as usize);
        geometry.format(&memory.words(), 0).unwrap();
        let region = CountingRegion::new(memory.words(), &tally.meter);
        let mut sender: Sender<_, Backpressure> = Channel::backpressure(region).sender().unwrap();
        let mut cost = || {
            tally.meter.read();
            sender.try_send(b"CIEPLO").unwrap();
            tally.meter.read().0
        };
        let costs = [cost(), cost(), cost(), cost()];
        assert_eq!(costs, [6 + 4 + receivers as usize, 6, 6, 6]);
    }
}

/// A receiver that polls stores nothing: its line stays in the sender's cache.
#[test]
fn a_receive_of_nothing_stores_nothing() {
    let geometry = Geometry::backpressure(4, 48, 1);
    let memory = Array::new(geometry.size() as usize);
    geometry.format(&memory.words(), 0).unwrap();
    let mut sender = Channel::backpressure(memory.words()).sender().unwrap();
    let life = Life::whole();
    let region = DyingRegion::new(memory.words(), &life);
    let mut receiver = Channel::backpressure(region).receiver(0).unwrap();
    for _ in 0..9 {
        let before = life.made();
        assert_eq!(receiver.skip().flat(), Err(Miss::Empty));
        assert_eq!(life.made(), before);
        sender.try_send(b"CIEPLO").unwrap();
        assert!(receiver.skip().flat().is_ok());
    }
}

/// Not even in a region that is too short for any channel.
#[test]
fn what_looks_for_a_channel_stays_inside_of_the_region() {
    let tally = Tally::default();
    for len in [0, 8, 64, 120, 128, 136, 1024] {
        let memory = Array::new(len);
        let region = CountingRegion::new(memory.words(), &tally.meter);
        assert_eq!(Geometry::is_half_formatted(&region), len >= 128);
        assert!(Geometry::read(&region).is_err());
        let formatted = Geometry::overwrite(4, 48).format(&region, 0);
        assert_eq!(formatted.is_ok(), len == 1024);
    }
}

/// Asks once whether a notification is due, and then not for a thousand messages. Counts what it is asked.
#[derive(Default)]
struct Seldom(u32);

impl Wait for Seldom {
    const NOTIFY: Notify = Notify::Always;

    fn wait(&mut self, _: *const u32, _: u32) {}

    fn notify(&mut self, _: *const u32, _: bool) {}

    fn due(&mut self) -> Due {
        self.0 += 1;
        Due {
            notify: true,
            again: 1000,
        }
    }
}

/// So that the first message after a pause need not wait.
#[test]
fn after_a_notification_by_hand_the_next_message_asks() {
    let memory = Array::new(1024);
    let region = memory.words();
    Geometry::overwrite(4, 48).format(&region, 0).unwrap();
    let channel = Channel::overwrite(region).with_wait(Seldom::default());
    let mut sender = channel.sender().unwrap();
    let asked = |count: u32, sender: &mut Sender<_, _, Seldom>| {
        let before = sender.wait_mut().0;
        for _ in 0..count {
            sender.try_send(b"CIEPLO").unwrap();
        }
        sender.wait_mut().0 - before
    };
    assert_eq!(asked(3, &mut sender), 1);
    assert_eq!(asked(3, &mut sender), 0);
    sender.notify_now();
    assert_eq!(asked(3, &mut sender), 1);
}

#[test]
fn the_number_of_slots_costs_nothing() {
    let geometries: [fn(u32) -> Geometry; 2] = [
        |slots| Geometry::overwrite(slots, 48),
        |slots| Geometry::backpressure(slots, 48, 1),
    ];
    for geometry in geometries {
        // As full, or as far behind, whatever the number of slots.
        for laps in [1, 3] {
            // Channels in which a receiver keeps its distance, or none does.
            for slots in [[2, 4, 8], [128, 512, 1024]] {
                let costs = slots.map(|slots| most(&life(geometry(slots), 3, slots * laps)));
                assert!(costs.iter().all(|cost| *cost == costs[0]), "{costs:#?}");
            }
        }
    }
}

/// The accesses of each of `messages` receives, after each of which the sender is `lead` messages ahead.
fn receives(slots: u32, lead: u32, messages: u32) -> Vec<usize> {
    let geometry = Geometry::backpressure(slots, 48, 1);
    let memory = Array::new(geometry.size() as usize);
    geometry.format(&memory.words(), 0).unwrap();
    let meter = counting::Meter::default();
    let region = CountingRegion::new(memory.words(), &meter);
    let mut sender: Sender<_, Backpressure> = Channel::backpressure(region).sender().unwrap();
    let mut receiver = Channel::backpressure(region).receiver(0).unwrap();
    let send = |_| sender.try_send(b"CIEPLO").map(drop).unwrap();
    let mut sends = std::iter::repeat(()).map(send);
    sends.by_ref().take(lead as usize).for_each(drop);
    let step = |_| {
        sends.next();
        meter.read();
        receiver.try_recv(&mut [0; 48]).header().unwrap();
        meter.read().0
    };
    (0..messages).map(step).collect()
}

/// The receives, of those that [`receives`] counts, that looked ahead: which ones, and what that cost.
fn looks_ahead(slots: u32, lead: u32, messages: u32) -> Vec<(usize, usize)> {
    let costs = receives(slots, lead, messages).into_iter().enumerate();
    let costs = costs.skip(1).map(|(number, cost)| (number, cost - 8));
    costs.filter(|(_, more)| *more > 0).collect()
}

/// Sides that take turns: each look is in vain, so the next one comes after twice as many messages.
#[test]
fn a_receiver_that_need_not_wait_hardly_ever_looks_ahead() {
    if cfg!(not(target_pointer_width = "64")) {
        return;
    }
    let looks = looks_ahead(64, 0, 20_000);
    let expected = [32, 96, 224, 480, 992, 2016, 4064, 8160, 12_256, 16_352];
    assert_eq!(looks, expected.map(|number| (number, 32)));
}

/// A receiver that is far enough behind loads one pair to know it.
#[test]
fn a_receiver_that_is_behind_does_not_pause() {
    if cfg!(not(target_pointer_width = "64")) {
        return;
    }
    let looks = looks_ahead(128, 100, 2000);
    let expected = [32, 96, 224, 480, 736, 992, 1248, 1504, 1760];
    assert_eq!(looks, expected.map(|number| (number, 2)));
}

/// However many messages it missed: the one at which it was to look may be among them.
#[test]
fn a_receiver_that_missed_messages_looks_ahead_again() {
    if cfg!(not(target_pointer_width = "64")) {
        return;
    }
    let geometry = Geometry::overwrite(64, 48);
    for missed in [1000, 1 << 30, (1 << 30) + 1000, 1 << 31, 1 << 32, 1 << 40] {
        let memory = Array::new(geometry.size() as usize);
        geometry.format(&memory.words(), 0).unwrap();
        aged::age(&memory.words(), &geometry, 1000);
        let meter = counting::Meter::default();
        let region = CountingRegion::new(memory.words(), &meter);
        let mut receiver = Channel::overwrite(region).receiver(Start::Next).unwrap();
        aged::age(&memory.words(), &geometry, 1000 + missed);
        let lagged = receiver.try_recv(&mut [0; 48]).header();
        assert_eq!(lagged, Err(Miss::Lagged(missed - 64)));
        let costs = (0..64).map(|_| {
            meter.read();
            receiver.try_recv(&mut [0; 48]).header().unwrap();
            meter.read().0
        });
        // The first reports the loss as over.
        let looked: Vec<_> = (0..)
            .zip(costs)
            .skip(1)
            .filter(|(_, cost)| *cost > 10)
            .collect();
        assert_eq!(looked, [(32, 12)], "{missed} missed");
    }
}

/// In few slots, and in few long ones, there is no distance to keep.
#[test]
fn a_receiver_of_few_slots_never_looks_ahead() {
    for slots in [2, 8] {
        assert_eq!(looks_ahead(slots, 0, 20_000), []);
    }
}

#[test]
fn the_number_of_messages_costs_nothing() {
    for geometry in [Geometry::overwrite(4, 48), Geometry::backpressure(4, 48, 1)] {
        let [few, many] = [4, 4000].map(|rounds| most(&life(geometry, rounds, 3)));
        assert_eq!(few, many);
    }
}

/// The first sender of a generation clears the slots; those after it do not.
#[test]
fn a_slot_costs_a_first_sender_two_stores() {
    let cost = |slots: u32| {
        let geometry = Geometry::overwrite(slots, 48);
        let memory = Array::new(geometry.size() as usize);
        geometry.format(&memory.words(), 0).unwrap();
        let meter = counting::Meter::default();
        let attach = || {
            Channel::overwrite(CountingRegion::new(memory.words(), &meter))
                .sender()
                .unwrap();
            meter.read().0
        };
        [attach(), attach()]
    };
    let [[first, next], larger] = [2, 1024].map(cost);
    assert_eq!(larger, [first + 2 * 1022, next]);
    assert!(first <= 84 && next <= 84);
}

#[test]
fn the_docs_state_these_numbers() {
    let docs = include_str!("../../core/src/channel/mod.rs");
    for stated in [
        "| `try_send`, overwrite | 9 | 1 |",
        "| `try_send`, backpressure | 6 | 1 |",
        "| when all slots were used, or the room it knew of | 4 more, and 1 a receiver | |",
        "| `try_recv` of a message, overwrite | 10 | 1 |",
        "| `try_recv` of a message, backpressure | 8 | 1 |",
        "| of the first message that this receiver reads | 3 more | |",
        "| once in 32 messages or more, on 64 bits and with 16 slots or more: whether to let the sender get ahead | 32 more | |",
        "| `try_recv` of no message | 66 | 1 |",
        "| for each further attempt of a `try_recv`: at most 4, for a first message, a void frame, or a sender that overtakes | 25 more | 1 more |",
        "| `latest` | 256 | 5 |",
        "| asking whether to notify | 2 more, for a receiver too | |",
        "| notifying | 3 more | |",
        "| attaching | 84, and 2 a slot for the first sender of a generation | |",
    ] {
        assert!(docs.contains(stated), "not in the docs: {stated}");
    }
}
