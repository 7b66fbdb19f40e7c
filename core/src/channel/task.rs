//! How a task waits for a message or for room.
//!
//! A task does what a thread does, with two differences. A thread blocks; a task registers its waker before it requests a
//! notification. And each poll makes one attempt, so a fast sender cannot keep the executor busy.

use core::future::poll_fn;
use core::task::{Context, Poll};

use super::event::{Event, Message};
use super::outcome::{RecvError, SendError};
use super::policy::{Backpressure, Receive};
use super::receiver::{Receiver, news::Reason};
use super::sender::Sender;
use crate::frame::Header;
use crate::geometry::{Geometry, GeometrySource};
use crate::region::RegionMut;
use crate::wake::Wake;

impl<R: RegionMut, P: Receive<R>, W: Wake, G: GeometrySource> Receiver<R, P, W, G> {
    /// As [`try_recv`](Self::try_recv). On Empty or Busy the task sleeps until the sender notifies it.
    ///
    /// Never returns Empty or Busy. It returns every other event and every error at once, as `try_recv` does. If the sender has
    /// stored that it never notifies, the task polls.
    ///
    /// If the future is dropped before it is done, no message was received. Its request stays, and costs the sender one
    /// notification.
    ///
    /// ```
    /// use core::pin::pin;
    /// use core::task::{Context, Poll, Waker};
    /// use ramframe_core::channel::{Channel, Event};
    /// use ramframe_core::geometry::Geometry;
    /// use ramframe_core::memory::AtomicWords;
    /// use ramframe_core::wait::{Notify, Wait};
    /// use ramframe_core::wake::Wake;
    ///
    /// /// Keeps a waker. A program wakes it from the other side's interrupt.
    /// #[derive(Clone, Default)]
    /// struct Mailbox(Option<Waker>);
    /// impl Wait for Mailbox {
    ///     const NOTIFY: Notify = Notify::OnRequest;
    ///     fn wait(&mut self, _: *const u32, _: u32) {}
    ///     fn notify(&mut self, _: *const u32, _: bool) {}
    /// }
    /// impl Wake for Mailbox {
    ///     fn register(&mut self, waker: &Waker) {
    ///         self.0 = Some(waker.clone());
    ///     }
    /// }
    ///
    /// let memory = AtomicWords::array::<256>();
    /// let region = AtomicWords::new(&memory);
    /// Geometry::backpressure(2, 48, 1).format(&region, 0)?;
    /// let (sender, receiver) = Channel::backpressure(region).with_wait(Mailbox::default()).split();
    /// let (mut sender, mut receiver) = (sender.attach()?, receiver.attach(0)?);
    ///
    /// let mut buffer = [0; 48];
    /// let mut receiving = pin!(receiver.recv_async(&mut buffer)); // an executor polls it
    /// let mut cx = Context::from_waker(Waker::noop());
    /// assert!(receiving.as_mut().poll(&mut cx).is_pending());
    /// sender.try_send(b"CIEPLO")?;
    /// let Poll::Ready(event) = receiving.as_mut().poll(&mut cx) else { panic!() };
    /// assert_eq!(event?.message().unwrap().payload, b"CIEPLO");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub async fn recv_async<'b>(
        &mut self,
        buffer: &'b mut [u8],
    ) -> Result<Event<Message<'b>>, RecvError> {
        let header = poll_fn(|cx| self.poll_header(cx, buffer)).await?;
        Ok(header.map(|header| Message::of(header, buffer)))
    }

    /// One attempt of [`recv_async`](Self::recv_async), for a future written by hand. On `Pending` the task is woken when there
    /// may be an event. At most 18 accesses more than a `try_recv`.
    pub fn poll_recv<'b>(
        &mut self,
        cx: &mut Context<'_>,
        buffer: &'b mut [u8],
    ) -> Poll<Result<Event<Message<'b>>, RecvError>> {
        let header = self.poll_header(cx, buffer);
        header.map_ok(|event| event.map(|header| Message::of(header, buffer)))
    }

    fn poll_header(
        &mut self,
        cx: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<Result<Event<Header>, RecvError>> {
        match self.get(buffer) {
            Ok(header) => {
                self.finish_step();
                Poll::Ready(Ok(Event::Message(header)))
            }
            Err(Reason::Empty | Reason::Busy) if !self.was_reformatted() => {
                self.wait_task(cx);
                Poll::Pending
            }
            Err(reason) => Poll::Ready(self.tell(reason)),
        }
    }

    /// As [`wait`](Self::wait), for the task of `cx`. The task is woken when there may be an event, at once if there may be one
    /// now. For tasks that wait for another step than `try_recv`. The caller then returns [`Poll::Pending`].
    pub fn wait_task(&mut self, cx: &mut Context<'_>) {
        // The waker is registered before the request, so the notification finds it.
        self.wait_mut().register(cx.waker());
        // Where no notification will come, nobody wakes this task, so it polls.
        if self.is_alone() || self.request().is_err() {
            cx.waker().wake_by_ref();
        }
    }
}

