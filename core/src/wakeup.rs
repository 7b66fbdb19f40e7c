//! Waking: how one side requests a notification, how the other gives it, and why none is lost.
//!
//! ```text
//! receiver waits for a message               sender
//! spin: look for news, as long as it is worth it
//! n = notify_seq; fence Acquire    [notify]  stamp = published s
//! receiver_waiting = 1                       fence SeqCst                           [request]
//! fence SeqCst                    [request]  receiver_waiting ?  then 0, notify_seq + 1 [notify], wake
//! look for news; none: wait while it is n
//!
//! sender waits for room                      receiver
//! spin: look for room, as long as it is worth it
//! sender_waiting = 1                         consumed = s + 1
//! fence SeqCst                       [room]  fence SeqCst                              [room]
//! look at consumed and generation; wait      sender_waiting ?  then wake
//! ```
//! A spin comes before the request, so that what it finds costs the other side no notification. It may miss news: the look after
//! the fence is the one that counts. Of two fences one is first: either the one that waits sees what the other stored, or the other sees the request. A side that
//! never notifies says so in the region, and the other then polls.

use core::sync::atomic::Ordering::{Acquire, Relaxed, Release, SeqCst};

use crate::frame::Stamp;
use crate::generation::Generation;
use crate::geometry::{
    ATTACH_COUNT, CONSTANTS, CONSUMED, Geometry, NOTIFY_SEQ, RECEIVER_NOTIFIES, RECEIVER_WAITING,
    SENDER_NOTIFIES, SENDER_WAITING,
};
use crate::region::{Region, RegionMut};
use crate::wait::Wait;

/// Receiver: requests a notification. Returns what [`notifications`] showed before: the word to wait on. Loaded later, it could
/// already have moved for this very request, which the sender clears, and another receiver may then request for itself alone.
#[inline]
pub(crate) fn request_message<R: RegionMut>(region: &R, geometry: &Geometry) -> u32 {
    let seen = notifications(region);
    region.store_through(geometry.requests_line() + RECEIVER_WAITING, 1, Relaxed);
    // request: either the sender sees this request, or this side sees the message.
    region.fence(SeqCst);
    seen
}

/// Receiver: the word to wait on, as it stands, or as it stood when this side's cache last took in its line: an older one ends
/// the wait at once.
#[inline]
pub(crate) fn notifications<R: Region>(region: &R) -> u32 {
    let seen = region.load(CONSTANTS + NOTIFY_SEQ);
    // notify: whoever sees that it moved sees what it moved for.
    region.fence(Acquire);
    seen
}

/// Sender: whether a receiver requests a notification.
#[inline]
pub(crate) fn is_message_requested<R: Region>(region: &R, geometry: &Geometry) -> bool {
    region.load_fresh(geometry.requests_line() + RECEIVER_WAITING) != 0
}

/// Sender: orders what it published before its look for requests.
#[inline]
pub(crate) fn before_request_check<R: Region>(region: &R) {
    // request: either a receiver sees the message before it waits, or this side sees that it requests.
    region.fence(SeqCst);
}

/// Sender: clears the requests that it is about to answer.
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
    // notify: whoever sees that it moved sees what was published, and that its request was cleared.
    region.store_through(at, generation.tagged(count), Release);
    wait.notify(region.address(at), requested);
}

/// Sender: how often senders of this generation have notified.
pub(crate) fn notify_count<R: Region>(region: &R, generation: Generation) -> u32 {
    let word = region.load(CONSTANTS + NOTIFY_SEQ);
    generation.count(word).unwrap_or(0)
}

/// Sender: requests a notification when there is room. Returns how far `receiver` is, as the word to wait on. Who then
/// looks for room, past its cache, sees what was received before.
#[inline]
pub(crate) fn request_room<R: RegionMut>(region: &R, geometry: &Geometry, receiver: u32) -> u32 {
    region.store_through(CONSTANTS + SENDER_WAITING, 1, Relaxed);
    // room: either the receiver sees that this side waits, or this side sees what it has received.
    region.fence(SeqCst);
    region.load(geometry.receiver_line(receiver) + CONSUMED)
}

/// Sender: takes its request back.
#[inline]
pub(crate) fn cancel_room_request<R: RegionMut>(region: &R) {
    region.store_through(CONSTANTS + SENDER_WAITING, 0, Relaxed);
}

/// Receiver: whether the sender waits, asked after `consumed` was stored.
#[inline]
pub(crate) fn is_room_requested<R: Region>(region: &R) -> bool {
    // room: either the sender sees this `consumed` before it waits, or this side sees that it waits.
    region.fence(SeqCst);
    region.load_fresh(CONSTANTS + SENDER_WAITING) != 0
}

/// Sender: says how it notifies. The store of its epoch, which follows, writes the line back to memory.
pub(crate) fn say_sender_notifies<R: RegionMut>(region: &R, bits: u32) {
    region.store(CONSTANTS + SENDER_NOTIFIES, bits, Relaxed);
}

/// Receiver: whether the sender never notifies, so that waiting for it is in vain.
pub(crate) fn is_sender_silent<R: Region>(region: &R) -> bool {
    region.load_fresh(CONSTANTS + SENDER_NOTIFIES) == 0
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

/// A way of waiting, and when it is next asked whether a notification is due.
#[doc(hidden)]
#[derive(Debug)]
pub struct Notifier<W> {
    pub(crate) wait: W,
    /// Low bits of the number of changes from which on to ask.
    look: u32,
}

impl<W: Wait> Notifier<W> {
    /// One that asks with the first change after message `last`.
    #[inline(always)]
    pub(crate) fn new(wait: W, last: Stamp) -> Self {
        let look = match W::NOTIFY.unrequested() {
            true => last.count() as u32,
            false => 0,
        };
        Self { wait, look }
    }

    /// Whether it is time to ask, after the change that makes it `changes` (low bits) in all.
    #[inline(always)]
    pub(crate) fn is_time(&self, changes: u32) -> bool {
        W::NOTIFY.unrequested() && changes.wrapping_sub(self.look) < 1 << 31
    }

    /// Asks, whether it is time or not.
    pub(crate) fn ask(&mut self, changes: u32) -> bool {
        let due = self.wait.due();
        self.look = changes.wrapping_add(due.again);
        due.notify
    }

    /// Asks again with the next change.
    pub(crate) fn ask_next(&mut self, changes: u32) {
        self.look = changes;
    }
}
