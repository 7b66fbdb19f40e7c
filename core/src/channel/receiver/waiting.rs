//! How a receiver waits for an event, with and without a request to the sender.

use core::hint::spin_loop;

use super::news::Reason;
use super::{Flags, Receiver};
use crate::channel::event::{Event, Message};
use crate::channel::outcome::RecvError;
use crate::channel::policy::Receive;
#[cfg(target_pointer_width = "64")]
use crate::geometry::ANSWERS_UNFENCED;
use crate::geometry::{CONSTANTS, GeometrySource, NOTIFY_SEQ};
use crate::region::{Region, RegionMut};
use crate::wait::{OTHER_NEWS, RetryPolicy, Wait, WaitCount};
use crate::wakeup::{self, NoWait};

impl<R: Region, P: Receive<R>, W: Wait, G: GeometrySource> Receiver<R, P, W, G> {
    /// As [`recv`](Self::recv), but waits without a request to the sender: for read-only memory. See
    /// [`wait_unregistered`](Self::wait_unregistered).
    ///
    /// ```
    /// # use ramframe_core::{channel::{Channel, Event, Start}, geometry::Geometry, memory::AtomicWords};
    /// # let memory = AtomicWords::array::<256>();
    /// # let region = AtomicWords::new(&memory);
    /// # Geometry::overwrite(4, 48).format(&region, 0)?;
    /// # let (sender, receiver) = Channel::overwrite(region).split();
    /// # let (mut sender, mut receiver) = (sender.attach()?, receiver.attach(Start::Oldest)?);
    /// # use ramframe_core::wait::MaxWaits;
    /// let mut buffer = [0; 48];
    /// assert_eq!(receiver.recv_unregistered(&mut buffer, MaxWaits(10))?, Event::Empty);
    /// sender.try_send(b"CIEPLO")?;
    /// let event = receiver.recv_unregistered(&mut buffer, MaxWaits(10))?;
    /// assert_eq!(event.message().unwrap().payload, b"CIEPLO");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn recv_unregistered<'b>(
        &mut self,
        buffer: &'b mut [u8],
        limit: impl RetryPolicy,
    ) -> Result<Event<Message<'b>>, RecvError> {
        self.recv_by(buffer, limit, Self::wait_unregistered)
    }

    /// Receives, and waits by `wait` between two attempts.
    #[inline]
    fn recv_by<'b>(
        &mut self,
        buffer: &'b mut [u8],
        mut limit: impl RetryPolicy,
        wait: impl Fn(&mut Self),
    ) -> Result<Event<Message<'b>>, RecvError> {
        let mut count = WaitCount::default();
        loop {
            match self.get(buffer) {
                Ok(header) => {
                    self.finish_step();
                    return Ok(Event::Message(Message::of(header, buffer)));
                }
                Err(Reason::Empty | Reason::Busy) if count.allows(&mut limit) => wait(self),
                Err(reason) => return self.tell(reason),
            }
        }
    }

    /// Waits for an event without a request to the sender: for read-only memory, or for a sender that notifies unrequested.
    ///
    /// Returns when there may be an event, or when this side's [`Wait`] ends the wait. If the sender has stored that it never
    /// notifies, this side polls.
    #[inline]
    pub fn wait_unregistered(&mut self) {
        if !self.spin() {
            self.sleep_unregistered();
        }
    }

    #[cold]
    fn sleep_unregistered(&mut self) {
        if self.is_alone() {
            return self.notifier.wait.poll();
        }
        let seen = wakeup::notifications(&self.region);
        if !self.has_news() {
            self.wait_on(seen);
        }
    }

    /// Checks for an event, without a request, as long as this side's [`Wait`] spins. Returns whether there may be one.
    #[inline(always)]
    fn spin(&mut self) -> bool {
        let mut looks = 0;
        while self.notifier.wait.spins(looks) {
            spin_loop();
            looks = looks.wrapping_add(1);
            if self.is_ready() || looks % OTHER_NEWS == 0 && self.has_news() {
                return true;
            }
        }
        false
    }

    fn wait_on(&mut self, seen: u32) {
        let word = self.region.address(CONSTANTS + NOTIFY_SEQ);
        self.notifier.wait.wait(word, seen.to_le());
    }

    /// Whether the sender has stored that it never notifies.
    pub(in crate::channel) fn is_alone(&self) -> bool {
        self.flags.has(Flags::SENDER_SEEN) && wakeup::sender_notifies(&self.region) == 0
    }
}

