//! Receivers of both kinds, each killed after a few messages: does the next one go on, whoever sends?

use nix::sys::signal::Signal;
use serde_json::Value;

use crate::dying::{kill, kills, text};
use crate::processes::Running;
use crate::{Both, Heard, heard, in_hex, in_lines};

/// The sequence of the message that a receiver gets next.
fn next_of(receiver: &mut Running, in_c: bool) -> u64 {
    if in_c {
        let Heard::Message { sequence, payload } = heard(receiver) else {
            panic!("no message");
        };
        assert_eq!(payload, crate::hex(&text(sequence)));
        return sequence;
    }
    let object: Value = serde_json::from_str(&receiver.line()).unwrap();
    let sequence = object["sequence"].as_u64().unwrap();
    assert_eq!(
        object["payload"].as_str().unwrap().as_bytes(),
        text(sequence)
    );
    sequence
}

/// The kernel gives a lock back before a killed process can be waited for.
fn stop(receiver: Running) {
    receiver.signal(Signal::SIGKILL);
    assert_eq!(receiver.end().code, None);
}

/// No message is left out, and only the one at which a receiver was killed may come again.
fn take_turns(both: &Both, mut sender: Running, lines: bool) {
    let mut next = 0_u64;
    let turns = kills(8);
    let input = if lines { in_lines } else { in_hex };
    for turn in 0..turns {
        let in_c = turn % 2 == 0;
        let mut receiver = match in_c {
            true => both.client(&["recv"]),
            false => both.host(&["recv", "--any", "--json"]),
        };
        sender.feed(&input((turn * 3..turn * 3 + 3).map(text)));
        for _ in 0..3 {
            let sequence = next_of(&mut receiver, in_c);
            assert!(
                next.saturating_sub(8) <= sequence && sequence <= next,
                "{sequence} for {next}"
            );
            next = next.max(sequence + 1);
        }
        stop(receiver);
    }
    kill(sender);
}

#[test]
fn receivers_of_a_sender_in_c() {
    let Some(both) = Both::compiled() else { return };
    let sender = both.client_sender(&["-b", "1"]);
    take_turns(&both, sender, false);
}

#[test]
fn receivers_of_host() {
    let Some(both) = Both::compiled() else { return };
    let sender = both.host_sender(&["--backpressure"]);
    take_turns(&both, sender, true);
}

/// A sender in C frees itself of a receiver of either kind that was killed, and the next one is told how much was dropped.
#[test]
fn a_dead_receiver_is_reclaimed_in_c() {
    let Some(both) = Both::compiled() else { return };
    const COUNT: u64 = 30;
    for in_c in [true, false] {
        let mut sender = both.client_sender(&["-b", "1", "-d"]);
        let dead = match in_c {
            true => both.client(&["recv"]),
            false => both.host(&["recv", "--any", "--json"]),
        };
        let mut dead = dead;
        sender.feed(&in_hex((0..1).map(text)));
        assert_eq!(next_of(&mut dead, in_c), 0);
        stop(dead);
        sender.feed(&in_hex((1..COUNT).map(text)));
        sender.hear("discarded");
        let mut receiver = both.client(&["recv"]);
        let Heard::Lagged(dropped) = heard(&mut receiver) else {
            panic!("nothing was dropped");
        };
        assert!((8..COUNT).contains(&dropped), "{dropped}");
        let first = next_of(&mut receiver, true);
        assert!((dropped..=dropped + 1).contains(&first), "{first}");
        (first + 1..COUNT).for_each(|number| assert_eq!(next_of(&mut receiver, true), number));
        assert_eq!(sender.end().code, Some(0));
        drop(receiver);
        both.folder.assert_clean();
    }
}
