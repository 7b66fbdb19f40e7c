//! What a receiver does between two steps of a caller that waits: here, for several channels at once, or in an event loop.

use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use super::open::{FORMATTING, FORMATTING_LOOKS};
use super::step::Stepped;
use super::{End, Event, Receiver, RecvError};
use crate::end::either;
use crate::name::State;
use crate::wait::Sleep;
use crate::wait::limit::LOOK;

/// What comes before the next step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// A wait for news.
    News,
    /// A pause: there is nothing that would wake this side.
    Look(Duration),
}

impl Receiver {
    /// What a caller that waits is told of a step, or what comes before the next one. If the locks were removed, takes new ones
    /// as soon as there are some.
    pub(super) fn hear<M, E>(&mut self, found: Stepped<M, E>) -> ControlFlow<Stepped<M, E>, Next> {
        match found {
            Ok(Ok(Event::Nothing)) => ControlFlow::Continue(Next::News),
            Ok(Ok(Event::Closed)) if self.closed_told == Some(self.sender_epoch()) => {
                ControlFlow::Continue(Next::News)
            }
            Err(RecvError::Lost) => match self.go_on() {
                Ok(next) => ControlFlow::Continue(next),
                Err(error) => ControlFlow::Break(Err(error)),
            },
            found => {
                if matches!(found, Ok(Ok(Event::Closed))) {
                    self.closed_told = Some(self.sender_epoch());
                }
                ControlFlow::Break(found)
            }
        }
    }

    fn sender_epoch(&self) -> u32 {
        either!(&self.end, end => end.epoch())
    }

    /// Regains the lock, if there are new ones.
    fn go_on(&mut self) -> Result<Next, RecvError> {
        match self.regain() {
            Ok(()) => Ok(Next::News),
            // The sender closed and removed the channel meanwhile: what is left of it is nobody else's.
            Err(_) if !self.is_lost() => Ok(Next::News),
            Err(error) if error.is_absent() && self.state() == State::Same => Ok(Next::Look(LOOK)),
            Err(error) => Err(RecvError::NotRegained(Box::new(error))),
        }
    }

    /// After one step of a caller that waits: what to tell, or what comes before the next step. Never sleeps. Asks the kernel whether
    /// the channel is still there, if `around` says so.
    pub(crate) fn look<M, E>(
        &mut self,
        found: Stepped<M, E>,
        around: bool,
    ) -> ControlFlow<Stepped<M, E>, Next> {
        if matches!(found, Err(RecvError::Corrupt { .. })) && self.claim.is_map() {
            if self.is_anew() {
                return ControlFlow::Break(Ok(Ok(Event::Gone)));
            }
            let next = self.next_sequence();
            let before = self.doubted.filter(|(doubted, _)| *doubted == next);
            let (_, since) = *self
                .doubted
                .insert(before.unwrap_or((next, Instant::now())));
            if since.elapsed() < FORMATTING * FORMATTING_LOOKS {
                return ControlFlow::Continue(Next::Look(FORMATTING));
            }
        }
        self.doubted = None;
        let next = self.hear(found)?;
        if around && self.is_gone() {
            return ControlFlow::Break(Ok(Ok(Event::Gone)));
        }
        // What was sent before the removal is taken first.
        let is_last = around && self.removed;
        ControlFlow::Continue(if is_last {
            Next::Look(Duration::ZERO)
        } else {
            next
        })
    }

    /// Asks to be woken, and says on what to sleep; `None` if there may be news already, or this process is not the receiver any
    /// more, which the next step says. Spins before, as [`wait`](Self::wait) does.
    pub(crate) fn prepare(&mut self) -> Option<Sleep> {
        self.check().ok()?;
        let polls = self.claim.is_map();
        self.begin_wait(None);
        either!(&mut self.end, end => end.wait_mut().defer());
        match &mut self.end {
            End::Overwrite(end) => end.wait_unregistered(),
            End::Backpressure(end) if polls => end.wait_unregistered(),
            End::Backpressure(end) => end.wait(),
        }
        either!(&mut self.end, end => end.wait_mut().deferred())
    }

    /// After a sleep: the next step asks the kernel whether this process still has its lock.
    pub(crate) fn slept(&mut self) {
        either!(&mut self.end, end => end.wait_mut().woke());
        if self.is_lossless() {
            // The next step says the answer.
            let _ = self.ask();
        }
    }

    /// As [`prepare`](Self::prepare), without a spin: for who spins for several receivers at once.
    pub(crate) fn prepare_at_once(&mut self) -> Option<Sleep> {
        either!(&mut self.end, end => end.wait_mut().skip_spin());
        self.prepare()
    }

    /// Whether the channel was removed, asked when there was nothing to take. The first time it says no, for what was sent
    /// between the last look and the removal is still there to be taken, the end included.
    pub(super) fn is_gone(&mut self) -> bool {
        let before = self.removed;
        self.removed = before || self.state() != State::Same;
        before
    }
}
