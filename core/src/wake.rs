//! What a side does when there is nothing to do and tasks share its core: it keeps the task's waker until the other side
//! notifies.
//!
//! Core has no place for a waker. One that a task fills while an interrupt handler empties it needs a compare-and-swap, or
//! the interrupts held off meanwhile: which of them there is, and whether the handler runs on this core, only the program
//! knows. So the program brings the place, and core says when to fill it. `AtomicWaker` of embassy-sync or of futures is
//! one, and so is an `Option<Waker>` in a critical section; `BARE_METAL.md` shows it whole.
//!
//! A task does not spin, whatever [`Wait::spins`](crate::wait::Wait::spins) says: it would hold up the other tasks of its core.
//!
//! # Why no wake-up is lost
//! ```text
//! the task                                         the other side
//! register the waker                               change the words
//! request a notification                           fence SeqCst
//! fence SeqCst                                     requested ?  notify: the handler wakes what is registered
//! look: news ? wake itself : sleep
//! ```
//! Either the task sees the change, or the other side sees the request; and whoever sees the request notifies, for a waker that
//! is registered already.

use core::task::Waker;

use crate::wait::Wait;

/// A way of waiting for tasks. Between two looks the task sleeps in its executor.
///
/// ```
/// use core::task::Waker;
/// use ramframe_core::wait::{Notify, Wait};
/// use ramframe_core::wake::Wake;
/// use std::sync::Mutex;
///
/// /// What the other side's interrupt wakes. A mutex serves where the interrupt is a thread; on a chip, a critical section.
/// static PLACE: Mutex<Option<Waker>> = Mutex::new(None);
///
/// /// Called by the interrupt handler.
/// fn on_interrupt() {
///     if let Some(waker) = PLACE.lock().unwrap().take() {
///         waker.wake();
///     }
/// }
///
/// struct Mailbox;
///
/// impl Wait for Mailbox {
///     const NOTIFY: Notify = Notify::OnRequest;
///
///     fn wait(&mut self, _word: *const u32, _seen: u32) {
///         core::hint::spin_loop(); // for the steps that block; tasks never come here
///     }
///
///     fn notify(&mut self, _word: *const u32, _asked: bool) {
///         // raise the other side's interrupt
///     }
/// }
///
/// impl Wake for Mailbox {
///     fn register(&mut self, waker: &Waker) {
///         *PLACE.lock().unwrap() = Some(waker.clone());
///     }
/// }
/// # on_interrupt();
/// ```
pub trait Wake: Wait {
    /// Keeps `waker`, in place of any that it kept before, for the other side's next notification to wake.
    ///
    /// From the return of this call on, every notification of the other side wakes it, or has woken it before; waking it for nothing
    /// is allowed. Each end keeps its own: a sender and a receiver in two tasks have two places, and one interrupt may wake
    /// both. Where several receivers wait, a notification is for all of them.
    fn register(&mut self, waker: &Waker);
}
