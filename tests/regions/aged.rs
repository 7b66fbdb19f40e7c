//! How does a test begin at a high sequence? By writing the words that an honest sender would have left there.

use std::sync::atomic::Ordering::Relaxed;

use ramframe_core::frame::{EPOCH, LENGTH, STAMP_HIGH, STAMP_LOW, Stamp};
use ramframe_core::layout::{HEAD, Layout, TAKEN};
use ramframe_core::region::RegionMut;

/// Makes a channel just formatted look as if `first` empty messages had been sent, and taken by every receiver.
pub(crate) fn age(region: &impl RegionMut, layout: &Layout, first: u64) {
    region.invalidate(0, region.len());
    for sequence in first.saturating_sub(u64::from(layout.slots()))..first {
        let slot = layout.slot(sequence as u32);
        let stamp = Stamp::published(sequence);
        region.poke(slot + STAMP_LOW, stamp.low(), Relaxed);
        region.poke(slot + STAMP_HIGH, stamp.high(), Relaxed);
        region.poke(slot + LENGTH, 0, Relaxed);
        region.poke(slot + EPOCH, 0, Relaxed);
    }
    region.poke(layout.head() + HEAD, first as u32, Relaxed);
    for receiver in 0..layout.receivers() {
        region.poke(layout.receiver(receiver) + TAKEN, first as u32, Relaxed);
    }
}
