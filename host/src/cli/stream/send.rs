//! `host send --stream`.

use std::fs::File;
use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::time::Duration;

use crate::cli::counted::Messages;
use crate::cli::signals::{self, Request};
use crate::sender::dead::DeadReceiver;
use crate::sender::{ChannelOptions, SendError, Sender};
use crate::stream;
use crate::sysv::key::Key;

use super::progress::Progress;
use crate::cli::args::SendArgs;
use crate::cli::exit::{Exit, Outcome};
use crate::cli::hints;
use crate::cli::input::refuse_unreadable;
use crate::cli::limits::Limits;
use crate::cli::program::HOST;
use crate::cli::stderr::message;
use crate::cli::waiting::Waiting;

/// Bytes of a slot: what a pipe holds, and what a read from one gives at most.
const SLOT: u32 = 64 * 1024;

/// Slots: enough for both sides to be busy, few enough to stay in a core's cache.
const SLOTS: u32 = 16;

/// How soon an interrupt is noticed while standard input is silent.
const LOOK: Duration = Duration::from_millis(50);

/// Sends standard input until it ends.
pub(crate) fn run(args: &SendArgs, key: Key, limits: Limits) -> Outcome {
    refuse_unreadable()?;
    let wanted = ChannelOptions {
        slot: args.slot,
        size: args.size,
        mode: args.mode,
        default_slot: SLOT,
        default_slots: SLOTS,
        fresh: true,
        dead_receivers: DeadReceiver::DropAfter(args.dead_after),
        ..ChannelOptions::backpressure(args.receivers)
    };
    let input = io::stdin();
    let mut sending = Sending {
        args,
        key,
        limits,
        progress: Progress::new(args.progress, length(input.as_fd())),
        told: false,
        waiting: Waiting::default(),
        attached: Vec::new(),
    };
    let trust = args.trust.trust(args.mode);
    let mut channel =
        Sender::open(key, &wanted, &trust).map_err(|error| hints::opening(&error, &trust))?;
    channel.set_spin(args.spin.time);
    let result = match sending.all(input.as_fd(), &mut channel) {
        Ok(None) => sending.drain(&mut channel),
        other => other,
    };
    sending.progress.finish();
    sending.leave(channel, result)
}

/// How many bytes `input` will give, if it is a file.
fn length(input: BorrowedFd<'_>) -> Option<u64> {
    let file = File::from(input.try_clone_to_owned().ok()?);
    let metadata = file.metadata().ok()?;
    metadata.is_file().then_some(metadata.len())
}

/// How often each receiver slot has been taken once somebody sits there.
fn attached(channel: &Sender) -> Vec<u32> {
    let receivers = 0..channel.geometry().receivers();
    receivers
        .map(|receiver| {
            channel
                .attach_count(receiver)
                .saturating_add(channel.is_vacant(receiver).into())
        })
        .collect()
}

struct Sending<'a> {
    args: &'a SendArgs,
    key: Key,
    limits: Limits,
    progress: Progress,
    told: bool,
    waiting: Waiting,
    /// How often each receiver slot has been taken with the receiver that has the first byte: the next one would not have it.
    attached: Vec<u32>,
}

