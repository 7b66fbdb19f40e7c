//! Messages written and read where they stand, without a buffer in between.
//!
//! A [`Loan`] is a slot that the sender fills and commits. A [`MessageView`] is a slot that the receiver reads. Both go through
//! the region's verbs, so they are sound whatever the other side does. Plain slices of shared memory are sound only if
//! the other side keeps to the wire. For those the region is [`Trusted`], a promise that is `unsafe` to make, and the channel is a
//! backpressure one, where a slot has one user at a time.

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

/// What a copy begins at a multiple of, in bytes.
const WIDE: usize = 8;

/// A slot that this side fills. Dropped, it publishes nothing, and the next message takes the same slot.
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
    /// Never waits; errors as [`try_send`](Self::try_send). What the slot holds is left over from an earlier message: fill all of
    /// it. Under overwrite that message is lost with the loan, committed or not: receivers that have not received it miss it.
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

    /// Writes `bytes` at offset `at` of the message, a multiple of 8; up to 7 bytes behind them become zero, so write
    /// from the front. On an error nothing is written.
    pub fn write(&mut self, at: usize, bytes: &[u8]) -> Result<(), OutOfRange> {
        OutOfRange::check(self.len(), at, bytes.len())?;
        self.sender.region.copy_in(self.slot + PAYLOAD + at, bytes);
        Ok(())
    }

    /// Where the message stands in this side's address space, [`len`](Self::len) bytes, for a system call or a DMA engine
    /// to fill; null where that means nothing.
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

/// The next message, where it stands. Under overwrite its bytes may change while they are read: what a
/// [`try_recv_in_place`](Receiver::try_recv_in_place) makes of them is given out only if they did not.
#[derive(Debug)]
pub struct MessageView<'r, R, P, W, G = Geometry> {
    receiver: &'r Receiver<R, P, W, G>,
    at: usize,
    header: Header,
}

impl<R: Region, P: Receive<R>, W: Wait, G: GeometrySource> MessageView<'_, R, P, W, G> {
    /// What the frame says of its message.
    pub fn header(&self) -> Header {
        self.header
    }

    /// Where the message stands in this side's address space, for a system call or a DMA engine to read; null where that
    /// means nothing.
    pub fn address(&self) -> *const u8 {
        self.receiver.region.address(self.at).cast()
    }

    /// Copies bytes out from offset `at` of the message, a multiple of 8. On an error nothing is copied.
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

/// Bytes that are not inside a message, or that begin at an offset that is no multiple of 8.
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
    /// Hands the next message to `read` where it stands, receives it, and returns what `read` made of it. Never waits.
    ///
    /// Under overwrite the sender may write over the message meanwhile. Then what `read` made is dropped, and the event is
    /// [`Event::Lagged`]. It is dropped too where the region is formatted meanwhile. So `read` must take any bytes without
    /// harm, and do nothing but make its result.
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
