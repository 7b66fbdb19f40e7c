//! Messages written and read where they stand, without a buffer in between.
//!
//! A [`Loan`] is a slot that the sender fills and commits; a [`MessageView`] is a slot that the receiver looks into. Both go through
//! the region's verbs, so they are sound whatever the other side does. Plain slices of shared memory are sound only if
//! the other side keeps to the wire: for those the region is [`Trusted`], a promise that is `unsafe` to make, and the channel a
//! backpressure one, where a slot has one user at a time.

use core::ops::{Deref, DerefMut};

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
    /// Errors as [`send`](Self::send). What the slot holds is left over from an earlier message: fill all of it. Under
    /// overwrite that message is given up with the loan, committed or not: receivers that have not received it miss it.
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
    /// from the front. False, and nothing is written, if they do not fit or `at` is no such multiple.
    #[must_use]
    pub fn write(&mut self, at: usize, bytes: &[u8]) -> bool {
        let fits = at.is_multiple_of(WIDE) && within(self.len(), at, bytes.len());
        if fits {
            self.sender.region.copy_in(self.slot + PAYLOAD + at, bytes);
        }
        fits
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
/// [`recv_in_place`](Receiver::recv_in_place) makes of them is given out only if they did not.
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

    /// Copies bytes out from offset `at` of the message, a multiple of 8. False, and nothing is copied, if it has not so
    /// many or `at` is no such multiple.
    #[must_use]
    pub fn read(&self, at: usize, to: &mut [u8]) -> bool {
        let fits = at.is_multiple_of(WIDE) && within(self.header.len, at, to.len());
        if fits {
            self.receiver.region.copy_out(self.at + at, to);
        }
        fits
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

fn within(len: usize, at: usize, count: usize) -> bool {
    at <= len && count <= len - at
}

impl<R: Region, P: Receive<R>, W: Wait, G: GeometrySource> Receiver<R, P, W, G> {
    /// Looks at the next message where it stands, takes it, and returns what `look` made of it.
    ///
    /// Under overwrite the sender may write over the message meanwhile; then what `look` made is dropped, and the error is
    /// [`RecvError::Lagged`]. Where the region is formatted meanwhile it is dropped too. So `look` must take any bytes without
    /// harm, and do nothing but make its result.
    #[inline]
    pub fn recv_in_place<T>(
        &mut self,
        look: impl FnOnce(&MessageView<'_, R, P, W, G>) -> T,
    ) -> Result<T, RecvError> {
        let space = self.geometry().capacity() as usize;
        let (slot, header) = self.step(Some(space), |this, slot, header| {
            this.verify().map(|()| (slot, header))
        })?;
        let at = slot + PAYLOAD;
        self.region.invalidate(at, header.len);
        let made = look(&MessageView {
            receiver: self,
            at,
            header,
        });
        if self.verify().is_none() {
            let reason = self.explain_absence().unwrap_or(Reason::Busy);
            return Err(self.error(reason));
        }
        self.last = self.last.after();
        self.finish_step();
        Ok(made)
    }
}
