//! Waiting for tasks: a side keeps the task's waker until the other side notifies.
//!
//! Core stores no waker. A task fills the place of the waker while an interrupt handler empties it. That needs a
//! compare-and-swap, or a section without interrupts. Only the program knows which of them its machine has, and on which core the
//! handler runs. So the program brings the place, and core says when to fill it. The `AtomicWaker` of embassy-sync or of futures
//! is such a place. An `Option<Waker>` in a critical section is another; `BARE_METAL.md` shows it in full.
//!
//! A task does not spin, whatever [`Wait::spins`] returns, because a spin would block the other tasks of its core.
//!
//! # Why no wake-up is lost
//! ```text
//! the task                                         the other side
//! register the waker                               change the words
//! request a notification                           fence SeqCst
//! fence SeqCst                                     requested ?  notify: the handler wakes what is registered
//! event ?  wake itself, or else sleep
//! ```
//! Either the task sees the change, or the other side sees the request. If it sees the request, it notifies, and the waker is
//! registered by then.

use core::task::Waker;

use crate::wait::Wait;

/// A [`Wait`] for tasks. Between two attempts the task sleeps in its executor.
///
/// ```
/// use core::task::Waker;
/// use ramframe_core::wait::{Notify, Wait};
/// use ramframe_core::wake::Wake;
/// use std::sync::Mutex;
///
/// /// The waker that the other side's interrupt wakes. On a chip, use a critical section in place of the mutex.
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
    /// Keeps `waker` in place of an earlier one, so that the other side's next notification wakes it.
    ///
    /// After this call has returned, every notification of the other side wakes the task. A wake without a notification is
    /// allowed. Each end keeps a waker of its own: a sender and a receiver in two tasks have two places, and one interrupt may
    /// wake both. If several receivers wait, a notification must wake all of them.
    fn register(&mut self, waker: &Waker);
}
