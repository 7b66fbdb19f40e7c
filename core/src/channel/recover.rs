//! Where the channel stands: the newest message, found from the region alone by whoever attaches or was lapped.

use core::sync::atomic::Ordering::{Acquire, Relaxed};

use super::outcome::{AttachError, RecvError, What};
use crate::frame::{STAMP_HIGH, STAMP_LOW, Stamp};
use crate::layout::{HEAD, Layout};
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

/// The number of messages published, all 64 bits: the head, and the one message that may stand past it when its sender
/// died (or just now stands) between the two stores.
pub(super) fn published<R: Region>(region: &R, layout: &Layout) -> Result<u64, Lost> {
    let mut lost = (Lost::Busy, 0);
    for _ in 0..ATTEMPTS {
        let low = region.peek(layout.head() + HEAD);
        // head: whoever sees a head sees the stamps below it.
        region.fence(Acquire);
        match head_from(region, layout, low) {
            Ok(head) => return Ok(head + u64::from(holds(region, layout, head))),
            // An honest sender that has moved on has also moved the head.
            Err(Lost::Corrupt) if matches!(lost, (Lost::Corrupt, seen) if seen == low) => {
                return Err(Lost::Corrupt);
            }
            Err(other) => lost = (other, low),
        }
    }
    Err(lost.0)
}

/// The full head whose low bits are `low`, from the stamp of the message before it.
fn head_from<R: Region>(region: &R, layout: &Layout, low: u32) -> Result<u64, Lost> {
    let last = low.wrapping_sub(1);
    let stamp = stamp(region, layout.slot(last)).ok_or(Lost::Busy)?;
    match stamp.sequence() {
        None if low == 0 => Ok(0),
        Some(sequence)
            if stamp.is_published()
                && sequence as u32 == last
                && sequence < Stamp::LAST_SEQUENCE =>
        {
            Ok(sequence + 1)
        }
        // The sender is one lap on; the head it stored before that is on its way.
        Some(sequence)
            if stamp.is_writing() && sequence as u32 == last.wrapping_add(layout.slots()) =>
        {
            Err(Lost::Busy)
        }
        _ => Err(Lost::Corrupt),
    }
}

/// Whether the slot of message `sequence` holds it, published.
pub(super) fn holds<R: Region>(region: &R, layout: &Layout, sequence: u64) -> bool {
    stamp(region, layout.slot(sequence as u32)) == Some(Stamp::published(sequence))
}

/// Both halves of the stamp at `slot`, if the sender did not change it meanwhile.
fn stamp<R: Region>(region: &R, slot: usize) -> Option<Stamp> {
    let low = region.peek(slot + STAMP_LOW);
    // publish: the high half was stored before the low one.
    region.fence(Acquire);
    let high = region.load(slot + STAMP_HIGH, Relaxed);
    // claim: if the high half comes from a later message, so does the low half below.
    region.fence(Acquire);
    (region.peek(slot + STAMP_LOW) == low).then_some(Stamp::from_halves(low, high))
}

impl From<Lost> for AttachError {
    fn from(lost: Lost) -> Self {
        match lost {
            Lost::Busy => AttachError::Busy,
            Lost::Corrupt => AttachError::Corrupt { what: What::Head },
        }
    }
}

impl From<Lost> for RecvError {
    fn from(lost: Lost) -> Self {
        match lost {
            Lost::Busy => RecvError::Busy,
            Lost::Corrupt => RecvError::Corrupt { what: What::Head },
        }
    }
}
