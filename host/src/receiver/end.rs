//! The receiving end of either policy: every call of a receiver into core.

use std::time::{Duration, Instant};

use ramframe_core::channel::{
    self, AttachError, Backpressure, Channel, ChannelStatus, Event, Message, Overwrite, RecvError,
    Start,
};
use ramframe_core::frame::Header;
use ramframe_core::geometry::Geometry;

use crate::shared::{ReadOnlySharedMemory, SharedMemory};
use crate::wait::{OnRequest, RateLimited};

/// What core finds: of a message, its header.
pub(super) type Found = Result<Event<Header>, RecvError>;

/// The receiving end, of either policy.
#[derive(Debug)]
pub enum End {
    /// Reads only.
    Overwrite(channel::Receiver<ReadOnlySharedMemory, Overwrite, RateLimited>),
    /// Takes messages, from a receiver slot of its own.
    Backpressure(channel::Receiver<SharedMemory, Backpressure, OnRequest>),
}

/// Calls the same on either end.
macro_rules! either {
    ($end:expr, $receiver:ident => $call:expr) => {
        match $end {
            End::Overwrite($receiver) => $call,
            End::Backpressure($receiver) => $call,
        }
    };
}

impl End {
    /// Attaches to an overwrite channel; `polls` where nobody can wake this side.
    pub(super) fn overwrite(
        memory: ReadOnlySharedMemory,
        start: Start,
        polls: bool,
    ) -> Result<Self, AttachError> {
        let wait = if polls {
            RateLimited::polling()
        } else {
            RateLimited::new()
        };
        let channel = Channel::overwrite(memory).with_wait(wait);
        Ok(End::Overwrite(channel.receiver(start)?))
    }

    /// Attaches to a backpressure channel as receiver `index`.
    pub(super) fn backpressure(
        memory: SharedMemory,
        index: u32,
        polls: bool,
    ) -> Result<Self, AttachError> {
        let wait = if polls {
            OnRequest::polling()
        } else {
            OnRequest::new()
        };
        let channel = Channel::backpressure(memory).with_wait(wait);
        Ok(End::Backpressure(channel.receiver(index)?))
    }

    #[inline]
    pub(super) fn recv(&mut self, buffer: &mut [u8]) -> Found {
        match self {
            End::Overwrite(receiver) => {
                let found = receiver.try_recv(buffer)?;
                if let Event::Message(_) = found {
                    receiver.wait_mut().news();
                }
                Ok(found.map(|message| message.header()))
            }
            End::Backpressure(receiver) => {
                let found = receiver.try_recv(buffer)?;
                Ok(found.map(|message| message.header()))
            }
        }
    }

    pub(super) fn recv_with<T, E>(
        &mut self,
        buffer: &mut [u8],
        take: impl FnOnce(Message<'_>) -> Result<T, E>,
    ) -> Result<Event<Result<T, E>>, RecvError> {
        let found = either!(self, receiver => receiver.try_recv_with(buffer, take))?;
        if let (Event::Message(_), End::Overwrite(receiver)) = (&found, self) {
            receiver.wait_mut().news();
        }
        Ok(found)
    }

    /// The newest message; of a backpressure channel a newer one than the last, which is not taken yet.
    pub(super) fn latest(&mut self, buffer: &mut [u8]) -> Found {
        let found = either!(self, receiver => receiver.latest(buffer))?;
        Ok(found.map(|message| message.header()))
    }

    /// Takes everything up to message `sequence`, unread.
    pub(super) fn skip_to(&mut self, sequence: u64) -> Result<(), RecvError> {
        let End::Backpressure(receiver) = self else {
            return Ok(());
        };
        // Each message may have three pieces of news before it, and none more.
        for _ in 0..4 * receiver.geometry().slots() {
            if receiver.next_sequence() > sequence {
                break;
            }
            if let Err(error @ RecvError::Corrupt { .. }) = receiver.skip() {
                return Err(error);
            }
        }
        Ok(())
    }

    /// Waits once, at most a nap long and not past `deadline`; where nobody wakes this side, one wait is a pause between two
    /// looks.
    pub(super) fn wait(&mut self, deadline: Option<Instant>, polls: bool) {
        match self {
            End::Overwrite(receiver) => {
                receiver.wait_mut().set_deadline(deadline);
                receiver.wait_unregistered();
            }
            End::Backpressure(receiver) => {
                receiver.wait_mut().set_deadline(deadline);
                match polls {
                    true => receiver.wait_unregistered(),
                    false => receiver.wait(),
                }
            }
        }
    }

    pub(super) fn set_spin(&mut self, time: Option<Duration>) {
        either!(self, receiver => receiver.wait_mut().set_spin(time));
    }

    /// How often this side has gone to sleep.
    pub(super) fn sleeps(&mut self) -> u64 {
        either!(self, receiver => receiver.wait_mut().sleeps())
    }

    /// Something came: the next waits are short again.
    pub(super) fn looked_in_time(&mut self) {
        either!(self, receiver => receiver.wait_mut().news());
    }

    pub(super) fn has_news(&self) -> bool {
        either!(self, receiver => receiver.has_news())
    }

    pub(super) fn was_reformatted(&self) -> bool {
        either!(self, receiver => receiver.was_reformatted())
    }

    pub(super) fn status(&self) -> Result<ChannelStatus, AttachError> {
        either!(self, receiver => receiver.status())
    }

    pub(super) fn next_sequence(&self) -> u64 {
        either!(self, receiver => receiver.next_sequence())
    }

    pub(super) fn geometry(&self) -> &Geometry {
        either!(self, receiver => receiver.geometry())
    }

    /// Leaves in good order.
    pub(super) fn detach(self) {
        if let End::Backpressure(receiver) = self {
            receiver.detach();
        }
    }
}
