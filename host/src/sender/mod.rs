//! How does a process become the one sender of a channel in a segment or a map, and leave again?
//!
//! Takes the sender's lock first, so that one process at a time makes, repairs or uses the channel; then creates the
//! segment, or takes over the one that is there. A sender that was killed leaves nothing to clean: the next one goes on.
//!
//! A map is there already, and stays. Whoever is behind it holds no lock, so whether a receiver there is dead cannot be
//! known, and none is given up.

mod claim;
mod close;
mod create;
pub mod dead;
mod options;
mod reclaim;
mod room;

use std::thread;
use std::time::Duration;

use ramframe_core::channel::{self, AttachError, Backpressure, Overwrite, SendError};
use ramframe_core::geometry::{Geometry, Overflow};

pub use self::options::{ChannelOptions, DEFAULT_SIZE};

use self::claim::{Claim, Terms};
use crate::error::Error;
use crate::location::Location;
use crate::sender::dead::Watch;
use crate::shared::SharedMemory;
use crate::sysv::locks;
use crate::sysv::segment;
use crate::tenure::{Lost, Tenure};
use crate::trust::Trust;
use crate::wait::{OnRequest, RateLimited};

/// Attempts to open what others make or remove meanwhile.
const TRIES: usize = 40;

/// The same, where another process has the sender's lock.
const HELD_TRIES: usize = 4;

/// Between two attempts.
const PAUSE: Duration = Duration::from_millis(5);

/// The sending end, of either policy.
#[derive(Debug)]
pub enum End {
    /// Goes on when a receiver is slow.
    Overwrite(channel::Sender<SharedMemory, Overwrite, RateLimited>),
    /// Is told that the channel is full.
    Backpressure(channel::Sender<SharedMemory, Backpressure, OnRequest>),
}

/// A channel that this process sends on, and may have made.
#[derive(Debug)]
pub struct Sender {
    end: End,
    /// Given back last.
    claim: Claim,
    tenure: Tenure,
    terms: Terms,
    location: Location,
    watches: Vec<Watch>,
}

impl Sender {
    /// Becomes the sender in `place`, a key or a window: makes the channel that is `wanted`, or takes over the one that is
    /// there. In a map a new one is made only where all is zero, at its beginning, and no larger than is wanted.
    ///
    /// # Errors
    /// See [`Error`]; nothing that was there before has changed.
    pub fn open(
        location: impl Into<Location>,
        wanted: &ChannelOptions,
        trust: &Trust,
    ) -> Result<Self, Error> {
        let location = location.into();
        wanted.check_mode()?;
        let made = wanted.geometry()?;
        let mut tries = 1;
        loop {
            match Self::attempt(&location, wanted, made, trust) {
                Err(error) if tries < TRIES && (error.is_absent() || is_race(&error)) => tries += 1,
                // Perhaps by who removes it at this moment.
                Err(Error::Lock(locks::Error::SenderHeld { .. })) if tries < HELD_TRIES => {
                    tries += 1;
                }
                done => return done,
            }
            thread::sleep(PAUSE);
        }
    }

    fn attempt(
        location: &Location,
        wanted: &ChannelOptions,
        made: (Geometry, usize),
        trust: &Trust,
    ) -> Result<Self, Error> {
        let claim = match location {
            Location::Key(key) => Claim::segment(*key, wanted, made, trust)?,
            Location::Map(window) => Claim::map(window, wanted, made.0, trust)?,
        };
        let mut this = Self {
            end: end(location, claim.memory(), wanted.overflow)?,
            claim,
            tenure: Tenure::begin(),
            terms: Terms {
                mode: wanted.mode,
                trust: trust.clone(),
            },
            location: location.clone(),
            watches: Vec::new(),
        };
        let receivers = this.geometry().receivers();
        this.watches.resize(receivers as usize, Watch::default());
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

    /// Sends one message: [`channel::Sender::send`].
    ///
    /// # Errors
    /// As there. If this process is not the sender any more, also
    /// [`SendError::Reformatted`]; see [`Sender::is_current`].
    #[inline]
    pub fn send(&mut self, message: &[u8]) -> Result<u64, SendError> {
        self.check()?;
        match &mut self.end {
            End::Overwrite(sender) => sender.send(message),
            End::Backpressure(sender) => sender.send(message),
        }
    }

    /// Rings, before this process does something else for a while.
    pub fn ring(&mut self) {
        if self.check().is_err() {
            return;
        }
        self.look_at_receivers();
        match &mut self.end {
            End::Overwrite(sender) => {
                sender.notify_now();
                sender.wait_mut().idle();
            }
            End::Backpressure(sender) => sender.notify_now(),
        }
    }

    /// Whether this process still is the sender, by an answer that is not older than [`LIMIT`](crate::tenure::LIMIT).
    #[inline]
    fn check(&mut self) -> Result<(), Lost> {
        match self.tenure.is_due() {
            true => self.look_around(),
            false => self.tenure.answer(),
        }
    }

    #[cold]
    fn look_around(&mut self) -> Result<(), Lost> {
        self.ask()?;
        self.look_at_receivers();
        Ok(())
    }

    /// The same, by the kernel's word of this moment.
    fn ask(&self) -> Result<(), Lost> {
        self.tenure.ask(|| self.claim.holds())
    }

    /// How often a receiver has attached as `receiver`: [`channel::Sender::attach_count`].
    pub fn attach_count(&self, receiver: u32) -> u32 {
        match &self.end {
            End::Overwrite(_) => 0,
            End::Backpressure(sender) => sender.attach_count(receiver),
        }
    }

    /// Whether nobody has attached as `receiver`, or whoever did has left in good order.
    pub fn is_vacant(&self, receiver: u32) -> bool {
        self.attach_count(receiver) == 0 || self.has_detached(receiver)
    }

    /// Whether the last receiver that attached as `receiver` has left in good order, and no other has come.
    pub fn has_detached(&self, receiver: u32) -> bool {
        match &self.end {
            End::Overwrite(_) => false,
            End::Backpressure(sender) => sender.has_detached(receiver),
        }
    }

    /// The channel's geometry.
    pub fn geometry(&self) -> &Geometry {
        match &self.end {
            End::Overwrite(sender) => sender.geometry(),
            End::Backpressure(sender) => sender.geometry(),
        }
    }

    /// Where the channel stands.
    pub fn location(&self) -> &Location {
        &self.location
    }
}

fn end(location: &Location, memory: SharedMemory, overflow: Overflow) -> Result<End, Error> {
    let corrupt = |source: AttachError| Error::Channel {
        location: location.clone(),
        source,
    };
    let polls = matches!(location, Location::Map(_));
    Ok(match overflow {
        Overflow::Overwrite => {
            let wait = if polls {
                RateLimited::polling()
            } else {
                RateLimited::new()
            };
            let sender = channel::Sender::overwrite(memory).map_err(corrupt)?;
            End::Overwrite(sender.with_wait(wait))
        }
        Overflow::Backpressure => {
            let wait = if polls {
                OnRequest::polling()
            } else {
                OnRequest::new()
            };
            let sender = channel::Sender::backpressure(memory).map_err(corrupt)?;
            End::Backpressure(sender.with_wait(wait))
        }
    })
}

/// Whether an error says that someone made or removed something between two looks.
fn is_race(error: &Error) -> bool {
    match error {
        Error::Segment(segment::Error::Exists { .. })
        | Error::Lock(locks::Error::Exists { .. }) => true,
        // Made, and its tag not yet written.
        Error::Lock(locks::Error::Count { found, asked, .. }) => found > asked,
        _ => false,
    }
}
