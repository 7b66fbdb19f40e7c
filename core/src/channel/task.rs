//! How a task waits for a message, or for room.
//!
//! As a thread does, with two differences: where a thread would wait, its waker is registered, before it asks to be notified;
//! and each poll looks once, so that a sender which is always ahead holds no executor.

use core::future::poll_fn;
use core::task::{Context, Poll};

use super::outcome::{RecvError, SendError};
use super::policy::{Backpressure, Receive};
use super::receiver::Receiver;
use super::sender::Sender;
use crate::frame::Header;
use crate::geometry::{Geometry, GeometrySource};
use crate::region::RegionMut;
use crate::wake::Wake;

impl<R: RegionMut, P: Receive<R>, W: Wake, G: GeometrySource> Receiver<R, P, W, G> {
    /// As [`recv`](Self::recv), and where that says Empty or Busy the task sleeps until the sender notifies it.
    ///
    /// Never says Empty or Busy; every other error comes at once, as there. Where the sender says that it never
    /// notifies, the task looks again and again.
    ///
    /// Dropped before it is done, no message was received; its request stays, and costs the sender one notification.
    pub async fn recv_async(&mut self, buffer: &mut [u8]) -> Result<Header, RecvError> {
        poll_fn(|cx| self.poll_recv(cx, buffer)).await
    }

    /// One look of [`recv_async`](Self::recv_async), for futures written by hand. Pending: the task is woken when there
    /// may be news. At most 17 accesses more than a `recv`.
    pub fn poll_recv(
        &mut self,
        cx: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<Result<Header, RecvError>> {
        match self.recv(buffer) {
            Err(RecvError::Empty | RecvError::Busy) => {
                self.wait_task(cx);
                Poll::Pending
            }
            settled => Poll::Ready(settled),
        }
    }

    /// As [`wait`](Self::wait), for the task of `cx`, which is woken when there may be news: by itself if that is now. For
    /// tasks that wait for another step than `recv`; to be followed by [`Poll::Pending`].
    pub fn wait_task(&mut self, cx: &mut Context<'_>) {
        // Before the request: whoever answers it finds the waker.
        self.wait_mut().register(cx.waker());
        // A sender that never notifies would not wake this task, so it polls.
        if self.is_alone() || self.request().is_none() {
            cx.waker().wake_by_ref();
        }
    }
}

impl<R: RegionMut, W: Wake, G: GeometrySource> Sender<R, Backpressure, W, G> {
    /// As [`send`](Self::send), and where that says Full the task sleeps until the receiver that is behind takes a message.
    ///
    /// Never says Full; every other error comes at once, as there. Where they say that they never notify,
    /// the task looks again and again. An overwrite channel has no such call, as its `send`
    /// never waits.
    ///
    /// Dropped before it is done, it has sent nothing, and takes back its request to be notified.
    pub async fn send_async(&mut self, message: &[u8]) -> Result<u64, SendError> {
        let mut asking = Asking::new(self);
        poll_fn(|cx| match asking.sender().send(message) {
            Err(SendError::Full { receiver }) => asking.sleep_for_room(cx, receiver),
            settled => Poll::Ready(settled),
        })
        .await
    }
}

/// A sender whose task may be waiting. However that ends, dropped in the middle too, receivers are no longer asked to
/// notify it.
pub(crate) struct Asking<'s, R: RegionMut, W: Wake, G: GeometrySource = Geometry> {
    sender: &'s mut Sender<R, Backpressure, W, G>,
    asked: bool,
}

impl<'s, R: RegionMut, W: Wake, G: GeometrySource> Asking<'s, R, W, G> {
    pub(crate) fn new(sender: &'s mut Sender<R, Backpressure, W, G>) -> Self {
        let asked = false;
        Self { sender, asked }
    }

    pub(crate) fn sender(&mut self) -> &mut Sender<R, Backpressure, W, G> {
        self.sender
    }

    /// As [`Sender::wait_for_room`], for the task of `cx`.
    pub(crate) fn sleep_for_room<T>(&mut self, cx: &mut Context<'_>, receiver: u32) -> Poll<T> {
        self.sleep_while(cx, receiver, self.sender.geometry().slots())
    }

    /// As [`Sender::wait_for_drain`], for the task of `cx`.
    pub(crate) fn sleep_for_drain<T>(&mut self, cx: &mut Context<'_>, receiver: u32) -> Poll<T> {
        self.sleep_while(cx, receiver, 1)
    }

    /// Sleeps while `receiver`, which there is, has at least `pending` messages left to take.
    fn sleep_while<T>(&mut self, cx: &mut Context<'_>, receiver: u32, pending: u32) -> Poll<T> {
        // Before the request: whoever answers it finds the waker.
        self.sender.wait_mut().register(cx.waker());
        self.asked = true;
        // A receiver that never notifies would not wake this task, so it polls.
        if self.sender.is_silent(receiver) || self.sender.request_room(receiver, pending).is_none()
        {
            cx.waker().wake_by_ref();
        }
        Poll::Pending
    }
}

impl<R: RegionMut, W: Wake, G: GeometrySource> Drop for Asking<'_, R, W, G> {
    fn drop(&mut self) {
        if self.asked {
            self.sender.cancel_request();
        }
    }
}
