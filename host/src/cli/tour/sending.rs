//! A sender of ramframe, as the tour tells it to send.

use std::error::Error;
use std::thread;
use std::time::Duration;

use crate::sender::{ChannelOptions, End, SendError, Sender};
use crate::sysv::key::Key;
use crate::trust::Trust;
use crate::wait::limit::Limit;

use super::clock::{Meter, stamped};
use super::script::{Answer, Script};

/// Attaches, and says with which message it goes on.
pub(super) fn open(key: Key, policy: &str) -> Result<(Sender, String), Box<dyn Error>> {
    let options = match policy {
        "overwrite" => ChannelOptions::overwrite(),
        _ => ChannelOptions::backpressure(1),
    };
    let sender = Sender::open(key, &options, &Trust::current_user())?;
    let says = match sender.next_sequence() {
        0 => format!("made a channel ({policy})"),
        next => format!("attached, and goes on with message {next}"),
    };
    Ok((sender, says))
}

pub(super) fn send(sender: &mut Sender, text: &str) -> Answer {
    let sequence = sender.try_send(text.as_bytes())?;
    Ok(format!("sent {text} (message {sequence})"))
}

/// Sends so many messages, or as many as there is room for.
pub(super) fn send_many(sender: &mut Sender, count: u64) -> Answer {
    for sent in 0..count {
        match sender.try_send(b"CIEPLO") {
            Ok(_) => {}
            Err(SendError::Full { .. }) => {
                return Ok(format!(
                    "sent {sent} messages; then the channel is full, and it waits"
                ));
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(format!("sent {count} messages"))
}

/// Writes a message into its slot, and is stopped after some bytes.
pub(super) fn stop(sender: &mut Sender, script: &mut Script, text: &str, after: usize) -> Answer {
    let (bytes, first) = (text.as_bytes(), text.as_bytes().get(..after));
    let first = first.unwrap_or_default();
    let stands = format!(
        "wrote {after} of {} bytes of {text}, and was stopped there",
        bytes.len()
    );
    let sequence = match sender.end_mut()? {
        End::Overwrite(sender) => {
            let mut loan = sender.loan(bytes.len())?;
            loan.write(0, first)?;
            script.stand_still(&stands)?;
            loan.write(0, bytes)?;
            loan.commit()
        }
        End::Backpressure(sender) => {
            let mut loan = sender.loan(bytes.len())?;
            loan.write(0, first)?;
            script.stand_still(&stands)?;
            loan.write(0, bytes)?;
            loan.commit()
        }
    };
    Ok(format!(
        "went on, wrote the rest, and published {text} (message {sequence})"
    ))
}

/// Sends as fast as it can; each message says its sequence in each word.
pub(super) fn hurry(sender: &mut Sender, time: Duration) -> Answer {
    let meter = Meter::start();
    let (mut message, mut sent) = ([0; 40], 0);
    while meter.is_before(time) {
        fill(&mut message, sender.next_sequence());
        sender.send(&message, &Limit::within(time))?;
        sent += 1;
    }
    Ok(format!("sent {sent} messages"))
}

fn fill(message: &mut [u8], sequence: u64) {
    let words = message.chunks_exact_mut(8);
    words.for_each(|word| word.copy_from_slice(&sequence.to_le_bytes()));
}

/// Whether a message is one of those.
pub(super) fn is_whole(message: &[u8], sequence: u64) -> bool {
    let words = message.chunks(8);
    !message.is_empty() && words.into_iter().all(|word| word == sequence.to_le_bytes())
}

/// Sends texts that say when they were sent.
pub(super) fn clock(sender: &mut Sender, count: u32, pause: Duration) -> Answer {
    for _ in 0..count {
        sender.send(stamped().as_bytes(), &Limit::within(pause))?;
        thread::sleep(pause);
    }
    Ok(format!("sent {count} messages, one each {pause:?}"))
}

/// Leaves in good order.
pub(super) fn close(sender: Sender) -> Answer {
    sender.close()?;
    Ok("closed".into())
}
