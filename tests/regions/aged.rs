//! A channel at a high sequence: the words that an honest sender and its receivers would have left there.

use std::sync::atomic::Ordering::Relaxed;

use ramframe_core::frame::{LENGTH, STAMP_LOW, Stamp};
use ramframe_core::geometry::{
    ANSWERS_REQUESTS, CONSUMED, DISCARDING, EPOCH, FIRST_EPOCH, GENERATION, Geometry,
    SENDER_NOTIFIES,
};
use ramframe_core::region::RegionMut;

/// Makes a channel just formatted look as if one sender, which notified, had sent `first` empty messages, and all had been
/// received by nobody who counts as attached. Nothing for none.
pub(crate) fn age(region: &impl RegionMut, geometry: &Geometry, first: u64) {
    if first == 0 {
        return;
    }
    region.invalidate(0, region.len());
    let epoch = region.load(FIRST_EPOCH);
    for index in 0..geometry.slots() {
        region.store_pair_through(geometry.slot(index) + STAMP_LOW, [0; 2], Relaxed);
    }
    for sequence in first.saturating_sub(u64::from(geometry.slots()))..first {
        let slot = geometry.slot(sequence as u32);
        region.store_pair_through(slot + LENGTH, [0, epoch], Relaxed);
        let stamp = Stamp::published(sequence).halves();
        region.store_pair_through(slot + STAMP_LOW, stamp, Relaxed);
    }
    let head = geometry.head_line();
    region.store_pair_through(head + LENGTH, [u32::MAX, epoch], Relaxed);
    let newest = Stamp::published(first - 1).halves();
    region.store_pair_through(head + STAMP_LOW, newest, Relaxed);
    region.store_through(geometry.session_line() + EPOCH, epoch, Relaxed);
    let notifies = geometry.session_line() + SENDER_NOTIFIES;
    region.store_through(notifies, ANSWERS_REQUESTS, Relaxed);
    let tag = region.load(GENERATION) << 21;
    for receiver in 0..geometry.receivers() {
        let line = geometry.receiver_line(receiver);
        region.store_through(line + CONSUMED, tag | first as u32 & 0x1F_FFFF, Relaxed);
        region.store_through(line + DISCARDING, tag, Relaxed);
    }
}
