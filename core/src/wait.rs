//! Waiting: a side spins, or sleeps until the other side notifies it.
//!
//! Core never sleeps. It calls a [`Wait`] with the word whose change would be an event. A program on Linux waits with a futex,
//! firmware with WFE and SEV or with a mailbox interrupt.

mod retry;

pub(crate) use self::retry::WaitCount;
pub use self::retry::{Forever, MaxWaits, RetryPolicy};

#[cfg(target_pointer_width = "64")]
use crate::geometry::ANSWERS_UNFENCED;
use crate::geometry::{ANSWERS_REQUESTS, NOTIFIES_UNREQUESTED};

/// A spin checks for the next message, or for room, each time. Once in this many checks it checks for other events: a close, a
/// restart, a format. A power of two.
pub(crate) const OTHER_NEWS: u32 = 64;

/// When a side notifies the other side, after it changed a word on which the other side may wait.
///
/// ```
/// use ramframe_core::wait::Notify;
///
/// assert!(Notify::OnRequest.on_request() && !Notify::OnRequest.unrequested());
/// assert!(Notify::AlwaysAndOnRequest.on_request() && Notify::AlwaysAndOnRequest.unrequested());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notify {
    /// Never. The other side polls.
    Never,
    /// After every change, requested or not. For a notification that is one cheap instruction (SEV), or for an implementation
    /// that limits its own rate. Requests are checked only when [`Wait::due`] says so. A request made while a message is in
    /// flight may be missed until the next check, so every wait needs a time limit.
    Always,
    /// Only after a request of the other side. Costs a load for each message, and a full fence, which
    /// [`Wait::UNFENCED_AFTER`] can save.
    OnRequest,
    /// After every change like `Always`, and no request is missed, as with `OnRequest`. For receivers that can request, and for
    /// receivers on read-only memory, which cannot.
    AlwaysAndOnRequest,
}

impl Notify {
    /// Whether no request is missed.
    pub const fn on_request(self) -> bool {
        matches!(self, Notify::OnRequest | Notify::AlwaysAndOnRequest)
    }

    /// Whether this side also notifies without a request.
    pub const fn unrequested(self) -> bool {
        matches!(self, Notify::Always | Notify::AlwaysAndOnRequest)
    }

    /// The bits that a side stores in the region while it makes no fence.
    #[cfg(target_pointer_width = "64")]
    pub(crate) const fn unfenced_bits(self) -> u32 {
        self.bits() ^ (ANSWERS_REQUESTS | ANSWERS_UNFENCED)
    }

    /// The bits that a side stores in the region.
    pub(crate) const fn bits(self) -> u32 {
        match self {
            Notify::Never => 0,
            Notify::Always => NOTIFIES_UNREQUESTED,
            Notify::OnRequest => ANSWERS_REQUESTS,
            Notify::AlwaysAndOnRequest => ANSWERS_REQUESTS | NOTIFIES_UNREQUESTED,
        }
    }
}

/// The answer of [`Wait::due`]: whether to notify after this change, and when to ask again.
///
/// ```
/// use ramframe_core::wait::{Due, Notify, Wait};
///
/// /// Notifies with every tenth change.
/// struct EveryTenth;
///
/// impl Wait for EveryTenth {
///     const NOTIFY: Notify = Notify::Always;
///     fn wait(&mut self, _word: *const u32, _seen: u32) {
///         core::hint::spin_loop();
///     }
///     fn notify(&mut self, _word: *const u32, _requested: bool) {
///         // wake the other side
///     }
///     fn due(&mut self) -> Due {
///         Due { notify: true, again: 10 }
///     }
/// }
/// # assert_eq!(EveryTenth.due().again, 10);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// Whether to notify, requested or not.
    pub notify: bool,
    /// The number of changes until the next question: 1 asks again with the next change. Under [`Notify::Always`] requests are
    /// not checked until then.
    pub again: u32,
}

/// How this side waits, and how it notifies the other side.
///
/// This `Wait` counts its notifications and sleeps for a short time:
///
/// ```
/// use ramframe_core::wait::{Notify, Wait};
/// use std::time::Duration;
///
/// #[derive(Default)]
/// struct ShortSleep {
///     notified: u32,
/// }
///
/// impl Wait for ShortSleep {
///     const NOTIFY: Notify = Notify::OnRequest;
///
///     fn wait(&mut self, _word: *const u32, _seen: u32) {
///         std::thread::sleep(Duration::from_micros(100));
///     }
///
///     fn notify(&mut self, _word: *const u32, _requested: bool) {
///         self.notified += 1;
///     }
/// }
///
/// let mut wait = ShortSleep::default();
/// wait.notify(core::ptr::null(), true);
/// assert_eq!(wait.notified, 1);
/// ```
pub trait Wait {
    /// When this side notifies.
    const NOTIFY: Notify;

