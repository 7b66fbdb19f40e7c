//! Do Ctrl-C, SIGTERM and SIGHUP end both sides cleanly, and does a second one end the waiting?

use std::io::{PipeReader, Write, pipe};
use std::process::{Child, Command, Stdio};

use nix::sys::signal::{self, Signal};
use nix::unistd::Pid;

use crate::processes::{Folder, ended_by, until};
use crate::{pausing, script_started, sending, status};

const ENDS: [Signal; 3] = [Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP];

#[test]
fn a_sender_removes_its_segment() {
    let folder = Folder::new();
    for signal in ENDS {
        let sender = sending(&folder, &[]);
        sender.signal(signal);
        assert_eq!(sender.end().by, Some(signal));
        folder.assert_clean();
    }
}

#[test]
fn a_sender_does_not_finish_its_pause() {
    let folder = Folder::new();
    let sender = folder.start(&["send", "--interval", "1h"]);
    sender.hear("Sent: CIEPLO");
    sender.signal(Signal::SIGINT);
    let ended = sender.end();
    assert_eq!(ended.by, Some(Signal::SIGINT));
    assert!(
        ended
            .errors
            .ends_with("Sent: CIEPLO\nhost: no receiver was there\n"),
        "{}",
        ended.errors
    );
    folder.assert_clean();
}

#[test]
fn a_sender_does_not_wait_for_the_next_line() {
    let folder = Folder::new();
    let mut sender = folder.start(&["send", "--lines", "--overwrite"]);
    sender.feed(b"one\nnot yet a line");
    until("its message", || folder.sent() == Some(1));
    sender.signal(Signal::SIGINT);
    until("its end", || !folder.has_segment());
    assert_eq!(sender.end().by, Some(Signal::SIGINT));
    folder.assert_clean();
}

#[test]
fn a_receiver_leaves() {
    let folder = Folder::new();
    // So large that nobody misses any.
    let _sender = sending(&folder, &["--size", "65536"]);
    for signal in ENDS {
        let mut receiver = folder.start(&["recv"]);
        receiver.line();
        receiver.signal(signal);
        let ended = receiver.end();
        assert_eq!((ended.by, &*ended.errors), (Some(signal), ""));
    }
    let waiting = folder.start(&["recv", "--id", "T"]);
    waiting.hear("waiting");
    waiting.signal(Signal::SIGINT);
    assert_eq!(waiting.end().by, Some(Signal::SIGINT));
}

#[test]
fn what_nohup_starts_goes_on_when_the_terminal_goes() {
    let folder = Folder::new();
    let script = "trap '' HUP; exec \"$HOST\" send --interval 5ms";
    let sender = script_started(&folder, script);
    sender.hear("Sent: ");
    sender.signal(Signal::SIGHUP);
    let sent = || sender.errors().lines().count();
    let before = sent();
    until("more messages", || sent() > before + 10);
    sender.signal(Signal::SIGTERM);
    assert_eq!(sender.end().by, Some(Signal::SIGTERM));
    folder.assert_clean();
}

#[test]
fn the_second_ends_the_waiting_and_says_how_many_were_left() {
    let folder = Folder::new();
    let send = ["--backpressure", "--receivers", "2"];
    let sender = pausing(&folder, &send);
    sender.signal(Signal::SIGINT);
    sender.hear("host: waiting for receiver 0 to receive 1 message; Ctrl-C again gives up\n");
    sender.signal(Signal::SIGINT);
    let ended = sender.end();
    assert_eq!(ended.by, Some(Signal::SIGINT));
    assert!(
        ended.errors.ends_with(
            "host: gave up: receiver 0 has not received 1 message\nhost: gave up: receiver 1 has not received 1 message\n"
        ),
        "{}",
        ended.errors
    );
    folder.assert_clean();
}

#[test]
fn the_second_counts_wherever_the_first_one_came() {
    let folder = Folder::new();
    let send = ["send", "--backpressure", "--interval", "0s", "-q"];
    let sender = folder.start(&send);
    until("a full channel", || folder.sent() == Some(8));
    // Two of a kind may become one on the way.
    sender.signal(Signal::SIGINT);
    sender.signal(Signal::SIGTERM);
    let ended = sender.end();
    assert_eq!(ended.by, Some(Signal::SIGTERM));
    assert_eq!(
        ended.errors,
        "host: gave up: receiver 0 has not received 8 messages\n"
    );
    folder.assert_clean();
}

#[test]
fn the_first_lets_the_receiver_take_what_is_left() {
    let folder = Folder::new();
    let sender = sending(&folder, &["--backpressure"]);
    sender.signal(Signal::SIGINT);
    sender.hear("Ctrl-C again gives up");
    let received = crate::run(&folder, &["recv", "--until-close"]);
    assert_eq!(received.code, Some(0));
    let sent = sender.end();
    assert_eq!(sent.by, Some(Signal::SIGINT));
    assert_eq!(received.lines.len(), sent.errors.matches("Sent: ").count());
    folder.assert_clean();
}

/// A process with a full pipe at one end, which nobody reads; killed when the test is over.
struct Blocked {
    child: Child,
    _unread: PipeReader,
}

impl Blocked {
    fn start(mut command: Command, end: fn(&mut Command, Stdio) -> &mut Command) -> Self {
        let (unread, mut full) = pipe().unwrap();
        full.write_all(&[b'\n'; 64 * 1024]).unwrap();
        command.stdin(Stdio::null()).stdout(Stdio::null());
        let child = end(command.stderr(Stdio::null()), full.into()).spawn();
        Self {
            child: child.unwrap(),
            _unread: unread,
        }
    }

    /// Asks it once to end, and waits until it does.
    fn end(mut self) -> Option<Signal> {
        let pid = Pid::from_raw(i32::try_from(self.child.id()).unwrap());
        signal::kill(pid, Signal::SIGTERM).unwrap();
        let mut ended = None;
        until("the end of a process that cannot write", || {
            ended = self.child.try_wait().unwrap();
            ended.is_some()
        });
        ended.and_then(ended_by)
    }
}

impl Drop for Blocked {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_receiver_that_cannot_write_ends_when_it_is_asked() {
    let folder = Folder::new();
    let _sender = pausing(&folder, &["--backpressure"]);
    let receiver = Blocked::start(folder.host(&["recv"]), Command::stdout);
    // What it then takes it prints first.
    until("it to come", || {
        status(&folder)["receivers"][0]["attach_count"] == 1
    });
    assert_eq!(receiver.end(), Some(Signal::SIGTERM));
}

#[test]
fn a_sender_that_cannot_write_ends_when_it_is_asked() {
    let folder = Folder::new();
    let sender = Blocked::start(folder.host(&["send"]), Command::stderr);
    // On which it first says that it sends.
    until("its segment", || folder.has_segment());
    assert_eq!(sender.end(), Some(Signal::SIGTERM));
    folder.assert_clean();
}
