//! One `host recv` receives from many channels, which come, go and fail, each for itself.

use std::collections::BTreeMap;

use nix::sys::signal::Signal;
use ramframe_core::geometry::Name;
use ramframe_host::sysv::key::Key;
use ramframe_host::{locks, sysv::segment};

use crate::processes::{Folder, Running};
use crate::{documented, run, well};

/// Channels whose names have a beginning of this folder's own; they are removed in the end.
struct Names {
    folder: Folder,
    start: String,
}

impl Names {
    fn new() -> Self {
        let folder = Folder::new();
        let start = format!("m{:08x}", folder.key.raw());
        Self { folder, start }
    }

    fn name(&self, number: u32) -> String {
        format!("{}-{number}", self.start)
    }

    fn key(&self, number: u32) -> Key {
        Key::of_name(Name::new(&self.name(number)).unwrap())
    }

    fn pattern(&self) -> String {
        format!("{}-*", self.start)
    }

    /// A sender of lines, without loss.
    fn sender(&self, number: u32, args: &[&str]) -> Running {
        let name = self.name(number);
        let send = ["send", "--lines", "--name", &name];
        self.folder.start(&[&send, args].concat())
    }

    /// Sends lines, and waits until they were received.
    fn send(&self, number: u32, lines: &[u8]) {
        let mut sender = self.sender(number, &[]);
        sender.feed(lines);
        let ended = sender.end();
        assert_eq!(ended.code, Some(0), "{ended:?}");
    }

    fn recv(&self, args: &[&str]) -> Running {
        self.folder.start(&[&["recv"], args].concat())
    }
}

impl Drop for Names {
    fn drop(&mut self) {
        for number in 0..10 {
            let key = self.key(number);
            let _ = segment::find(key).and_then(segment::remove);
            let _ = locks::remove(key);
        }
    }
}

#[test]
fn each_line_carries_the_name_or_the_key() {
    let names = Names::new();
    let (first, second) = (names.name(1), names.key(2).to_string());
    let mut receiver = names.recv(&["--name", &first, "-k", &second, "-n", "3"]);
    names.send(2, b"two\n");
    assert_eq!(receiver.line(), format!("{second}: two"));
    names.send(1, b"one\n");
    assert_eq!(receiver.line(), format!("{first}: one"));
    // Its count is that of all channels.
    names.send(2, b"three\n");
    let ended = receiver.end();
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert_eq!(ended.lines, [format!("{second}: three")]);
    let told = format!("host: {second}: the sender closed the channel");
    assert!(ended.errors.contains(&told), "{ended:?}");
}

#[test]
fn a_pattern_follows_channels_that_come_and_go() {
    let names = Names::new();
    let pattern = names.pattern();
    let mut receiver = names.recv(&["--name", &pattern, "--json"]);
    receiver.hear(&format!("no channel matches {pattern}; waiting"));
    let mut next = |number: u32, event: &str| {
        let line = documented::event(&receiver.line());
        assert_eq!(line["event"], event, "{line}");
        assert_eq!(line["channel"], *names.name(number), "{line}");
        line["payload"].as_str().map(String::from)
    };
    for (round, number) in [1, 2, 3, 1].into_iter().enumerate() {
        names.send(number, format!("{round}\n").as_bytes());
        if round == 3 {
            next(1, "restarted");
        }
        assert_eq!(next(number, "message"), Some(round.to_string()));
        next(number, "closed");
    }
}

#[test]
fn it_ends_when_all_are_closed() {
    let names = Names::new();
    let (first, second) = (names.name(1), names.name(2));
    let receiver = names.recv(&["--name", &first, "--name", &second, "--until-close"]);
    let mut senders: Vec<_> = [1, 2].map(|number| names.sender(number, &[])).into();
    for sender in &mut senders {
        sender.feed(b"one\n");
        sender.feed(b"two\n");
    }
    for sender in senders {
        assert_eq!(sender.end().code, Some(0));
    }
    let ended = receiver.end();
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let mut of = BTreeMap::<_, Vec<_>>::new();
    for line in &ended.lines {
        let (name, text) = line.split_once(": ").unwrap();
        of.entry(name).or_default().push(text);
    }
    assert_eq!(of.len(), 2);
    assert!(of.values().all(|texts| *texts == ["one", "two"]), "{of:?}");
}

