//! What a thread of this library does not do for the program.

use std::mem::MaybeUninit;
use std::ptr;

/// Leaves every signal to the program's own threads.
pub(crate) fn block_signals() {
    let mut all = MaybeUninit::uninit();
    // SAFETY: `sigfillset` writes the whole set, which the other call reads; the old mask is not asked for.
    unsafe {
        libc::sigfillset(all.as_mut_ptr());
        libc::pthread_sigmask(libc::SIG_BLOCK, all.as_ptr(), ptr::null_mut());
    }
}
