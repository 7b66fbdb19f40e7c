//! Does `--wire text` talk with the tutorial's C programs, in both directions, and leave alone what it cannot read?

#[path = "../asked/mod.rs"]
mod asked;
mod compiled;
mod ours;
#[path = "../processes/mod.rs"]
mod processes;
mod refused;

use nix::sys::signal::Signal;

use compiled::Programs;
use processes::{Folder, Running};

/// What the tutorial's receiver can print.
const CAN_SAY: [&str; 3] = [
    "Received: CIEPLO",
    "Received: ZIMNO",
    "Error: Invalid message",
];

#[test]
fn the_c_sender_is_heard() {
    let Some(programs) = Programs::compiled() else {
        return;
    };
    let folder = Folder::new();
    let _sender = Running::start(folder.program(&programs.sender, &["30"]));
    let ended = folder
        .start(&["recv", "--wire", "text", "--count", "6", "--timeout", "60s"])
        .end();
    assert_eq!(ended.code, Some(0), "{ended:?}");
    // Which one stood there first depends on the moment; after that only changes are shown.
    let turns = [CAN_SAY[0], CAN_SAY[1]];
    let first = usize::from(ended.lines.first().is_some_and(|line| line == turns[1]));
    let expected: Vec<_> = (first..first + 6).map(|turn| turns[turn % 2]).collect();
    assert_eq!(ended.lines, expected);
}

#[test]
fn the_c_receiver_hears() {
    let Some(programs) = Programs::compiled() else {
        return;
    };
    let folder = Folder::new();
    let sender = folder.start(&["send", "--wire", "text", "--interval", "30ms"]);
    sender.hear("Sent: CIEPLO");
    let mut receiver = Running::start(folder.program(&programs.receiver, &["5"]));
    for awaited in [CAN_SAY[0], CAN_SAY[1], CAN_SAY[0]] {
        while next(&mut receiver) != awaited {}
    }
    sender.signal(Signal::SIGTERM);
    assert_eq!(sender.end().by, Some(Signal::SIGTERM));
    assert!(!folder.has_segment(), "its maker removes it");
}

#[test]
fn a_c_receiver_that_came_first_hears() {
    let Some(programs) = Programs::compiled() else {
        return;
    };
    let folder = Folder::new();
    let mut receiver = Running::start(folder.program(&programs.receiver, &["5"]));
    assert_eq!(receiver.line(), CAN_SAY[2], "nothing was sent yet");
    let mut sender = folder.start(&["send", "--wire", "text", "--lines", "--interval", "0ms"]);
    for (line, awaited) in [("ZIMNO", 1), ("CIEPLO", 0), ("LETNIO", 2)] {
        sender.feed(format!("{line}\n").as_bytes());
        while next(&mut receiver) != CAN_SAY[awaited] {}
    }
    assert_eq!(sender.end().code, Some(0));
    assert!(folder.has_segment(), "the C program's is left alone");
}

/// The next line of the C receiver.
fn next(receiver: &mut Running) -> String {
    let line = receiver.line();
    assert!(CAN_SAY.contains(&line.as_str()), "{line}");
    line
}
