//! A process of the tour that uses ramframe, as either side.

use std::error::Error;
use std::time::Duration;

use crate::receiver::Receiver;
use crate::sender::Sender;
use crate::sysv::key::Key;

use super::receiving;
use super::script::{Answer, Script, number, unknown};
use super::sending;

/// What this process is so far.
enum Side {
    Nobody,
    Sender(Sender),
    Receiver(Receiver),
}

/// Plays either side on `key`, as it is told.
pub(super) fn play(key: Key) -> Result<(), Box<dyn Error>> {
    let mut side = Side::Nobody;
    Script::new().play(|script, words| match &mut side {
        Side::Nobody => {
            let says;
            (side, says) = enter(key, words)?;
            Ok(says)
        }
        Side::Sender(_) if words == ["close"] => match std::mem::replace(&mut side, Side::Nobody) {
            Side::Sender(sender) => sending::close(sender),
            _ => unknown(words),
        },
        Side::Sender(sender) => send(sender, script, words),
        Side::Receiver(receiver) => receive(receiver, words),
    })
}

fn enter(key: Key, words: &[&str]) -> Result<(Side, String), Box<dyn Error>> {
    Ok(match words {
        ["sender", policy] => {
            let (sender, says) = sending::open(key, policy)?;
            (Side::Sender(sender), says)
        }
        _ => {
            let (receiver, says) = receiving::open(key)?;
            (Side::Receiver(receiver), says)
        }
    })
}

fn send(sender: &mut Sender, script: &mut Script, words: &[&str]) -> Answer {
    match words {
        ["send", text] => sending::send(sender, text),
        ["send", text, "stop", after] => sending::stop(sender, script, text, number(after)?),
        ["many", count] => sending::send_many(sender, number(count)?),
        ["hurry", time] => sending::hurry(sender, millis(time)?),
        ["clock", count, pause] => sending::clock(sender, number(count)?, millis(pause)?),
        _ => unknown(words),
    }
}

fn receive(receiver: &mut Receiver, words: &[&str]) -> Answer {
    match words {
        ["look"] => receiving::look(receiver),
        ["all"] => receiving::take_all(receiver),
        ["judge"] => receiving::judge(receiver),
        ["who"] => Ok(receiving::ask_for_sender(receiver)),
        ["wait", time] => receiving::wait(receiver, millis(time)?),
        _ => unknown(words),
    }
}

fn millis(word: &str) -> Result<Duration, String> {
    number(word).map(Duration::from_millis)
}
