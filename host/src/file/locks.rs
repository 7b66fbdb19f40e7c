//! Who is the one sender in a map, and who sits in which receiver's seat?

use std::fs::File;
use std::sync::Arc;

use super::{Error, Map, error};
use crate::sys::{filelock, fork};
use crate::sysv::segment::{Access, ReadWrite};

/// The byte of the sender's lock, from the beginning of the channel; receiver `r`'s is `SENDER + 1 + r`.
const SENDER: u64 = 0;

/// The right to be the one sender, or a receiver in its seat, until drop or the end of this process.
#[derive(Debug)]
pub struct Held {
    file: Arc<File>,
    at: u64,
    process: u64,
}

impl Held {
    /// Whether this process has it: not in a child made by `fork`, which only keeps it from being free.
    pub fn is_held(&self) -> bool {
        self.process == fork::process()
    }
}

// The kernel gives such locks to whoever may write the file.
impl Map<ReadWrite> {
    /// Takes the sender's lock, without waiting.
    ///
    /// # Errors
    /// [`Error::SenderHeld`], or [`Error::System`].
    pub fn try_sender(&self) -> Result<Held, Error> {
        self.acquire(SENDER)?
            .ok_or_else(|| Error::SenderHeld(self.window.clone()))
    }

    /// Takes the first of `seats` that is free, without waiting.
    ///
    /// # Errors
    /// [`Error::NoFreeReceiver`] if all are held, or [`Error::System`].
    pub fn take_receiver_of(&self, seats: Vec<u32>) -> Result<(u32, Held), Error> {
        let count = u32::try_from(seats.len()).unwrap_or(u32::MAX);
        for seat in seats {
            if let Some(held) = self.acquire(SENDER + 1 + u64::from(seat))? {
                return Ok((seat, held));
            }
        }
        Err(Error::NoFreeReceiver(self.window.clone(), count))
    }

    fn acquire(&self, role: u64) -> Result<Option<Held>, Error> {
        let at = self.byte(role);
        let taken = filelock::acquire(&self.file, at)
            .map_err(|source| error::system("fcntl(F_OFD_SETLK)", &self.window, source))?;
        Ok(taken.then(|| Held {
            file: Arc::clone(&self.file),
            at,
            process: fork::process(),
        }))
    }
}

impl<A: Access> Map<A> {
    /// Whether another process, or another map in this one, has the sender's lock. Already history when it is read.
    ///
    /// # Errors
    /// [`Error::System`].
    pub fn has_sender(&self) -> Result<bool, Error> {
        self.is_held(SENDER)
    }

    /// Whether receiver `seat`'s seat is taken, as [`Map::has_sender`].
    ///
    /// # Errors
    /// [`Error::System`].
    pub fn is_seated(&self, seat: u32) -> Result<bool, Error> {
        self.is_held(SENDER + 1 + u64::from(seat))
    }

    /// The byte whose lock stands for `role`. Each map of a UIO device has bytes of its own.
    fn byte(&self, role: u64) -> u64 {
        let map = u64::from(self.window.uio_map) << 40;
        (map + role).saturating_add(self.window.offset)
    }

    fn is_held(&self, role: u64) -> Result<bool, Error> {
        filelock::is_held(&self.file, self.byte(role))
            .map_err(|source| error::system("fcntl(F_OFD_GETLK)", &self.window, source))
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        // A forked child has this guard's bytes, and would give back the lock of its parent.
        if self.is_held() {
            // What cannot be given back now is given back when the file is closed.
            let _ = filelock::release(&self.file, self.at);
        }
    }
}
