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

use core::sync::atomic::Ordering::{Acquire, Relaxed, Release, SeqCst};

use crate::frame::Stamp;
use crate::generation::Generation;
use crate::geometry::{
    ATTACH_COUNT, CONSTANTS, CONSUMED, Geometry, NOTIFY_SEQ, RECEIVER_NOTIFIES, RECEIVER_WAITING,
    SENDER_NOTIFIES, SENDER_WAITING,
};
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

/// Sender: requests a notification when there is room. Returns the `consumed` word of `receiver`: the value to wait on. If the
/// caller then checks for room, past its cache, it sees every message that was received before.
#[inline]
pub(crate) fn request_room<R: RegionMut>(region: &R, geometry: &Geometry, receiver: u32) -> u32 {
    region.store_through(CONSTANTS + SENDER_WAITING, 1, Relaxed);
    // room: either the receiver sees that this side waits, or this side sees the receiver's `consumed`.
    region.fence(SeqCst);
    region.load(geometry.receiver_line(receiver) + CONSUMED)
}

/// Sender: takes back its request.
#[inline]
pub(crate) fn cancel_room_request<R: RegionMut>(region: &R) {
    region.store_through(CONSTANTS + SENDER_WAITING, 0, Relaxed);
}

/// Receiver: whether the sender waits for room. Call it after `consumed` was stored.
#[inline]
pub(crate) fn is_room_requested<R: Region>(region: &R) -> bool {
    // room: either the sender sees this `consumed` before it waits, or this side sees that the sender waits.
    region.fence(SeqCst);
    region.load_fresh(CONSTANTS + SENDER_WAITING) != 0
}

/// Sender: stores how it notifies. The store of its epoch, which follows, writes the line back to memory.
pub(crate) fn say_sender_notifies<R: RegionMut>(region: &R, bits: u32) {
    region.store(CONSTANTS + SENDER_NOTIFIES, bits, Relaxed);
}

/// Receiver: whether the sender never notifies.
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

/// A [`Wait`], and the number of changes at which it is asked again whether a notification is due.
#[doc(hidden)]
#[derive(Debug)]
pub struct Notifier<W> {
    pub(crate) wait: W,
    /// Low bits of the number of changes from which on [`Wait::due`] is asked.
    ask_at: u32,
}

impl<W: Wait> Notifier<W> {
    /// A notifier that asks with the first change after message `last`.
    #[inline(always)]
    pub(crate) fn new(wait: W, last: Stamp) -> Self {
        let ask_at = match W::NOTIFY.unrequested() {
            true => last.count() as u32,
            false => 0,
        };
        Self { wait, ask_at }
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
}
