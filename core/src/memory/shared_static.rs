//! Shared memory as a `static` of one image: for its two cores, or for two threads.

use core::cell::UnsafeCell;
use core::fmt;
use core::sync::atomic::AtomicBool;
use core::sync::atomic::Ordering::Relaxed;

use super::{ConstLen, Memory};

/// `N` bytes of shared memory for a `static`, aligned to 64 bytes and all zero.
///
/// A program needs no `unsafe` for it. If the two cores share only a part of the RAM, put the static into a linker section there.
///
/// ```
/// #![forbid(unsafe_code)]
/// use ramframe_core::channel::{Channel, Start};
/// use ramframe_core::geometry::Geometry;
/// use ramframe_core::memory::SharedStatic;
///
/// static SHARED: SharedStatic<1024> = SharedStatic::new();
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let memory = SHARED.take().expect("nobody else takes it");
/// Geometry::overwrite(4, 48).format(&memory, 0)?;
/// let (sender, receiver) = Channel::overwrite(memory).split();
/// let other_core = std::thread::spawn(|| {
///     let mut sender = sender.attach().unwrap();
///     sender.try_send(b"CIEPLO").unwrap();
/// });
/// other_core.join().unwrap();
///
/// let mut receiver = receiver.attach(Start::Oldest)?;
/// let mut buffer = [0; 48];
/// let message = receiver.try_recv(&mut buffer)?.message().unwrap();
/// assert_eq!(message.payload, b"CIEPLO");
/// # Ok(())
/// # }
/// ```
#[repr(C, align(64))]
pub struct SharedStatic<const N: usize> {
    bytes: UnsafeCell<[u8; N]>,
    taken: AtomicBool,
}

// SAFETY: the bytes are reached through a `Memory` alone, whose accesses are atomic.
unsafe impl<const N: usize> Sync for SharedStatic<N> {}

impl<const N: usize> SharedStatic<N> {
    /// `N` bytes, all zero.
    #[expect(clippy::new_without_default, reason = "it is for a static")]
    pub const fn new() -> Self {
        Self {
            bytes: UnsafeCell::new([0; N]),
            taken: AtomicBool::new(false),
        }
    }

    /// The handle to these bytes; `None` if it was taken already.
    ///
    /// Core uses no atomic exchange, because some machines have none. So if two cores call this at the same moment, both may get
    /// a handle. That is not undefined behavior, but two senders would mix their messages. Call it on one core.
    ///
    /// ```
    /// use ramframe_core::memory::SharedStatic;
    ///
    /// static SHARED: SharedStatic<1024> = SharedStatic::new();
    /// assert!(SHARED.take().is_some());
    /// assert!(SHARED.take().is_none());
    /// ```
    pub fn take(&'static self) -> Option<Memory<'static, ConstLen<N>>> {
        if self.taken.load(Relaxed) {
            return None;
        }
        self.taken.store(true, Relaxed);
        // SAFETY: 1. the bytes are one static object, of which the pointer has the provenance. 2. Nothing else reaches them: the
        // field is private. 3. Whoever has a handle accesses them by its verbs alone. They are writable: they are in a cell.
        let memory = unsafe { Memory::new(self.bytes.get().cast(), N) };
        memory?.sized()
    }
}

impl<const N: usize> fmt::Debug for SharedStatic<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SharedStatic<{N}>")
    }
}
