//! On what ground does a format stand: which memory is a channel, which of its words count, and is what is refused left alone?

use std::sync::atomic::Ordering::Relaxed;

use ramframe_core::channel::{Channel, ChannelStatus};
use ramframe_core::geometry::{
    CONSTANTS, EPOCH, FIRST_EPOCH, GENERATION, Geometry, GeometryError, MAGIC, NOTIFY_SEQ,
};
use ramframe_core::region::{Region, RegionMut};
use ramframe_core::stream::DuplexGeometry;

use super::array::Array;

/// The tag of the first generation, and the one that is farthest from it.
const FIRST: u32 = 1 << 21;
const FARTHEST: u32 = (1 + (1 << 10)) << 21;

#[test]
fn slots_of_a_channel_without_receivers_never_come_nearer() {
    let memory = Array::new(4096);
    let region = memory.words();
    let formatted = |geometry: Geometry| {
        geometry.format(&region, 0).unwrap();
        Geometry::read(&region).unwrap().slots_at()
    };
    let near = Geometry::overwrite(4, 48);
    assert_eq!(formatted(near.with_slots_at(1024)), 1024);
    assert_eq!(formatted(near), 1024);
    assert_eq!(formatted(near.with_slots_at(2048)), 2048);
}

/// The places of a channel whose magic is another program's do not count.
#[test]
fn only_a_channel_keeps_its_places() {
    let near = Geometry::backpressure(4, 48, 1);
    for (magic, expected) in [(0, 1024), (7, near.slots_at())] {
        let memory = Array::new(4096);
        let region = memory.words();
        near.with_slots_at(1024).format(&region, 0).unwrap();
        region.store(MAGIC, magic, Relaxed);
        near.format(&region, 0).unwrap();
        assert_eq!(Geometry::read(&region).unwrap().slots_at(), expected);
    }
}

/// Behind a channel alone there is nothing that a link could take the place of, and a sender before it may still store there.
#[test]
fn a_link_takes_no_channel_s_place() {
    let memory = Array::new(4096);
    let region = memory.words();
    let alone = Geometry::backpressure(4, 48, 8);
    alone.format(&region, 0).unwrap();
    let before = memory.snapshot();
    let link = DuplexGeometry::new(4, 48);
    let refused = link.format(&region, 0);
    assert_eq!(refused, Err(GeometryError::MovesPlaces));
    assert_eq!(memory.snapshot(), before, "nothing was stored");
}

#[test]
fn a_link_may_take_the_place_of_a_channel_without_receivers() {
    let memory = Array::new(4096);
    let region = memory.words();
    let before = Geometry::overwrite(4, 48).with_slots_at(1024);
    before.format(&region, 0).unwrap();
    DuplexGeometry::new(4, 48).format(&region, 0).unwrap();
    assert_eq!(Geometry::read(&region).unwrap().slots_at(), 1024);
}

/// A sender's epoch that stood there may come late, so the next ones begin above it, and it stays.
#[test]
fn a_format_of_other_memory_leaves_the_epoch() {
    const STOOD: u32 = 0x9000_0000;
    let memory = Array::new(1024);
    let region = memory.words();
    region.store(FIRST_EPOCH, STOOD, Relaxed);
    region.store(CONSTANTS + EPOCH, STOOD, Relaxed);
    Geometry::overwrite(4, 48).format(&region, 0).unwrap();
    assert_eq!(region.load(CONSTANTS + EPOCH), STOOD);
    assert_eq!(region.load(FIRST_EPOCH), STOOD + 2);
    assert_eq!(ChannelStatus::of(&region).unwrap().epoch, 0);
}

/// Half of all epochs are a generation's.
#[test]
fn an_epoch_of_no_sender_counts_for_nothing() {
    for (epoch, first) in [(1000, 1002), (1000 + (1 << 31), 1002), (999, 1002)] {
        let memory = Array::new(1024);
        let region = memory.words();
        region.store(FIRST_EPOCH, 1000, Relaxed);
        region.store(CONSTANTS + EPOCH, epoch, Relaxed);
        Geometry::overwrite(4, 48).format(&region, 0).unwrap();
        assert_eq!(region.load(FIRST_EPOCH), first, "{epoch}");
    }
}

/// Senders before the one that is there, also where their epochs run over; 0 is none of them.
#[test]
fn restarts_are_counted_where_epochs_run_over() {
    let memory = Array::new(1024);
    let region = memory.words();
    region.store(FIRST_EPOCH, u32::MAX - 3, Relaxed);
    region.store(CONSTANTS + EPOCH, u32::MAX - 3, Relaxed);
    Geometry::overwrite(4, 48).format(&region, 0).unwrap();
    for restarts in 0..6 {
        let _sender = Channel::overwrite(region).sender().unwrap();
        assert_eq!(ChannelStatus::of(&region).unwrap().restarts, restarts);
    }
}

/// One word of zero memory.
fn is_half(at: usize, word: u32) -> bool {
    let memory = Array::new(1024);
    memory.words().store(at, word, Relaxed);
    Geometry::is_half_formatted(&memory.words())
}

#[test]
fn only_words_of_a_first_format_are_half_a_format() {
    let line = Geometry::backpressure(2, 48, 1).receiver_line(0);
    assert!(is_half(line, FARTHEST));
    assert!(is_half(line + 12, FARTHEST));
    assert!(is_half(CONSTANTS + NOTIFY_SEQ, FIRST));
    let others = [
        (MAGIC, 1),
        (CONSTANTS + EPOCH, FARTHEST),
        (CONSTANTS + EPOCH, 1),
        (CONSTANTS + NOTIFY_SEQ, FIRST + 1),
        (line, FIRST),
        (line, FARTHEST + 1),
        (line + 16, FARTHEST),
        (line + 4, 5),
        (512 + 20, FARTHEST),
    ];
    for (at, word) in others {
        assert!(!is_half(at, word), "{word:#x} at {at}");
    }
}

/// A channel has at most 32 receivers, so a line behind those is no receiver's, and no format stores there.
#[test]
fn a_format_tags_the_lines_of_receivers_that_may_be() {
    let room = Geometry::backpressure(2, 48, 32);
    let at = room.receiver_line(34) as u32;
    let geometry = Geometry::backpressure(2, 48, 1).with_slots_at(at);
    let memory = Array::new(geometry.size() as usize);
    let region = memory.words();
    geometry.format(&region, 0).unwrap();
    assert_eq!(region.load(GENERATION), 1);
    for index in 0..34 {
        let expected = if index < 32 { FARTHEST } else { 0 };
        assert_eq!(region.load(room.receiver_line(index)), expected, "{index}");
    }
}
