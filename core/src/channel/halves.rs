//! Opening an end of a channel. Policy, geometry and wait are types that the program chooses first.
#![allow(
    clippy::type_complexity,
    reason = "the types are what a program chooses"
)]

use core::fmt;
use core::marker::PhantomData;

use super::outcome::AttachError;
use super::policy::{Backpressure, Overwrite, Policy, Receive};
use super::receiver::Receiver;
use super::sender::Sender;
use super::status::ChannelStatus;
use crate::geometry::{Const, ConstGeometry, Geometry, GeometrySource};
use crate::region::{Divide, Region, RegionMut, both};
use crate::wait::{Spin, Wait};

/// A channel in a region, from which a program opens its end, or both ends.
///
/// Making this value reads and writes nothing. [`split`](Self::split) gives one sender half and one receiver half, for two
/// threads or two cores of one program. A program that has only one of the ends calls [`sender`](Self::sender) or
/// [`receiver`](Self::receiver).
///
/// A writable region is not `Copy`, so safe code makes at most one sender from one handle. A program that makes two handles to
/// the same memory must keep to one sender for each channel, and to one receiver for each index.
///
/// ```
/// use ramframe_core::channel::{Channel, Event};
/// use ramframe_core::geometry::Geometry;
/// use ramframe_core::memory::AtomicWords;
/// use ramframe_core::wait::MaxWaits;
///
/// let memory = AtomicWords::array::<256>();
/// let region = AtomicWords::new(&memory);
/// Geometry::backpressure(4, 48, 1).format(&region, 0)?;
///
/// let (sender, receiver) = Channel::backpressure(region).split();
/// let mut sender = sender.attach()?;
/// let mut receiver = receiver.attach(0)?;
///
/// sender.send(b"CIEPLO", MaxWaits(1000))?;
/// let mut buffer = [0; 48];
/// let message = receiver.recv(&mut buffer, MaxWaits(1000))?.message().unwrap();
/// assert_eq!((message.sequence, message.payload), (0, &b"CIEPLO"[..]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use = "a channel does nothing until an end of it is opened"]
pub struct Channel<R, P, W = Spin, G = Geometry> {
    region: R,
    wait: W,
    types: PhantomData<fn() -> (P, G)>,
}

/// The half of a channel that becomes its sender.
///
/// ```
/// # use ramframe_core::{channel::Channel, geometry::Geometry, memory::AtomicWords};
/// # let memory = AtomicWords::array::<256>();
/// # let region = AtomicWords::new(&memory);
/// let half = Channel::overwrite(region).sender_half();
/// // The region is not formatted yet.
/// let (_, half) = half.attach_or_keep().unwrap_err();
/// half.format(&Geometry::overwrite(4, 48), 0)?;
/// let mut sender = half.attach()?;
/// sender.try_send(b"CIEPLO")?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use = "a half does nothing until it is attached"]
pub struct SenderHalf<R, P, W = Spin, G = Geometry>(Channel<R, P, W, G>);

/// The half of a channel that becomes a receiver.
///
/// ```
/// # use ramframe_core::{channel::{Channel, Start}, geometry::Geometry, memory::AtomicWords};
/// # let memory = AtomicWords::array::<256>();
/// let mut half = Channel::overwrite(AtomicWords::new(&memory)).receiver_half();
/// let mut attempts = 0;
/// let receiver = loop {
///     match half.attach_or_keep(Start::Oldest) {
///         Ok(receiver) => break receiver,
///         Err((error, same)) if error.is_temporary() => half = same,
///         Err((error, _)) => return Err(error.into()),
///     }
///     attempts += 1;
///     // Another program formats the channel meanwhile.
///     Geometry::overwrite(4, 48).format(&AtomicWords::new(&memory), 0)?;
/// };
/// assert_eq!((attempts, receiver.next_sequence()), (1, 0));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use = "a half does nothing until it is attached"]
pub struct ReceiverHalf<R, P, W = Spin, G = Geometry>(Channel<R, P, W, G>);

impl<R: Region> Channel<R, Overwrite> {
    /// A channel whose sender never waits. A lapped receiver learns how many messages it lost. Read-only memory is enough for a
    /// receiver.
    pub fn overwrite(region: R) -> Self {
        Self::new(region, Spin)
    }
}

impl<R: Region> Channel<R, Backpressure> {
    /// A channel that loses no message. If the slowest receiver has left no room, the sender gets an error and can wait.
    pub fn backpressure(region: R) -> Self {
        Self::new(region, Spin)
    }
}

