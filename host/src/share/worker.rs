//! A worker of a share: takes a free place, and handles the messages there.

use std::cmp::Reverse;
use std::io;
use std::os::fd::BorrowedFd;
use std::time::{Duration, Instant};

use ramframe_core::channel::{ChannelStatus, ReceiverStatus, Start};

use super::base::{MAX_WORKERS, all, place};
use super::envelope::{Envelope, MessageId};
use super::error::WorkerError;
use crate::error::{Error, Kind, Object};
use crate::receiver::{self, Event, Receiver};
use crate::sysv::key::Key;
use crate::sysv::segment::{ReadOnly, Segment};
use crate::trust::Trust;
use crate::wait::limit::{Limit, between_looks};

/// One worker of a share; see the [module](super).
#[derive(Debug)]
pub struct Worker {
    receiver: Receiver,
    number: u32,
    /// A worker before this one, or this one, began the next message and did not finish it.
    is_doubtful: bool,
    buffer: Vec<u8>,
}

/// A message as a worker gets it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Message<'b> {
    /// Which message this is, wherever it goes.
    pub id: MessageId,
    /// How often a worker may have begun this message and did not finish it. 0: nobody has.
    pub attempts: u32,
    /// The bytes that the sender sent.
    pub payload: &'b [u8],
}

/// Why a message that was handed over stays.
enum Refused<E> {
    NotShared(u64),
    By(E),
}

impl Worker {
    /// Takes the free place with the most messages pending in the share with this base.
    ///
    /// # Errors
    /// [`Kind::NoFreeReceiver`] if every place has a worker. [`Error::is_absent`] if there is no share. As [`Receiver::open`].
    pub fn open(base: Key, trust: &Trust) -> Result<Self, Error> {
        let mut places = Vec::new();
        for (number, key) in all(base)? {
            if let Some(before) = status(key, trust) {
                places.push((number, key, before));
            }
        }
        places.sort_by_key(|(_, _, before)| Reverse(before.pending));
        let all = u32::try_from(places.len()).unwrap_or(MAX_WORKERS);
        for (number, key, before) in places {
            match Self::open_place(key, number, before, trust) {
                Err(error) if matches!(error.kind, Kind::NoFreeReceiver(_)) => {}
                Err(error) if error.is_absent() => {}
                opened => return opened,
            }
        }
        match all {
            // Says why the first place cannot be used.
            0 => Err(Receiver::open(place(base, 0)?, Start::Oldest, trust)
                .err()
                .unwrap_or_else(|| Object::Channel(base.into()).error(Kind::Absent))),
            all => Err(Object::Channel(base.into()).error(Kind::NoFreeReceiver(all))),
        }
    }

    fn open_place(
        key: Key,
        number: u32,
        before: ReceiverStatus,
        trust: &Trust,
    ) -> Result<Self, Error> {
        let receiver = Receiver::open(key, Start::Oldest, trust)?;
        // Whoever came in between may have died there too.
        let is_next = receiver.attach_count() == Some(before.attach_count + 1);
        let was_left = before.attach_count == 0 || before.detached;
        Ok(Self {
            buffer: vec![0; receiver.geometry().capacity() as usize],
            receiver,
            number,
            is_doubtful: !(is_next && was_left),
        })
    }

    /// As [`open`](Self::open), and waits for a share and for a free place as long as `limit` allows. Looks 20 times in the first second, and
    /// then 10 times a second.
    ///
    /// # Errors
    /// As [`open`](Self::open), at the limit.
    pub fn wait_open(base: Key, trust: &Trust, limit: &Limit) -> Result<Self, Error> {
        let since = Instant::now();
        loop {
            let error = match Self::open(base, trust) {
                Ok(worker) => return Ok(worker),
                Err(error) => error,
            };
            let is_full = matches!(error.kind, Kind::NoFreeReceiver(_));
            if !(is_full || error.is_absent()) || limit.reached().is_some() {
                return Err(error);
            }
            limit.pause(between_looks(since));
        }
    }

