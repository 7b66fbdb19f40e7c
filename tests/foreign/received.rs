//! Does the C client receive what `host send` sends, and know what it missed?

use crate::processes::until;
use crate::{Both, Heard, a_message, heard, in_lines, line, step, word};

#[test]
fn every_length_over_several_laps_under_backpressure() {
    let Some(both) = Both::compiled() else { return };
    backpressure(&both);
}

#[test]
fn every_message_is_received_or_missed_under_overwrite() {
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
    let mut sender = both.host_sender(&["--backpressure"]);
    let mut receiver = both.client(&["recv"]);
    sender.feed(&in_lines((0..COUNT).map(line)));
    for number in 0..COUNT {
        assert_eq!(
            heard(&mut receiver),
            a_message(number as u64, &line(number))
        );
    }
    assert_eq!(sender.end().code, Some(0));
    assert_eq!(heard(&mut receiver), word("closed"));
    assert_eq!(heard(&mut receiver), word("removed"));
    assert_eq!(receiver.end().code, Some(0));
    both.folder.assert_clean();
}

/// At full speed: what is not received is missed, and counted to the message.
fn overwrite(both: &Both) {
    const COUNT: usize = 20_000;
    let mut sender = both.host_sender(&[]);
    let mut receiver = both.client(&["recv"]);
    sender.feed(&in_lines((0..1).map(line)));
    assert_eq!(heard(&mut receiver), a_message(0, &line(0)));
    sender.feed(&in_lines((1..COUNT).map(line)));
    assert_eq!(sender.end().code, Some(0));
    let mut next = 1;
    loop {
        match heard(&mut receiver) {
            Heard::Lagged(count) => next += count,
            Heard::Other(what) => break assert_eq!(what, "closed"),
            message => {
                assert_eq!(message, a_message(next, &line(next as usize)));
                next += 1;
            }
        }
    }
    assert_eq!(next, COUNT as u64);
    assert_eq!(heard(&mut receiver), word("removed"));
    assert_eq!(receiver.end().code, Some(0));
}

/// The client stands still while the sender goes round.
#[test]
fn a_receiver_that_was_lapped_knows_by_how_much() {
    let Some(both) = Both::compiled() else { return };
    const SLOTS: usize = 4;
    // The constants take two lines; then come three lines, and so many slots of a line each.
    let size = (64 * (5 + SLOTS)).to_string();
    let mut sender = both.host_sender(&["--size", &size]);
    let mut receiver = both.client(&["recv", "-x"]);
    receiver.hear("attached");
    let mut next = 0;
    for count in [1, SLOTS, SLOTS + 1, 1000, 123] {
        let end = next + count;
        sender.feed(&in_lines((next..end).map(line)));
        until("all was sent", || both.status()["sent"] == end);
        let missed = count.saturating_sub(SLOTS);
        if missed > 0 {
            assert_eq!(step(&mut receiver), Heard::Lagged(missed as u64));
        }
        for number in next + missed..end {
            let expected = a_message(number as u64, &line(number));
            assert_eq!(step(&mut receiver), expected);
        }
        assert_eq!(step(&mut receiver), word("empty"));
        next = end;
    }
}

#[test]
fn the_newest_is_looked_at_and_not_taken() {
    let Some(both) = Both::compiled() else { return };
    let mut sender = both.host_sender(&["--backpressure"]);
    assert_eq!(heard(&mut both.client(&["latest"])), word("empty"));
    sender.feed(&in_lines((0..7).map(line)));
    until("all was sent", || both.status()["sent"] == 7);
    assert_eq!(heard(&mut both.client(&["latest"])), a_message(6, &line(6)));
    let mut receiver = both.client(&["recv"]);
    assert_eq!(heard(&mut receiver), a_message(0, &line(0)));
}
