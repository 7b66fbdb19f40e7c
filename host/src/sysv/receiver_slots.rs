//! Which seat a receiver takes, and under which set of semaphores each was taken.

use std::cmp::Reverse;
use std::sync::atomic::Ordering::Relaxed;

use ramframe_core::channel::{AttachError, ChannelStatus};
use ramframe_core::geometry::{Geometry, LOCK_SET};
use ramframe_core::region::{Region, RegionMut};

use crate::sysv::locks::Locks;

/// The smallest line that has room to say under which set a seat was taken.
const SMALLEST_LINE: u32 = 64;

/// The seats in the order in which a receiver wants them: those that nobody has ever taken, then those with the most to take.
/// So two receivers that come one after the other get the messages of two seats.
pub(crate) fn by_need(region: &impl Region) -> Result<Vec<u32>, AttachError> {
    let status = ChannelStatus::of(region)?;
    let mut seats: Vec<u32> = (0..status.geometry.receivers()).collect();
    seats.sort_by_cached_key(|&seat| match status.receiver(region, seat) {
        Some(receiver) if receiver.attach_count > 0 => (1, Reverse(receiver.pending)),
        _ => (0, Reverse(None)),
    });
    Ok(seats)
}

/// How often `seat` has been taken since the channel was formatted.
pub(crate) fn attach_count(region: &impl Region, seat: u32) -> Option<u32> {
    let status = ChannelStatus::of(region).ok()?;
    Some(status.receiver(region, seat)?.attach_count)
}

/// The set of semaphores under which `seat` was taken last; `None` if whoever took it did not say.
pub(crate) fn recorded_set(region: &impl Region, geometry: &Geometry, seat: u32) -> Option<i32> {
    let at = location(geometry, seat)?;
    // One more than the id, since the first set of a machine has id 0.
    let word = region.load(at);
    (word != 0).then(|| word.wrapping_sub(1).cast_signed())
}

/// Whether `locks` tell who is in `seat`: not if that was taken under another set.
pub fn is_under(region: &impl Region, geometry: &Geometry, seat: u32, locks: Locks) -> bool {
    recorded_set(region, geometry, seat).is_none_or(|set| set == locks.id())
}

/// Says that `seat` is taken under `set`. Called with the seat's lock held, before attaching.
pub(crate) fn record_set(region: &impl RegionMut, geometry: &Geometry, seat: u32, set: i32) {
    if let Some(at) = location(geometry, seat) {
        region.store_through(at, set.cast_unsigned().wrapping_add(1), Relaxed);
    }
}

fn location(geometry: &Geometry, seat: u32) -> Option<usize> {
    let fits = seat < geometry.receivers() && geometry.cache_line() >= SMALLEST_LINE;
    fits.then(|| geometry.receiver_line(seat) + LOCK_SET)
}