    /// Hands the next message to `take`, and returns what `take` made of it; waits for the message as long as `limit` allows. The
    /// message counts as taken when `take` has returned `Ok`. After `Err` it comes again. The events are those of
    /// [`Receiver::recv`], for the place of this worker. After [`Event::Gone`] open a worker again, for the next sender.
    ///
    /// # Errors
    /// See [`WorkerError`]; and in the inner result what `take` returned.
    pub fn recv_with<T, E>(
        &mut self,
        limit: &Limit,
        take: impl FnMut(Message<'_>) -> Result<T, E>,
    ) -> Result<Result<Event<T>, E>, WorkerError> {
        let take = counted(&mut self.is_doubtful, take);
        let found = self.receiver.recv_with(&mut self.buffer, limit, take)?;
        self.told(found)
    }

    /// As [`recv_with`](Self::recv_with), and never waits: for a program that waits by [`as_fd`](Self::as_fd).
    ///
    /// # Errors
    /// As [`recv_with`](Self::recv_with).
    pub fn recv_now_with<T, E>(
        &mut self,
        take: impl FnMut(Message<'_>) -> Result<T, E>,
    ) -> Result<Result<Event<T>, E>, WorkerError> {
        let take = counted(&mut self.is_doubtful, take);
        let found = self.receiver.recv_now_with(&mut self.buffer, take)?;
        self.told(found)
    }

    fn told<T, E>(
        &mut self,
        found: Result<Event<T>, Refused<E>>,
    ) -> Result<Result<Event<T>, E>, WorkerError> {
        match found {
            Ok(event) => {
                self.is_doubtful &= !matches!(event, Event::Message(_));
                Ok(Ok(event))
            }
            Err(Refused::By(error)) => Ok(Err(error)),
            Err(Refused::NotShared(sequence)) => Err(WorkerError::NotShared { sequence }),
        }
    }

    /// A descriptor to wait by, as [`Receiver::as_fd`]. A message that was refused keeps it readable.
    ///
    /// # Errors
    /// The system's, if no more descriptors are to be had.
    pub fn as_fd(&mut self) -> io::Result<BorrowedFd<'_>> {
        self.receiver.as_fd()
    }

    /// The number of this worker's place.
    pub fn number(&self) -> u32 {
        self.number
    }

    /// The receiver of this worker's channel, to look at.
    pub fn receiver(&self) -> &Receiver {
        &self.receiver
    }

    /// How long each wait spins before it sleeps, as [`Receiver::set_spin`].
    pub fn set_spin(&mut self, time: Option<Duration>) {
        self.receiver.set_spin(time);
    }

    /// Leaves in good order: what was not taken goes to the other workers. If a message was begun and refused, the place looks as if
    /// this worker had died, so that the next one learns that it was begun.
    pub fn detach(self) {
        if !self.is_doubtful {
            self.receiver.detach();
        }
    }
}

/// Hands a message of a share to `take`, and notes that it was begun.
fn counted<'t, T, E>(
    is_doubtful: &'t mut bool,
    mut take: impl FnMut(Message<'_>) -> Result<T, E> + 't,
) -> impl FnMut(receiver::Message<'_>) -> Result<T, Refused<E>> + 't {
    move |message| {
        let (envelope, payload) =
            Envelope::split(message.payload).ok_or(Refused::NotShared(message.sequence))?;
        let attempts = envelope.attempts.saturating_add((*is_doubtful).into());
        *is_doubtful = true;
        let id = envelope.id;
        let message = Message {
            id,
            attempts,
            payload,
        };
        take(message).map_err(Refused::By)
    }
}

/// The worker of the place on `key`, if there is such a channel.
fn status(key: Key, trust: &Trust) -> Option<ReceiverStatus> {
    let segment = Segment::<ReadOnly>::attach(key, trust).ok()?;
    let memory = segment.memory();
    ChannelStatus::of(&memory).ok()?.receiver(&memory, 0)
}
