//! A receiver in an event loop: its descriptor, and the receive that goes with it.

use std::io;
use std::ops::ControlFlow;
use std::os::fd::BorrowedFd;
use std::time::Duration;

use ramframe_core::channel::Message;

use super::look::Next;
use super::step::{Stepped, header};
use super::{Event, Receiver, RecvError};
use crate::wait::Sleep;
use crate::wait::alarm::Alarm;

/// Steps of one call, where each finds a reason to look again.
const STEPS: u32 = 4;

impl Receiver {
    /// A descriptor to wait by: with `poll`, epoll, mio, or a selector of Python. The first call makes it. It is an eventfd that belongs to this
    /// receiver: never read it, and do not close it.
    ///
    /// It is readable from the first call on, and as long as there may be something to receive. A receive that finds [`Event::Nothing`]
    /// makes it unreadable, until there is a message or another event. It also becomes readable when [`recv_now`](Self::recv_now) has to
    /// look whether the channel is still there: ten times a second, and more rarely where more than 100 channels are waited
    /// for. So when it is readable, call `recv_now` until it finds nothing. Level- and edge-triggered waits are both right then.
    ///
    /// [`latest`](Self::latest) always has something to give, and so leaves the descriptor as it is. A child made by fork makes one of its own.
    ///
    /// # Errors
    /// The system's, if no more descriptors are to be had.
    pub fn as_fd(&mut self) -> io::Result<BorrowedFd<'_>> {
        let alarm = match self.alarm.take().filter(Alarm::is_own) {
            Some(alarm) => alarm,
            None => Alarm::new()?,
        };
        Ok(self.alarm.insert(alarm).fd())
    }

    /// As [`recv`](Self::recv), and never waits: for a program that waits by [`as_fd`](Self::as_fd). Unlike [`try_recv`](Self::try_recv) it
    /// notices that the channel was removed, tells an end once, and goes on under new locks.
    ///
    /// # Errors
    /// See [`RecvError`].
    pub fn recv_now<'b>(&mut self, buffer: &'b mut [u8]) -> Result<Event<Message<'b>>, RecvError> {
        let Ok(found) = self.now_as(buffer, false, header)?;
        Ok(found.map(|header| Message::of(header, buffer)))
    }

    /// As [`recv_now`](Self::recv_now), and hands the message to `take` as [`try_recv_with`](Self::try_recv_with) does.
    ///
    /// # Errors
    /// See [`RecvError`]; and in the inner result what `take` returned.
    pub fn recv_now_with<T, E>(
        &mut self,
        buffer: &mut [u8],
        take: impl FnMut(Message<'_>) -> Result<T, E>,
    ) -> Result<Result<Event<T>, E>, RecvError> {
        self.now_as(buffer, true, take)
    }

    fn now_as<T, E>(
        &mut self,
        buffer: &mut [u8],
        lasts: bool,
        mut take: impl FnMut(Message<'_>) -> Result<T, E>,
    ) -> Stepped<T, E> {
        for _ in 0..STEPS {
            let around = self.alarm.as_mut().is_none_or(Alarm::take_quiet);
            if around {
                self.slept();
            }
            let found = self.step(buffer, lasts, &mut take);
            match self.look(found, around) {
                ControlFlow::Break(found) => return found,
                ControlFlow::Continue(Next::Look(Duration::ZERO)) => continue,
                ControlFlow::Continue(Next::Look(time)) => self.set_alarm(Some(time)),
                ControlFlow::Continue(Next::News) => self.set_alarm(None),
            }
            break;
        }
        Ok(Ok(Event::Nothing))
    }

    /// Makes the descriptor unreadable until there is news, or for `pause`.
    #[cold]
    pub(super) fn set_alarm(&mut self, pause: Option<Duration>) {
        let Some(mut alarm) = self.alarm.take().filter(Alarm::is_own) else {
            return;
        };
        alarm.clear();
        let sleep = match pause {
            Some(time) => Some(Sleep::only(time)),
            None => self.prepare_at_once(),
        };
        alarm.arm(sleep, &self.keeper);
        self.alarm = Some(alarm);
    }
}
