//! The sender's side of one worker's place: what goes in, and what comes back when the worker is gone.

use ramframe_core::channel::{self, Backpressure, ChannelStatus, Event};

use super::envelope::{Envelope, LEN, MessageId};
use super::error::{ShareError, WorkerError};
use crate::end::End;
use crate::error::Error;
use crate::receiver::RecvError;
use crate::sender::dead::ReceiverSlot;
use crate::sender::{SendError, Sender, Taker};
use crate::shared::SharedMemory;
use crate::wait::OnRequest;
use crate::wait::limit::Limit;

/// The one receiver of a place's channel.
const WORKER: u32 = 0;

#[derive(Debug)]
pub(super) struct Place {
    pub(super) sender: Sender,
    number: u32,
    generation: u32,
    /// What was seen at the last look at the locks.
    seen: ReceiverSlot,
}

/// What a place looks like from memory alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Look {
    /// A worker is there. One that was killed is, until the next look at the locks.
    pub(super) has_worker: bool,
    /// Messages that are not taken; `None` if the word of the worker makes no sense.
    pub(super) pending: Option<u32>,
}

impl Look {
    /// Whether a worker that is gone has left messages.
    pub(super) fn is_left(self) -> bool {
        !self.has_worker && self.pending != Some(0)
    }
}

impl Place {
    pub(super) fn new(sender: Sender, number: u32) -> Result<Self, Error> {
        let status = ChannelStatus::of(sender.memory());
        let status = status.map_err(|source| Error::channel(sender.location().clone(), source))?;
        let seen = sender.receiver_slot(WORKER);
        Ok(Self {
            sender,
            number,
            generation: status.generation,
            seen,
        })
    }

    /// Looks at the locks: whether this process still is the sender, and whether the worker lives.
    pub(super) fn look_at_locks(&mut self) -> Result<(), ShareError> {
        if !self.sender.is_current() {
            self.overcome(SendError::Lost)?;
        }
        self.look_for_worker();
        Ok(())
    }

    /// Looks whether a worker is there and lives.
    pub(super) fn look_for_worker(&mut self) {
        self.seen = self.sender.receiver_slot(WORKER);
    }

    pub(super) fn look(&self) -> Look {
        let attach_count = self.sender.attach_count(WORKER);
        // Whoever has attached since the last look was alive then.
        let held = attach_count != self.seen.attach_count || self.seen.held;
        let has_worker = attach_count != 0 && held && !self.sender.has_detached(WORKER);
        Look {
            has_worker,
            pending: self.sender.pending_of(WORKER),
        }
    }

    pub(super) fn has_room(&self, look: Look) -> bool {
        let slots = self.sender.geometry().slots();
        look.has_worker && look.pending.is_some_and(|pending| pending < slots)
    }

    /// Sends a new message.
    pub(super) fn send(&mut self, payload: &[u8]) -> Result<MessageId, ShareError> {
        self.put(payload, None)
    }

    /// Sends a message that comes from another place, or a new one.
    fn put(&mut self, payload: &[u8], moved: Option<Envelope>) -> Result<MessageId, ShareError> {
        let (number, generation) = (self.number, self.generation);
        let put = match self.sender.end_mut() {
            Ok(End::Backpressure(end)) => put(end, payload, |sequence, epoch| {
                moved.unwrap_or_else(|| {
                    let id = MessageId {
                        worker: u16::try_from(number).unwrap_or(u16::MAX),
                        generation,
                        epoch,
                        sequence,
                    };
                    Envelope { id, attempts: 0 }
                })
            }),
            // A share opens no channel of this kind.
            Ok(End::Overwrite(_)) | Err(_) => Err(SendError::Lost),
        };
        put.map_err(|source| self.failed(source))
    }

    /// Does what there is to do about an error: takes another lock in place of one that was lost.
    pub(super) fn overcome(&mut self, error: SendError) -> Result<(), ShareError> {
        let overcome = self.sender.overcome(error, &Limit::NEVER);
        overcome.map_err(|source| self.failed(source))
    }

    fn failed(&self, source: SendError) -> ShareError {
        let capacity = self.sender.geometry().capacity();
        let worker = self.number;
        match source {
            SendError::Full { .. } => ShareError::Full,
            SendError::TooLong { .. } => {
                let capacity = capacity.saturating_sub(LEN as u32);
                let source = SendError::TooLong { capacity };
                ShareError::Place { worker, source }
            }
            source => ShareError::Place { worker, source },
        }
    }

    /// Takes the place of a worker that is gone, to move what it did not take. `None` if another worker came first.
    pub(super) fn take_back(&mut self) -> Result<Option<TakeBack>, ShareError> {
        let died = self.sender.attach_count(WORKER) != 0 && !self.sender.has_detached(WORKER);
        let worker = self.number;
        let taker = self.sender.take_place_of(WORKER);
        let taker = taker.map_err(|source| ShareError::NotMoved {
            worker,
            source: Box::new(source),
        })?;
        Ok(taker.map(|taker| TakeBack {
            taker,
            worker,
            is_doubtful: died,
        }))
    }
}

fn put(
    end: &mut channel::Sender<SharedMemory, Backpressure, OnRequest>,
    payload: &[u8],
    envelope: impl FnOnce(u64, u32) -> Envelope,
) -> Result<MessageId, SendError> {
    let envelope = envelope(end.next_sequence(), end.epoch());
    let mut loan = end.loan(LEN.saturating_add(payload.len()))?;
    let written = loan.write(0, &envelope.bytes());
    // The loan has room for both, and 24 is a multiple of 8.
    let written = written.and_then(|()| loan.write(LEN, payload));
    debug_assert_eq!(written, Ok(()));
    loan.commit();
    Ok(envelope.id)
}

/// The place of a worker that is gone, while its messages are moved. The sender holds the worker's lock.
pub(super) struct TakeBack {
    taker: Taker,
    worker: u32,
    /// A worker that died, or a sender that moved messages, may have given out the next message.
    is_doubtful: bool,
}

impl TakeBack {
    /// Moves the next message to `to`; says whether there was one. A sender that dies in between leaves it in both places.
    pub(super) fn move_one(
        &mut self,
        to: &mut Place,
        buffer: &mut [u8],
    ) -> Result<bool, ShareError> {
        // Each message may have three pieces of news before it, and none more.
        for _ in 0..4 {
            match self.taker.end.peek(buffer) {
                Ok(Event::Message(message)) => {
                    let sequence = message.sequence;
                    let (mut envelope, payload) = Envelope::split(message.payload)
                        .ok_or_else(|| self.unreadable(WorkerError::NotShared { sequence }))?;
                    envelope.attempts = envelope.attempts.saturating_add(self.is_doubtful.into());
                    to.put(payload, Some(envelope))?;
                    // What was there a moment ago is there.
                    let _ = self.taker.end.skip();
                    self.is_doubtful = false;
                    return Ok(true);
                }
                Ok(Event::Empty | Event::Busy | Event::Closed) => return Ok(false),
                Ok(_) => {}
                Err(error) => return Err(self.unreadable(RecvError::from(error).into())),
            }
        }
        Ok(false)
    }

    fn unreadable(&self, source: WorkerError) -> ShareError {
        ShareError::Unreadable {
            worker: self.worker,
            source,
        }
    }

    /// Leaves the place, for the next worker. While it is doubtful whether a message was begun, it looks like one whose worker died.
    pub(super) fn leave(self) {
        if !self.is_doubtful {
            self.taker.end.detach();
        }
    }
}
