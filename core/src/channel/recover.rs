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
    let mut doubted = None;
    for _ in 0..ATTEMPTS {
        let low = region.peek(layout.head() + HEAD);
        // head: whoever sees a head sees the stamps below it, once `stamp` has fenced: so at its second look.
        match head_from(region, layout, low).and_then(|head| past(region, layout, head)) {
            Ok(head) => return Ok(head),
            // An honest sender that has moved on has also moved the head.
            Err(Lost::Corrupt) if doubted == Some(low) => return Err(Lost::Corrupt),
            Err(Lost::Corrupt) => doubted = Some(low),
            Err(Lost::Busy) => {}
        }
    }
    Err(Lost::Busy)
}

/// The full head whose low bits are `low`, from the stamp of the message before it.
fn head_from<R: Region>(region: &R, layout: &Layout, low: u32) -> Result<u64, Lost> {
    let last = low.wrapping_sub(1);
    let stamp = stamp(region, layout.slot(last)).ok_or(Lost::Busy)?;
    match stamp.sequence() {
        None if low == 0 => Ok(0),
        Some(Stamp::LAST_SEQUENCE..) => Err(Lost::Corrupt),
        Some(sequence) if stamp.is_published() && sequence as u32 == last => Ok(sequence + 1),
        _ if gives_way(stamp, u64::from(last), layout) => Err(Lost::Busy),
        _ => Err(Lost::Corrupt),
    }
}

/// The head, or one more if the message there is published. If its slot is a lap on, the head is stale.
fn past<R: Region>(region: &R, layout: &Layout, head: u64) -> Result<u64, Lost> {
    let stamp = stamp(region, layout.slot(head as u32)).ok_or(Lost::Busy)?;
    if stamp == Stamp::published(head) {
        Ok(head + 1)
    } else if precedes(stamp, head, layout) {
        Ok(head)
    } else if gives_way(stamp, head, layout) {
        Err(Lost::Busy)
    } else {
        Err(Lost::Corrupt)
    }
}

/// Whether the sender is one lap past message `sequence`, and about to write over it; the head that it stored before that
/// is on its way. Under backpressure there is no mark: there the new high half may stand over the old low one.
fn gives_way(stamp: Stamp, sequence: u64, layout: &Layout) -> bool {
    let (old, later) = (
        Stamp::published(sequence),
        sequence + u64::from(layout.slots()),
    );
    let crosses = old.high() != Stamp::published(later).high();
    stamp.low() == Stamp::writing(later).low() || crosses && stamp.low() == old.low()
}

/// Whether these two halves can stand in the slot of message `sequence` before that is published.
pub(super) fn precedes(stamp: Stamp, sequence: u64, layout: &Layout) -> bool {
    let before = match sequence.checked_sub(u64::from(layout.slots())) {
        Some(earlier) => Stamp::published(earlier),
        None => Stamp::UNUSED,
    };
    let (low, high) = (stamp.low(), stamp.high());
    (low == before.low() || low == Stamp::writing(sequence).low())
        && (high == before.high() || high == Stamp::published(sequence).high())
}

/// The oldest message that a sender at `head` has left in its slots. The slot of the one before may be being written.
pub(super) fn oldest<R: Region>(region: &R, layout: &Layout, head: u64) -> u64 {
    let floor = head.saturating_sub(u64::from(layout.slots()));
    if floor == head || holds(region, layout, floor) {
        floor
    } else {
        floor + 1
    }
}

/// Whether the slot of message `sequence` holds it, published.
pub(super) fn holds<R: Region>(region: &R, layout: &Layout, sequence: u64) -> bool {
    stamp(region, layout.slot(sequence as u32)) == Some(Stamp::published(sequence))
}

/// Both halves of the stamp at `slot`, if the sender did not change it meanwhile.
pub(super) fn stamp<R: Region>(region: &R, slot: usize) -> Option<Stamp> {
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
