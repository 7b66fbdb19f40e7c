//! The shared memory holds the wire's words, as far as the model has them.

use crate::world::World;

/// A tagged word: the tag of a generation, and a count.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(crate) struct Word(u8);

impl Word {
    pub(crate) fn new(tag: u8, count: u8) -> Self {
        debug_assert!(
            tag < 16 && count < 16,
            "a tag and a count fit in half a byte"
        );
        Self(tag << 4 | count)
    }

    pub(crate) fn tag(self) -> u8 {
        self.0 >> 4
    }

    pub(crate) fn count(self) -> u8 {
        self.0 & 15
    }
}

impl std::fmt::Debug for Word {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.tag(), self.count())
    }
}

/// What all sides see. Counts start at 0 and do not wrap here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Memory {
    /// Whether the magic number stands; it does not while somebody formats.
    pub(crate) magic: bool,
    pub(crate) generation: u8,
    pub(crate) first_epoch: u8,
    pub(crate) epoch: u8,
    pub(crate) head: u8,
    pub(crate) notify_seq: Word,
    pub(crate) sender_waiting: bool,
    pub(crate) receiver_waiting: bool,
    pub(crate) slots: [Slot; 2],
    pub(crate) seats: [Seat; 2],
}

/// A slot with its frame. The stamp of message `s` is `s + 1`, and 0 if there was none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Slot {
    pub(crate) stamp: u8,
    pub(crate) epoch: u8,
    /// The payload: two halves, each with the message's generation and sequence.
    pub(crate) payload: [u8; 2],
}

/// A receiver's line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Seat {
    pub(crate) consumed: Word,
    /// The count is 1 when a receiver has attached.
    pub(crate) attach_count: Word,
    /// The count is 1 when messages are being discarded, or were.
    pub(crate) discarding: Word,
    /// The tag, and the first message that was discarded.
    pub(crate) discarded_from: Word,
}

impl Memory {
    /// A region that was formatted once, on memory that was zero.
    pub(crate) fn formatted(world: &World) -> Self {
        let neutral = world.neutral_word(1);
        let seat = Seat {
            consumed: neutral,
            attach_count: neutral,
            discarding: neutral,
            ..Seat::default()
        };
        Self {
            magic: true,
            generation: 1,
            first_epoch: 2,
            epoch: 0,
            head: 0,
            notify_seq: Word::new(world.tag(1), 0),
            sender_waiting: false,
            receiver_waiting: false,
            slots: [Slot::default(); 2],
            seats: [seat; 2],
        }
    }

    /// The look: whether the region still is of this generation.
    ///
    /// A real side loads magic and then generation. One step is enough here: the generation only grows, so when the second
    /// load finds it unchanged, both held at the time of the first load.
    pub(crate) fn holds(&self, generation: u8) -> bool {
        self.magic && self.generation == generation
    }

    /// The slot of message `sequence`.
    pub(crate) fn slot(&mut self, sequence: u8) -> &mut Slot {
        &mut self.slots[usize::from(sequence % 2)]
    }

    pub(crate) fn stamp(&self, sequence: u8) -> u8 {
        self.slots[usize::from(sequence % 2)].stamp
    }
}

/// The stamp of the slot of message `sequence` until that is published.
pub(crate) fn stamp_before(sequence: u8) -> u8 {
    sequence.saturating_sub(1) * u8::from(sequence >= 2)
}

/// What both halves of a message's payload say.
pub(crate) fn payload(generation: u8, sequence: u8) -> u8 {
    generation << 4 | sequence
}
