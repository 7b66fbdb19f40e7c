//! How bytes go in: each write is one message of at most a slot's capacity, published before the write returns.

use embedded_io::{ErrorType, Write, WriteReady};

use super::outcome::{StreamError, once_more};
use crate::channel::{Backpressure, Corruption, SendError, Sender};
use crate::geometry::{Geometry, GeometrySource};
use crate::region::RegionMut;
use crate::wait::{RetryPolicy, Wait, WaitCount};

/// The end of a stream that bytes go into.
///
/// It has no buffer: a write of one byte takes a whole slot. Give it large pieces, or gather them before.
///
/// The other side can take bytes out at any time, and so make room; nothing that was written can be taken back. Dropping a
/// writer is no good end: [`close`](Writer::close) is.
#[derive(Debug)]
pub struct Writer<R, W, P, G = Geometry> {
    pub(super) sender: Sender<R, Backpressure, W, G>,
    pub(super) limit: P,
}

impl<R: RegionMut, W: Wait, P: RetryPolicy, G: GeometrySource> Writer<R, W, P, G> {
    /// A stream into `sender`'s channel. A call waits for room as long as `limit` allows.
    pub fn new(sender: Sender<R, Backpressure, W, G>, limit: P) -> Self {
        Self { sender, limit }
    }

    /// Waits until every receiver has taken everything: before the memory goes away, or to know that the other side lives.
    ///
    /// Taken is not read: a reader's own buffer holds up to one message more.
    pub fn drain(&mut self) -> Result<(), StreamError> {
        let limit = |waits| self.limit.waits_again(waits);
        self.sender.drain(limit).map_err(|error| match error {
            SendError::Full { .. } => StreamError::TimedOut,
            error => broken(error),
        })
    }

    /// Ends the stream in good order: a reader that has read everything is told that this is the end. Never waits; who
    /// must know that everything arrived calls [`drain`](Writer::drain) before.
    pub fn close(self) {
        self.sender.close();
    }

    /// The sender beneath, to see how far the receivers are.
    pub fn sender(&self) -> &Sender<R, Backpressure, W, G> {
        &self.sender
    }

    /// The sender beneath. A message sent through it is part of the stream.
    pub fn sender_mut(&mut self) -> &mut Sender<R, Backpressure, W, G> {
        &mut self.sender
    }

    /// The sender beneath; the stream is not closed.
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

/// One attempt to send. If there is no room: for which receiver.
pub(super) fn offer<R: RegionMut, W: Wait, G: GeometrySource>(
    sender: &mut Sender<R, Backpressure, W, G>,
    piece: &[u8],
) -> Result<Option<u32>, StreamError> {
    match sender.try_send(piece) {
        // Stored, but into another channel: nobody reads it.
        Ok(_) if sender.was_reformatted() => Err(StreamError::Reformatted),
        Ok(_) => Ok(None),
        Err(SendError::Full { receiver }) => Ok(Some(receiver)),
        Err(error) => Err(broken(error)),
    }
}

/// An error that waiting does not mend.
pub(super) fn broken(error: SendError) -> StreamError {
    let what = match error {
        SendError::Reformatted => return StreamError::Reformatted,
        SendError::Corrupt { what } => what,
        SendError::Full { receiver } => Corruption::Consumed { receiver },
        // Cannot be: a piece is never longer than the capacity.
        SendError::TooLong { .. } => Corruption::Length,
    };
    StreamError::Corrupt { what }
}

impl<R, W, P, G> ErrorType for Writer<R, W, P, G> {
    type Error = StreamError;
}

impl<R: RegionMut, W: Wait, P: RetryPolicy, G: GeometrySource> Write for Writer<R, W, P, G> {
    /// Sends the first bytes of `buf`, as many as a slot holds, as one message, and returns how many those are; an empty
    /// `buf` sends nothing. On an error nothing was sent.
    fn write(&mut self, buf: &[u8]) -> Result<usize, StreamError> {
        self.write_piece(buf, &mut WaitCount::default())
    }

    /// Sends all of `buf`, in as many messages as it takes. The limit holds for the whole call; where it ends the call in the
    /// middle, [`StreamError::TimedOutAfter`] says how much was sent.
    fn write_all(&mut self, buf: &[u8]) -> Result<(), StreamError> {
        let mut count = WaitCount::default();
        let mut done = 0;
        while let Some(rest) = buf.get(done..).filter(|rest| !rest.is_empty()) {
            let sent = self.write_piece(rest, &mut count);
            done += sent.map_err(|error| error.after(done))?;
        }
        Ok(())
    }

    /// Everything written is where the other side sees it already, before `write` returns. What is left to do is to notify,
    /// where this side notifies unrequested and so may have left it out. Never waits: not for anybody to read, which
    /// [`drain`](Writer::drain) does.
    fn flush(&mut self) -> Result<(), StreamError> {
        if W::NOTIFY.unrequested() {
            self.sender.notify_now();
        }
        Ok(())
    }
}

impl<R: RegionMut, W: Wait, P: RetryPolicy, G: GeometrySource> WriteReady for Writer<R, W, P, G> {
    /// Whether there is room for a message. The other side can only make more, so it stays true until the next write.
    fn write_ready(&mut self) -> Result<bool, StreamError> {
        match self.sender.ready() {
            Ok(()) => Ok(true),
            Err(SendError::Full { .. }) => Ok(false),
            Err(error) => Err(broken(error)),
        }
    }
}