impl<R: RegionMut, P: Receive<R>, W: Wait, G: GeometrySource> Receiver<R, P, W, G> {
    /// Receives the next message into `buffer`, or returns another event. Waits for it as long as `limit` allows. After that the
    /// event is [`Event::Empty`] or [`Event::Busy`].
    ///
    /// ```
    /// # use ramframe_core::{channel::{Channel, Event}, geometry::Geometry, memory::AtomicWords};
    /// # use ramframe_core::wait::{Forever, MaxWaits};
    /// # let memory = AtomicWords::array::<256>();
    /// # let region = AtomicWords::new(&memory);
    /// # Geometry::backpressure(2, 48, 1).format(&region, 0)?;
    /// # let (sender, receiver) = Channel::backpressure(region).split();
    /// # let (mut sender, mut receiver) = (sender.attach()?, receiver.attach(0)?);
    /// let mut buffer = [0; 48];
    /// assert_eq!(receiver.recv(&mut buffer, MaxWaits(100))?, Event::Empty);
    /// sender.try_send(b"CIEPLO")?;
    /// sender.close();
    /// while let Event::Message(message) = receiver.recv(&mut buffer, Forever)? {
    ///     assert_eq!(message.payload, b"CIEPLO");
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn recv<'b>(
        &mut self,
        buffer: &'b mut [u8],
        limit: impl RetryPolicy,
    ) -> Result<Event<Message<'b>>, RecvError> {
        self.recv_by(buffer, limit, Self::wait)
    }

    /// Requests a notification and waits for it. As [`wait_unregistered`](Self::wait_unregistered), but no notification can be
    /// missed.
    ///
    /// ```
    /// # use ramframe_core::{channel::{Channel, Event, Start}, geometry::Geometry, memory::AtomicWords};
    /// # let memory = AtomicWords::array::<256>();
    /// # let region = AtomicWords::new(&memory);
    /// # Geometry::overwrite(4, 48).format(&region, 0)?;
    /// # let (sender, receiver) = Channel::overwrite(region).split();
    /// # let (mut sender, mut receiver) = (sender.attach()?, receiver.attach(Start::Oldest)?);
    /// # sender.try_send(b"CIEPLO")?;
    /// let mut buffer = [0; 48];
    /// loop {
    ///     match receiver.try_recv(&mut buffer)? {
    ///         Event::Empty | Event::Busy => receiver.wait(),
    ///         event => break assert!(event.message().is_some()),
    ///     }
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[inline]
    pub fn wait(&mut self) {
        if !self.spin() {
            self.sleep();
        }
    }

    #[cold]
    fn sleep(&mut self) {
        if self.is_alone() {
            return self.notifier.wait.poll();
        }
        match self.request() {
            Ok(seen) => self.wait_on(seen),
            Err(NoWait::News) => {}
            Err(NoWait::Unseen) => self.notifier.wait.poll(),
        }
    }

    /// Requests a notification, then checks for an event. Returns the value to wait on.
    #[inline]
    pub(in crate::channel) fn request(&mut self) -> Result<u32, NoWait> {
        self.restore();
        let geometry = self.geometry.geometry();
        let seen = wakeup::request_message(&self.region, geometry);
        if !self.ensure_seen(seen) {
            return Err(NoWait::Unseen);
        }
        match self.has_news() {
            true => Err(NoWait::News),
            false => Ok(seen),
        }
    }

    /// Whether the sender sees this side's request, made when the count of notifications was `seen`.
    #[cfg(target_pointer_width = "64")]
    fn ensure_seen(&mut self, seen: u32) -> bool {
        // The sender clears a request only when it notifies. So under the same count an earlier request, seen for certain, stands.
        if self.request_stands == Some(seen) {
            return true;
        }
        let notifies = wakeup::sender_notifies(&self.region);
        let is_seen = wakeup::ensure_seen(notifies, &mut self.notifier.wait);
        let is_certain = is_seen && notifies & ANSWERS_UNFENCED != 0;
        self.request_stands = is_certain.then_some(seen);
        is_seen
    }

    /// The same, where an earlier request is not kept.
    #[cfg(not(target_pointer_width = "64"))]
    fn ensure_seen(&mut self, _seen: u32) -> bool {
        let notifies = wakeup::sender_notifies(&self.region);
        wakeup::ensure_seen(notifies, &mut self.notifier.wait)
    }
}
