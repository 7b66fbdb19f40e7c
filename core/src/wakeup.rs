//! Waking: how one side requests a notification, how the other side gives it, and why no notification is lost.
//!
//! ```text
//! receiver waits for a message               sender
//! spin: check for an event, as long as `Wait::spins` says
//! n = notify_seq; fence Acquire    [notify]  stamp = published s
//! receiver_waiting = 1                       fence SeqCst                           [request]
//! fence SeqCst                    [request]  receiver_waiting ?  then 0, notify_seq + 1 [notify], wake
//! check for an event; none: wait while it is n
//!
//! sender waits for room                      receiver
//! spin: check for room, as long as `Wait::spins` says
//! sender_waiting = 1                         consumed = s + 1
//! fence SeqCst                       [room]  fence SeqCst                              [room]
//! check consumed and generation; wait        sender_waiting ?  then wake
//! ```
//! A spin comes before the request. What the spin finds costs the other side no notification. The spin may miss an event; the
//! check after the fence cannot.
//!
//! One of the two fences comes first. If it is that of the waiting side, the other side sees the request. If it is that of the
//! other side, the waiting side sees what was stored. A side that never notifies stores that in the region, and the other side
//! then polls.
//!
//! A side that saw no request for many changes may leave out its fence: it is *unfenced*. It stores that first:
//!
//! ```text
//! receiver waits for a message               sender
//! receiver_waiting = 1                       sender_notifies = unfenced
//! fence SeqCst                    [request]  fence SeqCst: the last one                [request]
//! sender_notifies unfenced ? fence_all       stamp = published s, and so on
//! check for an event; none: wait             receiver_waiting ?  then sender_notifies = fenced, wake
//! ```
//! If the receiver sees `unfenced`, `fence_all` makes the sender's fence: before a message, or between a message and the check after
//! it. If it does not, then either its own fence comes first, and the sender sees the request; or the sender has just stored `fenced`
//! again, and the notification that follows ends the wait. The same holds for room. The term is *asymmetric fence*; Linux has it
//! as `membarrier`.

use core::sync::atomic::Ordering::{Acquire, Relaxed, Release, SeqCst};

use crate::frame::Stamp;
use crate::generation::Generation;
use crate::geometry::{
    ANSWERS_UNFENCED, ATTACH_COUNT, CONSTANTS, CONSUMED, Geometry, NOTIFY_SEQ, RECEIVER_NOTIFIES,
    RECEIVER_WAITING, SENDER_NOTIFIES, SENDER_WAITING,
};
#[cfg(target_pointer_width = "64")]
use crate::region::in_program_order;
use crate::region::{Region, RegionMut};
use crate::wait::Wait;

/// Receiver: requests a notification. Returns the value of [`notifications`] from before the request: the value to wait on. A
/// value that is loaded after the request could already contain the notification that answers it. Then the wait would miss that
/// notification.
#[inline]
pub(crate) fn request_message<R: RegionMut>(region: &R, geometry: &Geometry) -> u32 {
    let seen = notifications(region);
    region.store_through(geometry.requests_line() + RECEIVER_WAITING, 1, Relaxed);
    // request: either the sender sees this request, or this side sees the message.
    region.fence(SeqCst);
    seen
}

/// Receiver: the value of the word to wait on. It may be the older value in this side's cache. An older value ends the wait at
/// once.
#[inline]
pub(crate) fn notifications<R: Region>(region: &R) -> u32 {
    let seen = region.load(CONSTANTS + NOTIFY_SEQ);
    // notify: a side that sees the new count sees what was published before it.
    region.fence(Acquire);
    seen
}

/// Sender: whether a receiver requests a notification.
#[inline]
pub(crate) fn is_message_requested<R: Region>(region: &R, geometry: &Geometry) -> bool {
    region.load_fresh(geometry.requests_line() + RECEIVER_WAITING) != 0
}

/// Sender: orders its stores before its check for requests.
#[inline]
pub(crate) fn before_request_check<R: Region>(region: &R) {
    // request: either a receiver sees the message before it waits, or this side sees the request.
    region.fence(SeqCst);
}

