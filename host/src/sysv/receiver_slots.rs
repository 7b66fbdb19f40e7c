//! Which receiver slot a receiver takes, and under which set of semaphores each was taken.

use std::cmp::Reverse;
use std::sync::atomic::Ordering::Relaxed;

use ramframe_core::channel::{AttachError, ChannelStatus};
use ramframe_core::geometry::{Geometry, GeometryError, LOCK_SET};
use ramframe_core::region::{Region, RegionMut};

use crate::locks::Locks;

/// The smallest line that has room to say under which set a receiver slot was taken.
const SMALLEST_LINE: u32 = 64;

/// The receiver slots in the order in which a receiver wants them: those that nobody has ever taken, then those with the most to take.
/// So two receivers that come one after the other get the messages of two receiver slots.
pub(crate) fn by_need(region: &impl Region) -> Result<Vec<u32>, AttachError> {
    let status = ChannelStatus::of(region)?;
    let mut receivers: Vec<u32> = (0..status.geometry.receivers()).collect();
    receivers.sort_by_cached_key(|&receiver| match status.receiver(region, receiver) {
        Some(receiver) if receiver.attach_count > 0 => (1, Reverse(receiver.pending)),
        _ => (0, Reverse(None)),
    });
    Ok(receivers)
}

/// How often `receiver` has been taken since the channel was formatted.
pub(crate) fn attach_count(region: &impl Region, receiver: u32) -> Option<u32> {
    let status = ChannelStatus::of(region).ok()?;
    Some(status.receiver(region, receiver)?.attach_count)
}

/// The set of semaphores under which `receiver` was taken last; `None` if whoever took it did not say.
pub(crate) fn recorded_set(
    region: &impl Region,
    geometry: &Geometry,
    receiver: u32,
) -> Option<i32> {
    let at = location(geometry, receiver)?;
    // One more than the id, since the first set of a machine has id 0.
    let word = region.load(at);
    (word != 0).then(|| word.wrapping_sub(1).cast_signed())
}

/// Whether `locks` tell who is in `receiver`: not if that was taken under another set.
pub fn is_under(region: &impl Region, geometry: &Geometry, receiver: u32, locks: &Locks) -> bool {
    recorded_set(region, geometry, receiver).is_none_or(|set| Some(set) == locks.id())
}

/// Says that `receiver` is taken under `locks`. Called with the receiver slot's lock held, before attaching.
pub(crate) fn record_set(
    region: &impl RegionMut,
    receiver: u32,
    locks: &Locks,
) -> Result<(), GeometryError> {
    let at = location(&Geometry::read(region)?, receiver);
    if let (Some(at), Some(set)) = (at, locks.id()) {
        region.store_through(at, set.cast_unsigned().wrapping_add(1), Relaxed);
    }
    Ok(())
}

fn location(geometry: &Geometry, receiver: u32) -> Option<usize> {
    let fits = receiver < geometry.receivers() && geometry.cache_line() >= SMALLEST_LINE;
    fits.then(|| geometry.receiver_line(receiver) + LOCK_SET)
}
