//! A receiver in a task: its waiting is a thread's of this library, and its runtime may be any.

use std::future::poll_fn;
use std::mem;
use std::ops::ControlFlow;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_core::Stream;
use ramframe_core::channel::Message;
use ramframe_core::frame::Header;

use super::look::Next;
use super::step::header;
use super::wait::OwnedMessage;
use super::{Event, Receiver, RecvError};
use crate::wait::Sleep;

/// Steps of one poll. A receiver that has more to do lets the other tasks run before.
const STEPS: u32 = 4;

impl Receiver {
    /// As [`recv`](Self::recv), for a task: while there is nothing, the task sleeps, and a thread of this library wakes it. Never finds
    /// [`Event::Nothing`]; for a limit use the runtime's. Spins before it sleeps as `recv` does, and holds up the other tasks of its
    /// thread meanwhile: for 100 µs at most, and only as long as spinning [pays](crate::wait::spin).
    ///
    /// If the future is dropped before it is done, nothing was received, and nothing is lost.
    ///
    /// ```
    /// # use ramframe_host::{ChannelOptions, Receiver, Sender, Start, Trust, file::Window};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let file = tempfile::NamedTempFile::new()?;
    /// # file.as_file().set_len(4096)?;
    /// # let window = Window { path: file.path().into(), offset: 0, size: None, uio_map: 0 };
    /// # let mut sender = Sender::open(window.clone(), &ChannelOptions::backpressure(1), &Trust::current_user())?;
    /// # let mut receiver = Receiver::open(window, Start::Oldest, &Trust::current_user())?;
    /// futures_lite::future::block_on(async {
    ///     sender.send_async(b"CIEPLO").await?;
    ///     let mut buffer = [0; 4096];
    ///     let found = receiver.recv_async(&mut buffer).await?;
    ///     assert_eq!(found.message().map(|message| message.payload), Some(&b"CIEPLO"[..]));
    ///     Ok(())
    /// })
    /// # }
    /// ```
    ///
    /// # Errors
    /// See [`RecvError`].
    pub async fn recv_async<'b>(
        &mut self,
        buffer: &'b mut [u8],
    ) -> Result<Event<Message<'b>>, RecvError> {
        let waiting = Waiting(self);
        let found = poll_fn(|cx| waiting.0.poll_header(cx, buffer)).await?;
        drop(waiting);
        Ok(found.map(|header| Message::of(header, buffer)))
    }

    /// One attempt of [`recv_async`](Self::recv_async), for a future written by hand. On `Pending` the task is woken when there may be
    /// something.
    pub fn poll_recv<'b>(
        &mut self,
        cx: &mut Context<'_>,
        buffer: &'b mut [u8],
    ) -> Poll<Result<Event<Message<'b>>, RecvError>> {
        let found = self.poll_header(cx, buffer);
        found.map_ok(|event| event.map(|header| Message::of(header, buffer)))
    }

    /// As [`messages`](Self::messages), for a task.
    pub fn stream(&mut self) -> Messages<'_> {
        let buffer = vec![0; self.geometry().capacity() as usize];
        Messages {
            waiting: Some(Waiting(self)),
            buffer,
        }
    }

    fn poll_header(
        &mut self,
        cx: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<Result<Event<Header>, RecvError>> {
        if self.task.renew(cx.waker()) && !self.has_news() {
            return Poll::Pending;
        }
        for _ in 0..STEPS {
            let around = mem::take(&mut self.task_slept);
            if around {
                self.slept();
            }
            let found = self.step(buffer, false, header);
            let next = match self.look(found, around) {
                ControlFlow::Break(found) => return Poll::Ready(found.map(|Ok(event)| event)),
                ControlFlow::Continue(next) => next,
            };
            let sleep = match next {
                Next::Look(Duration::ZERO) => continue,
                Next::Look(time) => Some(Sleep::only(time)),
                Next::News => self.prepare(),
            };
            if let Some(sleep) = sleep {
                self.task_slept = true;
                self.task.arm(sleep, &self.keeper, cx.waker());
                return Poll::Pending;
            }
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}

/// A receiver whose task may be waiting. Dropping this value forgets the task.
#[derive(Debug)]
struct Waiting<'r>(&'r mut Receiver);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.task.disarm();
    }
}

/// The messages of a channel, each with bytes of its own, until the sender closes, the channel is gone, or an error. What else a
/// receiver finds is passed over. Made by [`Receiver::stream`]. To drop it loses no message.
#[derive(Debug)]
pub struct Messages<'r> {
    /// `None` behind the end.
    waiting: Option<Waiting<'r>>,
    buffer: Vec<u8>,
}

impl Stream for Messages<'_> {
    type Item = Result<OwnedMessage, RecvError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        let Some(waiting) = &mut this.waiting else {
            return Poll::Ready(None);
        };
        let found = match waiting.0.poll_recv(cx, &mut this.buffer) {
            Poll::Ready(found) => found,
            Poll::Pending => return Poll::Pending,
        };
        match found {
            Ok(Event::Message(message)) => return Poll::Ready(Some(Ok(message.into()))),
            Ok(Event::Closed | Event::Gone) => {
                this.waiting = None;
                return Poll::Ready(None);
            }
            Err(error) => {
                this.waiting = None;
                return Poll::Ready(Some(Err(error)));
            }
            // There may be no end of other events: the other tasks run between them.
            Ok(_) => cx.waker().wake_by_ref(),
        }
        Poll::Pending
    }
}
