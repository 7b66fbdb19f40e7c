//! A sender in a task: it awaits room, and that everything is taken.

use std::future::poll_fn;
use std::task::{Context, Poll};

use super::room::Goal;
use super::{End, SendError, Sender};
use crate::wait::Sleep;

/// Steps of one poll, as for a receiver.
const STEPS: u32 = 4;

impl Sender {
    /// As [`send`](Self::send), for a task: while there is no room, the task sleeps, and a thread of this library wakes it. Reclaims the
    /// places of dead receivers and goes on with new locks as `send` does. For a limit use the runtime's.
    ///
    /// If the future is dropped before it is done, nothing was sent.
    ///
    /// # Errors
    /// See [`SendError`]; nothing was sent then.
    pub async fn send_async(&mut self, message: &[u8]) -> Result<u64, SendError> {
        let mut waiting = Waiting::of(self);
        poll_fn(|cx| waiting.poll_send(cx, message)).await
    }

    /// As [`drain`](Self::drain), for a task.
    ///
    /// # Errors
    /// As [`drain`](Self::drain).
    pub async fn drain_async(&mut self) -> Result<(), SendError> {
        let mut waiting = Waiting::of(self);
        poll_fn(|cx| waiting.poll_drain(cx)).await
    }
}

/// A sender whose task may be waiting. Dropping this value takes back its request, and forgets the task.
struct Waiting<'s> {
    sender: &'s mut Sender,
    has_asked: bool,
}

impl<'s> Waiting<'s> {
    fn of(sender: &'s mut Sender) -> Self {
        Self {
            sender,
            has_asked: false,
        }
    }

    fn poll_send(&mut self, cx: &Context<'_>, message: &[u8]) -> Poll<Result<u64, SendError>> {
        for _ in 0..STEPS {
            let error = match self.sender.try_send(message) {
                Err(SendError::Full { receiver }) => {
                    if self.waits(cx, receiver, Goal::Room)? {
                        return Poll::Pending;
                    }
                    continue;
                }
                Ok(sequence) => return Poll::Ready(Ok(sequence)),
                Err(error) => error,
            };
            self.sender.overcome_lost(error)?;
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }

    fn poll_drain(&mut self, cx: &Context<'_>) -> Poll<Result<(), SendError>> {
        for _ in 0..STEPS {
            let Some(receiver) = self.sender.next_behind() else {
                return Poll::Ready(self.sender.drained());
            };
            if self.waits(cx, receiver, Goal::Drained)? {
                return Poll::Pending;
            }
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }

    /// Does what there is to do while `receiver` is behind; says whether the task is woken when it may not be any more.
    fn waits(&mut self, cx: &Context<'_>, receiver: u32, goal: Goal) -> Result<bool, SendError> {
        if self.sender.task.renew(cx.waker()) {
            return Ok(true);
        }
        self.sender.look_after(goal)?;
        let Some(sleep) = self.sender.prepare(receiver, goal) else {
            return Ok(false);
        };
        self.has_asked = true;
        self.sender
            .task
            .arm(sleep, &self.sender.memory.keeper(), cx.waker());
        Ok(true)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.sender.task.disarm();
        if self.has_asked {
            self.sender.cancel_wait();
        }
    }
}

impl Sender {
    /// Asks for room, and says on what to sleep; `None` if there may be some. Spins before, as [`send`](Self::send) does.
    fn prepare(&mut self, receiver: u32, goal: Goal) -> Option<Sleep> {
        self.check().ok()?;
        let end = self.end.lossless_mut()?;
        end.wait_mut().woke();
        goal.begin(end, receiver, None);
        end.wait_mut().defer();
        match goal {
            Goal::Room => end.wait_for_room(receiver),
            Goal::Drained => end.wait_for_drain(receiver),
        }
        end.wait_mut().deferred()
    }

    /// Takes back what [`prepare`](Self::prepare) asked for. A process that is not the sender any more touches nothing.
    fn cancel_wait(&mut self) {
        let is_sender = self.check().is_ok();
        if let End::Backpressure(end) = &mut self.end
            && is_sender
        {
            end.cancel_wait();
        }
    }
}
