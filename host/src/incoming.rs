//! How does a process become a receiver of the channel on a key, and leave again?
//!
//! Of an overwrite channel by a read-only mapping, so that a receiver can spoil nothing; of a backpressure channel in one
//! of its seats, which the kernel gives back when the process ends.

use std::sync::Arc;

use ramframe_core::channel::{Backpressure, Overwrite, Receiver, RecvError, Start, Survey};
use ramframe_core::frame::Header;
use ramframe_core::layout::{Layout, Overflow};

use crate::key::Key;
use crate::lock::{Locks, SeatLock};
use crate::open::Error;
use crate::segment::{ReadOnly, ReadWrite, Segment, State};
use crate::shared::{Memory, ReadOnlyMemory};
use crate::stat::Owner;
use crate::trust::Trust;
use crate::wait::{Asked, Unasked};

/// The receiving end, of either policy.
#[derive(Debug)]
pub enum End {
    /// Reads only.
    Overwrite {
        /// The end.
        receiver: Receiver<ReadOnlyMemory, Overwrite, Unasked>,
        /// What it is on.
        segment: Arc<Segment<ReadOnly>>,
    },
    /// Takes messages, from a seat of its own.
    Backpressure {
        /// The end.
        receiver: Receiver<Memory, Backpressure, Asked>,
        /// What it is on.
        segment: Arc<Segment<ReadWrite>>,
        /// The seat.
        seat: SeatLock,
    },
}

/// A channel that this process receives from.
#[derive(Debug)]
pub struct Incoming {
    end: End,
    locks: Option<Locks>,
    owner: Owner,
    /// The newest message that was taken to look at it.
    seen: Option<Header>,
}

impl Incoming {
    /// Becomes a receiver on `key`. Under overwrite from `start`; under backpressure in the first free seat, from where
    /// the last receiver there stopped.
    ///
    /// # Errors
    /// See [`Error`]; [`Error::is_absent`] says when to wait and try again.
    pub fn open(key: Key, start: Start, trust: &Trust) -> Result<Self, Error> {
        let segment = Segment::<ReadOnly>::attach(key, trust)?;
        let owner = segment.stat()?.owner;
        let corrupt = |source| Error::Channel { key, source };
        let layout =
            Layout::read(&segment.read_only_ram()).map_err(|error| corrupt(error.into()))?;
        // Another user's locks may not be readable; then a dead sender is not told from a silent one.
        let locks = Locks::open(key, trust);
        match layout.overflow() {
            Overflow::Overwrite => {
                let segment = Arc::new(segment);
                let memory = ReadOnlyMemory::of(Arc::clone(&segment));
                let receiver = Receiver::overwrite(memory, start)
                    .map_err(corrupt)?
                    .with_wait(Unasked::new());
                Ok(Self {
                    end: End::Overwrite { receiver, segment },
                    locks: locks.ok(),
                    owner,
                    seen: None,
                })
            }
            Overflow::Backpressure => {
                let locks = locks?;
                let seat = locks.take_any_seat()?;
                let segment = Arc::new(Segment::<ReadWrite>::attach_id(segment.id(), trust)?);
                let memory = Memory::of(Arc::clone(&segment));
                let receiver =
                    Receiver::backpressure(memory, seat.seat().into()).map_err(corrupt)?;
                let receiver = receiver.with_wait(Asked::new());
                Ok(Self {
                    end: End::Backpressure {
                        receiver,
                        segment,
                        seat,
                    },
                    locks: Some(locks),
                    owner,
                    seen: None,
                })
            }
        }
    }

    /// The receiving end itself, for what only one policy has.
    pub fn end_mut(&mut self) -> &mut End {
        &mut self.end
    }

    /// Takes the next message: [`Receiver::recv`].
    ///
    /// # Errors
    /// As there.
    pub fn recv(&mut self, buffer: &mut [u8]) -> Result<Header, RecvError> {
        match &mut self.end {
            End::Overwrite { receiver, .. } => {
                let received = receiver.recv(buffer);
                if received.is_ok() {
                    receiver.wait_mut().news();
                }
                received
            }
            End::Backpressure { receiver, .. } => receiver.recv(buffer),
        }
    }

