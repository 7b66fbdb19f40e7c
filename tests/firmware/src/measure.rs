//! What do the images that are weighed have in common? Ends that stand in static memory, so that `.bss` counts them.

use core::cell::UnsafeCell;
use core::hint::black_box;
use core::mem::MaybeUninit;

use ramframe_core::memory::{ConstLen, Memory};

use crate::memory::shared;

/// Room for one end of a channel, in `.bss`: the private RAM that it takes.
pub struct Place<T>(UnsafeCell<MaybeUninit<T>>);

// SAFETY: one core and no interrupt uses the images that are weighed, and `put` is called once.
unsafe impl<T> Sync for Place<T> {}

impl<T> Place<T> {
    /// An empty place.
    #[expect(clippy::new_without_default, reason = "for statics alone")]
    pub const fn new() -> Self {
        Place(UnsafeCell::new(MaybeUninit::uninit()))
    }

    /// Puts it there.
    ///
    /// # Safety
    /// At most once for each place.
    #[expect(
        clippy::mut_from_ref,
        reason = "once for each place, so nobody else has one"
    )]
    pub unsafe fn put(&'static self, end: T) -> &'static mut T {
        // SAFETY: by this function's contract no other reference to the contents exists.
        let end = unsafe { &mut *self.0.get() }.write(end);
        // Shown to the unknown, or the compiler may take it to pieces and leave some of them out.
        black_box(end)
    }
}

/// The caller's buffer; not counted as a channel's RAM.
static BUFFER: Buffer = Buffer(UnsafeCell::new([0; 48]));

struct Buffer(UnsafeCell<[u8; 48]>);

// SAFETY: as for `Place`.
unsafe impl Sync for Buffer {}

/// The caller's buffer.
///
/// # Safety
/// At most once in a program.
pub unsafe fn buffer() -> &'static mut [u8] {
    // SAFETY: by this function's contract no other reference to it exists.
    unsafe { &mut *BUFFER.0.get() }
}

/// The shared memory's first 1,024 bytes, more than any channel here takes.
pub type SizedMemory = Memory<'static, ConstLen<1024>>;

/// It, if the linker script gives so much.
pub fn sized() -> Option<SizedMemory> {
    shared()?.sized()
}

/// What `result` holds, or the end of the program.
pub fn or_stop<T, E>(result: Result<T, E>) -> T {
    match result {
        Ok(value) => value,
        Err(_) => stop(),
    }
}

/// Does nothing, for ever.
pub fn stop() -> ! {
    loop {
        core::hint::spin_loop();
    }
}

/// A message that the compiler knows nothing of, its length included.
pub fn message() -> &'static [u8] {
    black_box(b"CIEPLO")
}

/// Uses a value in a way that the compiler cannot see through.
pub fn used<T>(value: T) {
    black_box(value);
}
