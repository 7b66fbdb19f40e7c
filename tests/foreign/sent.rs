//! Does `host recv` receive what the C client sends, byte for byte?

use std::fs;

use crate::processes::{Running, until};
use crate::{Both, in_hex, in_lines, message};

/// `host recv --any --raw`, into the file `received`.
fn receiver(both: &Both, count: usize) -> Running {
    let host = env!("CARGO_BIN_EXE_host");
    let command = format!("exec '{host}' recv --any --raw --count {count} > received");
    Running::start(both.folder.program("sh".as_ref(), &["-c", &command]))
}

fn received(both: &Both) -> Vec<u8> {
    fs::read(both.folder.path().join("received")).unwrap_or_default()
}

#[test]
fn every_length_over_several_laps_under_backpressure() {
    let Some(both) = Both::compiled() else { return };
    backpressure(&both);
}

#[test]
fn every_length_over_several_laps_under_overwrite() {
    let Some(both) = Both::compiled() else { return };
    overwrite(&both);
}

/// Pairs of 64 bits on one side, and two words of 32 bits on the other.
#[test]
fn a_client_of_a_32_bit_machine() {
    for run in [backpressure, overwrite] {
        let Some(both) = Both::of_32_bits() else {
            return;
        };
        run(&both);
    }
}

fn backpressure(both: &Both) {
    const COUNT: usize = 10_000;
    let mut sender = both.client_sender(&["-b", "1"]);
    let receiver = receiver(both, COUNT);
    sender.feed(&in_hex((0..COUNT).map(message)));
    assert_eq!(receiver.end().code, Some(0));
    assert!(received(both) == in_lines((0..COUNT).map(message)));
    assert_eq!(sender.end().code, Some(0));
}

/// The sender goes on when a whole lap was received, so nothing is lost.
fn overwrite(both: &Both) {
    const LAP: usize = 64;
    const COUNT: usize = 40 * LAP;
    let mut sender = both.client_sender(&["-s", "64"]);
    let receiver = receiver(both, COUNT);
    for end in (LAP..=COUNT).step_by(LAP) {
        sender.feed(&in_hex((end - LAP..end).map(message)));
        let expected = in_lines((0..end).map(message));
        until("a lap", || received(both).len() >= expected.len());
        assert!(received(both) == expected);
    }
    assert_eq!(receiver.end().code, Some(0));
    assert_eq!(sender.end().code, Some(0));
}

/// Each receiver gets each message, one of them `host` and the other C.
#[test]
fn two_receivers_of_either_kind() {
    let Some(both) = Both::compiled() else { return };
    const COUNT: usize = 2000;
    let mut sender = both.client_sender(&["-b", "2"]);
    // In this order: `host` takes the first seat that is free.
    let second = both.client(&["recv", "-r", "1", "-k", "2000"]);
    second.hear("attached");
    let first = receiver(&both, COUNT);
    sender.feed(&in_hex((0..COUNT).map(message)));
    assert_eq!(first.end().code, Some(0));
    assert!(received(&both) == in_lines((0..COUNT).map(message)));
    let second = second.end();
    assert_eq!(second.lines.len(), COUNT);
    let last = format!(" {}", crate::hex(&message(COUNT - 1)));
    assert!(second.lines[COUNT - 1].ends_with(&last));
}

#[test]
fn a_channel_made_in_c_is_shown_as_any_other() {
    let Some(both) = Both::compiled() else { return };
    let mut sender = both.client_sender(&["-b", "3", "-s", "16", "-c", "100"]);
    sender.feed(&in_hex((0..5).map(message)));
    (0..5).for_each(|_| drop(sender.line()));
    let status = both.status();
    assert_eq!(status["sent"], 5, "{status}");
    assert_eq!(status["slots"], 16, "{status}");
    assert_eq!(status["capacity"], 100, "{status}");
    assert_eq!(status["receivers"].as_array().unwrap().len(), 3, "{status}");
    assert_eq!(status["sender_pid"], sender.pid(), "{status}");
}

#[test]
fn the_end_is_noticed() {
    let Some(both) = Both::compiled() else { return };
    for receivers in [&[][..], &["-b", "1"]] {
        let mut sender = both.client_sender(receivers);
        let mut receiver = both.host(&["recv", "--any", "--raw", "--until-close"]);
        for number in 1..4 {
            sender.feed(&in_hex([vec![b'x'; number]].into_iter()));
            assert_eq!(receiver.line(), "x".repeat(number));
        }
        assert_eq!(sender.end().code, Some(0));
        assert_eq!(receiver.end().code, Some(0));
        both.folder.assert_clean();
    }
}