/// Sender: clears the requests, which it then answers.
pub(crate) fn clear_message_request<R: RegionMut>(region: &R, geometry: &Geometry) {
    region.store_through(geometry.requests_line() + RECEIVER_WAITING, 0, Relaxed);
}

/// Sender: notifies receivers for the `count`-th time.
pub(crate) fn notify_receivers<R: RegionMut, W: Wait>(
    region: &R,
    generation: Generation,
    count: u32,
    wait: &mut W,
    requested: bool,
) {
    let at = CONSTANTS + NOTIFY_SEQ;
    // notify: a side that sees the new count sees what was published, and that its request was cleared.
    region.store_through(at, generation.tagged(count), Release);
    wait.notify(region.address(at), requested);
}

/// Sender: how often senders of this generation have notified.
pub(crate) fn notify_count<R: Region>(region: &R, generation: Generation) -> u32 {
    let word = region.load(CONSTANTS + NOTIFY_SEQ);
    generation.count(word).unwrap_or(0)
}

/// Sender: requests a notification when there is room. Returns the `consumed` word of `receiver`, the value to wait on, and how that
/// receiver notifies. If the caller then checks for room, past its cache, it sees every message that was received before.
#[inline]
pub(crate) fn request_room<R: RegionMut>(
    region: &R,
    geometry: &Geometry,
    receiver: u32,
) -> (u32, u32) {
    region.store_through(CONSTANTS + SENDER_WAITING, 1, Relaxed);
    // room: either the receiver sees that this side waits, or this side sees the receiver's `consumed`.
    region.fence(SeqCst);
    let line = geometry.receiver_line(receiver);
    (
        region.load(line + CONSUMED),
        region.load(line + RECEIVER_NOTIFIES),
    )
}

/// Sender: takes back its request.
#[inline]
pub(crate) fn cancel_room_request<R: RegionMut>(region: &R) {
    region.store_through(CONSTANTS + SENDER_WAITING, 0, Relaxed);
}

/// Receiver: orders its store of `consumed` before its check for a request.
#[inline]
pub(crate) fn before_room_check<R: Region>(region: &R) {
    // room: either the sender sees this `consumed` before it waits, or this side sees that the sender waits.
    region.fence(SeqCst);
}

/// Receiver: whether the sender waits for room.
#[inline]
pub(crate) fn is_room_requested<R: Region>(region: &R) -> bool {
    region.load_fresh(CONSTANTS + SENDER_WAITING) != 0
}

/// Sender: stores how it notifies. The store of its epoch, which follows, writes the line back to memory.
pub(crate) fn say_sender_notifies<R: RegionMut>(region: &R, bits: u32) {
    region.store(CONSTANTS + SENDER_NOTIFIES, bits, Relaxed);
}

/// Receiver: how the sender notifies; 0 if it never does.
pub(crate) fn sender_notifies<R: Region>(region: &R) -> u32 {
    region.load_fresh(CONSTANTS + SENDER_NOTIFIES)
}

/// After a request and this side's fence: ensures that the other side sees the request. `notifies` is how the other side notifies.
/// `false` if it makes no fence, and nobody makes it.
#[inline]
pub(crate) fn ensure_seen<W: Wait>(notifies: u32, wait: &mut W) -> bool {
    notifies & ANSWERS_UNFENCED == 0 || wait.fence_all()
}

/// Why a side that has requested a notification does not wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoWait {
    /// There may be an event, or room.
    News,
    /// The other side may not see the request. This side polls: once the other side sees the request, it makes its fences again.
    Unseen,
}

/// Sender: whether `receiver`, which has attached, never notifies.
pub(crate) fn is_receiver_silent<R: Region>(
    region: &R,
    geometry: &Geometry,
    generation: Generation,
    receiver: u32,
) -> bool {
    let line = geometry.receiver_line(receiver);
    generation
        .count(region.load_fresh(line + ATTACH_COUNT))
        .is_some()
        && region.load(line + RECEIVER_NOTIFIES) == 0
}

