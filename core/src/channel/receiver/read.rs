//! Reading one slot: the usual case of a message in few instructions, and the newest message.

use super::news::{QUICK, Reason, Wrong};
use super::{Flags, Receiver};
use crate::channel::policy::{Backpressure, Policy, Receive};
use crate::frame::{Header, PAYLOAD, Stamp};
use crate::geometry::GeometrySource;
use crate::head::{self, ATTEMPTS};
use crate::region::Region;
use crate::slot;
use crate::wait::Wait;

/// The length of a frame that carries no message. Receivers skip it.
pub(super) const VOID: u32 = u32::MAX;

/// Attempts of one step: one more than of other steps, because the first attempt may only find that there is a sender.
const STEP_ATTEMPTS: usize = ATTEMPTS + 1;

impl<R: Region, P: Receive<R>, W: Wait, G: GeometrySource> Receiver<R, P, W, G> {
    /// One step of a receive: gives the next message to `take` if it is there, fits `space`, and comes from the known sender.
    /// Otherwise it returns the reason. `take` returns `None` if the slot changed during the read. Without `space` any length
    /// fits.
    ///
    /// The number of attempts is limited, so a step is bounded. The first message of a sender, and a message behind a void frame,
    /// each need one more attempt.
    #[inline(always)]
    pub(in crate::channel) fn step<T>(
        &mut self,
        space: Option<usize>,
        mut take: impl FnMut(&mut Self, usize, Header) -> Option<T>,
    ) -> Result<T, Reason> {
        #[cfg(target_pointer_width = "64")]
        if self.distance.is_time(self.last) {
            self.keep_distance();
        }
        let mut looks = 0;
        loop {
            let slot = self.geometry().slot_after(self.last);
            let found = slot::read_header(&self.region, self.geometry.geometry(), self.last);
            // By value, and its absence apart: so the usual case keeps both in registers.
            let mut is_there = found.is_some();
            let found = found.unwrap_or_default();
            if is_there && let Some(header) = self.usual_header(found, space) {
                if let Some(done) = take(self, slot, header) {
                    return Ok(done);
                }
                is_there = false;
            }
            if let Some(reason) = self.explain(is_there, found, space) {
                return Err(reason);
            }
            looks += 1;
            if looks == STEP_ATTEMPTS {
                return Err(Reason::Busy);
            }
        }
    }

    /// Copies the next message out; `None` if the slot changed during the copy.
    #[inline(always)]
    pub(super) fn take(
        &mut self,
        slot: usize,
        header: Header,
        buffer: &mut [u8],
    ) -> Option<Header> {
        let space = buffer.get_mut(..header.len)?;
        self.region.invalidate(slot + PAYLOAD, header.len);
        self.region.copy_out(slot + PAYLOAD, space);
        self.verify(slot)?;
        self.last = self.last.after();
        Some(header)
    }

    /// The next message's header, if no event comes before that message. The caller must [verify](Self::verify) the slot after
    /// its last use.
    #[inline(always)]
    fn usual_header(&self, [length, epoch]: [u32; 2], space: Option<usize>) -> Option<Header> {
        // The receiver saw an epoch of this generation before it loaded the stamp, so the frame is of this generation too.
        let is_usual = epoch == self.epoch && !self.has_gap();
        let fits = match space {
            Some(space) => length <= self.geometry().capacity() && length as usize <= space,
            None => length != VOID,
        };
        (is_usual && fits).then_some(Header {
            sequence: self.last.count(),
            epoch,
            len: length as usize,
        })
    }

    /// Whether all bytes read from `slot`, the next message's, are of that message, and of this generation.
    #[cfg_attr(target_has_atomic = "32", inline(always))]
    #[cfg_attr(not(target_has_atomic = "32"), inline(never))]
    pub(in crate::channel) fn verify(&self, slot: usize) -> Option<()> {
        let geometry = self.geometry.geometry();
        let whole = P::verify(&self.region, geometry, slot, self.last)
            && self.generation.holds(&self.region);
        whole.then_some(())
    }

    /// The newest message that this receiver may read.
    #[inline(always)]
    pub(super) fn newest(&mut self, buffer: &mut [u8]) -> Result<Header, Reason> {
        if QUICK && let Some(header) = self.newest_at_once(buffer) {
            return Ok(header);
        }
        self.search_newest(buffer)
    }

