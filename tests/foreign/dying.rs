//! Does the one go on where the other was killed, and is there one sender at a time?

use crate::kinds::{KINDS, Kind};
use crate::processes::{Running, until};
use crate::{Both, Heard, a_message, heard, in_hex, in_lines, message, step, word};
use nix::sys::signal::Signal;

pub(crate) fn kill(process: Running) {
    process.signal(Signal::SIGKILL);
    assert_eq!(process.end().code, None);
}

/// How often a test kills: 200 of each kind where it was asked to go deep.
pub(crate) fn kills(few: u64) -> u64 {
    match std::env::var("RAMFRAME_DEEP") {
        Ok(_) => 3 * 200,
        Err(_) => few,
    }
}

pub(crate) fn text(number: u64) -> Vec<u8> {
    format!("text {number}").into_bytes()
}

/// Senders of each kind, each killed after a few messages: receivers of each kind hear one sequence.
fn they_take_turns(both: &Both, seats: u32) {
    let listen = || KINDS.map(|kind| (kind, both.receiver_of(kind, 2)));
    let mut receivers = None;
    for turn in 0..kills(6) {
        let kind = Kind::of_turn(turn);
        let mut sender = both.sender_of(kind, seats);
        let receivers = receivers.get_or_insert_with(listen);
        for number in turn * 3..turn * 3 + 3 {
            sender.feed(&kind.input([text(number)].into_iter()));
            for (kind, receiver) in &mut *receivers {
                if turn > 0 && number == turn * 3 {
                    assert_eq!(kind.heard(&receiver.line()), word("restarted"), "{kind:?}");
                }
                let message = a_message(number, &text(number));
                assert_eq!(kind.heard(&receiver.line()), message, "{kind:?}");
            }
        }
        kill(sender);
    }
}

#[test]
fn killed_senders_are_succeeded_under_overwrite() {
    let Some(both) = Both::compiled() else { return };
    they_take_turns(&both, 0);
}

#[test]
fn killed_senders_are_succeeded_under_backpressure() {
    let Some(both) = Both::compiled() else { return };
    they_take_turns(&both, 3);
}

/// The client is killed in the midst of its work; `host` says a word after it, each time with a sequence of its own.
#[test]
fn a_sender_killed_at_any_moment_tears_nothing() {
    let Some(both) = Both::compiled() else { return };
    send_one(&both, "before");
    let mut receiver = both.client(&["recv"]);
    assert_eq!(heard(&mut receiver), a_message(0, b"before"));
    let mut next = 1;
    for round in 0..kills(12) {
        let mut sender = both.client(&["send"]);
        sender.feed(&in_hex((0..600).map(message)));
        let first = sender.line();
        (0..round % 60 * 8).for_each(|_| drop(sender.line()));
        kill(sender);
        let first: u64 = first.split(' ').nth(1).unwrap().parse().unwrap();
        let last = format!("after {round}");
        send_one(&both, &last);
        next = heard_until(&mut receiver, first, next, last.as_bytes());
    }
}

fn send_one(both: &Both, text: &str) {
    let ended = both.host(&["send", "--count", "1", "--keep", text]).end();
    assert_eq!(ended.code, Some(0), "{ended:?}");
}

/// Every message is whole, and received or missed, until `last`: the first that the client sent has sequence `first`, and
/// `next` is awaited. Returns the sequence after the last one's.
fn heard_until(receiver: &mut Running, first: u64, mut next: u64, last: &[u8]) -> u64 {
    loop {
        match heard(receiver) {
            Heard::Lagged(count) => next += count,
            Heard::Other(what) => assert!(["closed", "restarted"].contains(&&*what), "{what}"),
            end if end == a_message(next, last) => return next + 1,
            whole => {
                let number = usize::try_from(next - first).unwrap();
                assert_eq!(whole, a_message(next, &message(number)));
                next += 1;
            }
        }
    }
}

#[test]
fn there_is_one_sender() {
    let Some(both) = Both::compiled() else { return };
    let mut client = both.client(&["send"]);
    client.feed(&in_hex([text(0)].into_iter()));
    client.line();
    let refused = both.host(&["send", "--count", "1"]).end();
    let says = format!("process {} already sends on key", client.pid());
    assert!(refused.errors.contains(&says), "{refused:?}");
    kill(client);
    let host = both.host(&["send"]);
    host.hear("Sent: CIEPLO");
    let refused = both.client(&["send"]).end();
    assert_eq!(refused.errors, "client: another process has this place\n");
}

#[test]
fn there_is_one_receiver_in_a_seat() {
    let Some(both) = Both::compiled() else { return };
    let _sender = both.host(&["send", "--backpressure"]);
    let client = both.client(&["recv"]);
    client.hear("attached");
    let refused = both.host(&["recv"]).end();
    assert!(
        refused.errors.contains("no free receiver slot"),
        "{refused:?}"
    );
    kill(client);
    let mut host = both.host(&["recv"]);
    host.line();
    let refused = both.client(&["recv"]).end();
    assert_eq!(refused.errors, "client: another process has this place\n");
}

/// What `host send` dropped for a client that was killed, the next one is told to the message.
#[test]
fn what_was_dropped_for_a_dead_client_is_counted() {
    let Some(both) = Both::compiled() else { return };
    const COUNT: u64 = 30;
    let mut sender = both.host_sender(&["--backpressure", "--reclaim-after", "0s"]);
    let mut dead = both.client(&["recv", "-x"]);
    dead.hear("attached");
    sender.feed(&in_lines((0..1).map(text)));
    until("the first to be there", || both.status()["sent"] == 1);
    assert_eq!(step(&mut dead), a_message(0, &text(0)));
    kill(dead);
    sender.feed(&in_lines((1..COUNT).map(text)));
    until("all to be sent", || both.status()["sent"] == COUNT);
    let mut receiver = both.client(&["recv"]);
    let Heard::Lagged(dropped) = heard(&mut receiver) else {
        panic!("nothing was dropped");
    };
    for number in 1 + dropped..COUNT {
        assert_eq!(heard(&mut receiver), a_message(number, &text(number)));
    }
    assert_eq!(sender.end().code, Some(0));
    assert_eq!(heard(&mut receiver), word("closed"));
}
