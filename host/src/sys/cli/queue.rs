//! System V message queues: what else a program would use, to measure against.

use std::ffi::c_int;
use std::io;

use crate::sys::checked;

/// The longest message that the kernel takes unless told otherwise (`kernel.msgmax`).
pub(crate) const LONGEST: usize = 8192;

/// The kernel's form of a message.
#[derive(Debug)]
#[repr(C)]
struct Message {
    kind: libc::c_long,
    bytes: [u8; LONGEST],
}

/// A message queue without a key, which is removed when its maker drops it.
#[derive(Debug)]
pub(crate) struct Queue {
    id: i32,
    made: bool,
    message: Box<Message>,
}

impl Queue {
    /// A new one, for this user alone.
    ///
    /// # Errors
    /// The system's.
    pub(crate) fn create() -> io::Result<Self> {
        // SAFETY: two integers; no memory is passed.
        let id = checked(unsafe { libc::msgget(libc::IPC_PRIVATE, 0o600) })?;
        Ok(Self::new(id, true))
    }

    /// The one that another process made.
    #[must_use]
    pub(crate) fn open(id: i32) -> Self {
        Self::new(id, false)
    }

    fn new(id: i32, made: bool) -> Self {
        let message = Message {
            kind: 1,
            bytes: [0; LONGEST],
        };
        Self {
            id,
            made,
            message: Box::new(message),
        }
    }

    /// The kernel's name for it.
    #[must_use]
    pub(crate) fn id(&self) -> i32 {
        self.id
    }

    /// Sends one message of at most [`LONGEST`] bytes; unless `wait`, WouldBlock if there is no room.
    ///
    /// # Errors
    /// The system's.
    pub(crate) fn send(&mut self, bytes: &[u8], wait: bool) -> io::Result<()> {
        let space = self.message.bytes.get_mut(..bytes.len());
        space
            .ok_or(io::ErrorKind::InvalidInput)?
            .copy_from_slice(bytes);
        self.message.kind = 1;
        // SAFETY: the kernel reads a long and then `bytes.len()` bytes, which the message holds, as asked above.
        let sent = unsafe {
            libc::msgsnd(
                self.id,
                (&raw const *self.message).cast(),
                bytes.len(),
                flags(wait),
            )
        };
        would_block(checked(sent)).map(drop)
    }

    /// Takes the next message, and returns its length; unless `wait`, WouldBlock if there is none.
    ///
    /// # Errors
    /// The system's; InvalidInput if it is longer than `buffer`.
    pub(crate) fn recv(&mut self, buffer: &mut [u8], wait: bool) -> io::Result<usize> {
        // SAFETY: the kernel writes a long and then at most LONGEST bytes, for which the message has room.
        let len = unsafe {
            libc::msgrcv(
                self.id,
                (&raw mut *self.message).cast(),
                LONGEST,
                0,
                flags(wait),
            )
        };
        let len = match usize::try_from(len) {
            Ok(len) => len,
            Err(_) => return would_block(Err(io::Error::last_os_error())),
        };
        let bytes = self.message.bytes.get(..len);
        let space = buffer.get_mut(..len).ok_or(io::ErrorKind::InvalidInput)?;
        space.copy_from_slice(bytes.unwrap_or_default());
        Ok(len)
    }
}

impl Drop for Queue {
    fn drop(&mut self) {
        if self.made {
            // SAFETY: IPC_RMID does not use the third argument.
            unsafe { libc::msgctl(self.id, libc::IPC_RMID, std::ptr::null_mut()) };
        }
    }
}

fn flags(wait: bool) -> c_int {
    if wait { 0 } else { libc::IPC_NOWAIT }
}

/// An empty queue is reported in a way of its own.
fn would_block<T>(result: io::Result<T>) -> io::Result<T> {
    result.map_err(|error| match error.raw_os_error() {
        Some(libc::ENOMSG) => io::ErrorKind::WouldBlock.into(),
        _ => error,
    })
}
