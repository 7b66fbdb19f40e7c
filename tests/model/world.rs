//! A world is what one search is about: its rules, its size, and how much may go wrong in it.

use crate::memory::Word;
use crate::rules::{Rule, Rules};

/// Slots of the channel. Fewer than messages, so that each slot is used again.
pub(crate) const SLOTS: u8 = 2;

/// The bounds of one search.
#[derive(Clone, Copy, Debug)]
pub(crate) struct World {
    pub(crate) rules: Rules,
    /// Receivers of the channel: 1 or 2.
    pub(crate) seats: usize,
    /// Messages that are sent in each generation.
    pub(crate) messages: u8,
    /// The modulus of the tags; 2,048 on the wire.
    pub(crate) tags: u8,
    /// The formatter's neutral tag is the new tag and this.
    pub(crate) neutral: u8,
    /// Whether the sides sleep. Otherwise they poll.
    pub(crate) sleeping: bool,
    /// How much may go wrong.
    pub(crate) budget: Budget,
}

/// How often each thing that nobody wants may still happen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Budget {
    pub(crate) formats: u8,
    pub(crate) formatter_deaths: u8,
    pub(crate) sender_deaths: u8,
    pub(crate) receiver_deaths: u8,
    /// Times that somebody reclaims a dead receiver's seat.
    pub(crate) reclaims: u8,
    /// Stores of an older holder to a seat that another one has by now.
    pub(crate) late_stores: u8,
}

impl World {
    /// One receiver, two sides that poll, nothing goes wrong.
    pub(crate) const QUIET: Self = Self {
        rules: Rules::ALL,
        seats: 1,
        messages: 3,
        tags: 4,
        neutral: 2,
        sleeping: false,
        budget: Budget {
            formats: 0,
            formatter_deaths: 0,
            sender_deaths: 0,
            receiver_deaths: 0,
            reclaims: 0,
            late_stores: 0,
        },
    };

    pub(crate) const fn seats(mut self, seats: usize) -> Self {
        self.seats = seats;
        self
    }

    pub(crate) const fn messages(mut self, messages: u8) -> Self {
        self.messages = messages;
        self
    }

    pub(crate) const fn tags(mut self, tags: u8, neutral: u8) -> Self {
        self.tags = tags;
        self.neutral = neutral;
        self
    }

    /// The sides sleep, and no nap has a time limit: whoever is not woken sleeps for ever.
    pub(crate) const fn sleeping(mut self) -> Self {
        self.sleeping = true;
        self.without(Rule::SenderNapLimit)
            .without(Rule::ReceiverNapLimit)
    }

    pub(crate) const fn with(mut self, rule: Rule) -> Self {
        self.rules = self.rules.with(rule);
        self
    }

    pub(crate) const fn without(mut self, rule: Rule) -> Self {
        self.rules = self.rules.without(rule);
        self
    }

    pub(crate) const fn formats(mut self, times: u8) -> Self {
        self.budget.formats = times;
        self
    }

    pub(crate) const fn formatter_deaths(mut self, times: u8) -> Self {
        self.budget.formatter_deaths = times;
        self
    }

    pub(crate) const fn sender_deaths(mut self, times: u8) -> Self {
        self.budget.sender_deaths = times;
        self
    }

    pub(crate) const fn receiver_deaths(mut self, times: u8) -> Self {
        self.budget.receiver_deaths = times;
        self
    }

    pub(crate) const fn reclaimed(mut self, times: u8) -> Self {
        self.budget.reclaims = times;
        self
    }

    pub(crate) const fn late_stores(mut self, times: u8) -> Self {
        self.budget.late_stores = times;
        self
    }

    pub(crate) const fn has(&self, rule: Rule) -> bool {
        self.rules.has(rule)
    }

    /// The tag of a generation.
    pub(crate) fn tag(&self, generation: u8) -> u8 {
        generation % self.tags
    }

    /// What the formatter of a generation stores into tagged words.
    pub(crate) fn neutral_word(&self, generation: u8) -> Word {
        Word::new(self.tag(generation + self.neutral), 0)
    }

    /// Whether somebody in this world ever reads or stores `discarding`.
    pub(crate) fn reclaims(&self) -> bool {
        self.budget.reclaims > 0
    }
}
