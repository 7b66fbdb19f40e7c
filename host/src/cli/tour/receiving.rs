//! A receiver of ramframe, as the tour tells it to receive.

use std::error::Error;
use std::time::Duration;

use ramframe_core::channel::Start;

use crate::receiver::{Event, Receiver};
use crate::sysv::key::Key;
use crate::trust::Trust;
use crate::wait::limit::Limit;

use super::clock::{Meter, sent_at};
use super::script::Answer;
use super::sending::is_whole;
use crate::cli::printable::Printable;

/// Longer than any message of the tour.
const BUFFER: usize = 64;

/// Waits at most so long for what must come.
const PATIENCE: Duration = Duration::from_secs(5);

pub(super) fn open(key: Key) -> Result<(Receiver, String), Box<dyn Error>> {
    let limit = Limit::within(PATIENCE);
    let receiver = Receiver::wait_open(key, Start::Oldest, &Trust::current_user(), &limit)?;
    Ok((receiver, "attached".into()))
}

/// Looks once, and does not wait.
pub(super) fn look(receiver: &mut Receiver) -> Answer {
    let mut buffer = [0; BUFFER];
    Ok(match receiver.try_recv(&mut buffer)? {
        Event::Message(message) => format!(
            "Received: {} (message {})",
            Printable(message.payload),
            message.sequence
        ),
        Event::Lagged(count) => format!("{count} messages are lost"),
        Event::SenderRestarted => "another sender goes on from here".into(),
        Event::Closed => "the sender closed the channel".into(),
        Event::Gone => "the channel is gone".into(),
        _ => "nothing new".into(),
    })
}

/// Whether anybody sends.
pub(super) fn ask_for_sender(receiver: &Receiver) -> String {
    match receiver.has_sender() {
        Some(false) => "no process has the sender's lock: the sender is gone".into(),
        _ => "a process has the sender's lock".into(),
    }
}

/// Receives what is there.
pub(super) fn take_all(receiver: &mut Receiver) -> Answer {
    let (mut came, mut buffer) = (0, [0; BUFFER]);
    loop {
        match receiver.try_recv(&mut buffer)? {
            Event::Message(_) => came += 1,
            Event::Lagged(count) => return Ok(format!("{count} messages are lost")),
            _ => return Ok(format!("received {came} messages, and none is lost")),
        }
    }
}

/// Receives until the sender closes, and holds each message against what was sent.
pub(super) fn judge(receiver: &mut Receiver) -> Answer {
    let mut buffer = [0; BUFFER];
    let (mut came, mut torn, mut lost, mut senders) = (0_u64, 0_u64, 0_u64, 1_u64);
    loop {
        match receiver.recv(&mut buffer, &Limit::within(PATIENCE))? {
            Event::Message(message) => {
                came += 1;
                torn += u64::from(!is_whole(message.payload, message.sequence));
            }
            Event::Lagged(count) => lost += count,
            Event::SenderRestarted => senders += 1,
            Event::Nothing => return Ok(format!("heard nothing for {PATIENCE:?}")),
            Event::Closed | Event::Gone => break,
            _ => {}
        }
    }
    Ok(format!(
        "received {came} messages; senders: {senders}, torn: {torn}, lost: {lost}"
    ))
}

/// Waits for texts that say when they were sent.
pub(super) fn wait(receiver: &mut Receiver, time: Duration) -> Answer {
    let (mut meter, mut buffer) = (Meter::start(), [0; BUFFER]);
    while meter.is_before(time) {
        let limit = Limit::within(meter.left_of(time));
        if let Event::Message(message) = receiver.recv(&mut buffer, &limit)? {
            sent_at(message.payload)
                .into_iter()
                .for_each(|sent| meter.came(sent));
        }
    }
    Ok(meter.says())
}