impl<R: RegionMut, W: Wake, G: GeometrySource> Sender<R, Backpressure, W, G> {
    /// As [`try_send`](Self::try_send). On Full the task sleeps until the slowest receiver receives a message.
    ///
    /// Never returns Full. It returns every other error at once, as `try_send` does. If a receiver has stored that it never
    /// notifies, the task polls. An overwrite channel has no such call, because its `try_send` always finds room.
    ///
    /// If the future is dropped before it is done, it has sent nothing, and it takes back its request.
    ///
    /// ```
    /// use core::future::Future;
    /// use core::pin::pin;
    /// use core::task::{Context, Waker};
    /// use ramframe_core::channel::{Channel, Event};
    /// use ramframe_core::geometry::Geometry;
    /// use ramframe_core::memory::AtomicWords;
    /// # use ramframe_core::wait::{Notify, Wait};
    /// # use ramframe_core::wake::Wake;
    /// # #[derive(Clone, Default)]
    /// # struct Mailbox(Option<Waker>);
    /// # impl Wait for Mailbox {
    /// #     const NOTIFY: Notify = Notify::OnRequest;
    /// #     fn wait(&mut self, _: *const u32, _: u32) {}
    /// #     fn notify(&mut self, _: *const u32, _: bool) {}
    /// # }
    /// # impl Wake for Mailbox {
    /// #     fn register(&mut self, waker: &Waker) {
    /// #         self.0 = Some(waker.clone());
    /// #     }
    /// # }
    ///
    /// let memory = AtomicWords::array::<256>();
    /// let region = AtomicWords::new(&memory);
    /// Geometry::backpressure(2, 48, 1).format(&region, 0)?;
    /// // `Mailbox` is the `Wake` of the example at `recv_async`.
    /// let (sender, receiver) = Channel::backpressure(region).with_wait(Mailbox::default()).split();
    /// let (mut sender, mut receiver) = (sender.attach()?, receiver.attach(0)?);
    /// sender.try_send_batch([b"1", b"2"]).1?;
    ///
    /// let mut sending = pin!(sender.send_async(b"3"));
    /// let mut cx = Context::from_waker(Waker::noop());
    /// assert!(sending.as_mut().poll(&mut cx).is_pending()); // no room
    /// assert_eq!(receiver.skip()?, Event::Message(0));
    /// assert!(sending.as_mut().poll(&mut cx).is_ready());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub async fn send_async(&mut self, message: &[u8]) -> Result<u64, SendError> {
        let mut request = RoomRequest::new(self);
        poll_fn(|cx| match request.sender().try_send(message) {
            Err(SendError::Full { receiver }) => request.sleep_for_room(cx, receiver),
            settled => Poll::Ready(settled),
        })
        .await
    }
}

/// A sender whose task may be waiting. Dropping this value takes back the request to be notified, in the middle of a wait too.
pub(crate) struct RoomRequest<'s, R: RegionMut, W: Wake, G: GeometrySource = Geometry> {
    sender: &'s mut Sender<R, Backpressure, W, G>,
    is_made: bool,
}

impl<'s, R: RegionMut, W: Wake, G: GeometrySource> RoomRequest<'s, R, W, G> {
    pub(crate) fn new(sender: &'s mut Sender<R, Backpressure, W, G>) -> Self {
        let is_made = false;
        Self { sender, is_made }
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

    /// Sleeps while `receiver`, which exists, has at least `pending` messages left to receive.
    fn sleep_while<T>(&mut self, cx: &mut Context<'_>, receiver: u32, pending: u32) -> Poll<T> {
        // The waker is registered before the request, so the notification finds it.
        self.sender.wait_mut().register(cx.waker());
        self.is_made = true;
        // Where no notification will come, nobody wakes this task, so it polls.
        if self.sender.is_silent(receiver) || self.sender.request_room(receiver, pending).is_err() {
            cx.waker().wake_by_ref();
        }
        Poll::Pending
    }
}

impl<R: RegionMut, W: Wake, G: GeometrySource> Drop for RoomRequest<'_, R, W, G> {
    fn drop(&mut self) {
        if self.is_made {
            self.sender.cancel_request();
        }
    }
}
