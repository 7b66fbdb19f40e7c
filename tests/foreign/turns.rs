//! Receivers of each kind, each killed after a few messages: does the next one go on, whoever sends?

use nix::sys::signal::Signal;

use crate::dying::{kill, kills, text};
use crate::kinds::{KINDS, Kind};
use crate::processes::Running;
use crate::{Both, Heard, heard, in_hex};

/// The sequence of the message that a receiver printed.
fn sequence_of(line: &str, kind: Kind) -> u64 {
    let Heard::Message { sequence, payload } = kind.heard(line) else {
        panic!("{kind:?}: {line}");
    };
    assert_eq!(payload, crate::hex(&text(sequence)), "{kind:?}");
    sequence
}

fn next_of(receiver: &mut Running, kind: Kind) -> u64 {
    sequence_of(&receiver.line(), kind)
}

/// Kills a receiver, and returns what it had printed. The kernel gives the lock back before a killed process can be waited for.
fn stop(receiver: Running) -> Vec<String> {
    receiver.signal(Signal::SIGKILL);
    let ended = receiver.end();
    assert_eq!(ended.code, None);
    ended.lines
}

/// The one message at which a receiver was killed may come again, or, in C, be lost: it is received before it is printed.
fn take_turns(by: Kind) {
    let Some(both) = Both::compiled() else { return };
    let mut sender = both.sender_of(by, 1);
    let (mut next, mut lost) = (0_u64, 0);
    for turn in 0..kills(9) {
        let kind = Kind::of_turn(turn);
        let mut receiver = both.receiver_of(kind, 0);
        sender.feed(&by.input((turn * 4..turn * 4 + 4).map(text)));
        let first = next_of(&mut receiver, kind);
        assert!(
            (next.saturating_sub(1)..=next + lost).contains(&first),
            "{first} for {next}, {kind:?}"
        );
        next = first + 1;
        for line in stop(receiver) {
            assert_eq!(sequence_of(&line, kind), next);
            next += 1;
        }
        lost = u64::from(!kind.prints_first());
    }
    kill(sender);
}

#[test]
fn receivers_of_a_sender_in_c() {
    take_turns(Kind::C);
}

#[test]
fn receivers_of_the_library() {
    take_turns(Kind::Library);
}

#[test]
fn receivers_of_host() {
    take_turns(Kind::Host);
}

/// Each begins with the oldest message that is there, and gets every one that comes after it.
fn look_on(by: Kind) {
    let Some(both) = Both::compiled() else { return };
    let mut sender = both.sender_of(by, 0);
    for turn in 0..kills(9) {
        let kind = Kind::of_turn(turn);
        sender.feed(&by.input((turn..turn + 1).map(text)));
        let mut receiver = both.receiver_of(kind, 0);
        let mut next = None;
        while next != Some(turn + 1) {
            let line = receiver.line();
            // The sender may overwrite the oldest message just when the receiver has found it.
            if let Heard::Lagged(count) = kind.heard(&line) {
                next = next.map(|next| next + count);
                continue;
            }
            let sequence = sequence_of(&line, kind);
            // Fewer slots than that are in no channel here.
            let is_next = next.map_or(sequence + 8 >= turn, |next| next == sequence);
            assert!(is_next, "{sequence} for {next:?}, {kind:?}");
            next = Some(sequence + 1);
        }
        kill(receiver);
    }
    kill(sender);
}

#[test]
fn receivers_that_only_look_on() {
    KINDS.into_iter().for_each(look_on);
}

/// A sender in C frees itself of a receiver of any kind that was killed, and the next one is told how much was dropped.
#[test]
fn a_dead_receiver_is_reclaimed_in_c() {
    let Some(both) = Both::compiled() else { return };
    const COUNT: u64 = 30;
    for kind in KINDS {
        let mut sender = both.client_sender(&["-b", "1", "-d"]);
        let mut dead = both.receiver_of(kind, 0);
        sender.feed(&in_hex((0..1).map(text)));
        assert_eq!(next_of(&mut dead, kind), 0);
        stop(dead);
        sender.feed(&in_hex((1..COUNT).map(text)));
        sender.hear("discarded");
        let mut receiver = both.client(&["recv"]);
        let Heard::Lagged(dropped) = heard(&mut receiver) else {
            panic!("nothing was dropped");
        };
        assert!((8..COUNT).contains(&dropped), "{dropped}");
        let first = next_of(&mut receiver, Kind::C);
        assert!((dropped..=dropped + 1).contains(&first), "{first}");
        (first + 1..COUNT).for_each(|number| assert_eq!(next_of(&mut receiver, Kind::C), number));
        assert_eq!(sender.end().code, Some(0));
        drop(receiver);
        both.folder.assert_clean();
    }
}
