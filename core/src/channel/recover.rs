//! Where the channel stands: the newest message, found from the region alone by whoever attaches or was lapped.

use core::sync::atomic::Ordering::{Acquire, Relaxed};

use super::outcome::{AttachError, Corruption, RecvError};
use super::policy::{Backpressure, Policy};
use crate::frame::{STAMP_HIGH, STAMP_LOW, Stamp};
use crate::geometry::{CONSTANTS, GENERATION, GeometrySource, HEAD};
use crate::region::Region;

/// Attempts of one step to read words that the sender is changing.
pub(super) const ATTEMPTS: usize = 4;

/// Why the head could not be found.
#[derive(Clone, Copy, Debug)]
pub(super) enum Lost {
    /// The sender moved during each attempt.
    Busy,
    /// What stands there is no head of an honest sender.
    Corrupt,
}

/// What every side begins with.
pub(super) struct Opened<G> {
    /// The geometry, checked, of the side's own policy and with a line for its receiver (under overwrite there are none).
    pub(super) geometry: G,
    /// The format count. Read before everything else, so that no format falls between what a side knows of the channel and
    /// the count by which it notices one.
    pub(super) formatted: u32,
    /// The number of messages published.
    pub(super) head: u64,
}

/// Opens a channel of policy `P`, for `receiver`.
pub(super) fn open<R: Region, P: Policy, G: GeometrySource>(
    region: &R,
    receiver: u32,
) -> Result<Opened<G>, AttachError> {
    let formatted = match region.len() {
        0..CONSTANTS => 0,
        _ => region.load_fresh(GENERATION),
    };
    let source = G::find(region)?;
    let geometry = source.geometry();
    let receivers = geometry.receivers();
    if geometry.overflow() != P::OVERFLOW {
        return Err(AttachError::Policy);
    }
    if P::OVERFLOW == Backpressure::OVERFLOW && receiver >= receivers {
        return Err(AttachError::NoSuchReceiver { receivers });
    }
    let head = published(region, &source)?;
    Ok(Opened {
        geometry: source,
        formatted,
        head,
    })
}

/// The number of messages published, all 64 bits: the head, and the one message that may stand past it when its sender
/// died (or just now stands) between the two stores.
pub(super) fn published<R: Region>(
    region: &R,
    geometry: &impl GeometrySource,
) -> Result<u64, Lost> {
    let mut found = Err(Lost::Busy);
    for _ in 0..ATTEMPTS {
        let low = region.load_fresh(geometry.geometry().head() + HEAD);
        // head: whoever sees a head sees the stamps below it, once `stamp` has fenced: so at its second look.
        found = head_at(region, geometry, low);
        if found.is_ok() {
            break;
        }
    }
    found
}

/// The full head whose low bits are `low`, or one more: from the stamps of the message before it and of the one at it.
fn head_at<R: Region>(region: &R, geometry: &impl GeometrySource, low: u32) -> Result<u64, Lost> {
    let geometry = geometry.geometry();
    let before = low.wrapping_sub(1);
    let last = stamp(region, geometry.slot(before)).ok_or(Lost::Busy)?;
    let past = stamp(region, geometry.slot(low)).ok_or(Lost::Busy)?;
    let (doubtful, sequence) = match last.published_up_to(low) {
        Some(Stamp::LAST_SEQUENCE..) => return Err(Lost::Corrupt),
        Some(head) if past == Stamp::published(head) => return Ok(head + 1),
        Some(head) if precedes(past, head, geometry) => return Ok(head),
        Some(_) => (past, low),
        None => (last, before),
    };
    // One lap on, the head is stale: the one that the sender stored before it wrote there is on its way.
    match is_later(doubtful.low(), sequence, geometry) {
        true => Err(Lost::Busy),
        false => Err(Lost::Corrupt),
    }
}

/// Whether these two halves can stand in the slot of message `sequence` before that is published. They may be one of the
/// old and one of the new stamp; the high half of the old one is at most one less.
pub(super) fn precedes(stamp: Stamp, sequence: u64, geometry: &impl GeometrySource) -> bool {
    let before = match sequence.checked_sub(u64::from(geometry.geometry().slots())) {
        Some(earlier) => Stamp::published(earlier).low(),
        None => Stamp::UNUSED.low(),
    };
    let behind = Stamp::published(sequence).high().wrapping_sub(stamp.high());
    let low = stamp.low();
    behind <= 1 && (low == before || low == Stamp::writing(sequence).low())
}

/// Whether this low half, in the slot of the message whose sequence has the low bits `sequence`, is that of the same
/// message in a later lap, published or being written.
fn is_later(low: u32, sequence: u32, geometry: &impl GeometrySource) -> bool {
    let ahead = low.wrapping_sub(Stamp::published(sequence.into()).low());
    let laps = ahead.wrapping_add(1) / 2;
    ahead < 1 << 31 && laps & (geometry.geometry().slots() - 1) == 0
}

/// The oldest message that a sender at `head` has left in its slots. The slot of the one before may be being written.
pub(super) fn oldest<R: Region>(region: &R, geometry: &impl GeometrySource, head: u64) -> u64 {
    let floor = head.saturating_sub(geometry.geometry().slots().into());
    if floor == head || is_published(region, geometry, floor) {
        floor
    } else {
        floor + 1
    }
}

/// Whether the slot of message `sequence` says that it is published.
#[inline]
pub(super) fn is_published<R: Region>(
    region: &R,
    geometry: &impl GeometrySource,
    sequence: u64,
) -> bool {
    let slot = geometry.geometry().slot(sequence as u32);
    region.load_fresh(slot + STAMP_LOW) == Stamp::published(sequence).low()
}

/// Both halves of the stamp at `slot`, if the sender did not change it meanwhile.
pub(super) fn stamp<R: Region>(region: &R, slot: usize) -> Option<Stamp> {
    let low = region.load_fresh(slot + STAMP_LOW);
    // publish: the high half was stored before the low one.
    region.fence(Acquire);
    let high = region.load(slot + STAMP_HIGH, Relaxed);
    (region.load(slot + STAMP_LOW, Relaxed) == low).then_some(Stamp::from_halves(low, high))
}

impl From<Lost> for AttachError {
    fn from(lost: Lost) -> Self {
        match lost {
            Lost::Busy => AttachError::Busy,
            Lost::Corrupt => AttachError::Corrupt {
                what: Corruption::Head,
            },
        }
    }
}

impl From<Lost> for RecvError {
    fn from(lost: Lost) -> Self {
        match lost {
            Lost::Busy => RecvError::Busy,
            Lost::Corrupt => RecvError::Corrupt {
                what: Corruption::Head,
            },
        }
    }
}
