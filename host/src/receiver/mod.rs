//! How does a process become a receiver of the channel in a segment or a map, and leave again?
//!
//! Of an overwrite channel by a read-only mapping, so that a receiver can spoil nothing; of a backpressure channel in one
//! of its seats, which the kernel gives back when the process ends.

mod claim;

use std::thread;
use std::time::Instant;

use ramframe_core::channel::{
    self, AttachError, Backpressure, ChannelStatus, Overwrite, RecvError, Start,
};
use ramframe_core::frame::Header;
use ramframe_core::geometry::{Geometry, GeometryError};

use self::claim::{Claim, FORMATTING, FORMATTING_LOOKS};
use crate::error::Error;
use crate::location::Location;
use crate::shared::{ReadOnlySharedMemory, SharedMemory};
use crate::sysv::segment::{Name, State};
use crate::sysv::stat::Owner;
use crate::tenure::{Lost, Tenure};
use crate::trust::Trust;
use crate::wait::rate::NAP_LIMIT;
use crate::wait::{OnRequest, RateLimited};

/// The receiving end, of either policy.
#[derive(Debug)]
pub enum End {
    /// Reads only.
    Overwrite(channel::Receiver<ReadOnlySharedMemory, Overwrite, RateLimited>),
    /// Takes messages, from a seat of its own.
    Backpressure(channel::Receiver<SharedMemory, Backpressure, OnRequest>),
}

/// A channel that this process receives from.
#[derive(Debug)]
pub struct Receiver {
    end: End,
    /// Given back last.
    claim: Claim,
    tenure: Tenure,
    trust: Trust,
    /// The message that was handed over and not taken, for the seat was lost in between.
    used: Option<u64>,
    /// The newest message that was taken to look at it.
    seen: Option<Header>,
}

