//! No vectors: every copy is done in words.

/// No copy is as long as this.
pub(super) const LONG: usize = usize::MAX;

pub(super) fn can_use(_shared: *const u8, _private: *const u8) -> bool {
    false
}

/// # Safety
/// Never called.
pub(super) unsafe fn copy(_to: *mut u8, _from: *const u8, _len: usize, _shared: usize) {}

/// Copies fewer than [`LONG`] bytes out, in words.
///
/// # Safety
/// As [`copy_out`](super::copy_out).
#[inline(always)]
pub(super) unsafe fn copy_out_short(from: *const u8, to: &mut [u8]) {
    // SAFETY: this function's contract is that of the other.
    unsafe { super::words::copy_out(from, to) };
}
