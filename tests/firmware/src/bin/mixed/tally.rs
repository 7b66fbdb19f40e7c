//! What has come: each message whole, and every one accounted for. Kept where a restart of the receiver spares it.

use ramframe_firmware::count::Count;

use crate::fail;
use crate::phase::{Phase, Victim};

/// Messages that share no byte and have three lengths: one mixed of two is none of them. Three, because a number of slots is even:
/// with two every slot would hold the same message for ever, and nobody could see it torn.
const MESSAGES: [&[u8]; 3] = [&[0x55; 200], &[0xAA; 121], &[0x33; 38]];

/// What message `sequence` says.
pub fn message(sequence: u32) -> &'static [u8] {
    MESSAGES
        .get(sequence as usize % MESSAGES.len())
        .unwrap_or(&MESSAGES[0])
}

/// Each count has one core that stores it: the sender's `sent`, the receiver's the others, and the restarted one's `restarts`.
pub struct Tally {
    /// The sequence of the message that comes next.
    next: Count,
    pub received: Count,
    pub missed: Count,
    /// Messages that a receiver had taken when it was restarted, before it looked at them.
    unseen: Count,
    /// How often the receiver was told that the sender had restarted.
    pub told: Count,
    pub restarts: Count,
    /// What the sender has sent in all, said before it closes.
    pub sent: Count,
}

impl Tally {
    pub const fn new() -> Self {
        Tally {
            next: Count::new(),
            received: Count::new(),
            missed: Count::new(),
            unseen: Count::new(),
            told: Count::new(),
            restarts: Count::new(),
            sent: Count::new(),
        }
    }

    /// A receiver has attached, and begins with this message.
    pub fn attached(&self, first: u32, phase: &Phase) {
        let ahead = first.wrapping_sub(self.next.now());
        if phase.is_lossless() {
            match ahead {
                0 => {}
                1 => self.unseen.one_more(),
                _ => fail("a receiver begins with another message than the next"),
            }
        } else if phase.victim != Victim::Receiver {
            self.missed.more(ahead);
        }
        self.next.say(first);
    }

    pub fn message(&self, sequence: u32, payload: &[u8]) {
        if sequence != self.next.now() {
            fail("a message of another sequence than the next");
        }
        if payload != message(sequence) {
            fail("a torn message, or another one");
        }
        self.next.one_more();
        self.received.one_more();
    }

    pub fn lagged(&self, count: u32, phase: &Phase) {
        if phase.is_lossless() {
            fail("backpressure lost messages");
        }
        self.missed.more(count);
        self.next.more(count);
    }

    /// The sender has closed.
    pub fn finish(&self, phase: &Phase) {
        if self.next.now() != self.sent.now() {
            fail("messages that nobody counted");
        }
        let all = self.received.now().wrapping_add(self.missed.now());
        if phase.victim != Victim::Receiver && all != self.sent.now() {
            fail("messages that were neither received nor missed");
        }
        if self.unseen.now() > self.restarts.now() {
            fail("messages that nobody looked at");
        }
        self.check_told(phase);
    }

    /// Of every second incarnation of a sender something is received before it can be restarted.
    fn check_told(&self, phase: &Phase) {
        let told = self.told.now();
        let (least, most) = match phase.victim {
            Victim::Sender => (self.restarts.now() / 2, self.restarts.now()),
            _ => (0, 0),
        };
        if told < least || told > most {
            fail("a restart of the sender that was not told, or one that was not made");
        }
    }
}
