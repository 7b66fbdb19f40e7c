//! Which key may a test use, among all tests that run beside it?
//!
//! `ftok` keys collide, and a test must not find another test's segment on its own. So a test claims its key before it
//! uses it, as a name in the abstract namespace of Unix sockets: of one holder at a time in all processes, and free again
//! however that holder ends.

use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr, UnixListener};
use std::path::Path;

use ramframe_host::locks;
use ramframe_host::sysv::key::Key;
use ramframe_host::sysv::segment;
use ramframe_host::trust::Trust;

/// The letter of every test's key, and the one that `host` takes by itself.
const ID: u8 = b'S';

/// A file or folder whose key, by `ftok` of it and `S`, nobody else uses. Whatever is left on it is removed in the end.
pub(crate) struct OwnKey<F> {
    /// Of `file`.
    pub(crate) key: Key,
    pub(crate) file: F,
    _claim: UnixListener,
}

impl<F: AsRef<Path>> OwnKey<F> {
    /// Makes files until the key of one is free.
    pub(crate) fn of(make: impl Fn() -> F) -> Self {
        let mut taken = Vec::new();
        loop {
            let file = make();
            let key = Key::of_path(file.as_ref(), ID).unwrap();
            if let Some(claim) = claim(key)
                && is_unused(key)
            {
                return Self {
                    key,
                    file,
                    _claim: claim,
                };
            }
            // Kept until another is found, so that the next one is another inode.
            taken.push(file);
        }
    }
}

/// For the file under any letter: a few tests take a second key of the same file.
pub(crate) fn claim(key: Key) -> Option<UnixListener> {
    let name = format!("ramframe-test-key-{:06x}", key.raw() & 0x00ff_ffff);
    let address = SocketAddr::from_abstract_name(name).unwrap();
    UnixListener::bind_addr(&address).ok()
}

pub(crate) fn is_unused(key: Key) -> bool {
    let locks = locks::Locks::open(key, &Trust::current_user());
    segment::find(key).is_err() && locks.is_err_and(|error| error.is_absent())
}

impl<F> Drop for OwnKey<F> {
    fn drop(&mut self) {
        let _ = segment::find(self.key).and_then(segment::remove);
        let _ = locks::remove(self.key);
    }
}
