//! The one sender of a channel in a segment or a mapped file.
//!
//! Takes the sender's lock first, so that one process at a time makes, repairs or uses the channel; then creates the
//! segment, or takes over the one that is there. A sender that was killed leaves nothing to clean: the next one goes on.
//!
//! A map is there already, and stays. Whoever is behind it holds no lock, so whether a receiver there is dead cannot be
//! known, and none is given up.

mod close;
mod create;
pub mod dead;
mod error;
mod options;
mod reclaim;
mod room;
mod taker;
#[cfg(feature = "async")]
mod task;

use std::thread;
use std::time::Duration;

use ramframe_core::channel::{self, AttachError, Backpressure, Channel, Overwrite};
use ramframe_core::geometry::{Geometry, Overflow};

pub use self::error::SendError;
pub use self::options::{ChannelOptions, DEFAULT_SIZE};
pub(crate) use self::taker::Taker;

use self::dead::{DeadReceiver, Death, Watch};
use crate::claim::Claim;
use crate::end::either;
use crate::error::{Error, Kind};
use crate::location::Location;
use crate::name::State;
use crate::shared::SharedMemory;
use crate::tenure::Lost;
use crate::trust::Trust;
use crate::wait::limit::Looks;
#[cfg(feature = "async")]
use crate::wait::watch::Waiter;
use crate::wait::{OnRequest, RateLimited};

/// Attempts to open what others make or remove meanwhile.
const TRIES: usize = 40;

/// The same, where another process has the sender's lock.
const HELD_TRIES: usize = 4;

/// Between two attempts.
const PAUSE: Duration = Duration::from_millis(5);

/// The sending end, of either policy.
pub type End = crate::end::End<
    channel::Sender<SharedMemory, Overwrite, RateLimited>,
    channel::Sender<SharedMemory, Backpressure, OnRequest>,
>;

/// A channel that this process sends on, and may have made.
#[derive(Debug)]
pub struct Sender {
    end: End,
    /// To look at the channel, and to take the place of receivers that died.
    memory: SharedMemory,
    /// The segment is this process's to remove.
    inherited: bool,
    /// The channel has had no other set of locks.
    first_locks: bool,
    /// Given back last, so that nobody makes a new channel before this one is gone.
    claim: Claim,
    /// The permission bits of locks that are made.
    mode: u32,
    watches: Vec<Watch>,
    policy: DeadReceiver,
    /// Those that nobody has asked for yet.
    deaths: Vec<Death>,
    /// When a call without time asks again whether a receiver has died.
    looks: Looks,
    /// Its task, if it waits in one.
    #[cfg(feature = "async")]
    task: Waiter,
}

impl Sender {
    /// Becomes the sender of the channel at `location`, a key or a part of a file: makes the channel that `options` ask for, or takes
    /// over the one that is there. In a file a new one is made only where all is zero, and no larger than is asked for.
    ///
    /// # Errors
    /// See [`Kind`]; nothing that was there before has changed.
    pub fn open(
        location: impl Into<Location>,
        options: &ChannelOptions,
        trust: &Trust,
    ) -> Result<Self, Error> {
        let location = location.into();
        options.check_mode()?;
        let made = options.geometry()?;
        let mut tries = 1;
        loop {
            match Self::attempt(&location, options, made, trust) {
                Err(error) if tries < most_tries(&error) => tries += 1,
                done => return done,
            }
            thread::sleep(PAUSE);
        }
    }

    fn attempt(
        location: &Location,
        options: &ChannelOptions,
        made: (Geometry, usize),
        trust: &Trust,
    ) -> Result<Self, Error> {
        let made = match location {
            Location::Key(key) => create::segment(*key, options, made, trust)?,
            Location::Map(window) => create::map(window, options, made.0, trust)?,
        };
        let polls = matches!(location, Location::Map(_));
        let end = attach(made.memory.another(), options.overflow, polls);
        let end = end.map_err(|source| Error::channel(location.clone(), source))?;
        let receivers = either!(&end, end => end.geometry()).receivers();
        let locks = (Some(made.locks), Some(made.held));
        let mut this = Self {
            end,
            memory: made.memory,
            inherited: made.inherited,
            first_locks: made.first_locks,
            claim: Claim::new(location.clone(), trust, made.name, locks),
            mode: options.mode,
            watches: vec![Watch::default(); receivers as usize],
            policy: options.dead_receivers,
            deaths: Vec::new(),
            looks: Looks::default(),
            #[cfg(feature = "async")]
            task: Waiter::default(),
        };
        this.look_at_receivers();
        Ok(this)
    }

