//! A receiver of the channel in a segment or a mapped file.
//!
//! Of an overwrite channel by a read-only mapping, so that a receiver can spoil nothing; of a backpressure channel in one
//! of its receiver slots, which the kernel gives back when the process ends.

mod descriptor;
mod event;
mod follow;
mod look;
mod open;
mod step;
#[cfg(feature = "async")]
mod task;
mod wait;

use std::thread;
use std::time::Instant;

pub use ramframe_core::channel::Message;
use ramframe_core::channel::{AttachError, ChannelStatus, Start};
use ramframe_core::frame::Header;
use ramframe_core::geometry::{Geometry, GeometryError};

pub(crate) use self::event::told;
pub use self::event::{Event, RecvError};
pub use self::follow::Follower;
pub(crate) use self::look::Next;
pub(crate) use self::step::Stepped;
#[cfg(feature = "async")]
pub use self::task::Messages;
pub use self::wait::OwnedMessage;

pub use self::open::End;
use self::open::{FORMATTING, FORMATTING_LOOKS, Slot};
use crate::claim::Claim;
use crate::end::either;
use crate::error::Error;
use crate::location::Location;
use crate::locks::Locks;
use crate::name::{Name, State};
use crate::shared::Keeper;
use crate::sysv::receiver_slots;
use crate::sysv::segment::{ReadWrite, Segment};
use crate::tenure::Lost;
use crate::trust::Trust;
use crate::wait::alarm::Alarm;
use crate::wait::limit::Looks;
#[cfg(feature = "async")]
use crate::wait::watch::Waiter;

/// A channel that this process receives from.
#[derive(Debug)]
pub struct Receiver {
    end: End,
    /// Given back last.
    claim: Claim,
    slot: Option<Slot>,
    /// The message that was handed over and not taken, for the receiver slot was lost in between.
    used: Option<u64>,
    /// The newest message that was taken to look at it.
    seen: Option<Header>,
    /// The key or the path was seen to name this channel no more.
    removed: bool,
    /// The epoch of the sender whose end a call that waits has told.
    closed_told: Option<u32>,
    /// When a call without time asks again whether the channel is still there.
    looks: Looks,
    /// The next message and the time, when a call that waits first found the channel corrupt there.
    doubted: Option<(u64, Instant)>,
    /// For who watches a word of the memory.
    keeper: Keeper,
    /// The descriptor that a program waits by.
    alarm: Option<Alarm>,
    /// Its task, if it waits in one.
    #[cfg(feature = "async")]
    task: Waiter,
    /// The task has waited since the last look around.
    #[cfg(feature = "async")]
    task_slept: bool,
}

