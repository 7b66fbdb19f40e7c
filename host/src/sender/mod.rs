//! The one sender of a channel in a segment or a mapped file.
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
mod end;
mod error;
mod options;
mod reclaim;
mod room;

use std::thread;
use std::time::Duration;

use ramframe_core::geometry::Geometry;

pub use self::end::End;
pub use self::error::SendError;
pub use self::options::{ChannelOptions, DEFAULT_SIZE};

use self::claim::{Claim, Terms};
use self::dead::{DeadReceiver, Death, Watch};
use crate::error::Error;
use crate::location::Location;
use crate::sysv::locks;
use crate::sysv::segment;
use crate::tenure::{Lost, Tenure};
use crate::trust::Trust;

/// Attempts to open what others make or remove meanwhile.
const TRIES: usize = 40;

/// The same, where another process has the sender's lock.
const HELD_TRIES: usize = 4;

/// Between two attempts.
const PAUSE: Duration = Duration::from_millis(5);

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
    policy: DeadReceiver,
    /// Those that nobody has asked for yet.
    deaths: Vec<Death>,
    /// How often the lock was lost, and another one taken.
    regained: u32,
}

impl Sender {
    /// Becomes the sender of the channel at `location`, a key or a part of a file: makes the channel that `options` ask for, or takes
    /// over the one that is there. In a file a new one is made only where all is zero, and no larger than is asked for.
    ///
    /// # Errors
    /// See [`Error`]; nothing that was there before has changed.
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
        options: &ChannelOptions,
        made: (Geometry, usize),
        trust: &Trust,
    ) -> Result<Self, Error> {
        let claim = match location {
            Location::Key(key) => Claim::segment(*key, options, made, trust)?,
            Location::Map(window) => Claim::map(window, options, made.0, trust)?,
        };
        let polls = matches!(location, Location::Map(_));
        let end = End::attach(claim.memory(), options.overflow, polls);
        let end = end.map_err(|source| Error::Channel {
            location: location.clone(),
            source,
        })?;
        let mut this = Self {
            end,
            claim,
            tenure: Tenure::begin(),
            terms: Terms {
                mode: options.mode,
                trust: trust.clone(),
            },
            location: location.clone(),
            watches: Vec::new(),
            policy: options.dead_receivers,
            deaths: Vec::new(),
            regained: 0,
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

    /// Sends one message if there is room now, and returns its sequence. Copies the message once, and makes no system call
    /// but to wake a receiver and, every 50 ms, to ask whether this process still is the sender.
    ///
    /// # Errors
    /// [`SendError::Full`], [`SendError::TooLong`], [`SendError::Lost`] or [`SendError::Corrupt`]; nothing was sent then.
    #[inline]
    pub fn try_send(&mut self, message: &[u8]) -> Result<u64, SendError> {
        self.check()?;
        Ok(self.end.send(message)?)
    }

    /// Wakes the receivers, before this process does something else for a while: those of a fast overwrite sender may
    /// otherwise sleep up to 100 ms longer.
    pub fn notify(&mut self) {
        if self.check().is_ok() {
            self.look_at_receivers();
            self.end.notify();
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

    /// How often a receiver has attached as `receiver` since the channel was formatted; 0 under overwrite.
    pub fn attach_count(&self, receiver: u32) -> u32 {
        self.end.attach_count(receiver)
    }

    /// Whether nobody has attached as `receiver`, or the last one has detached.
    pub fn is_vacant(&self, receiver: u32) -> bool {
        self.attach_count(receiver) == 0 || self.has_detached(receiver)
    }

    /// Whether the last receiver that attached as `receiver` has detached, and no other has come.
    pub fn has_detached(&self, receiver: u32) -> bool {
        self.end.has_detached(receiver)
    }

    /// The channel's geometry.
    pub fn geometry(&self) -> &Geometry {
        self.end.geometry()
    }

    /// Sequence of the next message.
    pub fn next_sequence(&self) -> u64 {
        self.end.next_sequence()
    }

    /// Where the channel stands.
    pub fn location(&self) -> &Location {
        &self.location
    }
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
