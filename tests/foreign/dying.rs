//! Does the one go on where the other was killed, and is there one sender at a time?

use nix::sys::signal::Signal;
use serde_json::Value;

use crate::processes::{Running, until};
use crate::{Both, Heard, a_message, heard, in_hex, in_lines, message, step, word};

pub(crate) fn kill(process: Running) {
    process.signal(Signal::SIGKILL);
    assert_eq!(process.end().code, None);
}

/// How often a test kills: more where it was asked to go deep.
pub(crate) fn kills(few: u64) -> u64 {
    match std::env::var("RAMFRAME_DEEP") {
        Ok(_) => 200,
        Err(_) => few,
    }
}

pub(crate) fn text(number: u64) -> Vec<u8> {
    format!("text {number}").into_bytes()
}

/// `host recv --json` prints message `number`.
fn hears(receiver: &mut Running, number: u64) {
    let object: Value = serde_json::from_str(&receiver.line()).unwrap();
    let payload = object["payload"].as_str().unwrap().as_bytes();
    assert_eq!(object["sequence"], number);
    assert_eq!(payload, text(number));
}

/// Senders of both kinds, each killed after a few messages: receivers of both kinds hear one sequence.
fn they_take_turns(both: &Both, client: &[&str], host: &[&str], seat: &[&str]) {
    // In this order: `host` takes the first seat that is free.
    let listen = || {
        let in_c = both.client(&[&["recv"], seat].concat());
        in_c.hear("attached");
        (in_c, both.host(&["recv", "--any", "--json"]))
    };
    let mut receivers = None;
    let turns = kills(6);
    for turn in 0..turns {
        let by_client = turn % 2 == 0;
        let mut sender = match by_client {
            true => both.client_sender(client),
            false => both.host_sender(host),
        };
        let (in_c, of_host) = receivers.get_or_insert_with(listen);
        for number in turn * 3..turn * 3 + 3 {
            let one = [text(number)].into_iter();
            let input = if by_client { in_hex } else { in_lines };
            sender.feed(&input(one));
            if turn > 0 && number == turn * 3 {
                assert_eq!(heard(in_c), word("restarted"));
                assert_eq!(of_host.line(), r#"{"version":1,"event":"restarted"}"#);
            }
            assert_eq!(heard(in_c), a_message(number, &text(number)));
            hears(of_host, number);
        }
        kill(sender);
    }
    let (_, of_host) = receivers.unwrap();
    let restarts = || of_host.errors().matches("the sender restarted").count();
    until("each restart to be told", || restarts() as u64 == turns - 1);
}

#[test]
fn killed_senders_are_succeeded_under_overwrite() {
    let Some(both) = Both::compiled() else { return };
    they_take_turns(&both, &[], &[], &[]);
}

#[test]
fn killed_senders_are_succeeded_under_backpressure() {
    let Some(both) = Both::compiled() else { return };
    let host = ["--backpressure", "--receivers", "2"];
    they_take_turns(&both, &["-b", "2"], &host, &["-r", "1"]);
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
    assert!(refused.errors.contains("all 1 receivers"), "{refused:?}");
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
