//! Is what a receiver got what the senders sent: each once, in order, whole, and nobody else's?

use crate::line::{self, Place};

/// One message as it was received.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Record {
    pub(crate) sequence: u64,
    /// `None` for an empty one, which is known by its sequence alone.
    pub(crate) place: Option<Place>,
}

/// How many messages had been published when each sender was dead, and how it went.
#[derive(Debug, Default)]
pub(crate) struct Senders {
    until: Vec<u64>,
    /// Senders that had begun a message that they did not publish.
    pub(crate) mid_write: usize,
    /// Senders that had published nothing.
    pub(crate) silent: usize,
}

impl Senders {
    /// All messages published by those that are dead.
    pub(crate) fn sent(&self) -> u64 {
        self.until.last().copied().unwrap_or(0)
    }

    /// Whether so many were killed, some of them mid-write and some before their first message.
    pub(crate) fn have_died(&self, kills: u32) -> bool {
        let killed = self.next();
        assert!(killed < 20 * kills, "all died alike: {self:?}");
        killed >= kills && self.mid_write > 0 && self.silent > 0
    }

    /// The number of the sender that comes next.
    pub(crate) fn next(&self) -> u32 {
        u32::try_from(self.until.len()).unwrap()
    }

    /// The next sender is dead, or has ended; so much is published by now.
    pub(crate) fn ended(&mut self, sent: u64) {
        assert!(sent >= self.sent(), "published messages are gone");
        self.silent += usize::from(sent == self.sent());
        self.until.push(sent);
    }

    /// Who sent message `sequence`, and as its how manieth.
    fn place(&self, sequence: u64) -> Place {
        let sender = self.until.partition_point(|&until| until <= sequence);
        let before = sender.checked_sub(1).map_or(0, |before| self.until[before]);
        (u32::try_from(sender).unwrap(), sequence - before)
    }

    /// Checks every record, and that `missed` is exactly what is not there.
    pub(crate) fn check(&self, records: &[Record], missed: u64) {
        let mut next = 0;
        let mut gaps = 0;
        for record in records {
            assert!(record.sequence >= next, "{record:?}, but {next} comes next");
            gaps += record.sequence - next;
            next = record.sequence + 1;
            let sent = self.place(record.sequence);
            match record.place {
                Some(place) => assert_eq!(place, sent, "at {}", record.sequence),
                None => assert!(line::line(sent).is_empty(), "emptied: {sent:?}"),
            }
        }
        assert_eq!(gaps + (self.sent() - next), missed, "lost without a word");
    }

    /// Prints what happened.
    pub(crate) fn report(&self, test: &str, received: usize, missed: u64) {
        let killed = self.until.len() - 1;
        println!(
            "{test}: {killed} senders killed, {} mid-write, {} before their first message; {} messages sent, {received} received, {missed} missed",
            self.mid_write,
            self.silent,
            self.sent(),
        );
    }
}
