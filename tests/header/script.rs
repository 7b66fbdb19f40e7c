//! Random lives of a channel, as scripts of steps in the language of the conformance suite.

use ramframe_core::geometry::{Geometry, Overflow};

use crate::xorshift::Xorshift;

/// The channels: small, so that laps, full channels and all words are soon reached.
pub(crate) fn geometries() -> Vec<Geometry> {
    vec![
        Geometry::overwrite(2, 24).with_cache_line(32),
        Geometry::overwrite(4, 13),
        Geometry::backpressure(2, 24, 2).with_cache_line(32),
        Geometry::backpressure(4, 9, 1),
    ]
}

/// Who is there: only they can be asked to do something.
pub(crate) struct Script<'r> {
    random: &'r Xorshift,
    geometry: Geometry,
    has_sender: bool,
    receivers: [bool; 2],
    /// Whether the channel is formatted again now and then.
    pub(crate) formats: bool,
}

impl<'r> Script<'r> {
    pub(crate) fn of(geometry: Geometry, random: &'r Xorshift) -> Self {
        Self {
            random,
            geometry,
            has_sender: false,
            receivers: [false; 2],
            formats: true,
        }
    }

    pub(crate) fn format(&self, seed: usize) -> String {
        let g = &self.geometry;
        let policy = if self.is_overwrite() {
            "overwrite"
        } else {
            "backpressure"
        };
        let [slots, capacity, line] = [g.slots(), g.capacity(), g.cache_line()];
        let receivers = g.receivers();
        format!("format {policy} {slots} {capacity} {receivers} {line} 0 {seed}")
    }

    fn is_overwrite(&self) -> bool {
        self.geometry.overflow() == Overflow::Overwrite
    }

    fn one_of(&self, words: &[&str]) -> String {
        words[self.random.below(words.len())].into()
    }

    fn receiver(&self) -> usize {
        self.random
            .below(self.geometry.receivers().clamp(1, 2) as usize)
    }

    fn message(&self) -> String {
        let longest = self.geometry.capacity() as usize + 1;
        let bytes = 0..self.random.below(longest + 1);
        match bytes.len() {
            0 => "-".into(),
            _ => bytes
                .map(|_| format!("{:02x}", self.random.below(256)))
                .collect(),
        }
    }

    /// The next step, of somebody who is there; and whose it is, if it can die of it.
    pub(crate) fn step(&mut self) -> String {
        let receiver = self.receiver();
        match self.random.below(24) {
            0 if self.formats => self.format(self.random.below(4)),
            1 | 2 => self.attach_sender(),
            3 | 4 => self.attach_receiver(receiver),
            5 if self.has_sender => {
                self.has_sender = false;
                "close".into()
            }
            6 if self.receivers[receiver] => {
                self.receivers[receiver] = false;
                format!("detach {receiver}")
            }
            7 if !self.is_overwrite() && !self.receivers[receiver] => format!("reclaim {receiver}"),
            8..12 if self.has_sender => format!("send {}", self.message()),
            12..17 if self.receivers[receiver] => format!("recv {receiver}"),
            17 if self.receivers[receiver] => format!("latest {receiver}"),
            18 if self.receivers[receiver] => format!("wait {receiver}"),
            19 if self.has_sender && !self.is_overwrite() => format!("wait_for_room {receiver}"),
            20 => "read".into(),
            _ if self.has_sender => format!("send {}", self.message()),
            _ => self.attach_sender(),
        }
    }

    fn attach_sender(&mut self) -> String {
        self.has_sender = true;
        format!(
            "sender {}",
            self.one_of(&["silent", "answers", "unrequested"])
        )
    }

    fn attach_receiver(&mut self, receiver: usize) -> String {
        self.receivers[receiver] = true;
        let how = match self.is_overwrite() {
            true => self.one_of(&["oldest", "next"]),
            false => self.one_of(&["silent", "answers"]),
        };
        format!("receiver {receiver} {how}")
    }

    /// Whoever makes this step is not there any more.
    pub(crate) fn forget(&mut self, step: &str) {
        let words: Vec<_> = step.split(' ').collect();
        match words[0] {
            "send" | "sender" | "close" | "wait_for_room" => self.has_sender = false,
            "recv" | "latest" | "wait" | "receiver" | "detach" => {
                let receiver: usize = words[1].parse().unwrap();
                self.receivers[receiver] = false;
            }
            _ => {}
        }
    }
}
