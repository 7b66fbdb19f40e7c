//! A Unix domain stream socket, connected to another.

use std::io;
use std::os::unix::net::UnixStream;

use super::plan::Waiting;
use super::stream::Stream;

/// The socket as a link.
pub(super) fn open(
    socket: &UnixStream,
    waiting: Waiting,
) -> io::Result<Stream<&UnixStream, &UnixStream>> {
    socket.set_nonblocking(waiting == Waiting::Spin)?;
    Ok(Stream {
        reader: socket,
        writer: socket,
    })
}