    /// Hands the next message to `each`, and takes it after that: who dies in `each` under backpressure has not taken it,
    /// and the next receiver gets it again. Returns what `each` made of it.
    ///
    /// # Errors
    /// As [`Receiver::recv`].
    pub fn recv_with<T>(
        &mut self,
        buffer: &mut [u8],
        each: impl FnOnce(Header, &[u8]) -> T,
    ) -> Result<T, RecvError> {
        let End::Backpressure { receiver, .. } = &mut self.end else {
            let header = self.recv(buffer)?;
            return Ok(each(header, buffer.get(..header.len).unwrap_or_default()));
        };
        let (mut each, mut made) = (Some(each), None);
        let (_, result) = receiver.recv_batch(1, buffer, |header, message| {
            made = each.take().map(|each| each(header, message));
        });
        result.and(made.ok_or(RecvError::Empty))
    }

    /// The newest message, again and again until there is a newer one. Under backpressure this takes all there are, so
    /// that the sender goes on; `buffer` must be the same each time.
    ///
    /// # Errors
    /// As [`Receiver::latest`].
    pub fn newest(&mut self, buffer: &mut [u8]) -> Result<Header, RecvError> {
        let receiver = match &mut self.end {
            End::Overwrite { receiver, .. } => return receiver.latest(buffer),
            End::Backpressure { receiver, .. } => receiver,
        };
        // Bounded: a fast sender may always have one more.
        for _ in 0..receiver.layout().slots() {
            match receiver.recv(buffer) {
                Ok(header) => self.seen = Some(header),
                Err(RecvError::Missed(_) | RecvError::SenderRestarted) => {}
                Err(RecvError::Empty | RecvError::Closed | RecvError::Busy) => break,
                Err(error) => return Err(error),
            }
        }
        self.seen.ok_or(RecvError::Empty)
    }

    /// Whether the last sender has left in good order.
    pub fn is_closed(&self) -> bool {
        let survey = match &self.end {
            End::Overwrite { segment, .. } => Survey::of(&segment.read_only_ram()),
            End::Backpressure { segment, .. } => Survey::of(&segment.read_only_ram()),
        };
        survey.is_ok_and(|survey| survey.closed)
    }

    /// Waits once for news, at most a nap long and not past `deadline`.
    pub fn wait(&mut self, deadline: Option<std::time::Instant>) {
        match &mut self.end {
            End::Overwrite { receiver, .. } => {
                receiver.wait_mut().set_deadline(deadline);
                receiver.nap();
            }
            End::Backpressure { receiver, .. } => {
                receiver.wait_mut().set_deadline(deadline);
                receiver.sleep();
            }
        }
    }

    /// The channel's geometry.
    pub fn layout(&self) -> &Layout {
        match &self.end {
            End::Overwrite { receiver, .. } => receiver.layout(),
            End::Backpressure { receiver, .. } => receiver.layout(),
        }
    }

    /// The kernel's name for the segment.
    pub fn id(&self) -> i32 {
        match &self.end {
            End::Overwrite { segment, .. } => segment.id(),
            End::Backpressure { segment, .. } => segment.id(),
        }
    }

    /// Whether the key still names the segment that this receiver is on. A sender that leaves removes it first, says so
    /// in it, and gives its lock back; until then this is [`State::Same`], so that its word is not missed.
    pub fn state(&self) -> State {
        let state = match &self.end {
            End::Overwrite { segment, .. } => segment.state(),
            End::Backpressure { segment, .. } => segment.state(),
        };
        match state {
            State::Removed if self.has_sender() == Some(true) => State::Same,
            state => state,
        }
    }

    /// Whether the next [`recv`](Self::recv) would say something other than Empty.
    pub fn has_news(&self) -> bool {
        match &self.end {
            End::Overwrite { receiver, .. } => receiver.has_news(),
            End::Backpressure { receiver, .. } => receiver.has_news(),
        }
    }

    /// Whether a process holds the sender's lock; `None` if that cannot be known.
    pub fn has_sender(&self) -> Option<bool> {
        Some(self.locks?.sender().ok()?.is_some())
    }

    /// Whose the segment was when this receiver attached.
    pub fn owner(&self) -> Owner {
        self.owner
    }

    /// Leaves in good order: under backpressure, what was not taken waits for the next receiver.
    pub fn leave(self) {
        if let End::Backpressure { receiver, seat, .. } = self.end {
            receiver.leave();
            drop(seat);
        }
    }
}
