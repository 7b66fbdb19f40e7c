//! A receiver of the channel in a segment or a mapped file.
//!
//! Of an overwrite channel by a read-only mapping, so that a receiver can spoil nothing; of a backpressure channel in one
//! of its receiver slots, which the kernel gives back when the process ends.

mod claim;
mod end;
mod event;
mod follow;
mod step;
mod wait;

use std::thread;

pub use ramframe_core::channel::Message;
use ramframe_core::channel::Start;
use ramframe_core::frame::Header;
use ramframe_core::geometry::{Geometry, GeometryError};

pub use self::end::End;
pub(crate) use self::event::told;
pub use self::event::{Event, RecvError};
pub use self::follow::Follower;
pub(crate) use self::wait::Stepped;
pub use self::wait::{Messages, OwnedMessage};

use self::claim::{Claim, FORMATTING, FORMATTING_LOOKS};
use crate::error::Error;
use crate::location::Location;
use crate::sysv::segment::{Name, State};
use crate::sysv::stat::Owner;
use crate::tenure::{Lost, Tenure};
use crate::trust::Trust;

/// A channel that this process receives from.
#[derive(Debug)]
pub struct Receiver {
    end: End,
    /// Given back last.
    claim: Claim,
    tenure: Tenure,
    trust: Trust,
    /// The message that was handed over and not taken, for the receiver slot was lost in between.
    used: Option<u64>,
    /// The newest message that was taken to look at it.
    seen: Option<Header>,
    /// The key or the path was seen to name this channel no more.
    removed: bool,
    /// A call that waits has told of the present end.
    closed_told: bool,
    /// How often the lock was lost, and another one taken.
    regained: u32,
}

impl Receiver {
    /// Becomes a receiver in `place`, a key or a window. Under overwrite from `start`; under backpressure in the first free
    /// receiver slot, from where the last receiver there stopped.
    ///
    /// # Errors
    /// See [`Error`]; [`Error::is_absent`] says when to wait and try again.
    pub fn open(location: impl Into<Location>, start: Start, trust: &Trust) -> Result<Self, Error> {
        let (end, claim) = match location.into() {
            Location::Key(key) => claim::segment(key, start, trust)?,
            Location::Map(window) => claim::map(&window, start, trust)?,
        };
        let tenure = match end {
            End::Overwrite(_) => Tenure::without_lock(),
            End::Backpressure(_) => Tenure::begin(),
        };
        Ok(Self {
            end,
            claim,
            tenure,
            trust: trust.clone(),
            used: None,
            seen: None,
            removed: false,
            closed_told: false,
            regained: 0,
        })
    }

    /// The receiving end itself, for what only one policy has, for one step.
    ///
    /// # Errors
    /// [`Lost`] if this process does not have its receiver slot any more.
    pub fn end_mut(&mut self) -> Result<&mut End, Lost> {
        self.check()?;
        Ok(&mut self.end)
    }

    /// Whether this process has lost its receiver slot: its locks were removed, or it was forked from the receiver. It then takes
    /// nothing any more: leave, and open the channel again.
    pub fn is_lost(&self) -> bool {
        self.ask().is_err()
    }

    /// How often the lock was lost, and this receiver went on with another one.
    pub fn regained(&self) -> u32 {
        self.regained
    }

    /// What names the segment; `None` for a map.
    pub fn name(&self) -> Option<Name> {
        self.claim.name()
    }

    /// Goes on in the same receiver slot after its lock was lost with its set, under a new one, if nobody has been there meanwhile. What
    /// was handed over then counts as taken.
    ///
    /// # Errors
    /// [`Error::is_absent`] says that nobody has made a new set yet: try again. After any other this end is over.
    pub fn regain(&mut self) -> Result<(), Error> {
        if !self.tenure.is_own() || self.was_reformatted() {
            return Err(Error::Lost);
        }
        if !self.is_lost() {
            return Ok(());
        }
        self.claim.relock(&self.trust)?;
        self.tenure = Tenure::begin();
        self.regained += 1;
        let used = self.used.take();
        if let End::Backpressure(receiver) = &mut self.end
            && used == Some(receiver.next_sequence())
        {
            // It was intact when it was handed over.
            let _ = receiver.skip();
        }
        Ok(())
    }

    #[inline]
    fn check(&self) -> Result<(), Lost> {
        self.tenure.check(|| self.claim.holds())
    }

    /// The same, by the kernel's word of this moment.
    fn ask(&self) -> Result<(), Lost> {
        self.tenure.ask(|| self.claim.holds())
    }

    /// Whether the last sender has left in good order.
    pub fn is_closed(&self) -> bool {
        self.end.status().is_ok_and(|survey| survey.closed)
    }

    /// Whether the channel that this receiver was on is being formatted, or was: then all it holds contradicts what this
    /// side knew, before it says why. Waits up to 200 ms for that; in a map, where the other side may format at any time.
    pub fn is_being_formatted(&self) -> bool {
        let looks = if self.claim.is_map() {
            FORMATTING_LOOKS
        } else {
            0
        };
        (0..looks).any(|_| {
            let anew = self.was_reformatted()
                || self.end.status() == Err(GeometryError::Unformatted.into());
            if !anew {
                thread::sleep(FORMATTING);
            }
            anew
        })
    }

    /// Whether the channel was formatted since this receiver attached.
    pub fn was_reformatted(&self) -> bool {
        self.end.was_reformatted()
    }

    /// Sequence of the next message: before the first of this receiver's, how many others have taken or missed.
    pub fn next_sequence(&self) -> u64 {
        self.end.next_sequence()
    }

    /// The channel's geometry.
    pub fn geometry(&self) -> &Geometry {
        self.end.geometry()
    }

    fn is_lossless(&self) -> bool {
        matches!(self.end, End::Backpressure(_))
    }

    /// Whether the key or the path still names what this receiver is on. A sender that leaves removes its segment first,
    /// says so in it, and gives its lock back; until then this is [`State::Same`], so that its word is not missed.
    pub fn state(&self) -> State {
        match self.claim.state() {
            State::Removed if self.has_sender() == Some(true) => State::Same,
            state => state,
        }
    }

    /// Whether the next [`try_recv`](Self::try_recv) would say something else than [`Event::Nothing`].
    pub fn has_news(&self) -> bool {
        self.end.has_news()
    }

    /// Whether a process holds the sender's lock; `None` if that cannot be known, or does not tell whether there is a
    /// sender: one on another machine, behind a map, holds none.
    pub fn has_sender(&self) -> Option<bool> {
        self.claim.has_sender()
    }

    /// Whose the segment or the file was when this receiver attached.
    pub fn owner(&self) -> Owner {
        self.claim.owner()
    }

    /// Leaves in good order: under backpressure, what was not taken waits for the next receiver. A receiver that has lost its
    /// lock leaves without a word.
    pub fn detach(self) {
        let lost = self.is_lost();
        if !lost {
            self.end.detach();
        }
        drop(self.claim);
    }
}
