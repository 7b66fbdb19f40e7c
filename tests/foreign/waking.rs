//! Do `host` and the C client wake each other? The client says so only where the kernel did it: its own sleeps do not end.

use serde_json::Value;

use crate::processes::until;
use crate::{Both, NEVER, a_message, heard, in_hex, in_lines, line, step, word};

const WOKEN: &str = "was woken";
const WOKE: &str = "woke the other";

/// `client send` and `host recv`, message by message, until the first finds the second asleep and wakes it.
fn client_wakes_receiver(both: &Both, sender: &[&str]) {
    let mut sender = both.client_sender(sender);
    let mut receiver = both.host(&["recv", "--any", "--json"]);
    let mut sequence = 0;
    until(WOKE, || {
        sender.feed(&in_hex([b"CIEPLO".to_vec()].into_iter()));
        let object: Value = serde_json::from_str(&receiver.line()).unwrap();
        assert_eq!(object["sequence"], sequence);
        sequence += 1;
        sender.errors().contains(WOKE)
    });
}

#[test]
fn a_receiver_that_only_reads_is_woken() {
    let Some(both) = Both::compiled() else { return };
    client_wakes_receiver(&both, &[]);
}

#[test]
fn a_receiver_that_asks_is_woken() {
    let Some(both) = Both::compiled() else { return };
    client_wakes_receiver(&both, &["-b", "1"]);
}

/// `host send` and `client recv`, message by message, until the second slept and was woken.
fn client_is_woken(both: &Both, sender: &[&str], receiver: &[&str]) {
    let mut sender = both.host_sender(sender);
    let mut receiver = both.client(&[&["recv", "-n", NEVER], receiver].concat());
    let mut next = 0;
    until(WOKEN, || {
        sender.feed(&in_lines([line(next)].into_iter()));
        assert_eq!(heard(&mut receiver), a_message(next as u64, &line(next)));
        next += 1;
        receiver.errors().contains(WOKEN)
    });
    assert_eq!(sender.end().code, Some(0));
    // The end wakes it too.
    assert_eq!(heard(&mut receiver), word("closed"));
}

#[test]
fn a_client_that_only_reads_is_woken() {
    let Some(both) = Both::compiled() else { return };
    client_is_woken(&both, &[], &[]);
}

#[test]
fn a_client_that_asks_is_woken() {
    let Some(both) = Both::compiled() else { return };
    client_is_woken(&both, &["--backpressure"], &[]);
}

/// More messages than there are slots: the client sleeps until there is room.
#[test]
fn a_client_that_waits_for_room_is_woken() {
    let Some(both) = Both::compiled() else { return };
    const COUNT: usize = 1000;
    let mut sender = both.client_sender(&["-b", "1", "-n", NEVER]);
    sender.feed(&in_hex((0..COUNT).map(line)));
    let mut next = 0;
    until(WOKEN, || {
        let three = ["recv", "--any", "--json", "--count", "3"];
        let taken = both.host(&three).end();
        for object in taken.lines {
            let object: Value = serde_json::from_str(&object).unwrap();
            assert_eq!(object["sequence"], next);
            next += 1;
        }
        sender.errors().contains(WOKEN)
    });
}

/// `host send` waits for room, and each message that the client takes makes some.
#[test]
fn a_sender_that_waits_for_room_is_woken() {
    let Some(both) = Both::compiled() else { return };
    const COUNT: usize = 1000;
    let mut sender = both.host_sender(&["--backpressure"]);
    let mut receiver = both.client(&["recv", "-x"]);
    receiver.hear("attached");
    sender.feed(&in_lines((0..COUNT).map(line)));
    let mut next = 0;
    until(WOKE, || {
        assert!(next < COUNT, "it is woken while it has more to send");
        until("the channel is full", || {
            let status = both.status();
            status["receivers"][0]["pending"] == status["slots"]
        });
        assert_eq!(step(&mut receiver), a_message(next as u64, &line(next)));
        next += 1;
        receiver.errors().contains(WOKE)
    });
}
