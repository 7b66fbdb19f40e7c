//! Receivers of both kinds, each killed after a few messages: does the next one go on, whoever sends?

use nix::sys::signal::Signal;
use serde_json::Value;

use crate::dying::{kill, kills, text};
use crate::processes::Running;
use crate::{Both, Heard, heard, in_hex, in_lines};

/// The sequence of the message that a receiver printed.
fn sequence_of(line: &str, in_c: bool) -> u64 {
    let (sequence, payload) = match in_c {
        true => {
            let words: Vec<_> = line.split(' ').collect();
            assert_eq!(words[0], "message", "{line}");
            (words[1].parse().unwrap(), words[3].to_owned())
        }
        false => {
            let object: Value = serde_json::from_str(line).unwrap();
            let payload = object["payload"].as_str().unwrap();
            (
                object["sequence"].as_u64().unwrap(),
                crate::hex(payload.as_bytes()),
            )
        }
    };
    assert_eq!(payload, crate::hex(&text(sequence)));
    sequence
}

fn next_of(receiver: &mut Running, in_c: bool) -> u64 {
    sequence_of(&receiver.line(), in_c)
}

/// Kills a receiver, and returns what it had printed. The kernel gives the lock back before a killed process can be waited for.
fn stop(receiver: Running) -> Vec<String> {
    receiver.signal(Signal::SIGKILL);
    let ended = receiver.end();
    assert_eq!(ended.code, None);
    ended.lines
}

/// The one message at which a receiver was killed may come again, or, in C, be lost: it is received before it is printed.
fn take_turns(both: &Both, mut sender: Running, lines: bool) {
    let (mut next, mut lost) = (0_u64, 0);
    let input = if lines { in_lines } else { in_hex };
    let turns = kills(8);
    for turn in 0..turns {
        let in_c = turn % 2 == 0;
        let mut receiver = match in_c {
            true => both.client(&["recv"]),
            false => both.host(&["recv", "--any", "--json"]),
        };
        sender.feed(&input((turn * 4..turn * 4 + 4).map(text)));
        let first = next_of(&mut receiver, in_c);
        assert!(
            (next.saturating_sub(1)..=next + lost).contains(&first),
            "{first} for {next}"
        );
        next = first + 1;
        for line in stop(receiver) {
            assert_eq!(sequence_of(&line, in_c), next);
            next += 1;
        }
        lost = u64::from(in_c);
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