/// A [`Wait`], when it is asked again whether a notification is due, and whether this side leaves out its fence.
#[doc(hidden)]
#[derive(Debug)]
pub struct Notifier<W> {
    pub(crate) wait: W,
    /// Low bits of the number of changes from which on [`Wait::due`] is asked.
    ask_at: u32,
    /// Low bits of the number of changes from which on this side leaves out its fence.
    #[cfg(target_pointer_width = "64")]
    unfenced_from: u32,
    #[cfg(target_pointer_width = "64")]
    is_unfenced: bool,
    #[cfg(target_pointer_width = "64")]
    can_be_unfenced: bool,
}

impl<W: Wait> Notifier<W> {
    /// A notifier that asks with the first change after message `last`.
    #[inline(always)]
    pub(crate) fn new(wait: W, last: Stamp) -> Self {
        let ask_at = match W::NOTIFY.unrequested() {
            true => last.count() as u32,
            false => 0,
        };
        Self {
            // Asked now, because the answer may take a system call, which no send makes.
            #[cfg(target_pointer_width = "64")]
            can_be_unfenced: W::UNFENCED_AFTER > 0 && wait.can_fence_all(),
            wait,
            ask_at,
            #[cfg(target_pointer_width = "64")]
            unfenced_from: (last.count() as u32).wrapping_add(W::UNFENCED_AFTER),
            #[cfg(target_pointer_width = "64")]
            is_unfenced: false,
        }
    }

    /// Whether it is time to ask. `changes` is the number of changes so far, low bits.
    #[inline(always)]
    pub(crate) fn is_time(&self, changes: u32) -> bool {
        W::NOTIFY.unrequested() && changes.wrapping_sub(self.ask_at) < 1 << 31
    }

    /// Asks whether a notification is due, even if it is not time to ask.
    pub(crate) fn ask(&mut self, changes: u32) -> bool {
        let due = self.wait.due();
        self.ask_at = changes.wrapping_add(due.again);
        due.notify
    }

    /// Asks again with the next change.
    pub(crate) fn ask_next(&mut self, changes: u32) {
        self.ask_at = changes;
    }

    /// This side begins a check for a request: whether it must make its fence first. `notifies_at` is where the region says how it
    /// notifies.
    #[inline(always)]
    pub(crate) fn begin_check<R: RegionMut>(
        &mut self,
        region: &R,
        notifies_at: usize,
        changes: u32,
    ) -> bool {
        #[cfg(target_pointer_width = "64")]
        if W::UNFENCED_AFTER > 0 {
            if self.is_unfenced {
                in_program_order();
                return false;
            }
            if changes.wrapping_sub(self.unfenced_from) < 1 << 31 {
                self.begin_unfenced(region, notifies_at, changes);
            }
        }
        let _ = (region, notifies_at, changes);
        true
    }

    /// From now on this side makes no fence, if it can be without. The store comes before the caller's fence, which is the last one.
    #[cfg(target_pointer_width = "64")]
    #[cold]
    fn begin_unfenced<R: RegionMut>(&mut self, region: &R, notifies_at: usize, changes: u32) {
        self.unfenced_from = changes.wrapping_add(W::UNFENCED_AFTER);
        if self.can_be_unfenced {
            self.is_unfenced = true;
            // No cache is written back: sides under one kernel have coherent caches.
            region.store(notifies_at, W::NOTIFY.unfenced_bits(), Relaxed);
        }
    }

    /// Call it when a request was seen, before the notification: this side makes its fences again. The notification ends the wait of
    /// a side that has seen this store too early.
    #[inline(always)]
    pub(crate) fn end_unfenced<R: RegionMut>(
        &mut self,
        region: &R,
        notifies_at: usize,
        changes: u32,
    ) {
        #[cfg(target_pointer_width = "64")]
        if W::UNFENCED_AFTER > 0 {
            self.unfenced_from = changes.wrapping_add(W::UNFENCED_AFTER);
            if self.is_unfenced {
                self.is_unfenced = false;
                region.store(notifies_at, W::NOTIFY.bits(), Relaxed);
            }
        }
        let _ = (region, notifies_at, changes);
    }
}
