//! Bytes between a file and a channel, straight into its slots and out of them: for streams of any length.

use std::io;
use std::os::fd::AsFd;
use std::time::Duration;

use ramframe_core::channel::MessageView;
use ramframe_core::frame::Header;

use crate::receiver::{self, Event, Receiver, RecvError, Stepped};
use crate::sender::{self, SendError, Sender};
use crate::sys::{self, poll};
use crate::wait::limit::Limit;

/// Why a step of a stream moved no bytes.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The channel that is sent on: no room, or this process is not the sender any more.
    #[error(transparent)]
    Send(#[from] SendError),
    /// The channel that is received from.
    #[error(transparent)]
    Recv(#[from] RecvError),
    /// The file.
    #[error("{0}")]
    File(#[from] io::Error),
    /// The channel overwrites, so a stream over it would have holes.
    #[error("the channel overwrites, so that a stream over it would have holes")]
    Overwrites,
}

/// Whether reading `file` would not block: it has bytes or has ended. Waits up to `limit` for that.
pub fn is_readable(file: &impl AsFd, limit: Duration) -> bool {
    poll::is_readable(file.as_fd(), limit)
}

/// Waits for room in a backpressure channel, as [`Sender::send`] does, then reads once from `file` into the next message, and
/// sends that; 0 at the end of the file, and then nothing is sent. Copies nothing in this process.
///
/// # Errors
/// As [`Sender::send`], in [`Error::Send`]: nothing was read then. [`Error::File`] and [`Error::Overwrites`].
pub fn send(from: &impl AsFd, to: &mut Sender, limit: &Limit) -> Result<usize, Error> {
    loop {
        match try_send(from, to) {
            Err(Error::Send(error)) => to.overcome(error, limit)?,
            done => return done,
        }
    }
}

fn try_send(from: &impl AsFd, to: &mut Sender) -> Result<usize, Error> {
    let sender::End::Backpressure(sender) = to.end_mut().map_err(SendError::from)? else {
        return Err(Error::Overwrites);
    };
    let capacity = sender.geometry().capacity() as usize;
    let mut loan = sender.loan(capacity).map_err(SendError::from)?;
    let count = sys::io::read(from.as_fd(), &mut loan)?;
    if count > 0 {
        loan.commit();
    }
    Ok(count)
}

/// Waits for the next message of a backpressure channel, as [`Receiver::recv`] does, and writes all of it to `file`. While the
/// file is slow, looks whether to `stop`. Adds to `moved` what was written, also where that is a part of the message.
///
/// # Errors
/// After [`Error::File`] the message is gone; `Interrupted` if it was to stop. Also [`Error::Recv`] and
/// [`Error::Overwrites`].
pub fn recv(
    from: &mut Receiver,
    to: &impl AsFd,
    moved: &mut u64,
    limit: &Limit,
    stop: impl Fn() -> bool,
) -> Result<Event<Header>, Error> {
    let mut step = |from: &mut Receiver| -> Stepped<Header, Error> {
        match try_recv(from, to, moved, &stop) {
            Err(Error::Recv(error)) => Err(error),
            done => Ok(done),
        }
    };
    match step(from) {
        Ok(Ok(event @ Event::Message(_))) => Ok(event),
        other => from.wait_for(other, step, limit)?,
    }
}

fn try_recv(
    from: &mut Receiver,
    to: &impl AsFd,
    moved: &mut u64,
    stop: impl Fn() -> bool,
) -> Result<Event<Header>, Error> {
    let receiver::End::Backpressure(receiver) = from.end_mut().map_err(RecvError::from)? else {
        return Err(Error::Overwrites);
    };
    let write = |view: &MessageView<'_, _, _, _>| {
        let written = sys::io::write(to.as_fd(), view, moved, stop);
        written.map(|()| view.header())
    };
    let written = receiver.try_recv_in_place(write);
    Ok(receiver::told(written)?.try_map(|written| written)?)
}
