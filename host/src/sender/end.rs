//! The sending end of either policy: every call of a sender into core.

use ramframe_core::channel::{self, AttachError, Backpressure, Channel, Overwrite};
use ramframe_core::geometry::{Geometry, Overflow};

use crate::shared::SharedMemory;
use crate::wait::{OnRequest, RateLimited};

/// The sending end, of either policy.
#[derive(Debug)]
pub enum End {
    /// Goes on when a receiver is slow.
    Overwrite(channel::Sender<SharedMemory, Overwrite, RateLimited>),
    /// Is told that the channel is full.
    Backpressure(channel::Sender<SharedMemory, Backpressure, OnRequest>),
}

/// Calls the same on either end.
macro_rules! either {
    ($end:expr, $sender:ident => $call:expr) => {
        match $end {
            End::Overwrite($sender) => $call,
            End::Backpressure($sender) => $call,
        }
    };
}

impl End {
    /// Attaches; `polls` where nobody on the other side can be woken.
    pub(super) fn attach(
        memory: SharedMemory,
        overflow: Overflow,
        polls: bool,
    ) -> Result<Self, AttachError> {
        Ok(match overflow {
            Overflow::Overwrite => {
                let wait = if polls {
                    RateLimited::polling()
                } else {
                    RateLimited::new()
                };
                End::Overwrite(Channel::overwrite(memory).with_wait(wait).sender()?)
            }
            Overflow::Backpressure => {
                let wait = if polls {
                    OnRequest::polling()
                } else {
                    OnRequest::new()
                };
                End::Backpressure(Channel::backpressure(memory).with_wait(wait).sender()?)
            }
        })
    }

    #[inline]
    pub(super) fn send(&mut self, message: &[u8]) -> Result<u64, channel::SendError> {
        either!(self, sender => sender.try_send(message))
    }

    /// Wakes the receivers, before this process does something else for a while.
    pub(super) fn notify(&mut self) {
        either!(self, sender => sender.notify_now());
        if let End::Overwrite(sender) = self {
            sender.wait_mut().idle();
        }
    }

    /// How many messages `receiver` has not taken; `None` if its word makes no sense, or there is no such receiver.
    pub(super) fn pending_of(&self, receiver: u32) -> Option<u32> {
        match self {
            End::Backpressure(sender) if receiver < sender.geometry().receivers() => {
                sender.pending(receiver)
            }
            _ => None,
        }
    }

    pub(super) fn attach_count(&self, receiver: u32) -> u32 {
        match self {
            End::Overwrite(_) => 0,
            End::Backpressure(sender) => sender.attach_count(receiver),
        }
    }

    pub(super) fn has_detached(&self, receiver: u32) -> bool {
        match self {
            End::Overwrite(_) => false,
            End::Backpressure(sender) => sender.has_detached(receiver),
        }
    }

    pub(super) fn geometry(&self) -> &Geometry {
        either!(self, sender => sender.geometry())
    }

    pub(super) fn was_reformatted(&self) -> bool {
        either!(self, sender => sender.was_reformatted())
    }

    pub(super) fn epoch(&self) -> u32 {
        either!(self, sender => sender.epoch())
    }

    pub(super) fn next_sequence(&self) -> u64 {
        either!(self, sender => sender.next_sequence())
    }

    pub(super) fn close(self) {
        either!(self, sender => sender.close());
    }
}
