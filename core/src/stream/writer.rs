//! Writing a stream: each write is one message of at most a slot's capacity, published before the write returns.

use embedded_io::{ErrorType, Write, WriteReady};

use super::outcome::{StreamError, once_more};
use crate::channel::{Backpressure, Corruption, SendError, Sender};
use crate::geometry::{Geometry, GeometrySource};
use crate::region::RegionMut;
use crate::wait::{RetryPolicy, Wait, WaitCount};

/// The writing end of a stream.
///
/// It has no buffer: a write of one byte uses a whole slot. Write large pieces.
///
/// Written bytes cannot be taken back. Dropping a writer does not end the stream; [`close`](Writer::close) does.
///
/// ```
/// # use ramframe_core::{channel::Channel, geometry::Geometry, memory::AtomicWords, wait::MaxWaits};
/// # use ramframe_core::stream::{Reader, Writer};
/// # let memory = AtomicWords::array::<256>();
/// # let region = AtomicWords::new(&memory);
/// # Geometry::backpressure(2, 16, 1).format(&region, 0)?;
/// # let (sender, receiver) = Channel::backpressure(region).split();
/// use embedded_io::{Read, Write};
///
/// let mut writer = Writer::new(sender.attach()?, MaxWaits(10));
/// let mut reader = Reader::<_, _, _, 16>::new(receiver.attach(0)?, MaxWaits(10))?;
/// writer.write_all(b"CIEPLO")?;
/// writer.close();
/// let mut bytes = [0; 16];
/// assert_eq!(reader.read(&mut bytes)?, 6);
/// assert_eq!(reader.read(&mut bytes)?, 0); // the end
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Writer<R, W, P, G = Geometry> {
    pub(super) sender: Sender<R, Backpressure, W, G>,
    pub(super) limit: P,
}

impl<R: RegionMut, W: Wait, P: RetryPolicy, G: GeometrySource> Writer<R, W, P, G> {
    /// A stream to `sender`'s channel. A call waits for room as long as `limit` allows.
    pub fn new(sender: Sender<R, Backpressure, W, G>, limit: P) -> Self {
        Self { sender, limit }
    }

    /// Waits until every receiver has received everything. Call it before the memory goes away, or to know that the other side is
    /// alive.
    ///
    /// Received does not mean read: a reader's private buffer may hold one message.
    ///
    /// ```
    /// # use ramframe_core::{channel::Channel, geometry::Geometry, memory::AtomicWords, wait::MaxWaits};
    /// # use ramframe_core::stream::{Reader, StreamError, Writer};
    /// # let memory = AtomicWords::array::<256>();
    /// # let region = AtomicWords::new(&memory);
    /// # Geometry::backpressure(2, 16, 1).format(&region, 0)?;
    /// # let (sender, receiver) = Channel::backpressure(region).split();
    /// use embedded_io::{Read, Write};
    ///
    /// let mut writer = Writer::new(sender.attach()?, MaxWaits(10));
    /// let mut reader = Reader::<_, _, _, 16>::new(receiver.attach(0)?, MaxWaits(10))?;
    /// writer.write_all(b"CIEPLO")?;
    /// assert_eq!(writer.drain(), Err(StreamError::TimedOut));
    /// reader.read(&mut [0; 16])?;
    /// writer.drain()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn drain(&mut self) -> Result<(), StreamError> {
        let limit = |waits| self.limit.waits_again(waits);
        self.sender.drain(limit).map_err(|error| match error {
            SendError::Full { .. } => StreamError::TimedOut,
            error => broken(error),
        })
    }

    /// Closes the stream: a reader that has read everything gets the end. Never waits. To know that everything arrived, call
    /// [`drain`](Writer::drain) first.
    pub fn close(self) {
        self.sender.close();
    }

    /// The inner sender, for example for the progress of the receivers.
    pub fn sender(&self) -> &Sender<R, Backpressure, W, G> {
        &self.sender
    }

    /// The inner sender. A message that it sends becomes part of the stream.
    pub fn sender_mut(&mut self) -> &mut Sender<R, Backpressure, W, G> {
        &mut self.sender
    }

    /// The inner sender. The stream is not closed.
    pub fn into_sender(self) -> Sender<R, Backpressure, W, G> {
        self.sender
    }

    /// Sends the first bytes of `buf` as one message, and waits for room as long as the limit of the whole call allows.
    fn write_piece(&mut self, buf: &[u8], count: &mut WaitCount) -> Result<usize, StreamError> {
        let piece = self.piece(buf);
        if piece.is_empty() {
            return Ok(0);
        }
        while let Some(receiver) = offer(&mut self.sender, piece)? {
            once_more(count, &mut self.limit)?;
            self.sender.wait_for_room(receiver);
        }
        Ok(piece.len())
    }

    /// The first bytes of `buf`, as many as one message holds.
    pub(super) fn piece<'b>(&self, buf: &'b [u8]) -> &'b [u8] {
        let capacity = self.sender.geometry().capacity() as usize;
        buf.get(..capacity).unwrap_or(buf)
    }
}

