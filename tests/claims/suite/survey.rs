//! Someone who only looks sees how the channel stands, each time anew.

use ramframe_core::channel::{Backpressure, Channel, ChannelStatus, ReceiverStatus};
use ramframe_core::geometry::{CONSUMED, FIRST_EPOCH, GENERATION, Geometry, MAGIC, Name};
use ramframe_core::region::Region;

use super::{Bench, Maker, Side, Tx, dying::DyingRegion, dying::Life, plant, tagged};
use crate::support::Flat;

pub(crate) fn a_survey_says_how_the_channel_stands<M: Maker, P: Side>() {
    let geometry = P::geometry(8, 48);
    let bench = Bench::<M>::new(geometry);
    let reader = bench.memory.reader();
    let check = |sent: u64, epoch: u32, closed: bool| {
        let sent = M::FIRST + sent;
        let survey = ChannelStatus {
            geometry,
            name: Some(Name::EMPTY),
            sent,
            epoch,
            restarts: epoch.saturating_sub(reader.load_fresh(FIRST_EPOCH)),
            closed,
            generation: reader.load_fresh(GENERATION),
        };
        assert_eq!(ChannelStatus::of(&reader), Ok(survey));
    };
    if M::FIRST == 0 {
        check(0, 0, false);
    }
    for round in 0..3 {
        let epoch = M::FIRST_EPOCH + round as u32;
        let mut sender = bench.sender::<P>();
        check(round * 2, epoch, false);
        bench.send(&mut sender, round * 2..round * 2 + 2);
        check(round * 2 + 2, epoch, false);
        sender.close();
        check(round * 2 + 2, epoch, true);
    }
}

pub(crate) fn a_survey_says_how_each_receiver_stands<M: Maker>() {
    let bench = Bench::<M>::new(Geometry::backpressure(8, 48, 2));
    let (mut sender, reader) = (bench.sender::<Backpressure>(), bench.memory.reader());
    bench.send(&mut sender, 0..5);
    let check = |pending: u32, joined: u32, left: bool| {
        let survey = ChannelStatus::of(&reader).unwrap();
        let registered = ReceiverStatus {
            pending: Some(pending),
            attach_count: joined,
            detached: left,
            discarded: 0,
        };
        assert_eq!(survey.receiver(&reader, 1), Some(registered));
    };
    check(5, 0, false);
    for joined in 1..3 {
        let mut receiver = Channel::backpressure(bench.memory.receiver())
            .receiver(1)
            .unwrap();
        check(6 - joined, joined, false);
        receiver.skip().flat().unwrap();
        check(5 - joined, joined, false);
        receiver.detach();
        check(5 - joined, joined, true);
    }
}

pub(crate) fn a_receiver_ahead_of_a_survey_has_nothing_left<M: Maker>() {
    let bench = Bench::<M>::new(Geometry::backpressure(4, 48, 1));
    let (mut sender, reader) = (bench.sender::<Backpressure>(), bench.memory.reader());
    let mut receiver = Channel::backpressure(bench.memory.receiver())
        .receiver(0)
        .unwrap();
    let survey = ChannelStatus::of(&reader).unwrap();
    for number in 0..20 {
        bench.send(&mut sender, number..number + 1);
        receiver.skip().flat().unwrap();
        let registered = survey.receiver(&reader, 0).unwrap();
        assert_eq!(registered.pending, Some(0));
    }
    let region = bench.memory.anybody();
    let consumed = survey.geometry.receiver_line(0) + CONSUMED;
    plant(
        &region,
        consumed,
        tagged(&region, (M::FIRST as u32).wrapping_add(99)),
    );
    assert_eq!(survey.receiver(&reader, 0).unwrap().pending, None);
}

pub(crate) fn memory_half_made_is_told_from_memory_in_use<M: Maker, P: Side>() {
    let geometry = P::geometry(2, 48);
    let memory = M::fitting(&geometry);
    let looks: Vec<_> = (0..4).map(|_| memory.reader()).collect();
    let half_made = || looks.iter().all(Geometry::is_half_formatted);
    let life = Life::of(9);
    // What the side that formats remembers of the memory is as good as what is there.
    let region = memory.formatter();
    region.invalidate(0, region.len());
    geometry
        .format(&DyingRegion::new(region, &life), 0)
        .unwrap();
    assert!(half_made());
    assert_eq!(memory.reader().load_fresh(GENERATION), 0);
    plant(&memory.anybody(), MAGIC, 1);
    assert!(!half_made());
    plant(&memory.anybody(), MAGIC, 0);
    assert!(half_made());
    let last = geometry.size() as usize - 4;
    plant(&memory.anybody(), last, 1);
    assert!(!half_made());
}