    /// After this many changes without a request, a side that notifies [on request](Notify::on_request) leaves out its full fence,
    /// until the next request. Before it waits, the other side then has the kernel make the fence, by
    /// [`fence_all`](Self::fence_all). 0, the default: this side makes a fence after every change.
    ///
    /// Only for a side that can [fence all](Self::can_fence_all). Ignored on targets of 32 bits: firmware has no kernel that could make
    /// the fence, and saves the code.
    const UNFENCED_AFTER: u32 = 0;

    /// Whether [`fence_all`](Self::fence_all) works here, and reaches this side. Core asks when a side attaches: the call may prepare
    /// this process for it. The default says no.
    #[inline(always)]
    fn can_fence_all(&self) -> bool {
        false
    }

    /// Makes every processor that runs a side of this channel execute a full fence, and returns whether it did. Core calls it after
    /// a request, if the other side leaves its fence out. On Linux this is `membarrier`. A side that cannot do it
    /// [polls](Self::poll) until the other side has seen its request, which it does with its next change.
    #[inline(always)]
    fn fence_all(&mut self) -> bool {
        false
    }

    /// Returns when the word at `word` no longer holds `seen` (the raw bits in memory), or when the other side notifies. It may
    /// return earlier, for any reason. It must not wait without a time limit.
    fn wait(&mut self, word: *const u32, seen: u32);

    /// Whether to spin once more before this side requests a notification and sleeps. Core asks before each check. `looks` is the
    /// number of checks so far. The first `false` ends the spin.
    ///
    /// An event that a spin finds costs the other side no notification, because nobody requested one. A check is one load of the
    /// cache line of the next message, or of the next room. Other events are checked once in 64 checks, and at the end. The
    /// default never spins and costs nothing.
    #[inline(always)]
    fn spins(&mut self, looks: u32) -> bool {
        let _ = looks;
        false
    }

    /// Waits a short time. Core calls it in place of [`wait`](Self::wait) if no notification will come: the other side has stored that
    /// it never notifies, or it leaves its fence out and [`fence_all`](Self::fence_all) failed.
    fn poll(&mut self) {
        core::hint::spin_loop();
    }

    /// Whether [`wait`](Self::wait) returns at once, because the caller waits later and elsewhere: for several channels at once, or in
    /// an event loop. Then a sender's request for room stays after the wait, until
    /// [`Sender::cancel_wait`](crate::channel::Sender::cancel_wait). The default never defers and costs nothing.
    #[inline(always)]
    fn is_deferred(&self) -> bool {
        false
    }

    /// Wakes every side that waits on `word`. If `requested`, the other side requested it, and the implementation must wake.
    /// Otherwise it may limit how often it wakes.
    fn notify(&mut self, word: *const u32, requested: bool);

    /// Whether an unrequested notification is due now. Core asks under [`Notify::AlwaysAndOnRequest`] and [`Notify::Always`],
    /// with the first change and then as often as [`Due::again`] says. So the implementation limits its rate. A change in between
    /// costs one comparison.
    fn due(&mut self) -> Due {
        Due {
            notify: true,
            again: 1,
        }
    }
}

/// Spins and never notifies: for two sides that both poll. Waiting keeps a core busy. Notifying costs nothing.
///
/// ```
/// use ramframe_core::channel::{Channel, Sender, Overwrite};
/// use ramframe_core::geometry::Geometry;
/// use ramframe_core::memory::AtomicWords;
/// use ramframe_core::wait::Spin;
///
/// let memory = AtomicWords::array::<256>();
/// let region = AtomicWords::new(&memory);
/// Geometry::overwrite(4, 48).format(&region, 0)?;
/// let sender: Sender<_, Overwrite, Spin> = Channel::overwrite(region).sender()?; // the default
/// # let _ = sender;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Spin;

impl Wait for Spin {
    const NOTIFY: Notify = Notify::Never;

    fn wait(&mut self, _word: *const u32, _seen: u32) {
        core::hint::spin_loop();
    }

    fn notify(&mut self, _word: *const u32, _requested: bool) {}
}
