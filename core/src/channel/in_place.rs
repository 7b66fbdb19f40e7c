//! Messages written and read inside their slots, without a copy in a buffer.
//!
//! A [`Loan`] is a slot that the sender fills and commits. A [`MessageView`] is a slot that the receiver reads. Both use the
//! region's verbs, so they are sound whatever the other side does. Plain slices of shared memory are sound only if the other side
//! keeps to the wire. A program promises that with [`Trusted`], which is `unsafe` to make. Slices exist only on backpressure
//! channels, because there a slot has one user at a time.

use core::fmt;
use core::ops::{Deref, DerefMut};

use super::event::Event;
use super::outcome::{RecvError, SendError};
use super::policy::{Backpressure, Policy, Receive};
use super::receiver::{Receiver, news::Reason};
use super::sender::Sender;
use crate::frame::{Header, PAYLOAD};
use crate::geometry::{Geometry, GeometrySource};
use crate::memory::Trusted;
use crate::region::{Region, RegionMut};
use crate::wait::Wait;

/// Offsets of copies are multiples of this, in bytes.
const WIDE: usize = 8;

/// A slot that this side fills. A loan that is dropped publishes nothing, and the next message takes the same slot.
///
/// ```
/// # use ramframe_core::{channel::{Channel, Event, Start}, geometry::Geometry, memory::AtomicWords};
/// # let memory = AtomicWords::array::<256>();
/// # let region = AtomicWords::new(&memory);
/// # Geometry::overwrite(4, 48).format(&region, 0)?;
/// # let (sender, receiver) = Channel::overwrite(region).split();
/// # let (mut sender, mut receiver) = (sender.attach()?, receiver.attach(Start::Oldest)?);
/// let mut loan = sender.loan(8)?;
/// loan.write(0, b"ZIMNO")?;
/// loan.truncate(5);
/// assert_eq!(loan.commit(), 0);
/// drop(sender.loan(8)?); // publishes nothing
/// assert_eq!(sender.next_sequence(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
#[must_use = "a loan that is not committed publishes nothing"]
pub struct Loan<'s, R, P, W, G = Geometry> {
    sender: &'s mut Sender<R, P, W, G>,
    slot: usize,
    len: u32,
}

impl<R: RegionMut, P: Policy, W: Wait, G: GeometrySource> Sender<R, P, W, G> {
    /// Borrows the next message's slot, for `len` bytes.
    ///
    /// Never waits. The errors are those of [`try_send`](Self::try_send). The slot still holds bytes of an earlier message, so
    /// fill all `len` bytes. Under overwrite that earlier message is lost, even if the loan is dropped: a receiver that has not
    /// received it yet lags.
    ///
    /// ```
    /// # use ramframe_core::{channel::{Channel, Start}, geometry::Geometry, memory::AtomicWords};
    /// # let memory = AtomicWords::array::<256>();
    /// # let region = AtomicWords::new(&memory);
    /// # Geometry::overwrite(4, 48).format(&region, 0)?;
    /// # let (sender, receiver) = Channel::overwrite(region).split();
    /// # let (mut sender, mut receiver) = (sender.attach()?, receiver.attach(Start::Oldest)?);
    /// let mut loan = sender.loan(16)?;
    /// loan.write(0, b"CIEPLO, ")?;
    /// loan.write(8, b"21.5 C")?;
    /// loan.truncate(14);
    /// loan.commit();
    ///
    /// let text = receiver.try_recv_in_place(|view| {
    ///     let mut text = [0; 14];
    ///     view.read(0, &mut text).map(|()| text)
    /// })?;
    /// assert_eq!(&text.message().unwrap()?, b"CIEPLO, 21.5 C");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[inline]
    pub fn loan(&mut self, len: usize) -> Result<Loan<'_, R, P, W, G>, SendError> {
        let len = self.fits(len)?;
        let slot = self.claim()?;
        Ok(Loan {
            sender: self,
            slot,
            len,
        })
    }
}