impl<R, P, W, G> Channel<R, P, W, G> {
    fn new(region: R, wait: W) -> Self {
        let types = PhantomData;
        Self {
            region,
            wait,
            types,
        }
    }

    /// The same channel, with `wait` as its way to wait and to notify. The default is [`Spin`].
    ///
    /// ```
    /// # use ramframe_core::{channel::Channel, geometry::Geometry, memory::AtomicWords};
    /// # use ramframe_core::wait::{MaxWaits, Notify, Wait};
    /// # let memory = AtomicWords::array::<256>();
    /// # let region = AtomicWords::new(&memory);
    /// # Geometry::backpressure(2, 48, 1).format(&region, 0)?;
    /// /// Gives the processor to other threads.
    /// #[derive(Clone)]
    /// struct Yield;
    ///
    /// impl Wait for Yield {
    ///     const NOTIFY: Notify = Notify::Never;
    ///     fn wait(&mut self, _word: *const u32, _seen: u32) {
    ///         std::thread::yield_now();
    ///     }
    ///     fn notify(&mut self, _word: *const u32, _requested: bool) {}
    /// }
    ///
    /// let (sender, receiver) = Channel::backpressure(region).with_wait(Yield).split();
    /// let (mut sender, mut receiver) = (sender.attach()?, receiver.attach(0)?);
    /// sender.send(b"CIEPLO", MaxWaits(10))?;
    /// assert!(receiver.recv(&mut [0; 48], MaxWaits(10))?.message().is_some());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn with_wait<V: Wait>(self, wait: V) -> Channel<R, P, V, G> {
        Channel::new(self.region, wait)
    }

    /// The sender half. It serves a program that has only this end, and that may have to attach more than once.
    pub fn sender_half(self) -> SenderHalf<R, P, W, G> {
        SenderHalf(self)
    }

    /// The receiver half. It serves a program that has only this end, and that may have to attach more than once.
    pub fn receiver_half(self) -> ReceiverHalf<R, P, W, G> {
        ReceiverHalf(self)
    }

    /// The same channel, with a geometry that is known at compile time. That halves the code. Attaching to a channel of another
    /// geometry fails.
    pub fn with_geometry<S: ConstGeometry>(self) -> Channel<R, P, W, Const<S>> {
        self.with_source()
    }

    pub(crate) fn with_source<S>(self) -> Channel<R, P, W, S> {
        Channel::new(self.region, self.wait)
    }
}

impl<R: Region, P: Policy, W: Wait, G: GeometrySource> Channel<R, P, W, G> {
    /// Attaches as the sender, and continues where the previous sender stopped: continues its sequence, repairs the head, and
    /// starts a new epoch. The first sender after a format also clears every slot, which is one store for each. If caches do not
    /// cohere, attaching invalidates everything behind the constants.
    ///
    /// If its [`Wait`] notifies at all, the sender notifies now: the previous sender may have died just before it woke a
    /// receiver.
    pub fn sender(self) -> Result<Sender<R, P, W, G>, AttachError>
    where
        R: RegionMut,
    {
        SenderHalf(self).attach()
    }

    /// Attaches as a receiver. Under overwrite, `place` says where to [start](super::Start), and attaching writes nothing. Under
    /// backpressure, `place` is the receiver's index, and the receiver continues where the previous one stopped.
    pub fn receiver(self, place: P::Place) -> Result<Receiver<R, P, W, G>, AttachError>
    where
        P: Receive<R>,
    {
        ReceiverHalf(self).attach(place)
    }

    /// The state of the channel: [`ChannelStatus::of`].
    pub fn status(&self) -> Result<ChannelStatus, AttachError> {
        ChannelStatus::of(&self.region)
    }
}

impl<R: Divide, P: Policy, W: Wait + Clone, G> Channel<R, P, W, G> {
    /// One half for the sender and one for a receiver. Each half can have its own way to wait: [`SenderHalf::with_wait`],
    /// [`ReceiverHalf::with_wait`].
    pub fn split(self) -> (SenderHalf<R, P, W, G>, ReceiverHalf<R, P, W, G>) {
        let (sending, receiving) = both(self.region);
        (
            SenderHalf::new(sending, self.wait.clone()),
            ReceiverHalf::new(receiving, self.wait),
        )
    }
}

