//! The history knows what really happened in this generation, and so what a violation is.

use crate::world::SLOTS;

/// What must never happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Violation {
    /// The two halves of a message are of two messages.
    Torn,
    /// A message of another generation, or under another sequence.
    Foreign,
    /// A message that this incarnation of a receiver was given already.
    Repeated,
    /// Messages are missing, and nobody was told.
    Lost,
    /// The region was called corrupt, though only honest sides use it.
    Corrupt,
    /// The sender writes over a message that a receiver has not consumed.
    Overwritten,
    /// A receiver was told that its progress was lost, though no word was overwritten.
    FalseLoss,
    /// A receiver was told a wrong number of discarded messages.
    WrongCount,
    /// No step leads on to where all messages arrive.
    Wedged,
}

/// What really happened to one seat in the current generation. No process reads this.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct History {
    /// Messages below this one were given out, or told as missed.
    pub(crate) told: u8,
    /// Messages below this one were given to the present incarnation.
    pub(crate) given: u8,
    /// Messages below this one may be overwritten.
    pub(crate) freed: u8,
    /// The first message that was discarded, while no message behind it was taken.
    pub(crate) gap: Option<u8>,
}

impl History {
    /// A receiver gives out message `sequence`.
    pub(crate) fn deliver(&mut self, sequence: u8) -> Option<Violation> {
        let violation = if sequence < self.given {
            Some(Violation::Repeated)
        } else if sequence > self.told {
            Some(Violation::Lost)
        } else {
            None
        };
        self.given = sequence + 1;
        self.tell(sequence + 1);
        violation
    }

    /// A receiver tells that it misses what is below `next`.
    pub(crate) fn tell(&mut self, next: u8) {
        self.told = self.told.max(next);
    }

    /// A receiver tells that it misses an unknown number of messages below `next`.
    pub(crate) fn tell_loss(&mut self, next: u8) {
        self.tell(next);
        self.gap = None;
    }

    /// A receiver tells that `count` messages below `next` were discarded.
    pub(crate) fn tell_discarded(&mut self, count: u8, next: u8) -> Option<Violation> {
        self.tell(next);
        (self.gap != Some(next - count)).then_some(Violation::WrongCount)
    }

    /// A receiver lets the slots below `next` go.
    pub(crate) fn consume(&mut self, next: u8) {
        self.freed = self.freed.max(next);
    }

    /// A receiver starts at `next`. Behind where the seat was, that makes a gap longer, or its loss was told.
    pub(crate) fn start(&mut self, next: u8, has_gap: bool) {
        match has_gap && next > self.freed {
            true => self.discard(next),
            false => self.consume(next),
        }
    }

    /// Somebody discards the messages below `next`.
    pub(crate) fn discard(&mut self, next: u8) {
        self.gap = self.gap.or(Some(self.freed));
        self.consume(next);
    }

    /// Whether message `sequence` may be written.
    pub(crate) fn has_room(&self, sequence: u8) -> bool {
        sequence < self.freed + SLOTS
    }
}
