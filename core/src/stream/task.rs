//! Streams for tasks: embedded-io-async's traits, by the steps of the blocking calls.
//!
//! The retry policy is asked before each sleep. But a task that nobody wakes asks nothing. To limit the time, drop the future
//! when a timer ends first.

use core::future::poll_fn;
use core::task::Poll;

use embedded_io_async::{BufRead, Read, ReadExactError, Write};

use super::duplex::Duplex;
use super::outcome::{StreamError, once_more};
use super::reader::{Reader, some};
use super::writer::{Writer, broken, offer};
use crate::channel::RoomRequest;
use crate::geometry::GeometrySource;
use crate::region::RegionMut;
use crate::wait::{RetryPolicy, WaitCount};
use crate::wake::Wake;

impl<R: RegionMut, W: Wake, P: RetryPolicy, const N: usize, G: GeometrySource>
    Reader<R, W, P, N, G>
{
    async fn until_async(
        &mut self,
        mut space: Option<&mut [u8]>,
        count: &mut WaitCount,
    ) -> Result<usize, StreamError> {
        poll_fn(|cx| match self.attempt(space.as_deref_mut(), count)? {
            Some(len) => Poll::Ready(Ok(len)),
            None => {
                self.receiver_mut().wait_task(cx);
                Poll::Pending
            }
        })
        .await
    }
}

impl<R: RegionMut, W: Wake, P: RetryPolicy, const N: usize, G: GeometrySource>
    Reader<R, W, P, N, G>
{
    async fn read_piece_async(
        &mut self,
        buf: &mut [u8],
        count: &mut WaitCount,
    ) -> Result<usize, StreamError> {
        if buf.is_empty() {
            return Ok(0);
        }
        if self.is_direct(buf.len()) {
            return self.until_async(Some(buf), count).await;
        }
        if self.buffered().is_empty() {
            self.until_async(None, count).await?;
        }
        Ok(self.read_buffered(buf))
    }
}

impl<R: RegionMut, W: Wake, P: RetryPolicy, const N: usize, G: GeometrySource> Read
    for Reader<R, W, P, N, G>
{
    /// As [`embedded_io::Read::read`], but the task sleeps. Cancel-safe: a future that is dropped before it is done has read
    /// nothing.
    async fn read(&mut self, buf: &mut [u8]) -> Result<usize, StreamError> {
        self.read_piece_async(buf, &mut WaitCount::default()).await
    }

    /// As [`embedded_io::Read::read_exact`], but the task sleeps. Not cancel-safe: the bytes that it has read are in `buf` and
    /// nowhere else.
    async fn read_exact(&mut self, buf: &mut [u8]) -> Result<(), ReadExactError<StreamError>> {
        let mut count = WaitCount::default();
        let mut done = 0;
        while let Some(rest) = buf.get_mut(done..).filter(|rest| !rest.is_empty()) {
            let len = self.read_piece_async(rest, &mut count).await;
            done += some(len.map_err(|error| error.after(done))?)?;
        }
        Ok(())
    }
}

impl<R: RegionMut, W: Wake, P: RetryPolicy, const N: usize, G: GeometrySource> BufRead
    for Reader<R, W, P, N, G>
{
    /// As [`embedded_io::BufRead::fill_buf`], but the task sleeps. Cancel-safe.
    async fn fill_buf(&mut self) -> Result<&[u8], StreamError> {
        if self.buffered().is_empty() {
            self.until_async(None, &mut WaitCount::default()).await?;
        }
        Ok(self.buffered())
    }

    fn consume(&mut self, amt: usize) {
        embedded_io::BufRead::consume(self, amt);
    }
}