/// One attempt to send. Returns the receiver that is behind, if there is no room.
pub(super) fn offer<R: RegionMut, W: Wait, G: GeometrySource>(
    sender: &mut Sender<R, Backpressure, W, G>,
    piece: &[u8],
) -> Result<Option<u32>, StreamError> {
    match sender.try_send(piece) {
        // The message was stored, but in another generation: nobody reads it.
        Ok(_) if sender.was_reformatted() => Err(StreamError::Reformatted),
        Ok(_) => Ok(None),
        Err(SendError::Full { receiver }) => Ok(Some(receiver)),
        Err(error) => Err(broken(error)),
    }
}

/// The stream's error for a failed send that a wait does not help.
pub(super) fn broken(error: SendError) -> StreamError {
    let what = match error {
        SendError::Reformatted => return StreamError::Reformatted,
        SendError::Corrupt { what } => what,
        SendError::Full { receiver } => Corruption::Consumed { receiver },
        // This cannot happen, because a piece is never longer than the capacity.
        SendError::TooLong { .. } => Corruption::Length,
    };
    StreamError::Corrupt { what }
}

impl<R, W, P, G> ErrorType for Writer<R, W, P, G> {
    type Error = StreamError;
}

impl<R: RegionMut, W: Wait, P: RetryPolicy, G: GeometrySource> Write for Writer<R, W, P, G> {
    /// Sends the first bytes of `buf`, as many as a slot holds, as one message, and returns their number. An empty `buf` sends
    /// nothing. On an error nothing was sent.
    fn write(&mut self, buf: &[u8]) -> Result<usize, StreamError> {
        self.write_piece(buf, &mut WaitCount::default())
    }

    /// Sends all of `buf`, in as many messages as needed. The limit holds for the whole call. If the limit ends the call in the
    /// middle, [`StreamError::TimedOutAfter`] holds the number of bytes sent.
    fn write_all(&mut self, buf: &[u8]) -> Result<(), StreamError> {
        let mut count = WaitCount::default();
        let mut done = 0;
        while let Some(rest) = buf.get(done..).filter(|rest| !rest.is_empty()) {
            let sent = self.write_piece(rest, &mut count);
            done += sent.map_err(|error| error.after(done))?;
        }
        Ok(())
    }

    /// Notifies, if this side notifies unrequested: it may have left that out. The other side sees all written bytes before
    /// `write` returns, so nothing else is left to do. Never waits. [`drain`](Writer::drain) waits until everything is received.
    fn flush(&mut self) -> Result<(), StreamError> {
        if W::NOTIFY.unrequested() {
            self.sender.notify_now();
        }
        Ok(())
    }
}

impl<R: RegionMut, W: Wait, P: RetryPolicy, G: GeometrySource> WriteReady for Writer<R, W, P, G> {
    /// Whether there is room for a message. Room only grows until the next write.
    fn write_ready(&mut self) -> Result<bool, StreamError> {
        match self.sender.ready() {
            Ok(()) => Ok(true),
            Err(SendError::Full { .. }) => Ok(false),
            Err(error) => Err(broken(error)),
        }
    }
}
