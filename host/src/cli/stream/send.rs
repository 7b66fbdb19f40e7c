//! `host send --stream`.

use std::fs::File;
use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::time::Duration;

use crate::cli::signals::{self, Request};
use crate::sender::dead::DeadReceiver;
use crate::sender::{ChannelOptions, SendError, Sender};
use crate::stream;
use crate::sysv::key::Key;
use ramframe_core::channel::Corruption;

use super::Patience;
use super::progress::Progress;
use crate::cli::args::SendArgs;
use crate::cli::exit::{Exit, Outcome};
use crate::cli::hints::{self, Waiting};
use crate::cli::input::refuse_unreadable;
use crate::cli::limits::Limits;
use crate::cli::stderr::message;

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
        slots: SLOTS,
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
        patience: Patience::default(),
        told: false,
        waiting: Waiting::default(),
        seats: Vec::new(),
    };
    let trust = args.trust.trust(args.mode);
    let mut channel =
        Sender::open(key, &wanted, &trust).map_err(|error| hints::opening(error, &trust))?;
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

/// How often each seat has been taken once somebody sits there.
fn seats(channel: &Sender) -> Vec<u32> {
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
    patience: Patience,
    told: bool,
    waiting: Waiting,
    /// How often each seat has been taken with the receiver that has the first byte: the next one would not have it.
    seats: Vec<u32>,
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
                self.seats = seats(channel);
            }
            match stream::send(&input, channel) {
                Ok(0) => return Ok(None),
                Ok(count) => {
                    self.progress.add(count);
                    self.patience.renew();
                }
                Err(stream::Error::Send(SendError::Full { receiver })) => {
                    self.wait_for_room(channel, receiver)?;
                }
                Err(stream::Error::Send(SendError::Lost)) => {
                    channel.regain().map_err(|error| hints::of(&error))?;
                }
                Err(stream::Error::File(error))
                    if matches!(
                        error.kind(),
                        io::ErrorKind::Interrupted | io::ErrorKind::WouldBlock
                    ) => {}
                Err(stream::Error::File(error)) => {
                    return Err(format!("standard input: {error}").into());
                }
                Err(error) => return Err(self.broken(&error.to_string()).into()),
            }
        }
        Ok(self.limits.reached())
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
            message!("gave up: receiver {receiver} has not taken the last {left} messages of it");
        }
    }

    fn wait_for_room(&mut self, channel: &mut Sender, receiver: u32) -> Outcome<()> {
        if self.patience.lasts() {
            return Ok(());
        }
        self.reclaim_dead(channel, receiver)?;
        channel.wait_for_room(receiver);
        Ok(())
    }

    /// Says once that a receiver is waited for. One that died has taken a part of the stream with it.
    fn reclaim_dead(&mut self, channel: &mut Sender, receiver: u32) -> Outcome<()> {
        let absent = self.is_absent(channel, receiver);
        if absent && !self.args.quiet {
            self.waiting.on(channel.location());
        }
        if !self.told && !self.args.quiet && absent {
            self.told = true;
            message!(
                "waiting for `host recv --stream` on {}",
                self.args.location.key.describe(self.key)
            );
        }
        self.check(channel)?;
        if channel.has_detached(receiver) && !self.is_absent(channel, receiver) {
            return Err(self.broken(&format!("receiver {receiver} ended")).into());
        }
        self.look_for_others(channel)?;
        let reclaimed = channel.reclaim_dead(receiver);
        reclaimed.map_err(|error| hints::of(&error))?;
        match channel.take_deaths().first() {
            Some(death) => Err(self
                .broken(&format!("receiver {} died", death.receiver))
                .into()),
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
        let seat = self.seats.get(receiver as usize);
        seat.is_some_and(|&taken| channel.attach_count(receiver) < taken)
    }

    fn look_for_others(&self, channel: &Sender) -> Result<(), String> {
        let mut seats = self.seats.iter().zip(0..);
        match seats.find(|&(&taken, receiver)| channel.attach_count(receiver) > taken) {
            Some((_, receiver)) => {
                Err(self.broken(&format!("receiver {receiver} ended, and another one came")))
            }
            None => Ok(()),
        }
    }

    fn broken(&self, why: &str) -> String {
        format!(
            "the stream on key {} broke after {} bytes: {why}; start both sides again",
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
            let behind = match channel.pending().next() {
                Some((receiver, None)) => {
                    return Err(self
                        .broken(&Corruption::Consumed { receiver }.to_string())
                        .into());
                }
                behind => behind.map(|(receiver, _)| receiver),
            };
            let Some(receiver) = behind.or(absent) else {
                self.look_for_others(channel)?;
                return Ok(None);
            };
            self.reclaim_dead(channel, receiver)?;
            match behind {
                Some(receiver) => channel.wait_for_drain(receiver),
                None => limits.pause_past(Request::Drain, LOOK),
            }
        }
        Ok(self.limits.reached().or(limits.over()))
    }
}
