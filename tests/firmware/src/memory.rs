//! Where is the memory that the channel stands in? In a section of its own, named by the linker script.

use ramframe_core::memory::Memory;
use ramframe_core::region::Divide;

unsafe extern "C" {
    static mut __shared_start: u8;
    static mut __shared_end: u8;
}

/// The shared memory; `None` if the linker script puts it at an address that no region can have.
#[inline]
pub fn shared() -> Option<Memory<'static>> {
    let (start, len) = bounds();
    // SAFETY: the linker script reserves these bytes for the channel: no stack and no static lies in them, and all access
    // from this program goes through the region. Whoever is on the other side follows the layout.
    unsafe { Memory::new(start, len) }
}

/// Where it begins, and how long it is, for a side that is not in Rust.
#[inline]
pub fn bounds() -> (*mut u8, usize) {
    let (start, end) = (&raw mut __shared_start, &raw mut __shared_end);
    (start, end.addr() - start.addr())
}

/// A channel's part of `all`.
pub fn part(all: &Memory<'static>, at: usize, len: usize) -> Option<Memory<'static>> {
    // SAFETY: the parts do not overlap, and each is used for one thing.
    unsafe { all.part(at, len) }
}