    /// The same where the head, one look at the slot behind it, and one at the message show it; `None` to search for it.
    ///
    /// The message is not older than any that this receiver has seen. The head may be one message older than those. Then the next
    /// slot, loaded after the head, shows the message.
    #[inline(always)]
    fn newest_at_once(&self, buffer: &mut [u8]) -> Option<Header> {
        if !self.flags.has(Flags::SENDER_SEEN) {
            return None;
        }
        let geometry = self.geometry.geometry();
        let head = head::load(&self.region, geometry);
        let last = match slot::is_published(&self.region, geometry, head) {
            true => head,
            false => head.before(1)?,
        };
        if P::OVERFLOW == Backpressure::OVERFLOW && last < self.last {
            return None;
        }
        let slot = geometry.slot_after(last);
        let [length, epoch] = slot::read_header(&self.region, geometry, last)?;
        let len = length as usize;
        let space = buffer.get_mut(..len)?;
        if length > geometry.capacity() {
            return None;
        }
        self.region.invalidate(slot + PAYLOAD, len);
        self.region.copy_out(slot + PAYLOAD, space);
        let whole = P::verify(&self.region, geometry, slot, last)
            && self.generation.holds(&self.region)
            && self.generation.owns(epoch);
        whole.then_some(Header {
            sequence: last.count(),
            epoch,
            len,
        })
    }

    /// The same by all that the region shows.
    #[cold]
    fn search_newest(&mut self, buffer: &mut [u8]) -> Result<Header, Reason> {
        if !self.meet_sender() {
            return Err(Reason::Empty);
        }
        // One more than the number of void frames found.
        let mut void = 1;
        for _ in 0..ATTEMPTS {
            let head = head::find(&self.region, self.geometry.geometry())?;
            let Some(last) = head.before(void) else {
                return Err(Reason::Empty);
            };
            if P::OVERFLOW == Backpressure::OVERFLOW && last < self.last {
                return Err(Reason::Empty);
            }
            match self.read(last, buffer) {
                Some(Ok(header)) => return Ok(header),
                Some(Err(None)) => void += 1,
                Some(Err(Some(reason))) => return Err(reason),
                None => {}
            }
        }
        Err(Reason::Busy)
    }

    /// The message after `last`; `None` if it is not there, not whole, or not of this generation. `Err(Some)` if it does not fit,
    /// `Err(None)` if it is void.
    fn read(&self, last: Stamp, buffer: &mut [u8]) -> Option<Result<Header, Option<Reason>>> {
        let slot = self.geometry().slot_after(last);
        let [length, epoch] = slot::read_header(&self.region, self.geometry.geometry(), last)?;
        let fit = self.fit(length, Some(buffer.len()));
        if let (Fit::Fits, Some(space)) = (&fit, buffer.get_mut(..length as usize)) {
            self.region.invalidate(slot + PAYLOAD, space.len());
            self.region.copy_out(slot + PAYLOAD, space);
        }
        let whole = P::verify(&self.region, self.geometry.geometry(), slot, last)
            && self.generation.holds(&self.region)
            && self.generation.owns(epoch);
        let len = length as usize;
        whole.then_some(match fit {
            Fit::Fits => Ok(Header {
                sequence: last.count(),
                epoch,
                len,
            }),
            Fit::Void => Err(None),
            Fit::Not(reason) => Err(Some(reason)),
        })
    }

    /// Whether a frame of this length fits its slot and, if given, `space`.
    pub(super) fn fit(&self, length: u32, space: Option<usize>) -> Fit {
        let required = length as usize;
        match space {
            _ if length == VOID => Fit::Void,
            Some(_) if length > self.geometry().capacity() => {
                Fit::Not(Reason::Corrupt(Wrong::Length))
            }
            Some(space) if required > space => Fit::Not(Reason::TooSmall(length)),
            _ => Fit::Fits,
        }
    }
}

/// Whether a frame can be received.
pub(super) enum Fit {
    Fits,
    /// The sender gave the message up: there is no message of this sequence.
    Void,
    Not(Reason),
}