impl Receiver {
    /// Becomes a receiver at `location`, a key or a window. Under overwrite from `start`; under backpressure in the first free
    /// receiver slot, from where the last receiver there stopped.
    ///
    /// # Errors
    /// See [`Kind`](crate::error::Kind); [`Error::is_absent`] says when to wait and try again.
    pub fn open(location: impl Into<Location>, start: Start, trust: &Trust) -> Result<Self, Error> {
        let (end, claim, slot, keeper) = open::open(&location.into(), start, trust)?;
        Ok(Self {
            end,
            claim,
            slot,
            used: None,
            seen: None,
            removed: false,
            closed_told: None,
            looks: Looks::default(),
            doubted: None,
            keeper,
            alarm: None,
            #[cfg(feature = "async")]
            task: Waiter::default(),
            #[cfg(feature = "async")]
            task_slept: false,
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
        self.claim.regained()
    }

    /// What names the memory, and whose that was when this receiver attached.
    pub fn name(&self) -> &Name {
        &self.claim.name
    }

    /// Goes on in the same receiver slot after its lock was lost with its set, under a new one, if nobody has been there meanwhile. What
    /// was handed over then counts as taken.
    ///
    /// # Errors
    /// [`Error::is_absent`] says that nobody has made a new set yet: try again. After any other this end is over.
    pub fn regain(&mut self) -> Result<(), Error> {
        if !self.claim.tenure().is_own() || self.was_reformatted() {
            return Err(self.claim.lost());
        }
        if !self.is_lost() {
            return Ok(());
        }
        self.relock()?;
        let used = self.used.take();
        if let Some(end) = self.end.lossless_mut()
            && used == Some(end.next_sequence())
        {
            // It was intact when it was handed over.
            let _ = end.skip();
        }
        Ok(())
    }

    /// Takes the same receiver slot under a new set of locks, if nobody has been there meanwhile.
    fn relock(&mut self) -> Result<(), Error> {
        let Claim {
            location,
            name,
            trust,
            ..
        } = &self.claim;
        let (Some(slot), Location::Key(key), Name::Segment { id, .. }) =
            (self.slot, location, name)
        else {
            return Err(self.claim.lost());
        };
        let index = slot.index;
        let locks = Locks::open(*key, trust)?;
        let held = locks.try_receiver(index)?;
        if name.state() != State::Same {
            return Err(self.claim.lost());
        }
        let segment = Segment::<ReadWrite>::attach_id(*id, trust)?;
        let memory = segment.memory();
        if receiver_slots::attach_count(&memory, index) != Some(slot.attach_count) {
            return Err(self.claim.lost());
        }
        // Fails only where it is no channel any more, which the next step finds.
        let _ = receiver_slots::record_set(&memory, index, &locks);
        self.claim.regain(locks, held);
        Ok(())
    }

    #[inline]
    fn check(&self) -> Result<(), Lost> {
        self.claim.tenure().check(|| holds(&self.claim))
    }

    /// The same, by the kernel's word of this moment.
    fn ask(&self) -> Result<(), Lost> {
        self.claim.tenure().ask(|| holds(&self.claim))
    }

    fn is_lossless(&self) -> bool {
        self.slot.is_some()
    }

    fn status(&self) -> Result<ChannelStatus, AttachError> {
        either!(&self.end, end => end.status())
    }

    /// Whether the last sender has left in good order.
    pub fn is_closed(&self) -> bool {
        self.status().is_ok_and(|status| status.closed)
    }

    /// Whether the channel that this receiver was on is being formatted, or was: then all it holds contradicts what this
    /// side knew, before it says why. Waits up to 200 ms for that; in a map, where the other side may format at any time.
    pub fn is_being_formatted(&self) -> bool {
        self.claim.is_map()
            && (0..FORMATTING_LOOKS).any(|_| {
                let anew = self.is_anew();
                if !anew {
                    thread::sleep(FORMATTING);
                }
                anew
            })
    }

    fn is_anew(&self) -> bool {
        self.was_reformatted() || self.status() == Err(GeometryError::Unformatted.into())
    }

    /// Whether the channel was formatted since this receiver attached.
    pub fn was_reformatted(&self) -> bool {
        either!(&self.end, end => end.was_reformatted())
    }

    /// Sequence of the next message: before the first of this receiver's, how many others have taken or missed.
    pub fn next_sequence(&self) -> u64 {
        either!(&self.end, end => end.next_sequence())
    }

    /// The channel's geometry.
    pub fn geometry(&self) -> &Geometry {
        either!(&self.end, end => end.geometry())
    }

    /// Whether the key or the path still names what this receiver is on. A sender that leaves removes its segment first,
    /// says so in it, and gives its lock back; until then this is [`State::Same`], so that its word is not missed.
    pub fn state(&self) -> State {
        match self.claim.name.state() {
            State::Removed if self.has_sender() == Some(true) => State::Same,
            state => state,
        }
    }

    /// Whether the next [`try_recv`](Self::try_recv) would say something else than [`Event::Nothing`].
    pub fn has_news(&self) -> bool {
        either!(&self.end, end => end.has_news())
    }

    /// Keeps the memory mapped.
    pub(crate) fn keeper(&self) -> &Keeper {
        &self.keeper
    }

    /// Whether the next message is there: one load.
    pub(crate) fn is_ready(&self) -> bool {
        either!(&self.end, end => end.is_ready())
    }

    /// Whether a process holds the sender's lock; `None` if that cannot be known, or does not tell whether there is a
    /// sender: one on another machine, behind a map, holds none.
    pub fn has_sender(&self) -> Option<bool> {
        self.claim.has_sender()
    }

    /// How often its receiver slot was taken with this receiver; `None` under overwrite.
    pub(crate) fn attach_count(&self) -> Option<u32> {
        self.slot.map(|slot| slot.attach_count)
    }

    /// Leaves in good order: under backpressure, what was not taken waits for the next receiver. A receiver that has lost its
    /// lock leaves without a word.
    pub fn detach(self) {
        let lost = self.is_lost();
        if let End::Backpressure(end) = self.end
            && !lost
        {
            end.detach();
        }
    }
}

/// Whether this process still has the receiver slot, if it is in one, and nobody else may write now who might not before. On a
/// segment that was removed nobody can come after us: there is no other way to it than its key.
fn holds(claim: &Claim) -> bool {
    (claim.is_held() || claim.name.is_unlinked()) && claim.name.is_as_it_was()
}
