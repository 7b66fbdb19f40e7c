//! Which process this is: a number that is another one after each fork, and that costs a load to read.
//!
//! A process id costs a system call, and a child in a PID namespace of its own may have its parent's. So a page is marked
//! to be zero in a child (`MADV_WIPEONFORK`). Whoever finds zero there is new, and takes the next number. A kernel older than
//! 4.14 has no such pages: there it is the process id.

use std::process;
use std::ptr;
use std::sync::OnceLock;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;

use rustix::mm::{Advice, MapFlags, ProtFlags, madvise, mmap_anonymous};

/// The last number that was taken. A child has its parent's, and goes on from there.
static LAST: AtomicU64 = AtomicU64::new(0);

/// The word that is zero in a child.
static WORD: OnceLock<Option<&'static AtomicU64>> = OnceLock::new();

/// `None` where the kernel has no such page.
#[inline]
fn word() -> Option<&'static AtomicU64> {
    *WORD.get_or_init(wiped_on_fork)
}

/// This process's number.
#[inline]
pub(crate) fn process() -> u64 {
    match word() {
        Some(word) => match word.load(Relaxed) {
            0 => begin(word),
            number => number,
        },
        None => process::id().into(),
    }
}

#[cold]
fn begin(word: &AtomicU64) -> u64 {
    let number = LAST.fetch_add(1, Relaxed) + 1;
    // Another thread may have been first.
    let taken = word.compare_exchange(0, number, Relaxed, Relaxed);
    taken.map_or_else(|first| first, |_| number)
}

fn wiped_on_fork() -> Option<&'static AtomicU64> {
    let len = size_of::<AtomicU64>();
    let protection = ProtFlags::READ | ProtFlags::WRITE;
    // SAFETY: a null address lets the kernel choose free pages, so that nothing of this process is replaced.
    let page = unsafe { mmap_anonymous(ptr::null_mut(), len, protection, MapFlags::PRIVATE) };
    let page = page.ok()?;
    // SAFETY: the page that was mapped above; the advice changes only what a child finds in it.
    let wiped = unsafe { madvise(page, len, Advice::LinuxWipeOnFork) };
    // SAFETY: mapped above, zero, aligned to a page, never unmapped, and reached only by this reference.
    wiped.ok().map(|()| unsafe { &*page.cast::<AtomicU64>() })
}