impl<R: RegionMut, W: Wake, P: RetryPolicy, G: GeometrySource> Writer<R, W, P, G> {
    async fn write_piece_async(
        &mut self,
        buf: &[u8],
        count: &mut WaitCount,
    ) -> Result<usize, StreamError> {
        let piece = self.piece(buf);
        if piece.is_empty() {
            return Ok(0);
        }
        let mut request = RoomRequest::new(&mut self.sender);
        poll_fn(|cx| {
            let Some(receiver) = offer(request.sender(), piece)? else {
                return Poll::Ready(Ok(piece.len()));
            };
            once_more(count, &mut self.limit)?;
            request.sleep_for_room(cx, receiver)
        })
        .await
    }

    /// As [`drain`](Writer::drain), but the task sleeps. Cancel-safe.
    pub async fn drain_async(&mut self) -> Result<(), StreamError> {
        let mut count = WaitCount::default();
        for receiver in 0..self.sender.geometry().receivers() {
            let mut request = RoomRequest::new(&mut self.sender);
            poll_fn(|cx| {
                if !request.sender().has_pending(receiver).map_err(broken)? {
                    return Poll::Ready(Ok::<_, StreamError>(()));
                }
                once_more(&mut count, &mut self.limit)?;
                request.sleep_for_drain(cx, receiver)
            })
            .await?;
        }
        Ok(())
    }
}

impl<R: RegionMut, W: Wake, P: RetryPolicy, G: GeometrySource> Write for Writer<R, W, P, G> {
    /// As [`embedded_io::Write::write`], but the task sleeps. Cancel-safe: a future that is dropped before it is done has sent
    /// nothing.
    async fn write(&mut self, buf: &[u8]) -> Result<usize, StreamError> {
        self.write_piece_async(buf, &mut WaitCount::default()).await
    }

    /// As [`embedded_io::Write::flush`]. Never waits.
    async fn flush(&mut self) -> Result<(), StreamError> {
        embedded_io::Write::flush(self)
    }

    /// As [`embedded_io::Write::write_all`], but the task sleeps. Not cancel-safe: some of `buf` may have been sent.
    async fn write_all(&mut self, buf: &[u8]) -> Result<(), StreamError> {
        let mut count = WaitCount::default();
        let mut done = 0;
        while let Some(rest) = buf.get(done..).filter(|rest| !rest.is_empty()) {
            let sent = self.write_piece_async(rest, &mut count).await;
            done += sent.map_err(|error| error.after(done))?;
        }
        Ok(())
    }
}

impl<R, W, P, const N: usize, Out, In> Read for Duplex<R, W, P, N, Out, In>
where
    R: RegionMut,
    W: Wake,
    P: RetryPolicy,
    Out: GeometrySource,
    In: GeometrySource,
{
    async fn read(&mut self, buf: &mut [u8]) -> Result<usize, StreamError> {
        self.reader.read(buf).await
    }

    async fn read_exact(&mut self, buf: &mut [u8]) -> Result<(), ReadExactError<StreamError>> {
        self.reader.read_exact(buf).await
    }
}

impl<R, W, P, const N: usize, Out, In> BufRead for Duplex<R, W, P, N, Out, In>
where
    R: RegionMut,
    W: Wake,
    P: RetryPolicy,
    Out: GeometrySource,
    In: GeometrySource,
{
    async fn fill_buf(&mut self) -> Result<&[u8], StreamError> {
        self.reader.fill_buf().await
    }

    fn consume(&mut self, amt: usize) {
        BufRead::consume(&mut self.reader, amt);
    }
}

impl<R, W, P, const N: usize, Out, In> Write for Duplex<R, W, P, N, Out, In>
where
    R: RegionMut,
    W: Wake,
    P: RetryPolicy,
    Out: GeometrySource,
    In: GeometrySource,
{
    async fn write(&mut self, buf: &[u8]) -> Result<usize, StreamError> {
        self.writer.write(buf).await
    }

    async fn flush(&mut self) -> Result<(), StreamError> {
        self.writer.flush().await
    }

    async fn write_all(&mut self, buf: &[u8]) -> Result<(), StreamError> {
        self.writer.write_all(buf).await
    }
}
