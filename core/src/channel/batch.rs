//! Several messages at once. Each is published or received like a single one; notification and release of slots are done once.

use super::outcome::{RecvError, SendError};
use super::policy::{Policy, Receive};
use super::receiver::Receiver;
use super::sender::Sender;
use crate::frame::{Header, Stamp};
use crate::geometry::GeometrySource;
use crate::region::{Region, RegionMut};
use crate::wait::Wait;

impl<R: RegionMut, P: Policy, W: Wait, G: GeometrySource> Sender<R, P, W, G> {
    /// Sends `messages` in order until they end or one cannot be sent, then notifies once. Returns how many were sent, and
    /// why not the next, which the iterator has given already.
    ///
    /// ```
    /// # use ramframe_core::{channel::{SendError, Sender}, geometry::Geometry, words::AtomicWords};
    /// # let memory = AtomicWords::array::<256>();
    /// # let region = AtomicWords::new(&memory);
    /// # Geometry::backpressure(2, 48, 1).format(&region, 0)?;
    /// let mut sender = Sender::backpressure(region)?;
    /// let (sent, stopped) = sender.send_batch(["CIEPLO", "ZIMNO", "CIEPLO"]);
    /// assert_eq!((sent, stopped), (2, Err(SendError::Full { receiver: 0 })));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[inline]
    pub fn send_batch<M: AsRef<[u8]>>(
        &mut self,
        messages: impl IntoIterator<Item = M>,
    ) -> (usize, Result<(), SendError>) {
        let mut sent = 0;
        let mut result = Ok(());
        for message in messages {
            result = self.put(message.as_ref()).map(drop);
            if result.is_err() {
                break;
            }
            sent += 1;
        }
        if sent > 0 {
            self.notify();
        }
        (sent, result)
    }
}

impl<R: Region, P: Receive<R>, W: Wait, G: GeometrySource> Receiver<R, P, W, G> {
    /// Takes up to `limit` messages that are there, hands each to `each`, and lets all their slots go at once. Returns how
    /// many, and why no more: `Ok` when the limit was reached.
    ///
    /// Each message is copied into `buffer` and verified first. A receiver that dies meanwhile has received none of them.
    #[inline]
    pub fn recv_batch(
        &mut self,
        limit: usize,
        buffer: &mut [u8],
        mut each: impl FnMut(Header, &[u8]),
    ) -> (usize, Result<(), RecvError>) {
        let mut count = 0;
        let mut result = Ok(());
        while count < limit {
            match self.get(buffer) {
                Ok(header) => each(header, buffer.get(..header.len).unwrap_or_default()),
                Err(error) => {
                    result = Err(error);
                    break;
                }
            }
            count += 1;
        }
        if count > 0 {
            self.finish_step();
        }
        (count, result)
    }

    /// Hands the next message to `take`, copied into `buffer`, and takes it if that says `Ok`: otherwise, or if this side dies
    /// meanwhile, it comes again.
    #[inline]
    pub fn recv_with<T, E>(
        &mut self,
        buffer: &mut [u8],
        take: impl FnOnce(Header, &[u8]) -> Result<T, E>,
    ) -> Result<Result<T, E>, RecvError> {
        let header = self.get(buffer)?;
        let taken = take(header, buffer.get(..header.len).unwrap_or_default());
        match taken {
            Ok(_) => self.finish_step(),
            Err(_) => self.last = Stamp::of_count(header.sequence),
        }
        Ok(taken)
    }
}
