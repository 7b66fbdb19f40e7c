//! Bytes between a file and a channel, straight into its slots and out of them: for streams of any length.

use std::io;
use std::os::fd::AsFd;
use std::time::Duration;

use ramframe_core::channel::{RecvError, SendError};

use crate::receiver::{self, Receiver};
use crate::sender::{self, Sender};
use crate::sys::{self, poll};
use crate::tenure::Lost;

/// Why a step of a stream moved no bytes.
#[derive(Debug)]
pub enum Error<C> {
    /// The channel: nothing to take, no room, or the end.
    Channel(C),
    /// The file.
    File(io::Error),
    /// The channel overwrites, so a stream over it would have holes.
    Overwrites,
    /// This process is not at its end of the channel any more.
    Lost,
}

impl<C> From<Lost> for Error<C> {
    fn from(_: Lost) -> Self {
        Error::Lost
    }
}

impl<C> From<io::Error> for Error<C> {
    fn from(error: io::Error) -> Self {
        Error::File(error)
    }
}

/// Whether reading `file` would not block: it has bytes or has ended. Waits up to `limit` for that.
pub fn is_readable(file: &impl AsFd, limit: Duration) -> bool {
    poll::is_readable(file.as_fd(), limit)
}

/// Reads once from `file` into the next message of a backpressure channel, and sends that; 0 at the end of the file, and
/// then nothing is sent.
///
/// # Errors
/// [`SendError::Full`] in [`Error::Channel`] when there is no room: nothing was read then.
pub fn send(from: &impl AsFd, to: &mut Sender) -> Result<usize, Error<SendError>> {
    let sender::End::Backpressure(sender) = to.end_mut()? else {
        return Err(Error::Overwrites);
    };
    let capacity = sender.geometry().capacity() as usize;
    let mut loan = sender.loan(capacity).map_err(Error::Channel)?;
    let count = sys::io::read(from.as_fd(), &mut loan)?;
    if count > 0 {
        loan.commit();
    }
    Ok(count)
}

/// Takes the next message of a backpressure channel and writes all of it to `file`. While the file is slow, looks whether to
/// `stop`. Adds to `moved` what was written, also where that is a part of the message.
///
/// # Errors
/// [`RecvError::Empty`] and the others in [`Error::Channel`]; after [`Error::File`] the message is gone, `Interrupted` if it
/// was to stop.
pub fn recv(
    from: &mut Receiver,
    to: &impl AsFd,
    moved: &mut u64,
    stop: impl Fn() -> bool,
) -> Result<(), Error<RecvError>> {
    let receiver::End::Backpressure(receiver) = from.end_mut()? else {
        return Err(Error::Overwrites);
    };
    let written = receiver.recv_in_place(|view| sys::io::write(to.as_fd(), view, stop));
    let written = written.map_err(Error::Channel)?;
    *moved += written.done as u64;
    Ok(written.result?)
}
