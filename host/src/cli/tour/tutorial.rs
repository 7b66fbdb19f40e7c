//! The tutorial's sender and receiver, with the places where a scheduler may stop them made visible.
//!
//! Both do what the C programs do: `strcpy` is a loop that copies byte by byte, `strcmp` one that compares byte by byte, and the
//! receiver looks now and then.

use std::error::Error;
use std::sync::atomic::Ordering::Relaxed;
use std::thread;
use std::time::Duration;

use crate::sys::cli::text::TextSegment;
use crate::sysv::key::Key;

use super::clock::{Meter, sent_at, stamped};
use super::script::{Answer, Script, number, unknown};
use crate::cli::printable::Printable;

/// What the sender sends, in turn.
const TEXTS: [&[u8]; 2] = [b"CIEPLO", b"ZIMNO"];

/// Where a program that knows of the fault has its lock: behind the longest text.
const LOCK: usize = 1023;

/// Between two looks of a receiver that waits for the lock.
const LOOK: Duration = Duration::from_millis(1);

/// Plays either side on `key`, as it is told.
pub(super) fn play(key: Key) -> Result<(), Box<dyn Error>> {
    let mut segment = None;
    Script::new().play(|script, words| {
        let segment = match &segment {
            Some(segment) => segment,
            None => segment.insert(TextSegment::open(key)?),
        };
        match words {
            ["store", text] => Ok(store(segment, text.as_bytes())),
            ["store", text, "stop", after] => stop(segment, script, text, number(after)?),
            ["lock"] => Ok(lock(segment)),
            ["look"] => Ok(look(segment)),
            ["look", "locked", time] => Ok(look_locked(segment, millis(time)?)),
            ["hurry", time] => Ok(hurry(segment, millis(time)?)),
            ["stare", time] => Ok(stare(segment, millis(time)?)),
            ["clock", count, pause] => Ok(clock(segment, number(count)?, millis(pause)?)),
            ["poll", time, pause] => Ok(poll(segment, millis(time)?, millis(pause)?)),
            _ => unknown(words),
        }
    })
}

fn millis(word: &str) -> Result<Duration, String> {
    number(word).map(Duration::from_millis)
}

/// `strcpy`.
fn store(segment: &TextSegment, text: &[u8]) -> String {
    copy(segment, text, 0);
    format!("stored {}", Printable(text))
}

/// Copies from byte `from` on, and a NUL.
fn copy(segment: &TextSegment, text: &[u8], from: usize) {
    let bytes = text.iter().chain(&[0]).skip(from);
    segment
        .iter()
        .skip(from)
        .zip(bytes)
        .for_each(|(to, &byte)| to.store(byte, Relaxed));
}

/// `strcpy`, that the scheduler stops after some bytes.
fn stop(segment: &TextSegment, script: &mut Script, text: &str, after: usize) -> Answer {
    let bytes = segment.iter().zip(text.as_bytes()).take(after);
    bytes.for_each(|(to, &byte)| to.store(byte, Relaxed));
    script.stand_still(&format!(
        "stored {after} of {} bytes of {text}, and was stopped there",
        text.len()
    ))?;
    copy(segment, text.as_bytes(), after);
    Ok(format!("went on, and stored the rest of {text}"))
}

/// The text that stands there.
fn text(segment: &TextSegment) -> Vec<u8> {
    let bytes = segment.iter().map(|byte| byte.load(Relaxed));
    bytes.take_while(|&byte| byte != 0).collect()
}

/// `strcmp` with each text, and what the tutorial prints.
fn look(segment: &TextSegment) -> String {
    let text = text(segment);
    match TEXTS.contains(&&*text) {
        true => format!("Received: {}", Printable(&text)),
        false => format!(
            "Error: Invalid message (the text is \"{}\")",
            Printable(&text)
        ),
    }
}

/// Takes the lock, as a program does before it stores.
fn lock(segment: &TextSegment) -> String {
    if let Some(lock) = segment.get(LOCK) {
        lock.store(1, Relaxed);
    }
    "took the lock".into()
}

/// Waits for the lock, as a program does before it looks; but not for ever.
fn look_locked(segment: &TextSegment, time: Duration) -> String {
    let meter = Meter::start();
    let is_locked = || {
        segment
            .get(LOCK)
            .is_some_and(|lock| lock.load(Relaxed) != 0)
    };
    while is_locked() {
        if !meter.is_before(time) {
            return format!("still waits for the lock after {time:?}");
        }
        thread::sleep(LOOK);
    }
    look(segment)
}

/// Sends as fast as it can.
fn hurry(segment: &TextSegment, time: Duration) -> String {
    let meter = Meter::start();
    let mut sent = 0_u64;
    while meter.is_before(time) {
        TEXTS.iter().for_each(|text| copy(segment, text, 0));
        sent += 2;
    }
    format!("stored {sent} texts")
}

/// Looks as fast as it can.
fn stare(segment: &TextSegment, time: Duration) -> String {
    let meter = Meter::start();
    let (mut looks, mut torn) = (0_u64, 0_u64);
    while meter.is_before(time) {
        looks += 1;
        torn += u64::from(!TEXTS.contains(&&*text(segment)));
    }
    format!("looked {looks} times; torn texts: {torn}")
}

/// Sends texts that say when they were sent.
fn clock(segment: &TextSegment, count: u32, pause: Duration) -> String {
    for _ in 0..count {
        copy(segment, stamped().as_bytes(), 0);
        thread::sleep(pause);
    }
    format!("sent {count} messages, one each {pause:?}")
}

/// Looks for such texts: again and again, or with a pause.
fn poll(segment: &TextSegment, time: Duration, pause: Duration) -> String {
    let mut meter = Meter::start();
    let mut last = sent_at(&text(segment));
    while meter.is_before(time) {
        if !pause.is_zero() {
            thread::sleep(pause);
        }
        let next = sent_at(&text(segment));
        if let Some(sent) = next
            && next != last
        {
            meter.came(sent);
            last = next;
        }
    }
    meter.says()
}