    /// The sending end itself, for what only one policy has, for one step.
    ///
    /// # Errors
    /// [`Lost`] if this process is not the sender any more.
    pub fn end_mut(&mut self) -> Result<&mut End, Lost> {
        self.check()?;
        Ok(&mut self.end)
    }

    /// Sends one message if there is room now, and returns its sequence. Copies the message once, and makes no system call
    /// but to wake a receiver and, every 50 ms, to ask whether this process still is the sender.
    ///
    /// # Errors
    /// [`SendError::Full`], [`SendError::TooLong`], [`SendError::Lost`] or [`SendError::Corrupt`]; nothing was sent then.
    #[inline]
    pub fn try_send(&mut self, message: &[u8]) -> Result<u64, SendError> {
        self.check()?;
        Ok(either!(&mut self.end, end => end.try_send(message))?)
    }

    /// Wakes the receivers, before this process does something else for a while: those of a fast overwrite sender may
    /// otherwise sleep up to 100 ms longer.
    pub fn notify(&mut self) {
        if self.check().is_ok() {
            self.look_at_receivers();
            either!(&mut self.end, end => end.notify_now());
            if let End::Overwrite(end) = &mut self.end {
                end.wait_mut().idle();
            }
        }
    }

    /// Whether this process still is the sender, by an answer that is not older than [`LIMIT`](crate::tenure::LIMIT).
    #[inline]
    fn check(&mut self) -> Result<(), Lost> {
        match self.claim.tenure().is_due() {
            true => self.look_around(),
            false => self.claim.tenure().answer(),
        }
    }

    #[cold]
    fn look_around(&mut self) -> Result<(), Lost> {
        self.ask()?;
        self.look_at_receivers();
        Ok(())
    }

    /// The same, by the kernel's word of this moment: whether this process still has the lock, and others meet it here.
    fn ask(&self) -> Result<(), Lost> {
        let meets = || self.claim.name.state() == State::Same;
        let tenure = self.claim.tenure();
        tenure.ask(|| self.claim.is_held() && meets())
    }

    /// How often a receiver has attached as `receiver` since the channel was formatted; 0 under overwrite.
    pub fn attach_count(&self, receiver: u32) -> u32 {
        let end = self.end.lossless();
        end.map_or(0, |end| end.attach_count(receiver))
    }

    /// Whether nobody has attached as `receiver`, or the last one has detached.
    pub fn is_vacant(&self, receiver: u32) -> bool {
        self.attach_count(receiver) == 0 || self.has_detached(receiver)
    }

    /// Whether the last receiver that attached as `receiver` has detached, and no other has come.
    pub fn has_detached(&self, receiver: u32) -> bool {
        let end = self.end.lossless();
        end.is_some_and(|end| end.has_detached(receiver))
    }

    /// The channel's geometry.
    pub fn geometry(&self) -> &Geometry {
        either!(&self.end, end => end.geometry())
    }

    /// Sequence of the next message.
    pub fn next_sequence(&self) -> u64 {
        either!(&self.end, end => end.next_sequence())
    }

    /// The memory, to look at the channel.
    pub(crate) fn memory(&self) -> &SharedMemory {
        &self.memory
    }

    /// Where the channel stands.
    pub fn location(&self) -> &Location {
        &self.claim.location
    }
}

/// Attaches; `polls` where nobody on the other side can be woken.
fn attach(memory: SharedMemory, overflow: Overflow, polls: bool) -> Result<End, AttachError> {
    Ok(match overflow {
        Overflow::Overwrite => {
            let channel = Channel::overwrite(memory).with_wait(RateLimited::polling_if(polls));
            End::Overwrite(channel.sender()?)
        }
        Overflow::Backpressure => {
            let channel = Channel::backpressure(memory).with_wait(OnRequest::polling_if(polls));
            End::Backpressure(channel.sender()?)
        }
    })
}

/// How often to try where opening fails so.
fn most_tries(error: &Error) -> usize {
    match error.kind {
        // Perhaps by who removes it at this moment.
        Kind::SenderHeld(_) => HELD_TRIES,
        // Someone made something between two looks.
        Kind::Exists { .. } => TRIES,
        // Made, and its tag not yet written.
        Kind::Count { found, asked } if found > asked => TRIES,
        _ if error.is_absent() => TRIES,
        _ => 1,
    }
}
