//! Does the header for C speak the wire? A client in C around it and `host` send to each other, wake each other, and take over
//! from each other.

#[path = "../asked/mod.rs"]
mod asked;
mod compiled;
mod conformance;
mod dying;
mod examples;
mod kinds;
mod library;
#[path = "../asked/narrow.rs"]
mod narrow;
mod news;
#[path = "../processes/mod.rs"]
mod processes;
mod received;
mod sent;
mod three;
mod turns;
mod waking;

use std::fmt::Write;

use compiled::Both;
use processes::{LIMIT, Running};

/// No sleep of the client's is so long that its end could pass for a wake-up.
const NEVER: &str = "600000";
const _: () = assert!(LIMIT.as_secs() < 600);

/// The longest message of the channels here.
const CAPACITY: usize = 48;

/// Message `number`: every length in turn, and every byte.
fn message(number: usize) -> Vec<u8> {
    let bytes = (0..number % (CAPACITY + 1)).map(|at| number * 31 + at * 7);
    bytes.map(|byte| byte.to_le_bytes()[0]).collect()
}

/// The same without newlines, for `host send --lines`.
fn line(number: usize) -> Vec<u8> {
    let bytes = message(number).into_iter();
    bytes
        .map(|byte| if byte == b'\n' { b' ' } else { byte })
        .collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

/// Messages, as `client send` reads them.
fn in_hex(messages: impl Iterator<Item = Vec<u8>>) -> Vec<u8> {
    let lines = messages.map(|message| hex(&message) + "\n");
    lines.collect::<String>().into_bytes()
}

/// Messages, as `host send --lines` reads them and `host recv --raw` prints them.
fn in_lines(messages: impl Iterator<Item = Vec<u8>>) -> Vec<u8> {
    messages
        .flat_map(|message| [message, b"\n".to_vec()].concat())
        .collect()
}

/// What the C client says of one thing that happened.
#[derive(Debug, PartialEq, Eq)]
enum Heard {
    Message { sequence: u64, payload: String },
    Lagged(u64),
    Other(String),
}

/// What `client recv` prints next.
fn heard(client: &mut Running) -> Heard {
    of_words(&client.line())
}

fn of_words(line: &str) -> Heard {
    let words: Vec<_> = line.split(' ').collect();
    let number = |text: &str| text.parse().unwrap();
    match words[..] {
        ["message", sequence, _epoch, payload] => Heard::Message {
            sequence: number(sequence),
            payload: payload.into(),
        },
        ["lagged", count] => Heard::Lagged(number(count)),
        _ => Heard::Other(line.into()),
    }
}

/// Has a stepwise client look once.
fn step(client: &mut Running) -> Heard {
    client.feed(b"\n");
    heard(client)
}

/// The message of this sequence that says `payload`.
fn a_message(sequence: u64, payload: &[u8]) -> Heard {
    let payload = hex(payload);
    Heard::Message { sequence, payload }
}

fn word(what: &str) -> Heard {
    Heard::Other(what.into())
}
