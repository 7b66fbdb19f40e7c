//! How bytes come out: message by message into a buffer of this side's own, and from there in any pieces.

use embedded_io::{BufRead, ErrorType, Read, ReadExactError, ReadReady};

use super::outcome::{OpenError, StreamError};
use super::patience::{Count, RetryPolicy};
use crate::channel::{Backpressure, Corruption, Receiver, RecvError};
use crate::frame::{Frame, Header};
use crate::region::RegionMut;
use crate::wait::Wait;

/// The end of a stream that bytes come out of, with a buffer for one message of at most `N` bytes.
///
/// A message is taken out of the region whole, so nothing that was handed out by [`BufRead::fill_buf`] can change, and the
/// slot is the sender's again. A read into a buffer that holds any message (the channel's capacity) copies once, a shorter
/// one twice.
#[derive(Debug)]
pub struct Reader<R, W, P, const N: usize> {
    tap: Tap<R, W>,
    patience: P,
    frame: Frame<N>,
    /// How many bytes of the frame have been read.
    at: usize,
    /// What `read_ready` came upon beside bytes, and the next read has yet to say: an error, or the end.
    noticed: Option<Result<Found, StreamError>>,
}

/// What one look at the channel comes to.
#[derive(Clone, Copy, Debug)]
enum Found {
    /// A message that is not empty.
    Bytes(Header),
    /// The end of the stream.
    End,
    /// Nothing yet.
    Nothing,
}

impl<R: RegionMut, W: Wait, P: RetryPolicy, const N: usize> Reader<R, W, P, N> {
    /// A stream out of `receiver`'s channel. A call waits for bytes as long as `patience` lasts.
    ///
    /// Goes on where the receiver stands. On a channel whose sender has closed and whose messages are all taken, that is the
    /// end of the stream.
    pub fn new(receiver: Receiver<R, Backpressure, W>, patience: P) -> Result<Self, OpenError> {
        let required = receiver.geometry().capacity();
        if (N as u64) < u64::from(required) {
            return Err(OpenError::BufferTooSmall { required });
        }
        Ok(Self {
            tap: Tap {
                receiver,
                ended: false,
            },
            patience,
            frame: Frame::new(),
            at: 0,
            noticed: None,
        })
    }

    /// The same stream, waiting and notifying another way.
    pub fn with_wait<V: Wait>(self, wait: V) -> Reader<R, V, P, N> {
        Reader {
            tap: Tap {
                receiver: self.tap.receiver.with_wait(wait),
                ended: self.tap.ended,
            },
            patience: self.patience,
            frame: self.frame,
            at: self.at,
            noticed: self.noticed,
        }
    }

    /// The bytes in this side's buffer that were not read yet: at most one message's.
    pub fn buffered(&self) -> &[u8] {
        self.frame.payload().get(self.at..).unwrap_or_default()
    }

    /// The receiver beneath, to see how far it is.
    pub fn receiver(&self) -> &Receiver<R, Backpressure, W> {
        &self.tap.receiver
    }

    /// The receiver beneath. A message taken through it is missing from the stream.
    pub fn receiver_mut(&mut self) -> &mut Receiver<R, Backpressure, W> {
        &mut self.tap.receiver
    }

    /// The receiver beneath. What is [buffered](Reader::buffered) is lost.
    pub fn into_receiver(self) -> Receiver<R, Backpressure, W> {
        self.tap.receiver
    }

    /// Looks, and waits between two looks, until there are bytes or the end. The bytes go to `space`, or else to the frame.
    fn until(
        &mut self,
        mut space: Option<&mut [u8]>,
        count: &mut Count,
    ) -> Result<usize, StreamError> {
        loop {
            if let Some(len) = self.look(space.as_deref_mut(), count)? {
                return Ok(len);
            }
            self.tap.receiver.wait();
        }
    }

    /// Reads what is left of a message, or of the next one, as long as the limit of the whole call allows.
    fn read_piece(&mut self, buf: &mut [u8], count: &mut Count) -> Result<usize, StreamError> {
        if buf.is_empty() {
            return Ok(0);
        }
        if self.is_direct(buf.len()) {
            return self.until(Some(buf), count);
        }
        if self.buffered().is_empty() {
            self.until(None, count)?;
        }
        Ok(self.read_buffered(buf))
    }

    /// One look: how many bytes came, 0 at the end; `None` if there is nothing yet and the caller waits once more.
    pub(super) fn look(
        &mut self,
        space: Option<&mut [u8]>,
        count: &mut Count,
    ) -> Result<Option<usize>, StreamError> {
        let found = match (self.noticed.take(), space) {
            (Some(noticed), _) => noticed,
            (None, Some(space)) => self.tap.take(space),
            (None, None) => self.fill(),
        };
        match found? {
            Found::Bytes(header) => Ok(Some(header.len)),
            Found::End => Ok(Some(0)),
            Found::Nothing => count.once_more(&mut self.patience).map(|()| None),
        }
    }

    /// Whether a read into `len` bytes goes past the frame: nothing stands there, and any message fits.
    pub(super) fn is_direct(&self, len: usize) -> bool {
        let capacity = self.tap.receiver.geometry().capacity() as usize;
        len >= capacity && self.buffered().is_empty()
    }

