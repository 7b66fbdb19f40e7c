//! How bytes come out: message by message into a buffer of this side's own, and from there in any pieces.

use embedded_io::{BufRead, ErrorType, Read, ReadExactError, ReadReady};

use super::outcome::{OpenError, StreamError, once_more};
use crate::channel::{Backpressure, Corruption, Event, Receiver, RecvError};
use crate::frame::{Frame, Header};
use crate::geometry::{Geometry, GeometrySource};
use crate::region::RegionMut;
use crate::wait::{RetryPolicy, Wait, WaitCount};

/// The end of a stream that bytes come out of, with a buffer for one message of at most `N` bytes.
///
/// A message is copied out of the region whole, so nothing that was handed out by [`BufRead::fill_buf`] can change, and the
/// slot is the sender's again. A read into a buffer that holds any message (the channel's capacity) copies once, a shorter
/// one twice.
#[derive(Debug)]
pub struct Reader<R, W, P, const N: usize, G = Geometry> {
    source: MessageSource<R, W, G>,
    limit: P,
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

impl<R: RegionMut, W: Wait, P: RetryPolicy, const N: usize, G: GeometrySource>
    Reader<R, W, P, N, G>
{
    /// A stream out of `receiver`'s channel. A call waits for bytes as long as `limit` allows.
    ///
    /// Goes on where the receiver stands. On a channel whose sender has closed and whose messages are all received, that is the
    /// end of the stream.
    pub fn new(receiver: Receiver<R, Backpressure, W, G>, limit: P) -> Result<Self, OpenError> {
        let required = receiver.geometry().capacity();
        if (N as u64) < u64::from(required) {
            return Err(OpenError::BufferTooSmall { required });
        }
        Ok(Self {
            source: MessageSource {
                receiver,
                ended: false,
            },
            limit,
            frame: Frame::new(),
            at: 0,
            noticed: None,
        })
    }

    /// The bytes in this side's buffer that were not read yet: at most one message's.
    pub fn buffered(&self) -> &[u8] {
        self.frame.payload().get(self.at..).unwrap_or_default()
    }

    /// The receiver beneath, to see how far it is.
    pub fn receiver(&self) -> &Receiver<R, Backpressure, W, G> {
        &self.source.receiver
    }

    /// The receiver beneath. A message received through it is missing from the stream.
    pub fn receiver_mut(&mut self) -> &mut Receiver<R, Backpressure, W, G> {
        &mut self.source.receiver
    }

    /// The receiver beneath. What is [buffered](Reader::buffered) is lost.
    pub fn into_receiver(self) -> Receiver<R, Backpressure, W, G> {
        self.source.receiver
    }

    /// Looks, and waits between two looks, until there are bytes or the end. The bytes go to `space`, or else to the frame.
    fn until(
        &mut self,
        mut space: Option<&mut [u8]>,
        count: &mut WaitCount,
    ) -> Result<usize, StreamError> {
        loop {
            if let Some(len) = self.look(space.as_deref_mut(), count)? {
                return Ok(len);
            }
            self.source.receiver.wait();
        }
    }

    /// Reads what is left of a message, or of the next one, as long as the limit of the whole call allows.
    fn read_piece(&mut self, buf: &mut [u8], count: &mut WaitCount) -> Result<usize, StreamError> {
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
        count: &mut WaitCount,
    ) -> Result<Option<usize>, StreamError> {
        let found = match (self.noticed.take(), space) {
            (Some(noticed), _) => noticed,
            (None, Some(space)) => self.source.take(space),
            (None, None) => self.fill(),
        };
        match found? {
            Found::Bytes(header) => Ok(Some(header.len)),
            Found::End => Ok(Some(0)),
            Found::Nothing => once_more(count, &mut self.limit).map(|()| None),
        }
    }

    /// Whether a read into `len` bytes goes past the frame: nothing stands there, and any message fits.
    pub(super) fn is_direct(&self, len: usize) -> bool {
        let capacity = self.source.receiver.geometry().capacity() as usize;
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
        let found = self.source.take(self.frame.space())?;
        if let Found::Bytes(header) = found {
            self.frame.finish(header);
        }
        Ok(found)
    }
}

impl<R, W, P, const N: usize, G> ErrorType for Reader<R, W, P, N, G> {
    type Error = StreamError;
}

impl<R: RegionMut, W: Wait, P: RetryPolicy, const N: usize, G: GeometrySource> Read
    for Reader<R, W, P, N, G>
{
    /// Reads what is left of a message, or of the next one, as much as fits `buf`. `Ok(0)` is the end of the stream, which
    /// the sender has closed, unless `buf` is empty. On an error what `buf` holds is unspecified, and nothing was read.
    fn read(&mut self, buf: &mut [u8]) -> Result<usize, StreamError> {
        self.read_piece(buf, &mut WaitCount::default())
    }

    /// Fills `buf`, from as many messages as it takes. The limit holds for the whole call; where it ends the call in the
    /// middle, [`StreamError::TimedOutAfter`] says how much was read.
    fn read_exact(&mut self, buf: &mut [u8]) -> Result<(), ReadExactError<StreamError>> {
        let mut count = WaitCount::default();
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

impl<R: RegionMut, W: Wait, P: RetryPolicy, const N: usize, G: GeometrySource> BufRead
    for Reader<R, W, P, N, G>
{
    fn fill_buf(&mut self) -> Result<&[u8], StreamError> {
        if self.buffered().is_empty() {
            self.until(None, &mut WaitCount::default())?;
        }
        Ok(self.buffered())
    }

    /// Of an `amt` above what is [buffered](Reader::buffered), all of that is taken as consumed.
    fn consume(&mut self, amt: usize) {
        self.at = self.at.saturating_add(amt);
    }
}

impl<R: RegionMut, W: Wait, P: RetryPolicy, const N: usize, G: GeometrySource> ReadReady
    for Reader<R, W, P, N, G>
{
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

/// A receiver, and what turns its events into those of a stream.
#[derive(Debug)]
struct MessageSource<R, W, G> {
    receiver: Receiver<R, Backpressure, W, G>,
    /// The end of a stream was found: another sender then begins the next one, and breaks nothing.
    ended: bool,
}

impl<R: RegionMut, W: Wait, G: GeometrySource> MessageSource<R, W, G> {
    /// Receives the next message that is not empty. `space` holds at least the channel's capacity.
    ///
    /// Passes over as many empty messages as there are slots, so that all that stood before bytes at the time of the call
    /// are out of the way, and a sender of empty messages cannot hold this side.
    fn take(&mut self, space: &mut [u8]) -> Result<Found, StreamError> {
        for _ in 0..=self.receiver.geometry().slots() {
            match self.receiver.try_recv(space) {
                Ok(Event::Message(message)) if message.payload.is_empty() => {}
                Ok(Event::Message(message)) => {
                    self.ended = false;
                    return Ok(Found::Bytes(message.header()));
                }
                Ok(Event::SenderRestarted) if self.ended => self.ended = false,
                Ok(event) => return self.otherwise(event),
                Err(error) => return Err(broken(error)),
            }
        }
        Ok(Found::Nothing)
    }

    /// What it means for the stream that there was no message.
    fn otherwise<M>(&mut self, event: Event<M>) -> Result<Found, StreamError> {
        match event {
            Event::Closed => {
                self.ended = true;
                Ok(Found::End)
            }
            Event::SenderRestarted => Err(StreamError::SenderRestarted),
            Event::Lagged(count) => Err(StreamError::Lagged(count)),
            Event::ProgressLost => Err(StreamError::ProgressLost),
            Event::Message(_) | Event::Empty | Event::Busy => Ok(Found::Nothing),
        }
    }
}

/// What a failed receive means for the stream.
fn broken(error: RecvError) -> StreamError {
    let what = match error {
        RecvError::Reformatted => return StreamError::Reformatted,
        RecvError::Corrupt { what } => what,
        // Cannot be: `new` has seen to it that every message fits.
        RecvError::BufferTooSmall { .. } => Corruption::Length,
    };
    StreamError::Corrupt { what }
}