impl Receiver {
    /// Becomes a receiver in `place`, a key or a window. Under overwrite from `start`; under backpressure in the first free
    /// seat, from where the last receiver there stopped.
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
        })
    }

    /// The receiving end itself, for what only one policy has, for one step.
    ///
    /// # Errors
    /// [`Lost`] if this process does not have its seat any more.
    pub fn end_mut(&mut self) -> Result<&mut End, Lost> {
        self.check()?;
        Ok(&mut self.end)
    }

    /// Whether this process has lost its seat: its locks were removed, or it was forked from the receiver. It then takes
    /// nothing any more: leave, and open the channel again.
    pub fn is_lost(&self) -> bool {
        self.tenure.ask(|| self.claim.holds()).is_err()
    }

    /// What names the segment; `None` for a map.
    pub fn name(&self) -> Option<Name> {
        self.claim.name()
    }

    /// Goes on in the same seat after its lock was lost with its set, under a new one, if nobody has sat there meanwhile. What
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

    /// Takes the next message: [`channel::Receiver::recv`].
    ///
    /// # Errors
    /// As there. A seat that was lost is [`RecvError::Reformatted`] too:
    /// [`Receiver::is_lost`] tells the two apart.
    pub fn recv(&mut self, buffer: &mut [u8]) -> Result<Header, RecvError> {
        self.check()?;
        match &mut self.end {
            End::Overwrite(receiver) => {
                let received = receiver.recv(buffer);
                if received.is_ok() {
                    receiver.wait_mut().news();
                }
                received
            }
            End::Backpressure(receiver) => receiver.recv(buffer),
        }
    }

    /// Hands the next message to `take`, and takes it if that says `Ok`: [`channel::Receiver::recv_with`]. Who dies in `take` under
    /// backpressure has not taken it, and the next receiver gets it again; as if it lost its seat in there.
    ///
    /// # Errors
    /// As [`Receiver::recv`].
    pub fn recv_with<T, E>(
        &mut self,
        buffer: &mut [u8],
        take: impl FnOnce(Header, &[u8]) -> Result<T, E>,
    ) -> Result<Result<T, E>, RecvError> {
        self.check()?;
        match &mut self.end {
            End::Overwrite(receiver) => {
                let received = receiver.recv_with(buffer, take);
                if received.is_ok() {
                    receiver.wait_mut().news();
                }
                received
            }
            End::Backpressure(receiver) => {
                let (tenure, claim) = (&self.tenure, &self.claim);
                let next = receiver.next_sequence();
                let taken = receiver.recv_with(buffer, |header, payload| {
                    let taken = take(header, payload).map_err(Untaken::Refused)?;
                    // It may have lasted.
                    let seated = tenure.check(|| claim.holds());
                    seated.map(|()| taken).map_err(Untaken::Lost)
                })?;
                match taken {
                    Ok(taken) => Ok(Ok(taken)),
                    Err(Untaken::Refused(error)) => Ok(Err(error)),
                    Err(Untaken::Lost(lost)) => {
                        self.used = Some(next);
                        Err(lost.into())
                    }
                }
            }
        }
    }

    /// The newest message, again and again until there is a newer one. Under backpressure this takes all there are, so
    /// that the sender goes on; `buffer` must be the same each time.
    ///
    /// # Errors
    /// As [`channel::Receiver::latest`].
    pub fn latest(&mut self, buffer: &mut [u8]) -> Result<Header, RecvError> {
        self.check()?;
        let receiver = match &mut self.end {
            End::Overwrite(receiver) => return receiver.latest(buffer),
            End::Backpressure(receiver) => receiver,
        };
        let newest = match receiver.latest(buffer) {
            Ok(newest) => newest,
            Err(RecvError::Empty | RecvError::Busy) => return self.seen.ok_or(RecvError::Empty),
            Err(error) => return Err(error),
        };
        self.seen = Some(newest);
        // Each message may have three pieces of news before it, and none more.
        for _ in 0..4 * receiver.geometry().slots() {
            if receiver.next_sequence() > newest.sequence {
                break;
            }
            if let Err(error @ RecvError::Corrupt { .. }) = receiver.skip() {
                return Err(error);
            }
        }
        Ok(newest)
    }

    /// Whether the last sender has left in good order.
    pub fn is_closed(&self) -> bool {
        self.status().is_ok_and(|survey| survey.closed)
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
            let anew =
                self.was_reformatted() || self.status() == Err(GeometryError::Unformatted.into());
            if !anew {
                thread::sleep(FORMATTING);
            }
            anew
        })
    }

    /// Whether the channel was formatted since this receiver attached: [`channel::Receiver::was_reformatted`].
    pub fn was_reformatted(&self) -> bool {
        match &self.end {
            End::Overwrite(receiver) => receiver.was_reformatted(),
            End::Backpressure(receiver) => receiver.was_reformatted(),
        }
    }

    fn status(&self) -> Result<ChannelStatus, AttachError> {
        match &self.end {
            End::Overwrite(receiver) => receiver.status(),
            End::Backpressure(receiver) => receiver.status(),
        }
    }

    /// Waits once for news, at most a nap long and not past `deadline`. The next step says if the seat was lost meanwhile.
    pub fn wait(&mut self, deadline: Option<Instant>) {
        if self.check().is_err() {
            return;
        }
        self.wait_seated(deadline);
        if matches!(self.end, End::Backpressure(_)) {
            // The next step asks for the answer.
            let _ = self.tenure.ask(|| self.claim.holds());
        }
    }

    fn wait_seated(&mut self, deadline: Option<Instant>) {
        let end = Instant::now() + NAP_LIMIT;
        let end = deadline.map_or(end, |deadline| deadline.min(end));
        // Where nobody rings, one wait is no more than a pause between two looks.
        let polls = self.claim.is_map();
        loop {
            let news = match &mut self.end {
                End::Overwrite(receiver) => {
                    receiver.wait_mut().set_deadline(deadline);
                    receiver.wait_unregistered();
                    polls && receiver.has_news()
                }
                End::Backpressure(receiver) => {
                    receiver.wait_mut().set_deadline(deadline);
                    match polls {
                        true => receiver.wait_unregistered(),
                        false => receiver.wait(),
                    }
                    polls && receiver.has_news()
                }
            };
            if news {
                self.looked_in_time();
            }
            if news || !polls || Instant::now() >= end {
                return;
            }
        }
    }

    fn looked_in_time(&mut self) {
        match &mut self.end {
            End::Overwrite(receiver) => receiver.wait_mut().news(),
            End::Backpressure(receiver) => receiver.wait_mut().news(),
        }
    }

    /// Sequence of the next message: before the first of this receiver's, how many others have taken or missed.
    pub fn next(&self) -> u64 {
        match &self.end {
            End::Overwrite(receiver) => receiver.next_sequence(),
            End::Backpressure(receiver) => receiver.next_sequence(),
        }
    }

    /// The channel's geometry.
    pub fn geometry(&self) -> &Geometry {
        match &self.end {
            End::Overwrite(receiver) => receiver.geometry(),
            End::Backpressure(receiver) => receiver.geometry(),
        }
    }

    /// Whether the key or the path still names what this receiver is on. A sender that leaves removes its segment first,
    /// says so in it, and gives its lock back; until then this is [`State::Same`], so that its word is not missed.
    pub fn state(&self) -> State {
        match self.claim.state() {
            State::Removed if self.has_sender() == Some(true) => State::Same,
            state => state,
        }
    }

    /// Whether the next [`recv`](Self::recv) would say something other than Empty.
    pub fn has_news(&self) -> bool {
        match &self.end {
            End::Overwrite(receiver) => receiver.has_news(),
            End::Backpressure(receiver) => receiver.has_news(),
        }
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

    /// Leaves in good order: under backpressure, what was not taken waits for the next receiver. Who has lost its seat
    /// leaves without a word.
    pub fn detach(self) {
        let lost = self.is_lost();
        if let End::Backpressure(receiver) = self.end
            && !lost
        {
            receiver.detach();
        }
        drop(self.claim);
    }
}

/// Why a message was handed over and not taken.
enum Untaken<E> {
    Refused(E),
    Lost(Lost),
}
