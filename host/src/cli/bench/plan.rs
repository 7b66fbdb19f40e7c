//! What is measured, and in which order.

use clap::ValueEnum;

/// The longest message that a batch is worth for.
pub(super) const SHORT: usize = 64;

/// What carries the messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Transport {
    /// The hardware minimum: one atomic store to a cache line each way; for rates, two copies of the bytes
    Floor,
    /// The same round trip, polled without a pause instruction
    FloorBare,
    /// A backpressure channel, copied in and out
    Ramframe,
    /// The same with so few slots that they stay in the first-level cache
    RamframeSmall,
    /// The same as `ramframe`; for rates, 64 messages a call
    RamframeBatch,
    /// A backpressure channel, written and read in place
    RamframeLoan,
    /// An overwrite channel
    RamframeOverwrite,
    /// Two pipes
    Pipe,
    /// A Unix domain stream socket
    Unix,
    /// The program of --against
    Against,
}

/// What a side does while there is nothing for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Waiting {
    /// Looks again and again, with a pause
    Spin,
    /// The same as long as it pays, then sleeps: the default of the library
    Adaptive,
    /// Sleeps in the kernel
    Sleep,
    /// As Adaptive, both sides on one core
    AdaptiveOneCore,
    /// As Sleep, both sides on one core
    SleepOneCore,
}

/// One row of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Subject {
    pub(super) transport: Transport,
    pub(super) waiting: Waiting,
    pub(super) size: usize,
}

impl Transport {
    pub(super) fn name(self) -> String {
        let value = self.to_possible_value();
        value.map_or_else(String::new, |value| value.get_name().to_string())
    }

    fn is_ours(self) -> bool {
        matches!(
            self,
            Self::Ramframe
                | Self::RamframeSmall
                | Self::RamframeBatch
                | Self::RamframeLoan
                | Self::RamframeOverwrite
        )
    }

    /// What the sender does when the receiver is slow.
    pub(super) fn policy(self) -> Option<&'static str> {
        match self {
            Self::RamframeOverwrite => Some("overwrite"),
            _ if self.is_ours() => Some("backpressure"),
            _ => None,
        }
    }

    /// How the bytes come and go.
    pub(super) fn mode(self) -> &'static str {
        match self {
            Self::RamframeLoan => "loan",
            _ => "copy",
        }
    }
}

impl Waiting {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Spin => "spin",
            Self::Adaptive | Self::AdaptiveOneCore => "adaptive",
            Self::Sleep | Self::SleepOneCore => "sleep",
        }
    }

    /// Whether both sides share a core.
    pub(super) fn is_one_core(self) -> bool {
        matches!(self, Self::AdaptiveOneCore | Self::SleepOneCore)
    }

    /// Whether sides that may sleep never spin before.
    pub(super) fn is_asleep(self) -> bool {
        matches!(self, Self::Sleep | Self::SleepOneCore)
    }

    /// How the floor waits that this is compared with.
    pub(super) fn of_floor(self) -> Self {
        match self {
            Self::Spin | Self::Adaptive => Self::Spin,
            Self::Sleep => Self::Sleep,
            Self::AdaptiveOneCore | Self::SleepOneCore => Self::SleepOneCore,
        }
    }
}

impl Subject {
    /// Whether it is measured at all.
    fn is_planned(self) -> bool {
        if self.waiting.is_one_core() && self.size > 1024 {
            return false;
        }
        match self.transport {
            Transport::Ramframe => true,
            Transport::Floor => self.waiting == self.waiting.of_floor(),
            Transport::RamframeBatch => {
                matches!(self.waiting, Waiting::Spin | Waiting::Adaptive) && self.size <= SHORT
            }
            Transport::RamframeLoan => self.waiting == Waiting::Spin && self.size >= 1 << 15,
            Transport::RamframeOverwrite => self.waiting == Waiting::Spin,
            Transport::Against => self.waiting == Waiting::Spin,
            Transport::FloorBare => self.waiting == Waiting::Spin && self.size <= SHORT,
            Transport::RamframeSmall => self.waiting == Waiting::Spin && self.size <= 1024,
            _ => matches!(self.waiting, Waiting::Spin | Waiting::Sleep),
        }
    }

    /// Whether messages one way, as fast as they go, mean anything: a sender that never waits has no rate to compare, loans
    /// move no bytes, and bare words that are slept on carry none.
    pub(super) fn floods(self) -> bool {
        match self.transport {
            Transport::RamframeLoan | Transport::RamframeOverwrite | Transport::FloorBare => false,
            Transport::Floor => self.waiting == Waiting::Spin,
            _ => !self.waiting.is_one_core(),
        }
    }

    /// Whether the time to wake a sleeper is measured.
    pub(super) fn wakes(self) -> bool {
        let compared = matches!(self.transport, Transport::Floor | Transport::Ramframe);
        compared && self.waiting == Waiting::Sleep && self.size <= 1024
    }
}

/// All rows that are needed, those to be compared beside each other. The floor is always among them.
pub(super) fn subjects(sizes: &[u64], is_needed: impl Fn(Subject) -> bool) -> Vec<Subject> {
    let mut sizes = sizes.to_vec();
    sizes.sort_unstable();
    sizes.dedup();
    let sizes = sizes.iter().filter_map(|&size| usize::try_from(size).ok());
    let mut all = Vec::new();
    for (waiting, size) in
        sizes.flat_map(|size| Waiting::value_variants().iter().map(move |w| (*w, size)))
    {
        let transports = Transport::value_variants().iter();
        let rows = transports.map(|&transport| Subject {
            transport,
            waiting,
            size,
        });
        all.extend(rows.filter(|row| row.is_planned() && is_needed(*row)));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_size_is_planned_once_and_its_floor_stands_with_it() {
        let planned = subjects(&[65536, 8, 8], |_| true);
        let sizes: Vec<usize> = planned.iter().map(|row| row.size).collect();
        assert!(sizes.is_sorted(), "{sizes:?}");
        for (index, row) in planned.iter().enumerate() {
            assert!(!planned[..index].contains(row), "twice: {row:?}");
            let floor = Subject {
                transport: Transport::Floor,
                waiting: row.waiting.of_floor(),
                size: row.size,
            };
            assert!(planned.contains(&floor), "no floor for {row:?}");
        }
    }

    #[test]
    fn only_what_is_needed_is_planned() {
        let pipes = subjects(&[8], |row| row.transport == Transport::Pipe);
        let waits: Vec<Waiting> = pipes.iter().map(|row| row.waiting).collect();
        assert_eq!(waits, [Waiting::Spin, Waiting::Sleep]);
        let large = subjects(&[1 << 20], |row| row.waiting.is_one_core());
        assert_eq!(large, []);
    }

    #[test]
    fn a_flood_is_measured_where_its_rate_means_something() {
        let floods = |transport, waiting| {
            Subject {
                transport,
                waiting,
                size: 8,
            }
            .floods()
        };
        assert!(floods(Transport::Ramframe, Waiting::Sleep));
        assert!(floods(Transport::Floor, Waiting::Spin));
        assert!(!floods(Transport::Floor, Waiting::Sleep));
        assert!(!floods(Transport::RamframeOverwrite, Waiting::Spin));
        assert!(!floods(Transport::Pipe, Waiting::SleepOneCore));
    }
}