/// Each channel has turns of its own.
#[test]
fn expected_texts_come_in_turn_on_each_channel() {
    let names = Names::new();
    let pattern = names.pattern();
    let expect = ["--expect", "one", "--expect", "two", "--strict"];
    let receive = [&["--name", &pattern, "-n", "5"][..], &expect].concat();
    let receiver = names.recv(&receive);
    names.send(1, b"one\n");
    names.send(2, b"one\ntwo\n");
    names.send(1, b"one\nthree\n");
    let ended = receiver.end();
    assert_eq!(ended.code, Some(1), "{ended:?}");
    let wrong = format!("{}: Error: Invalid message", names.name(1));
    assert_eq!(ended.lines.iter().filter(|line| **line == wrong).count(), 1);
    assert!(!ended.errors.contains("is out of turn"), "{ended:?}");
    assert!(
        ended
            .errors
            .ends_with("invalid or out of turn: 1 message\n"),
        "{ended:?}"
    );
}

#[test]
fn what_is_said_of_a_message_names_its_channel() {
    let names = Names::new();
    let pattern = names.pattern();
    let receive = [
        "--name", &pattern, "-n", "2", "--expect", "one", "--expect", "two",
    ];
    let receiver = names.recv(&receive);
    names.send(1, b"one\none\n");
    let ended = receiver.end();
    let told = format!(
        "host: {}: message 1 repeats the one before it\n",
        names.name(1)
    );
    assert!(ended.errors.contains(&told), "{ended:?}");
}

#[test]
fn a_channel_that_cannot_be_received_does_not_stop_the_others() {
    let names = Names::new();
    let (first, second) = (names.name(1), names.name(2));
    // Its only receiver's place is taken.
    let mut sender = names.sender(1, &[]);
    let mut taken = names.recv(&["--any", "--name", &first]);
    sender.feed(b"one\n");
    assert_eq!(taken.line(), "Received: one");
    let mut receiver = names.recv(&["--name", &first, "--name", &second]);
    receiver.hear("no free receiver slot: 1 of 1 are in use");
    names.send(2, b"two\n");
    assert_eq!(receiver.line(), format!("{second}: two"));
    // It is looked for again.
    taken.signal(Signal::SIGTERM);
    taken.end();
    sender.feed(b"three\n");
    assert!(receiver.line().starts_with(&first));
}

#[test]
fn a_receiver_that_is_stopped_leaves_all_in_good_order() {
    let names = Names::new();
    let pattern = names.pattern();
    let mut receiver = names.recv(&["--name", &pattern]);
    let mut senders: Vec<_> = [1, 2].map(|number| names.sender(number, &[])).into();
    for sender in &mut senders {
        sender.feed(b"one\n");
        receiver.line();
    }
    receiver.signal(Signal::SIGTERM);
    receiver.end();
    for number in [1, 2] {
        let status = ["status", "--json", "--name", &names.name(number)];
        let status = run(&names.folder, &status).lines.concat();
        assert!(status.contains(r#""detached":true"#), "{status}");
    }
    well(&names.folder, &["rm", "--force", "--name", &names.name(1)]);
}

#[test]
fn what_is_for_one_channel_is_refused() {
    let folder = Folder::new();
    for option in [
        &["--stream"][..],
        &["--share"],
        &["--sample"],
        &["--wire", "text"],
    ] {
        let args = [&["recv", "--name", "one", "--name", "two"], option].concat();
        let ended = run(&folder, &args);
        assert_eq!(ended.code, Some(2), "{ended:?}");
        let told = format!("error: {} needs one channel", option.join(" "));
        assert!(ended.errors.starts_with(&told), "{ended:?}");
    }
    let ended = run(&folder, &["recv", "--name", "a["]);
    assert_eq!(ended.code, Some(2), "{ended:?}");
}
