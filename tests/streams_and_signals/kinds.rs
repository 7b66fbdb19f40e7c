//! The kinds of senders and receivers, each in the middle of its work.

use std::fs::File;
use std::io::{PipeWriter, Write, pipe};

use serde_json::Value;

use crate::processes::{Folder, until};
use crate::{Process, shell};

/// A kind of sender, and what it says is lost if it ends before a receiver has come.
pub(crate) struct Sender {
    pub(crate) args: &'static [&'static str],
    input: &'static str,
    /// How many messages are in the channel when it can go no further; none where that cannot be seen.
    sent: Option<u64>,
    pub(crate) lost: &'static str,
}

pub(crate) const SENDERS: [Sender; 5] = [
    Sender {
        args: &["send", "--backpressure", "--interval", "0s"],
        input: "",
        sent: Some(8),
        lost: "host: gave up: receiver 0 has not received 8 messages\n",
    },
    Sender {
        args: &[
            "send",
            "--lines",
            "--backpressure",
            "--size",
            "1024",
            "--slot",
            "48",
        ],
        input: "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n",
        sent: Some(8),
        lost: "host: gave up: line 9 was not sent\nhost: gave up: 2 lines that were read were not sent\nhost: gave up: receiver 0 has not received 8 messages\n",
    },
    Sender {
        args: &["send", "--stream"],
        input: "half",
        sent: Some(1),
        lost: "host: gave up after 4 bytes\nhost: gave up: receiver 0 has not received all of it: 1 message left\n",
    },
    Sender {
        args: &["send", "--wire", "text"],
        input: "",
        sent: None,
        lost: "",
    },
    Sender {
        args: &["send", "--map", "ram", "--backpressure", "--interval", "0s"],
        input: "",
        sent: Some(8),
        lost: "host: gave up: receiver 0 has not received 8 messages\n",
    },
];

impl Sender {
    /// Starts it, and waits until it can go no further. Its input stays open for as long as the pipe does.
    pub(crate) fn start(&self, folder: &Folder, more: &[&str]) -> (Process, PipeWriter) {
        make_ram(folder);
        let (from, mut to) = pipe().unwrap();
        let args = [self.args, more].concat();
        let sender = Process::start(folder, &args, |command| command.stdin(from));
        to.write_all(self.input.as_bytes()).unwrap();
        until("it to go no further", || match self.sent {
            None => folder.has_segment(),
            sent if self.args.contains(&"--map") => in_map(folder) == sent,
            sent => folder.sent() == sent,
        });
        (sender, to)
    }
}

/// How many messages are in the channel of the map.
pub(crate) fn in_map(folder: &Folder) -> Option<u64> {
    let status = shell(folder, "\"$HOST\" status --map ram --json");
    let status: Value = serde_json::from_str(status.lines.first()?).ok()?;
    status["sent"].as_u64()
}

/// The file that `--map ram` names.
pub(crate) fn make_ram(folder: &Folder) {
    let ram = File::create(folder.path().join("ram")).unwrap();
    ram.set_len(64 * 1024).unwrap();
}

/// A kind of receiver, and a sender that gives it more than it can print.
pub(crate) struct Receiver {
    pub(crate) args: &'static [&'static str],
    pub(crate) sender: &'static [&'static str],
    /// What receives the rest, if it is of a channel that loses nothing.
    pub(crate) next: Option<&'static [&'static str]>,
}

pub(crate) const RECEIVERS: [Receiver; 5] = [
    Receiver {
        args: &["recv", "--any"],
        sender: &["send", "-q", "--backpressure", "--interval", "0s", "a"],
        next: Some(&["recv", "--json", "--any", "--count", "1"]),
    },
    Receiver {
        args: &["recv", "--any", "--raw"],
        sender: &["send", "-q", "--interval", "0s", "--slot", "60000", "b"],
        next: None,
    },
    Receiver {
        args: &["recv", "--stream"],
        sender: &["send", "-q", "--stream"],
        next: None,
    },
    Receiver {
        args: &["recv", "--any", "--wire", "text", "--interval", "1ms"],
        sender: &["send", "-q", "--wire", "text", "--interval", "1ms"],
        next: None,
    },
    Receiver {
        args: &["recv", "--any", "--map", "ram"],
        sender: &[
            "send",
            "-q",
            "--map",
            "ram",
            "--backpressure",
            "--interval",
            "0s",
            "c",
        ],
        next: Some(&["recv", "--json", "--any", "--map", "ram", "--count", "1"]),
    },
];

impl Receiver {
    /// Its sender, which sends without an end.
    pub(crate) fn sender(&self, folder: &Folder) -> Process {
        make_ram(folder);
        let endless = File::open("/dev/zero").unwrap();
        Process::start(folder, self.sender, |command| command.stdin(endless))
    }
}
