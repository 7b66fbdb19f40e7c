//! What a side does when there is nothing to do: spin, or sleep until the other side rings.
//!
//! Core never sleeps. It says on which word a change would be news, and calls back; a host brings a futex, firmware
//! WFE/SEV or a mailbox interrupt.

/// When a side rings after it has changed a word that the other side may be waiting on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notify {
    /// Never: the other side spins, or polls at times of its own.
    Never,
    /// After every change, whether anyone sleeps or not: where ringing is one cheap instruction (SEV), or where the
    /// implementation bounds its own rate. A request to be woken is answered too, when [`Wait::due`] says to look for one,
    /// and one that crosses a message on its way is seen only with a later one: so naps are bounded.
    Always,
    /// Only when the other side has said that it sleeps. Costs a full fence and a load for each send.
    OnRequest,
    /// As `OnRequest`, and after every other change as `Always`: for receivers of both kinds, those that ask and those
    /// that cannot write and so cannot ask.
    AlwaysAndOnRequest,
}

impl Notify {
    /// Whether no request of a sleeper may be overlooked, at the price of a full fence.
    pub const fn asks(self) -> bool {
        matches!(self, Notify::OnRequest | Notify::AlwaysAndOnRequest)
    }

    /// Whether to ring although nobody asked.
    pub const fn unasked(self) -> bool {
        matches!(self, Notify::Always | Notify::AlwaysAndOnRequest)
    }
}

/// What a side that rings unasked does after one change, and when it asks next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// Whether to ring, asked or not.
    pub ring: bool,
    /// After how many more changes to ask again: 1 is with the next. Under [`Notify::Always`] there is no look for requests
    /// until then.
    pub again: u32,
}

/// How this side waits, and how it wakes the other.
pub trait Wait {
    /// When this side rings.
    const NOTIFY: Notify;

    /// Returns when the word at `word` no longer holds `seen` (raw bits, as they stand in memory), when the other side
    /// rings, or at any time before: a spurious return is always allowed, an endless wait never.
    fn wait(&mut self, word: *const u32, seen: u32);

    /// Wakes whoever waits on `word`. `asked`: someone has said that it sleeps, so this must not be left out; otherwise
    /// the implementation may bound how often it really rings.
    fn notify(&mut self, word: *const u32, asked: bool);

    /// Whether a ring that nobody asked for is due now. Asked under [`Notify::AlwaysAndOnRequest`] and [`Notify::Always`] with the
    /// first change, and then as seldom as the implementation says, which so bounds its rate: the changes in between pay
    /// a comparison.
    fn due(&mut self) -> Due {
        Due {
            ring: true,
            again: 1,
        }
    }
}

/// Waits by spinning and never rings: for two sides that both poll. Idle costs a core; a send costs nothing for waking.
#[derive(Clone, Copy, Debug, Default)]
pub struct Spin;

impl Wait for Spin {
    const NOTIFY: Notify = Notify::Never;

    fn wait(&mut self, _word: *const u32, _seen: u32) {
        core::hint::spin_loop();
    }

    fn notify(&mut self, _word: *const u32, _asked: bool) {}
}

/// A way of waiting, and when it is next asked whether a ring is due.
#[doc(hidden)]
#[derive(Debug)]
pub struct Notifier<W> {
    pub(crate) wait: W,
    /// Low bits of the number of changes from which on to ask.
    look: u32,
}

impl<W: Wait> Notifier<W> {
    /// One that asks with the first change after `changes`.
    pub(crate) fn new(wait: W, changes: u64) -> Self {
        let look = changes as u32;
        Self { wait, look }
    }

    /// Whether it is time to ask, after the change that makes it `changes` (low bits) in all.
    #[inline(always)]
    pub(crate) fn is_time(&self, changes: u32) -> bool {
        W::NOTIFY.unasked() && changes.wrapping_sub(self.look) < 1 << 31
    }

    /// Asks, whether it is time or not.
    pub(crate) fn ask(&mut self, changes: u32) -> bool {
        let due = self.wait.due();
        self.look = changes.wrapping_add(due.again);
        due.ring
    }

    /// Asks again with the next change.
    pub(crate) fn ask_next(&mut self, changes: u32) {
        self.look = changes;
    }
}