impl<R: RegionMut, P: Policy, W: Wait, G: GeometrySource> Loan<'_, R, P, W, G> {
    /// Length of the message in bytes.
    pub fn len(&self) -> usize {
        self.len as usize
    }

    /// Whether the message has no bytes.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Writes `bytes` at offset `at` of the message. `at` is a multiple of 8. Up to 7 bytes behind `bytes` become zero, so write
    /// from front to back. On an error nothing is written.
    pub fn write(&mut self, at: usize, bytes: &[u8]) -> Result<(), OutOfRange> {
        OutOfRange::check(self.len(), at, bytes.len())?;
        self.sender.region.copy_in(self.slot + PAYLOAD + at, bytes);
        Ok(())
    }

    /// The address of the message's [`len`](Self::len) bytes on this side, for a system call or a DMA engine that fills them. It
    /// is null if the region has no addresses.
    pub fn address(&self) -> *mut u8 {
        let at = self.slot + PAYLOAD;
        self.sender.region.address(at).cast::<u8>().cast_mut()
    }

    /// Shortens the message to `len` bytes, if it is longer.
    pub fn truncate(&mut self, len: usize) {
        self.len = u32::try_from(len).map_or(self.len, |len| len.min(self.len));
    }

    /// Publishes the message, and returns its sequence.
    #[inline]
    pub fn commit(self) -> u64 {
        let sequence = self.sender.publish(self.slot, self.len);
        self.sender.notify();
        sequence
    }
}

impl<M: RegionMut, W: Wait, G: GeometrySource> Deref for Loan<'_, Trusted<M>, Backpressure, W, G> {
    type Target = [u8];

    #[inline]
    fn deref(&self) -> &[u8] {
        let at = self.slot + PAYLOAD;
        self.sender.region.lent(at, self.len as usize)
    }
}

impl<M: RegionMut, W: Wait, G: GeometrySource> DerefMut
    for Loan<'_, Trusted<M>, Backpressure, W, G>
{
    #[inline]
    fn deref_mut(&mut self) -> &mut [u8] {
        let at = self.slot + PAYLOAD;
        self.sender.region.lent_mut(at, self.len as usize)
    }
}

/// The next message, inside its slot. Under overwrite the bytes may change during the read. If they did,
/// [`try_recv_in_place`](Receiver::try_recv_in_place) drops the result of the read.
///
/// ```
/// # use ramframe_core::{channel::{Channel, Event, Start}, geometry::Geometry, memory::AtomicWords};
/// # let memory = AtomicWords::array::<256>();
/// # let region = AtomicWords::new(&memory);
/// # Geometry::overwrite(4, 48).format(&region, 0)?;
/// # let (sender, receiver) = Channel::overwrite(region).split();
/// # let (mut sender, mut receiver) = (sender.attach()?, receiver.attach(Start::Oldest)?);
/// sender.try_send(b"CIEPLO")?;
/// let first = receiver.try_recv_in_place(|view| {
///     let mut first = [0; 3];
///     assert_eq!(view.header().len, 6);
///     view.read(0, &mut first).map(|()| first)
/// })?;
/// assert_eq!(first, Event::Message(Ok(*b"CIE")));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct MessageView<'r, R, P, W, G = Geometry> {
    receiver: &'r Receiver<R, P, W, G>,
    at: usize,
    header: Header,
}

impl<R: Region, P: Receive<R>, W: Wait, G: GeometrySource> MessageView<'_, R, P, W, G> {
    /// The header of the message's frame.
    pub fn header(&self) -> Header {
        self.header
    }

    /// The address of the message on this side, for a system call or a DMA engine that reads it. It is null if the region has no
    /// addresses.
    pub fn address(&self) -> *const u8 {
        self.receiver.region.address(self.at).cast()
    }

    /// Copies bytes out from offset `at` of the message. `at` is a multiple of 8. On an error nothing is copied.
    pub fn read(&self, at: usize, to: &mut [u8]) -> Result<(), OutOfRange> {
        OutOfRange::check(self.header.len, at, to.len())?;
        self.receiver.region.copy_out(self.at + at, to);
        Ok(())
    }
}

