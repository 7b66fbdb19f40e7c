//! What a side does when there is nothing to do: spin, or sleep until the other side rings.
//!
//! Core never sleeps. It says on which word a change would be news, and calls back; a host brings a futex, firmware
//! WFE/SEV or a mailbox interrupt.

/// When a side rings after it has changed a word that the other side may be waiting on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ring {
    /// Never: the other side spins, or polls at times of its own.
    Never,
    /// After every change, whether anyone sleeps or not: where ringing is one cheap instruction (SEV), or where the
    /// implementation bounds its own rate. A request to be woken is answered too, when [`Wait::due`] says to look for one,
    /// and one that crosses a message on its way is seen only with a later one: so naps are bounded.
    Always,
    /// Only when the other side has said that it sleeps. Costs a full fence and a load for each send.
    WhenAsked,
    /// As `WhenAsked`, and after every other change as `Always`: for receivers of both kinds, those that ask and those
    /// that cannot write and so cannot ask.
    WhenAskedOrNot,
}

impl Ring {
    /// Whether no request of a sleeper may be overlooked, at the price of a full fence.
    pub const fn asks(self) -> bool {
        matches!(self, Ring::WhenAsked | Ring::WhenAskedOrNot)
    }

    /// Whether to ring although nobody asked.
    pub const fn unasked(self) -> bool {
        matches!(self, Ring::Always | Ring::WhenAskedOrNot)
    }
}

/// What is to be done after one change of a side that rings unasked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// Nothing; there is not even a look for requests under [`Ring::Always`], until one of the next changes.
    Later,
    /// Ring if someone has asked.
    IfAsked,
    /// Ring.
    Now,
}

/// How this side waits, and how it wakes the other.
pub trait Wait {
    /// When this side rings.
    const RING: Ring;

    /// Returns when the word at `word` no longer holds `seen` (raw bits, as they stand in memory), when the other side
    /// rings, or at any time before: a spurious return is always allowed, an endless wait never.
    fn wait(&mut self, word: *const u32, seen: u32);

    /// Wakes whoever waits on `word`. `asked`: someone has said that it sleeps, so this must not be left out; otherwise
    /// the implementation may bound how often it really rings.
    fn ring(&mut self, word: *const u32, asked: bool);

    /// Whether a ring that nobody asked for is due now. Called on the hot path for each send under
    /// [`Ring::WhenAskedOrNot`] and [`Ring::Always`]; an implementation that bounds its rate says no here, for the price
    /// of a decrement.
    fn due(&mut self) -> Due {
        Due::Now
    }
}

/// Waits by spinning and never rings: for two sides that both poll. Idle costs a core; a send costs nothing for waking.
#[derive(Clone, Copy, Debug, Default)]
pub struct Spin;

impl Wait for Spin {
    const RING: Ring = Ring::Never;

    fn wait(&mut self, _word: *const u32, _seen: u32) {
        core::hint::spin_loop();
    }

    fn ring(&mut self, _word: *const u32, _asked: bool) {}
}
