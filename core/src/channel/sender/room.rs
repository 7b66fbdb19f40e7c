//! Room for another message, and how a sender waits for it.

use core::hint::spin_loop;

use super::Sender;
use crate::channel::outcome::{Corruption, SendError};
use crate::channel::policy::{Backpressure, Policy};
use crate::credits::{Seat, pending, slowest};
use crate::geometry::{CONSUMED, GeometrySource, Overflow};
use crate::region::RegionMut;
use crate::wait::{OTHER_NEWS, RetryPolicy, Wait, WaitCount};
use crate::wakeup::{self, NoWait};

impl<R: RegionMut, P: Policy, W: Wait, G: GeometrySource> Sender<R, P, W, G> {
    /// Checks the generation, and counts the messages for which there is room.
    #[cold]
    pub(super) fn renew_limit(&mut self) -> Result<(), SendError> {
        let geometry = self.geometry.geometry();
        let (receiver, pending) = match P::OVERFLOW {
            Overflow::Overwrite => (0, 0),
            Overflow::Backpressure => slowest(&self.region, geometry, self.generation, self.newest),
        };
        let slots = geometry.slots();
        // Checked last, because the words read may come from another generation.
        if self.was_reformatted() {
            return Err(SendError::Reformatted);
        }
        if pending > slots {
            return Err(SendError::Corrupt {
                what: Corruption::Consumed { receiver },
            });
        }
        if pending == slots {
            return Err(SendError::Full { receiver });
        }
        self.limit = self.newest.low().wrapping_add(2 * (slots - pending));
        Ok(())
    }
}

impl<R: RegionMut, W: Wait, G: GeometrySource> Sender<R, Backpressure, W, G> {
    /// Sends a message, and waits for room as long as `limit` allows. After that the error is [`SendError::Full`]. An overwrite
    /// channel has no such call, because its [`try_send`](Self::try_send) always finds room.
    ///
    /// ```
    /// # use ramframe_core::{channel::{Channel, SendError}, geometry::Geometry, memory::AtomicWords};
    /// # use ramframe_core::wait::MaxWaits;
    /// # let memory = AtomicWords::array::<256>();
    /// # let region = AtomicWords::new(&memory);
    /// # Geometry::backpressure(2, 48, 1).format(&region, 0)?;
    /// let mut sender = Channel::backpressure(region).sender()?;
    /// sender.send(b"CIEPLO", MaxWaits(100))?;
    /// sender.send(b"ZIMNO", MaxWaits(100))?;
    /// let full = sender.send(b"nobody receives", MaxWaits(100));
    /// assert_eq!(full, Err(SendError::Full { receiver: 0 }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[inline]
    pub fn send(&mut self, message: &[u8], mut limit: impl RetryPolicy) -> Result<u64, SendError> {
        let mut count = WaitCount::default();
        loop {
            match self.try_send(message) {
                Err(SendError::Full { receiver }) if count.allows(&mut limit) => {
                    self.wait_for_room(receiver);
                }
                done => return done,
            }
        }
    }

