//! What a side does when there is nothing to do: spin, or sleep until the other side notifies it.
//!
//! Core never sleeps. It says on which word a change would be news, and calls back; a host brings a futex, firmware
//! WFE/SEV or a mailbox interrupt.

mod retry;

pub(crate) use self::retry::WaitCount;
pub use self::retry::{Forever, MaxWaits, RetryPolicy};

use crate::geometry::{ANSWERS_REQUESTS, NOTIFIES_UNREQUESTED};

/// Once in so many looks of a spin a side looks for other news than the next message or room: a sender that closed or
/// restarted, and a format. A power of two.
pub(crate) const OTHER_NEWS: u32 = 64;

/// When a side notifies the other after it changed a word that the other may be waiting on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notify {
    /// Never. The other side spins, or polls at times of its own.
    Never,
    /// After every change, whether anyone waits or not: where notifying is one cheap instruction (SEV), or where the
    /// implementation bounds its own rate. Requests are looked at only when [`Wait::due`] says so. A request made while a
    /// message is in flight may be missed until the next look, so every wait needs a time limit.
    Always,
    /// Only when the other side has requested it. Costs a full fence and a load for each message.
    OnRequest,
    /// As `OnRequest`, and after every other change as `Always`: for receivers that can request, and for those on read-only
    /// memory, which cannot.
    AlwaysAndOnRequest,
}

impl Notify {
    /// Whether no request is overlooked, at the price of a full fence.
    pub const fn on_request(self) -> bool {
        matches!(self, Notify::OnRequest | Notify::AlwaysAndOnRequest)
    }

    /// Whether notifications come without a request too.
    pub const fn unrequested(self) -> bool {
        matches!(self, Notify::Always | Notify::AlwaysAndOnRequest)
    }

    /// How a side says it in the region.
    pub(crate) const fn bits(self) -> u32 {
        match self {
            Notify::Never => 0,
            Notify::Always => NOTIFIES_UNREQUESTED,
            Notify::OnRequest => ANSWERS_REQUESTS,
            Notify::AlwaysAndOnRequest => ANSWERS_REQUESTS | NOTIFIES_UNREQUESTED,
        }
    }
}

/// What a side that notifies unrequested does after one change, and when it asks next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// Whether to notify, requested or not.
    pub notify: bool,
    /// After how many more changes to ask again: 1 is with the next. Under [`Notify::Always`] there is no look for requests
    /// until then.
    pub again: u32,
}

/// How this side waits, and how it wakes the other.
pub trait Wait {
    /// When this side notifies.
    const NOTIFY: Notify;

    /// Returns when the word at `word` no longer holds `seen` (raw bits, as they stand in memory), when the other side
    /// notifies, or at any time before. It may return for no reason; it must not wait without a limit.
    fn wait(&mut self, word: *const u32, seen: u32);

    /// Whether to look once more before this side requests a notification and sleeps: a spin. Asked before each look.
    /// `looks`: how often this wait has looked so far, always in vain. The first `false` ends the spin.
    ///
    /// News that a spin finds costs the other side no notification, because nobody requested one. A look is one load of the
    /// line where the next message or the next room will be seen; other news is looked for once in 64 looks, and at the end.
    /// The default never spins, and costs nothing.
    #[inline(always)]
    fn spins(&mut self, looks: u32) -> bool {
        let _ = looks;
        false
    }

    /// Waits a little, for a side that nobody will notify: the other one says in the region that it never does.
    fn poll(&mut self) {
        core::hint::spin_loop();
    }

    /// Wakes whoever waits on `word`. `requested`: the other side requested it, so the implementation must not leave it out.
    /// Otherwise the implementation may bound how often it wakes.
    fn notify(&mut self, word: *const u32, requested: bool);

    /// Whether a notification that nobody requested is due now. Asked under [`Notify::AlwaysAndOnRequest`] and
    /// [`Notify::Always`] with the first change, and then as seldom as the implementation says, which so bounds its rate. The
    /// changes in between pay a comparison.
    fn due(&mut self) -> Due {
        Due {
            notify: true,
            again: 1,
        }
    }
}

/// Waits by spinning and never notifies: for two sides that both poll. Idle costs a core; a send costs nothing for waking.
#[derive(Clone, Copy, Debug, Default)]
pub struct Spin;

impl Wait for Spin {
    const NOTIFY: Notify = Notify::Never;

    fn wait(&mut self, _word: *const u32, _seen: u32) {
        core::hint::spin_loop();
    }

    fn notify(&mut self, _word: *const u32, _requested: bool) {}
}
