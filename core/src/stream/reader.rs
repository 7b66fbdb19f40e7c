//! Reading a stream: each message goes to a private buffer, and its bytes come out in any pieces.

use embedded_io::{BufRead, ErrorType, Read, ReadExactError, ReadReady};

use super::outcome::{OpenError, StreamError, once_more};
use crate::channel::{Backpressure, Corruption, Event, Receiver, RecvError};
use crate::frame::{Frame, Header};
use crate::geometry::{Geometry, GeometrySource};
use crate::region::RegionMut;
use crate::wait::{RetryPolicy, Wait, WaitCount};

/// The reading end of a stream, with a private buffer for one message of at most `N` bytes.
///
/// A whole message is copied out of the region at once, and its slot is released. So the bytes that [`BufRead::fill_buf`]
/// returned cannot change. A read into a buffer of at least the channel's capacity copies once. A shorter read copies twice.
///
/// ```
/// # use ramframe_core::{channel::Channel, geometry::Geometry, memory::AtomicWords, wait::MaxWaits};
/// # use ramframe_core::stream::{Reader, Writer};
/// # let memory = AtomicWords::array::<256>();
/// # let region = AtomicWords::new(&memory);
/// # Geometry::backpressure(2, 16, 1).format(&region, 0)?;
/// # let (sender, receiver) = Channel::backpressure(region).split();
/// use embedded_io::{BufRead, Write};
///
/// let mut writer = Writer::new(sender.attach()?, MaxWaits(10));
/// let mut reader = Reader::<_, _, _, 16>::new(receiver.attach(0)?, MaxWaits(10))?;
/// writer.write_all(b"CIEPLO\n")?;
/// let line = reader.fill_buf()?.iter().position(|byte| *byte == b'\n');
/// reader.consume(line.unwrap() + 1);
/// assert!(reader.buffered().is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Reader<R, W, P, const N: usize, G = Geometry> {
    source: MessageSource<R, W, G>,
    limit: P,
    frame: Frame<N>,
    /// How many bytes of the frame have been read.
    at: usize,
    /// An error or an end that `read_ready` found, and that the next read must return.
    noticed: Option<Result<Found, StreamError>>,
}

/// The result of one attempt.
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
    /// A stream from `receiver`'s channel. A call waits for bytes as long as `limit` allows.
    ///
    /// The stream begins with the receiver's next message. If the sender has closed and every message is received, the stream is
    /// at its end.
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

    /// The unread bytes in the private buffer: at most one message.
    pub fn buffered(&self) -> &[u8] {
        self.frame.payload().get(self.at..).unwrap_or_default()
    }

    /// The inner receiver, for example for its progress.
    pub fn receiver(&self) -> &Receiver<R, Backpressure, W, G> {
        &self.source.receiver
    }

    /// The inner receiver. A message that it receives in another way is missing from the stream.
    pub fn receiver_mut(&mut self) -> &mut Receiver<R, Backpressure, W, G> {
        &mut self.source.receiver
    }

    /// The inner receiver. The [buffered](Reader::buffered) bytes are lost.
    pub fn into_receiver(self) -> Receiver<R, Backpressure, W, G> {
        self.source.receiver
    }

    /// Makes attempts, and waits between them, until there are bytes or the end. The bytes go to `space`, or else to the frame.
    fn until(
        &mut self,
        mut space: Option<&mut [u8]>,
        count: &mut WaitCount,
    ) -> Result<usize, StreamError> {
        loop {
            if let Some(len) = self.attempt(space.as_deref_mut(), count)? {
                return Ok(len);
            }
            self.source.receiver.wait();
        }
    }

    /// Reads the rest of a message, or the next message. Waits as long as the limit of the whole call allows.
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

    /// One attempt. Returns the number of bytes, 0 at the end of the stream; `None` if there is nothing yet and the caller waits
    /// once more.
    pub(super) fn attempt(
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

    /// Whether a read into `len` bytes bypasses the frame: the frame is empty, and any message fits.
    pub(super) fn is_direct(&self, len: usize) -> bool {
        let capacity = self.source.receiver.geometry().capacity() as usize;
        len >= capacity && self.buffered().is_empty()
    }

    /// Reads as many buffered bytes as fit `buf`.
    pub(super) fn read_buffered(&mut self, buf: &mut [u8]) -> usize {
        let bytes = self.buffered();
        let len = bytes.len().min(buf.len());
        if let (Some(to), Some(from)) = (buf.get_mut(..len), bytes.get(..len)) {
            to.copy_from_slice(from);
        }
        self.at = self.at.saturating_add(len);
        len
    }

    /// One attempt, with the bytes going to the frame. All bytes of the frame were read before.
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
    /// Reads the rest of a message, or the next message, as much as fits `buf`. `Ok(0)` is the end of the stream: the sender has
    /// closed it. An empty `buf` returns `Ok(0)` too. On an error nothing was read, and the contents of `buf` are unspecified.
    fn read(&mut self, buf: &mut [u8]) -> Result<usize, StreamError> {
        self.read_piece(buf, &mut WaitCount::default())
    }

    /// Fills `buf` from as many messages as needed. The limit holds for the whole call. If the limit ends the call in the middle,
    /// [`StreamError::TimedOutAfter`] holds the number of bytes read.
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

/// The number of bytes read; an error if it is 0, because the stream has ended.
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

    /// An `amt` above the number of [buffered](Reader::buffered) bytes consumes all of them.
    fn consume(&mut self, amt: usize) {
        self.at = self.at.saturating_add(amt);
    }
}

impl<R: RegionMut, W: Wait, P: RetryPolicy, const N: usize, G: GeometrySource> ReadReady
    for Reader<R, W, P, N, G>
{
    /// Whether a read would return at once: with bytes, the end of the stream, or an error. An error is kept for the next read.
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

/// A receiver whose events become those of a stream.
#[derive(Debug)]
struct MessageSource<R, W, G> {
    receiver: Receiver<R, Backpressure, W, G>,
    /// The end of a stream was found. Another sender then begins the next stream, and that is no error.
    ended: bool,
}

impl<R: RegionMut, W: Wait, G: GeometrySource> MessageSource<R, W, G> {
    /// Receives the next message that is not empty. `space` holds at least the channel's capacity.
    ///
    /// Skips at most as many empty messages as there are slots. So all empty messages that came before the bytes are skipped, and
    /// a sender of empty messages cannot hold this side.
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

    /// The meaning for the stream of an event that is no message.
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

/// The meaning of a failed receive for the stream.
fn broken(error: RecvError) -> StreamError {
    let what = match error {
        RecvError::Reformatted => return StreamError::Reformatted,
        RecvError::Corrupt { what } => what,
        // This cannot happen, because `new` has checked that every message fits.
        RecvError::BufferTooSmall { .. } => Corruption::Length,
    };
    StreamError::Corrupt { what }
}