impl Sending<'_> {
    /// Sends it all, or returns how the command ends instead.
    fn all(&mut self, input: BorrowedFd<'_>, channel: &mut Sender) -> Outcome<Option<Exit>> {
        while self.limits.reached().is_none() {
            if !stream::is_readable(&input, LOOK) {
                self.check(channel)?;
                continue;
            }
            if self.progress.bytes() == 0 {
                self.attached = attached(channel);
            }
            match stream::send(&input, channel, &self.limits.slice()) {
                Ok(0) => return Ok(None),
                Ok(count) => {
                    self.progress.add(count);
                    self.refuse_deaths(channel)?;
                }
                Err(stream::Error::Send(
                    SendError::TimedOut { receiver } | SendError::Stopped { receiver },
                )) => self.look_after(channel, receiver)?,
                Err(stream::Error::File(error))
                    if matches!(
                        error.kind(),
                        io::ErrorKind::Interrupted | io::ErrorKind::WouldBlock
                    ) => {}
                Err(error) => return Err(self.failed(error).into()),
            }
        }
        Ok(self.limits.reached())
    }

    fn failed(&self, error: stream::Error) -> String {
        match error {
            stream::Error::File(error) => format!("standard input: {error}"),
            stream::Error::Send(SendError::NotReclaimed(error)) => hints::of(&error),
            stream::Error::Send(SendError::NotRegained(_)) => {
                self.broken("another process removed it")
            }
            error => self.broken(&error.to_string()),
        }
    }

    /// Leaves in good order if it was sent and taken whole, and else as if killed.
    fn leave(&self, channel: Sender, result: Outcome<Option<Exit>>) -> Outcome {
        let exit = match result {
            Ok(None) => {
                let closed = match self.args.keep {
                    true => channel.close_keeping(),
                    false => channel.close(),
                };
                return Ok(closed.map(|()| Exit::Done)?);
            }
            Ok(Some(exit)) => {
                self.give_up(&channel);
                Ok(exit)
            }
            Err(error) => Err(error),
        };
        channel.abandon()?;
        exit
    }

    /// Says how much of it is lost.
    fn give_up(&self, channel: &Sender) {
        message!("gave up after {} bytes", self.progress.bytes());
        for (receiver, left) in channel.pending() {
            let left = left.unwrap_or_default();
            message!(
                "gave up: receiver {receiver} has not received all of it: {} left",
                Messages(left)
            );
        }
    }

    /// Says once that a receiver is waited for, and refuses to go on without one that has had the beginning.
    fn look_after(&mut self, channel: &mut Sender, receiver: u32) -> Outcome<()> {
        let absent = self.is_absent(channel, receiver);
        if absent && !self.args.notes.quiet {
            self.waiting.on(channel.location());
        }
        if !self.told && !self.args.notes.quiet && absent {
            self.told = true;
            message!(
                "waiting for `{HOST} recv --stream` on {}",
                self.args.location.key.describe(self.key)
            );
        }
        self.check(channel)?;
        if channel.has_detached(receiver) && !absent {
            return Err(self.broken(&format!("receiver {receiver} ended")).into());
        }
        self.look_for_others(channel)?;
        self.refuse_deaths(channel)
    }

    /// A receiver that died has taken a part of the stream with it.
    fn refuse_deaths(&self, channel: &mut Sender) -> Outcome<()> {
        match channel.take_deaths().first() {
            Some(death) => {
                let why = format!("receiver {} died", death.receiver);
                Err(self.broken(&why).into())
            }
            None => Ok(()),
        }
    }

    /// Whether somebody removed the channel under us. Where only the locks are gone, new ones are made.
    fn check(&self, channel: &mut Sender) -> Result<(), String> {
        match channel.is_current() || channel.regain().is_ok() {
            true => Ok(()),
            false => Err(self.broken("another process removed it")),
        }
    }

    /// Whether the receiver that is to have the stream has not come yet.
    fn is_absent(&self, channel: &Sender, receiver: u32) -> bool {
        let taken = self.attached.get(receiver as usize);
        taken.is_some_and(|&taken| channel.attach_count(receiver) < taken)
    }

    fn look_for_others(&self, channel: &Sender) -> Result<(), String> {
        let mut attached = self.attached.iter().zip(0..);
        match attached.find(|&(&taken, receiver)| channel.attach_count(receiver) > taken) {
            Some((_, receiver)) => {
                Err(self.broken(&format!("receiver {receiver} ended, and another one came")))
            }
            None => Ok(()),
        }
    }

    fn broken(&self, why: &str) -> String {
        format!(
            "the stream on {:#} broke after {} bytes: {why}; start both sides again",
            self.key,
            self.progress.bytes()
        )
    }

    /// Waits until every receiver has come and taken everything, or returns how the command ends instead. Also an empty
    /// stream has an end to be heard.
    fn drain(&mut self, channel: &mut Sender) -> Outcome<Option<Exit>> {
        let mut limits = self.limits;
        while limits.over().is_none() {
            if limits.deadline == self.limits.deadline && signals::asked() == Request::Drain {
                limits = self.limits.draining(self.args.drain_timeout);
            }
            let mut receivers = 0..channel.geometry().receivers();
            let absent = receivers.find(|&receiver| self.is_absent(channel, receiver));
            let limit = limits.slice_beyond(Request::Drain);
            let receiver = match (channel.drain(&limit), absent) {
                (Ok(()), None) => {
                    self.refuse_deaths(channel)?;
                    self.look_for_others(channel)?;
                    return Ok(None);
                }
                (Ok(()), Some(receiver)) => {
                    limits.pause_past(Request::Drain, LOOK);
                    receiver
                }
                (Err(SendError::TimedOut { receiver } | SendError::Stopped { receiver }), _) => {
                    receiver
                }
                (Err(error), _) => return Err(self.failed(error.into()).into()),
            };
            self.look_after(channel, receiver)?;
        }
        Ok(self.limits.reached().or(limits.over()))
    }
}