    /// Reads of what is buffered as much as fits `buf`.
    pub(super) fn read_buffered(&mut self, buf: &mut [u8]) -> usize {
        let bytes = self.buffered();
        let len = bytes.len().min(buf.len());
        if let (Some(to), Some(from)) = (buf.get_mut(..len), bytes.get(..len)) {
            to.copy_from_slice(from);
        }
        self.at = self.at.saturating_add(len);
        len
    }

    /// One look, with bytes going to the frame, of which everything has been read.
    fn fill(&mut self) -> Result<Found, StreamError> {
        self.at = 0;
        let found = self.tap.take(self.frame.space())?;
        if let Found::Bytes(header) = found {
            self.frame.finish(header);
        }
        Ok(found)
    }
}

impl<R, W, P, const N: usize> ErrorType for Reader<R, W, P, N> {
    type Error = StreamError;
}

impl<R: RegionMut, W: Wait, P: RetryPolicy, const N: usize> Read for Reader<R, W, P, N> {
    /// Reads what is left of a message, or of the next one, as much as fits `buf`. `Ok(0)` is the end of the stream, which
    /// the sender has closed, unless `buf` is empty. On an error what `buf` holds is unspecified, and nothing was read.
    fn read(&mut self, buf: &mut [u8]) -> Result<usize, StreamError> {
        self.read_piece(buf, &mut Count::default())
    }

    /// Fills `buf`, from as many messages as it takes. The limit holds for the whole call; where it ends the call in the
    /// middle, [`StreamError::TimedOutAfter`] says how much was read.
    fn read_exact(&mut self, buf: &mut [u8]) -> Result<(), ReadExactError<StreamError>> {
        let mut count = Count::default();
        let mut done = 0;
        while let Some(rest) = buf.get_mut(done..).filter(|rest| !rest.is_empty()) {
            let len = self.read_piece(rest, &mut count);
            done += some(len.map_err(|error| error.after(done))?)?;
        }
        Ok(())
    }
}

/// How many bytes were read; if none, the stream has ended.
pub(super) fn some(len: usize) -> Result<usize, ReadExactError<StreamError>> {
    match len {
        0 => Err(ReadExactError::UnexpectedEof),
        len => Ok(len),
    }
}

impl<R: RegionMut, W: Wait, P: RetryPolicy, const N: usize> BufRead for Reader<R, W, P, N> {
    fn fill_buf(&mut self) -> Result<&[u8], StreamError> {
        if self.buffered().is_empty() {
            self.until(None, &mut Count::default())?;
        }
        Ok(self.buffered())
    }

    /// Of an `amt` above what is [buffered](Reader::buffered), all of that is taken as consumed.
    fn consume(&mut self, amt: usize) {
        self.at = self.at.saturating_add(amt);
    }
}

impl<R: RegionMut, W: Wait, P: RetryPolicy, const N: usize> ReadReady for Reader<R, W, P, N> {
    /// Whether a read has something to say at once: bytes, the end of the stream, or an error. An error is kept for the
    /// next read and never lost here.
    fn read_ready(&mut self) -> Result<bool, StreamError> {
        if !self.buffered().is_empty() || self.noticed.is_some() {
            return Ok(true);
        }
        match self.fill() {
            Ok(Found::Nothing) => return Ok(false),
            Ok(Found::Bytes(_)) => {}
            other => self.noticed = Some(other),
        }
        Ok(true)
    }
}

/// A receiver, and what turns its news into those of a stream.
#[derive(Debug)]
struct Tap<R, W> {
    receiver: Receiver<R, Backpressure, W>,
    /// The end of a stream was found: another sender then begins the next one, and breaks nothing.
    ended: bool,
}

impl<R: RegionMut, W: Wait> Tap<R, W> {
    /// Takes the next message that is not empty. `space` holds at least the channel's capacity.
    ///
    /// Passes over as many empty messages as there are slots, so that all that stood before bytes at the time of the call
    /// are out of the way, and a sender of empty messages cannot hold this side.
    fn take(&mut self, space: &mut [u8]) -> Result<Found, StreamError> {
        for _ in 0..=self.receiver.geometry().slots() {
            match self.receiver.recv(space) {
                Ok(header) if header.len == 0 => {}
                Ok(header) => {
                    self.ended = false;
                    return Ok(Found::Bytes(header));
                }
                Err(RecvError::SenderRestarted) if self.ended => self.ended = false,
                Err(error) => return self.otherwise(error),
            }
        }
        Ok(Found::Nothing)
    }

    /// What it means for the stream that there was no message.
    fn otherwise(&mut self, error: RecvError) -> Result<Found, StreamError> {
        let what = match error {
            RecvError::Empty | RecvError::Busy => return Ok(Found::Nothing),
            RecvError::Closed => {
                self.ended = true;
                return Ok(Found::End);
            }
            RecvError::SenderRestarted => return Err(StreamError::SenderRestarted),
            RecvError::Lagged(count) => return Err(StreamError::Lagged(count)),
            RecvError::ProgressLost => return Err(StreamError::ProgressLost),
            RecvError::Reformatted => return Err(StreamError::Reformatted),
            RecvError::Corrupt { what } => what,
            // Not to be had: `new` has seen to it that every message fits.
            RecvError::BufferTooSmall { .. } => Corruption::Length,
        };
        Err(StreamError::Corrupt { what })
    }
}