impl<R: RegionMut, W: Wait, G: GeometrySource> Channel<R, Backpressure, W, G> {
    /// Attaches in place of a receiver that is certainly dead. Then [`discard_pending`](Receiver::discard_pending) frees the
    /// sender. The next receiver of this index reports the number of discarded messages, as
    /// [`Event::Lagged`](super::Event::Lagged).
    ///
    /// ```
    /// # use ramframe_core::{channel::{Channel, Event, SendError}, geometry::Geometry, memory::AtomicWords};
    /// # let memory = AtomicWords::array::<256>();
    /// # let region = AtomicWords::new(&memory);
    /// # Geometry::backpressure(2, 48, 1).format(&region, 0)?;
    /// # let (sender, receiver) = Channel::backpressure(region).split();
    /// # let (mut sender, mut receiver) = (sender.attach()?, receiver.attach(0)?);
    /// # drop(receiver);
    /// sender.try_send_batch([b"1", b"2"]).1?;
    /// assert_eq!(sender.try_send(b"3"), Err(SendError::Full { receiver: 0 }));
    /// // Another process knows that receiver 0 is dead.
    /// let mut dead = Channel::backpressure(AtomicWords::new(&memory)).reclaim(0)?;
    /// assert_eq!(dead.discard_pending()?, 2);
    /// sender.try_send(b"3")?;
    ///
    /// let mut next = Channel::backpressure(AtomicWords::new(&memory)).receiver(0)?;
    /// let mut buffer = [0; 48];
    /// assert_eq!(next.try_recv(&mut buffer)?, Event::Lagged(2));
    /// assert_eq!(next.try_recv(&mut buffer)?.message().unwrap().payload, b"3");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn reclaim(self, receiver: u32) -> Result<Receiver<R, Backpressure, W, G>, AttachError> {
        Receiver::<R, Backpressure, W, G>::take_over(&self.region, receiver)
            .map(|taken| Receiver::new(self.region, self.wait, taken))
    }
}

impl<R, P, W, G> SenderHalf<R, P, W, G> {
    pub(super) fn new(region: R, wait: W) -> Self {
        Self(Channel::new(region, wait))
    }

    /// The same half, with another way to wait and to notify.
    pub fn with_wait<V: Wait>(self, wait: V) -> SenderHalf<R, P, V, G> {
        SenderHalf(self.0.with_wait(wait))
    }
}

impl<R: RegionMut, P: Policy, W: Wait, G: GeometrySource> SenderHalf<R, P, W, G> {
    /// Attaches: [`Channel::sender`].
    #[inline]
    pub fn attach(self) -> Result<Sender<R, P, W, G>, AttachError> {
        self.attach_or_keep().map_err(|(error, _)| error)
    }

    /// As [`attach`](Self::attach). On failure it returns the half too, so that the program can try again.
    #[inline]
    pub fn attach_or_keep(self) -> Result<Sender<R, P, W, G>, (AttachError, Self)> {
        Sender::attach(self.0.region, self.0.wait)
            .map_err(|(error, region, wait)| (error, Self::new(region, wait)))
    }

    /// Formats the channel: [`Geometry::format`].
    pub fn format(
        &self,
        geometry: &Geometry,
        seed: u32,
    ) -> Result<(), crate::geometry::GeometryError> {
        geometry.format(&self.0.region, seed)
    }
}

impl<R, P, W, G> ReceiverHalf<R, P, W, G> {
    pub(super) fn new(region: R, wait: W) -> Self {
        Self(Channel::new(region, wait))
    }

    /// The same half, with another way to wait and to notify.
    pub fn with_wait<V: Wait>(self, wait: V) -> ReceiverHalf<R, P, V, G> {
        ReceiverHalf(self.0.with_wait(wait))
    }
}

impl<R: Region, P: Receive<R>, W: Wait, G: GeometrySource> ReceiverHalf<R, P, W, G> {
    /// Attaches: [`Channel::receiver`].
    #[inline]
    pub fn attach(self, place: P::Place) -> Result<Receiver<R, P, W, G>, AttachError> {
        self.attach_or_keep(place).map_err(|(error, _)| error)
    }

    /// As [`attach`](Self::attach). On failure it returns the half too, so that the program can try again.
    #[inline]
    pub fn attach_or_keep(
        self,
        place: P::Place,
    ) -> Result<Receiver<R, P, W, G>, (AttachError, Self)> {
        match P::take_place(&self.0.region, place) {
            Ok(taken) => {
                let mut receiver = Receiver::new(self.0.region, self.0.wait, taken);
                P::begin(&mut receiver);
                Ok(receiver)
            }
            Err(error) => Err((error, self)),
        }
    }
}

impl<R, P, W, G> fmt::Debug for Channel<R, P, W, G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Channel")
    }
}

impl<R, P, W, G> fmt::Debug for SenderHalf<R, P, W, G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SenderHalf")
    }
}

impl<R, P, W, G> fmt::Debug for ReceiverHalf<R, P, W, G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ReceiverHalf")
    }
}
