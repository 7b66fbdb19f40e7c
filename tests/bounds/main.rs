//! Are the costs that the docs state the true ones, and do they stand still while the channel grows?

#[path = "../regions/array.rs"]
mod array;
#[path = "../regions/counting.rs"]
mod counting;
#[path = "../lies/tally.rs"]
mod tally;

use ramframe_core::channel::{Backpressure, Policy, Receive, Receiver, Sender, Start};
use ramframe_core::geometry::{Geometry, Overflow};
use ramframe_core::region::RegionMut;
use ramframe_core::wait::{Notify, Wait};
use ramframe_core::words::AtomicWords;

use array::Array;
use counting::CountingRegion;
use tally::{BOUNDS, Tally, assert_bounded};

/// Rings whenever it may.
struct Eager;

impl Wait for Eager {
    const NOTIFY: Notify = Notify::AlwaysAndOnRequest;

    fn wait(&mut self, _: *const u32, _: u32) {}

    fn notify(&mut self, _: *const u32, _: bool) {}
}

type Counted<'a> = CountingRegion<'a, AtomicWords<'a>>;

/// An honest life: both sides attach, messages go in rounds of `burst`, the sender leaves.
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
        Receiver::overwrite(region, Start::Oldest)
    });
    let sender = tally.step("attach sender", || Sender::overwrite(region));
    exchange(sender.unwrap(), receiver.unwrap(), tally, rounds, burst);
}

fn backpressure(region: Counted<'_>, tally: &Tally, rounds: u32, burst: u32) {
    let receiver = tally.step("attach receiver", || Receiver::backpressure(region, 0));
    let sender = tally.step("attach sender", || Sender::backpressure(region));
    exchange(sender.unwrap(), receiver.unwrap(), tally, rounds, burst);
    let dead = tally.step("attach stand-in", || Receiver::reclaim(region, 0));
    let _ = tally.step("discard_pending", || dead.unwrap().discard_pending());
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
            let _ = tally.step("send", || sender.send(b"CIEPLO"));
        }
        let _ = tally.step("latest", || receiver.latest(&mut [0; 48]));
        let _ = tally.step(recv, || receiver.recv(&mut [0; 1]));
        while tally.step(recv, || receiver.recv(&mut [0; 48])).is_ok() {}
        tally.done("nap", || receiver.wait_unregistered());
        tally.done("sleep", || receiver.wait());
    }
    let mut sender = sender.with_wait(Eager);
    let _ = tally.step("send and ring", || sender.send(b"ZIMNO"));
    let _ = tally.step("skip", || receiver.skip());
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
    assert_eq!(lossy.most("send", |outcome| outcome == "Ok"), (7, 1));
    assert_eq!(lossy.most("recv", |outcome| outcome == "Ok"), (12, 1));
    assert_eq!(lossy.most("recv again", |outcome| outcome == "Ok"), (8, 1));
    let lossless = life(Geometry::backpressure(8, 48, 1), 20, 4);
    assert_eq!(lossless.most("send", |outcome| outcome == "Ok"), (7, 1));
    assert_eq!(lossless.most("recv", |outcome| outcome == "Ok"), (9, 1));
    assert_eq!(
        lossless.most("recv again", |outcome| outcome == "Ok"),
        (9, 1)
    );
}

#[test]
fn a_receiver_costs_a_sender_one_load_when_room_is_short() {
    for receivers in [1, 2, 8, 32] {
        let tally = Tally::default();
        let geometry = Geometry::backpressure(4, 48, receivers);
        let memory = Array::new(geometry.size() as usize);
        geometry.format(&memory.words(), 0).unwrap();
        let region = CountingRegion::new(memory.words(), &tally.meter);
        let mut sender: Sender<_, Backpressure> = Sender::backpressure(region).unwrap();
        let mut cost = || {
            tally.meter.read();
            sender.send(b"CIEPLO").unwrap();
            tally.meter.read().0
        };
        let costs = [cost(), cost(), cost(), cost()];
        assert_eq!(costs, [6 + receivers as usize, 5, 5, 5]);
    }
}

#[test]
fn the_number_of_slots_costs_nothing() {
    let layouts: [fn(u32) -> Geometry; 2] = [
        |slots| Geometry::overwrite(slots, 48),
        |slots| Geometry::backpressure(slots, 48, 1),
    ];
    for geometry in layouts {
        // As full, or as far behind, whatever the number of slots.
        for laps in [1, 3] {
            let costs = [2, 16, 1024].map(|slots| most(&life(geometry(slots), 3, slots * laps)));
            assert!(costs.iter().all(|cost| *cost == costs[0]), "{costs:#?}");
        }
    }
}

#[test]
fn the_number_of_messages_costs_nothing() {
    for geometry in [Geometry::overwrite(4, 48), Geometry::backpressure(4, 48, 1)] {
        let [few, many] = [4, 4000].map(|rounds| most(&life(geometry, rounds, 3)));
        assert_eq!(few, many);
    }
}

#[test]
fn the_docs_state_these_numbers() {
    let docs = include_str!("../../core/src/channel/mod.rs").replace("\n//!", "");
    for stated in [
        "`send` makes at most 7 accesses and one copy, plus one load a receiver",
        "to ring makes 2 more, ringing 3 more",
        "`recv` makes at most 9 accesses and one copy when there is a message, 3 more for the first of an incarnation, and at most 64 otherwise",
        "`latest` makes at most 212 and four copies, attaching at most 67",
    ] {
        assert!(docs.contains(stated), "not in the docs: {stated}");
    }
}