    /// Waits until every receiver has received everything, as long as `limit` allows. After that the error is [`SendError::Full`]
    /// with the first receiver that is behind.
    ///
    /// ```
    /// # use ramframe_core::{channel::{Channel, Event, SendError}, geometry::Geometry, memory::AtomicWords};
    /// # let memory = AtomicWords::array::<256>();
    /// # let region = AtomicWords::new(&memory);
    /// # Geometry::backpressure(2, 48, 1).format(&region, 0)?;
    /// # let (sender, receiver) = Channel::backpressure(region).split();
    /// # let (mut sender, mut receiver) = (sender.attach()?, receiver.attach(0)?);
    /// use ramframe_core::wait::MaxWaits;
    ///
    /// sender.try_send(b"CIEPLO")?;
    /// assert_eq!(sender.drain(MaxWaits(10)), Err(SendError::Full { receiver: 0 }));
    /// assert_eq!(receiver.skip()?, Event::Message(0));
    /// sender.drain(MaxWaits(10))?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn drain(&mut self, mut limit: impl RetryPolicy) -> Result<(), SendError> {
        let mut count = WaitCount::default();
        for receiver in 0..self.geometry().receivers() {
            while self.has_pending(receiver)? {
                if !count.allows(&mut limit) {
                    return Err(SendError::Full { receiver });
                }
                self.wait_for_drain(receiver);
            }
        }
        Ok(())
    }

    /// Whether `receiver`, which exists, has not received everything.
    pub(crate) fn has_pending(&self, receiver: u32) -> Result<bool, SendError> {
        let pending = self.pending(receiver);
        if self.was_reformatted() {
            return Err(SendError::Reformatted);
        }
        let what = Corruption::Consumed { receiver };
        pending
            .map(|pending| pending > 0)
            .ok_or(SendError::Corrupt { what })
    }

    /// Whether the next [`try_send`](Self::try_send) of a message that fits will find room. If not, it returns the error of that
    /// send. Room can only grow until then. Costs no access as long as room is known, otherwise one load for each receiver and
    /// four more.
    ///
    /// ```
    /// # use ramframe_core::{channel::{Channel, Event, SendError}, geometry::Geometry, memory::AtomicWords};
    /// # let memory = AtomicWords::array::<256>();
    /// # let region = AtomicWords::new(&memory);
    /// # Geometry::backpressure(2, 48, 1).format(&region, 0)?;
    /// # let (sender, receiver) = Channel::backpressure(region).split();
    /// # let (mut sender, mut receiver) = (sender.attach()?, receiver.attach(0)?);
    /// sender.try_send(b"1")?;
    /// sender.ready()?;
    /// sender.try_send(b"2")?;
    /// assert_eq!(sender.ready(), Err(SendError::Full { receiver: 0 }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn ready(&mut self) -> Result<(), SendError> {
        match self.limit == self.newest.low() {
            true => self.renew_limit(),
            false => Ok(()),
        }
    }

    /// The number of messages that `receiver` has not received yet. `None` if there is no such receiver, or if its word
    /// contradicts the head. Before the first receiver of this index attaches, it is the number of messages in slots.
    ///
    /// ```
    /// # use ramframe_core::{channel::{Channel, Event, SendError}, geometry::Geometry, memory::AtomicWords};
    /// # let memory = AtomicWords::array::<256>();
    /// # let region = AtomicWords::new(&memory);
    /// # Geometry::backpressure(2, 48, 1).format(&region, 0)?;
    /// # let (sender, receiver) = Channel::backpressure(region).split();
    /// # let (mut sender, mut receiver) = (sender.attach()?, receiver.attach(0)?);
    /// sender.try_send(b"1")?;
    /// assert_eq!(sender.pending(0), Some(1));
    /// assert_eq!(receiver.skip()?, Event::Message(0));
    /// assert_eq!(sender.pending(0), Some(0));
    /// assert_eq!(sender.pending(7), None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn pending(&self, receiver: u32) -> Option<u32> {
        let geometry = self.geometry();
        if receiver >= geometry.receivers() {
            return None;
        }
        let pending = pending(
            &self.region,
            geometry,
            self.generation,
            receiver,
            self.newest,
        );
        (pending <= geometry.slots()).then_some(pending)
    }

    fn seat(&self, receiver: u32) -> Option<Seat> {
        let geometry = self.geometry();
        (receiver < geometry.receivers()).then(|| Seat::new(geometry, self.generation, receiver))
    }

    /// How often a receiver has attached as `receiver` in this generation.
    pub fn attach_count(&self, receiver: u32) -> u32 {
        self.seat(receiver)
            .map_or(0, |seat| seat.attach_count(&self.region))
    }

    /// Whether the last receiver that attached as `receiver` has detached.
    pub fn has_detached(&self, receiver: u32) -> bool {
        self.seat(receiver)
            .is_some_and(|seat| seat.has_detached(&self.region))
    }

    /// Waits once while every slot holds a message that `receiver` has not received. Call it after [`SendError::Full`].
    ///
    /// Returns when there is room, when the region was formatted, or when this side's [`Wait`] ends the wait; it may return
    /// earlier. If the receiver has stored that it never notifies, this side polls.
    ///
    /// ```
    /// # use ramframe_core::{channel::{Channel, Event, SendError}, geometry::Geometry, memory::AtomicWords};
    /// # let memory = AtomicWords::array::<256>();
    /// # let region = AtomicWords::new(&memory);
    /// # Geometry::backpressure(2, 48, 1).format(&region, 0)?;
    /// # let (sender, receiver) = Channel::backpressure(region).split();
    /// # let (mut sender, mut receiver) = (sender.attach()?, receiver.attach(0)?);
    /// sender.try_send_batch([b"1", b"2"]).1?;
    /// while let Err(SendError::Full { receiver: slow }) = sender.try_send(b"3") {
    ///     sender.wait_for_room(slow);
    ///     # assert_eq!(receiver.skip()?, Event::Message(0));
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn wait_for_room(&mut self, receiver: u32) {
        self.wait_while(receiver, self.geometry().slots());
    }

    /// Waits once while `receiver` has not received everything. It lets the receiver finish before the memory goes away.
    pub fn wait_for_drain(&mut self, receiver: u32) {
        self.wait_while(receiver, 1);
    }

    /// Waits once while `receiver` has at least `least` messages left to receive.
    fn wait_while(&mut self, receiver: u32, least: u32) {
        if receiver >= self.geometry().receivers() {
            return;
        }
        if self.spin(receiver, least) {
            return;
        }
        if self.is_silent(receiver) {
            return self.notifier.wait.poll();
        }
        match self.request_room(receiver, least) {
            Ok(seen) => {
                let at = self.geometry().receiver_line(receiver) + CONSUMED;
                let word = self.region.address(at);
                self.notifier.wait.wait(word, seen.to_le());
            }
            Err(NoWait::News) => {}
            Err(NoWait::Unseen) => self.notifier.wait.poll(),
        }
        if !self.notifier.wait.is_deferred() {
            self.cancel_request();
        }
    }

    /// Takes back the request of a wait for room that [was deferred](Wait::is_deferred). One store. A request that stays costs the
    /// receivers one notification for each message.
    ///
    /// ```
    /// use ramframe_core::channel::{Channel, Event};
    /// use ramframe_core::geometry::Geometry;
    /// use ramframe_core::memory::AtomicWords;
    /// use ramframe_core::wait::{Notify, Wait};
    ///
    /// /// Notes what an event loop will wait on.
    /// #[derive(Clone, Default)]
    /// struct Later {
    ///     noted: u32,
    ///     notified: u32,
    /// }
    /// impl Wait for Later {
    ///     const NOTIFY: Notify = Notify::OnRequest;
    ///     fn wait(&mut self, _word: *const u32, _seen: u32) {
    ///         self.noted += 1;
    ///     }
    ///     fn is_deferred(&self) -> bool {
    ///         true
    ///     }
    ///     fn notify(&mut self, _word: *const u32, _requested: bool) {
    ///         self.notified += 1;
    ///     }
    /// }
    ///
    /// let memory = AtomicWords::array::<256>();
    /// let region = AtomicWords::new(&memory);
    /// Geometry::backpressure(2, 48, 1).format(&region, 0)?;
    /// let (sender, receiver) = Channel::backpressure(region).with_wait(Later::default()).split();
    /// let (mut sender, mut receiver) = (sender.attach()?, receiver.attach(0)?);
    /// sender.try_send_batch([b"1", b"2"]).1?;
    ///
    /// sender.wait_for_room(0);
    /// assert_eq!(sender.wait_mut().noted, 1);
    /// // The request stays, so the receiver notifies.
    /// assert_eq!(receiver.skip()?, Event::Message(0));
    /// assert_eq!(receiver.wait_mut().notified, 1);
    /// sender.cancel_wait();
    /// assert_eq!(receiver.skip()?, Event::Message(1));
    /// assert_eq!(receiver.wait_mut().notified, 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn cancel_wait(&mut self) {
        self.cancel_request();
    }

    /// Checks for room, without a request, as long as this side's [`Wait`] spins. Returns whether `receiver` may have fewer than
    /// `least` messages left to receive, or whether the region may have been formatted.
    #[inline]
    fn spin(&mut self, receiver: u32, least: u32) -> bool {
        let mut looks = 0;
        while self.notifier.wait.spins(looks) {
            spin_loop();
            looks = looks.wrapping_add(1);
            if !self.is_behind(receiver, least) || looks % OTHER_NEWS == 0 && self.was_reformatted()
            {
                return true;
            }
        }
        false
    }

    fn is_behind(&self, receiver: u32, least: u32) -> bool {
        self.pending(receiver).is_some_and(|left| left >= least)
    }

    /// Whether `receiver`, which exists, never notifies.
    pub(in crate::channel) fn is_silent(&self, receiver: u32) -> bool {
        let geometry = self.geometry.geometry();
        wakeup::is_receiver_silent(&self.region, geometry, self.generation, receiver)
    }

    /// Requests a notification, then checks for room. Returns the value of `consumed` to wait on, if `receiver`, which exists,
    /// still has at least `least` messages left to receive and the region was not formatted.
    #[inline]
    pub(in crate::channel) fn request_room(
        &mut self,
        receiver: u32,
        least: u32,
    ) -> Result<u32, NoWait> {
        let geometry = self.geometry.geometry();
        let (seen, notifies) = wakeup::request_room(&self.region, geometry, receiver);
        if !wakeup::ensure_seen(notifies, &mut self.notifier.wait) {
            return Err(NoWait::Unseen);
        }
        match self.is_behind(receiver, least) && !self.was_reformatted() {
            true => Ok(seen),
            false => Err(NoWait::News),
        }
    }

    /// Takes back the request of [`request_room`](Self::request_room).
    #[inline]
    pub(in crate::channel) fn cancel_request(&self) {
        wakeup::cancel_room_request(&self.region);
    }
}
