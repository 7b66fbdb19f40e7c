//! How does a test begin at a high sequence? By writing the words that an honest sender would have left there.

use std::sync::atomic::Ordering::Relaxed;

use ramframe_core::frame::{EPOCH, LENGTH, STAMP_HIGH, STAMP_LOW, Stamp};
use ramframe_core::geometry::{CONSUMED, Geometry, HEAD};
use ramframe_core::region::RegionMut;

/// Makes a channel just formatted look as if `first` empty messages had been sent, and taken by every receiver.
pub(crate) fn age(region: &impl RegionMut, geometry: &Geometry, first: u64) {
    region.invalidate(0, region.len());
    for sequence in first.saturating_sub(u64::from(geometry.slots()))..first {
        let slot = geometry.slot(sequence as u32);
        let stamp = Stamp::published(sequence);
        region.store_through(slot + STAMP_LOW, stamp.low(), Relaxed);
        region.store_through(slot + STAMP_HIGH, stamp.high(), Relaxed);
        region.store_through(slot + LENGTH, 0, Relaxed);
        region.store_through(slot + EPOCH, 0, Relaxed);
    }
    region.store_through(geometry.head() + HEAD, first as u32, Relaxed);
    for receiver in 0..geometry.receivers() {
        region.store_through(
            geometry.receiver(receiver) + CONSUMED,
            first as u32,
            Relaxed,
        );
    }
}