impl<M: RegionMut, W: Wait, G: GeometrySource> Deref
    for MessageView<'_, Trusted<M>, Backpressure, W, G>
{
    type Target = [u8];

    #[inline]
    fn deref(&self) -> &[u8] {
        self.receiver.region.lent(self.at, self.header.len)
    }
}

/// An access to bytes outside a message, or at an offset that is not a multiple of 8.
///
/// ```
/// # use ramframe_core::{channel::{Channel, Event, Start}, geometry::Geometry, memory::AtomicWords};
/// # let memory = AtomicWords::array::<256>();
/// # let region = AtomicWords::new(&memory);
/// # Geometry::overwrite(4, 48).format(&region, 0)?;
/// # let (sender, receiver) = Channel::overwrite(region).split();
/// # let (mut sender, mut receiver) = (sender.attach()?, receiver.attach(Start::Oldest)?);
/// let mut loan = sender.loan(16)?;
/// assert_eq!(loan.write(8, b"too long for it").unwrap_err().len, 16);
/// assert!(loan.write(4, b"odd").is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub struct OutOfRange {
    /// Length of the message in bytes.
    pub len: usize,
}

impl OutOfRange {
    fn check(len: usize, at: usize, count: usize) -> Result<(), Self> {
        match at.is_multiple_of(WIDE) && at <= len && count <= len - at {
            true => Ok(()),
            false => Err(OutOfRange { len }),
        }
    }
}

impl fmt::Display for OutOfRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let len = self.len;
        write!(
            f,
            "not inside the message of {len} bytes, or not at a multiple of 8"
        )
    }
}

impl core::error::Error for OutOfRange {}

impl<R: Region, P: Receive<R>, W: Wait, G: GeometrySource> Receiver<R, P, W, G> {
    /// Gives the next message to `read` inside its slot, receives it, and returns the result of `read`. Never waits.
    ///
    /// Under overwrite the sender may overwrite the message during `read`. Then the result is dropped, and the event is
    /// [`Event::Lagged`]. The result is dropped too if the region is formatted during `read`. So `read` must accept any bytes,
    /// and have no effect but its result.
    ///
    /// ```
    /// # use ramframe_core::{channel::{Channel, Event, Start}, geometry::Geometry, memory::AtomicWords};
    /// # let memory = AtomicWords::array::<256>();
    /// # let region = AtomicWords::new(&memory);
    /// # Geometry::overwrite(4, 48).format(&region, 0)?;
    /// # let (sender, receiver) = Channel::overwrite(region).split();
    /// # let (mut sender, mut receiver) = (sender.attach()?, receiver.attach(Start::Oldest)?);
    /// sender.try_send(&[1, 2, 3, 4, 5, 6, 7, 8])?;
    /// let sum = receiver.try_recv_in_place(|view| {
    ///     let mut bytes = [0; 8];
    ///     view.read(0, &mut bytes).map(|()| bytes.iter().sum::<u8>())
    /// })?;
    /// assert_eq!(sum, Event::Message(Ok(36)));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[inline]
    pub fn try_recv_in_place<T>(
        &mut self,
        read: impl FnOnce(&MessageView<'_, R, P, W, G>) -> T,
    ) -> Result<Event<T>, RecvError> {
        let space = self.geometry().capacity() as usize;
        let found = self.step(Some(space), |this, slot, header| {
            this.verify(slot).map(|()| (slot, header))
        });
        let (slot, header) = match found {
            Ok(found) => found,
            Err(reason) => return self.tell(reason),
        };
        let at = slot + PAYLOAD;
        self.region.invalidate(at, header.len);
        let made = read(&MessageView {
            receiver: self,
            at,
            header,
        });
        if self.verify(slot).is_none() {
            let reason = self.explain_absence().unwrap_or(Reason::Busy);
            return self.tell(reason);
        }
        self.last = self.last.after();
        self.finish_step();
        Ok(Event::Message(made))
    }
}
