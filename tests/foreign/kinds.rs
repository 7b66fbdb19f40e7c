//! The three kinds of program that share a channel: C around the header, Rust on the library, and `host`.

use serde_json::Value;

use crate::processes::Running;
use crate::{Both, Heard, hex, in_hex, in_lines, library};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    C,
    Library,
    Host,
}

/// In the order in which receivers take seats: C says which one it wants, and the others take the first that is free.
pub(crate) const KINDS: [Kind; 3] = [Kind::C, Kind::Library, Kind::Host];

impl Kind {
    /// One of them for each turn, in turn.
    pub(crate) fn of_turn(turn: u64) -> Self {
        KINDS[(turn % 3) as usize]
    }

    /// Whether a message counts as received only when it was printed.
    pub(crate) fn prints_first(self) -> bool {
        self != Kind::C
    }

    /// Messages, as a sender of this kind reads them.
    pub(crate) fn input(self, messages: impl Iterator<Item = Vec<u8>>) -> Vec<u8> {
        match self {
            Kind::C => in_hex(messages),
            _ => in_lines(messages),
        }
    }

    /// What a line of a receiver says.
    pub(crate) fn heard(self, line: &str) -> Heard {
        match self {
            Kind::Host => of_json(line),
            _ => crate::of_words(line),
        }
    }
}

/// A line of `host recv --json`.
fn of_json(line: &str) -> Heard {
    let object: Value = serde_json::from_str(line).unwrap();
    let event = object["event"].as_str();
    match event {
        Some("message") => Heard::Message {
            sequence: object["sequence"].as_u64().unwrap(),
            payload: hex(object["payload"].as_str().unwrap().as_bytes()),
        },
        Some("lagged" | "discarded") => Heard::Lagged(object["count"].as_u64().unwrap()),
        event => Heard::Other(event.unwrap().into()),
    }
}

impl Both {
    /// A sender that has attached, on a channel for so many receivers, or under overwrite for 0.
    pub(crate) fn sender_of(&self, kind: Kind, receivers: u32) -> Running {
        let count = receivers.to_string();
        let is_overwrite = receivers == 0;
        match kind {
            Kind::C if is_overwrite => self.client_sender(&[]),
            Kind::C => self.client_sender(&["-b", &count]),
            Kind::Host if is_overwrite => self.host_sender(&[]),
            Kind::Host => self.host_sender(&["--backpressure", "--receivers", &count]),
            Kind::Library => self.library(library::sender(receivers)),
        }
    }

    /// A receiver; C takes `seat`. All but `host` have attached.
    pub(crate) fn receiver_of(&self, kind: Kind, seat: u32) -> Running {
        match kind {
            Kind::C => {
                let receiver = self.client(&["recv", "-r", &seat.to_string()]);
                receiver.hear("attached");
                receiver
            }
            Kind::Host => self.host(&["recv", "--any", "--json"]),
            Kind::Library => self.library(library::receiver()),
        }
    }

    fn library(&self, mut command: std::process::Command) -> Running {
        command.current_dir(self.folder.path());
        let mut process = Running::start(command);
        while !library::is_begun(&process.line()) {}
        process.hear("attached");
        process
    }
}
