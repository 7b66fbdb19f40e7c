//! Which process this is: a number that is another one after each fork, and that costs a load to read.
//!
//! A process id costs a system call, and a child in a PID namespace of its own may have its parent's. So a page is marked
//! to be zero in a child (`MADV_WIPEONFORK`). Whoever finds zero there is new, and takes the next number. A kernel older than
//! 4.14 has no such pages: there it is the process id.
//!
//! A child has no threads of its parent, but what these have locked stays locked. So no lock is shared with a parent, nor a
//! `OnceLock`, which waits for the thread that initializes it: see [`PerProcess`].

use std::process;
use std::ptr;
use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release};
use std::sync::atomic::{AtomicPtr, AtomicU64};

use rustix::mm::{Advice, MapFlags, ProtFlags, madvise, mmap_anonymous};

/// The last number that was taken. A child has its parent's, and goes on from there.
static LAST: AtomicU64 = AtomicU64::new(0);

/// The word that is zero in a child; null as long as nobody has asked.
static WORD: AtomicPtr<AtomicU64> = AtomicPtr::new(ptr::null_mut());

/// In place of a word where the kernel has no such page.
static NO_PAGE: AtomicU64 = AtomicU64::new(0);

/// This process's number.
#[inline]
pub(crate) fn process() -> u64 {
    let word = WORD.load(Acquire);
    // SAFETY: null, or `NO_PAGE`, or what `wiped_on_fork` returned: valid until this process ends.
    let Some(word) = (unsafe { word.as_ref() }) else {
        return first();
    };
    match word.load(Acquire) {
        0 => begin(word),
        number => number,
    }
}

#[cold]
fn first() -> u64 {
    let word = wiped_on_fork().unwrap_or(&NO_PAGE);
    // Another thread may have been first; then this page stays unused.
    let new = ptr::from_ref(word).cast_mut();
    let _ = WORD.compare_exchange(ptr::null_mut(), new, AcqRel, Relaxed);
    process()
}

#[cold]
fn begin(word: &AtomicU64) -> u64 {
    if ptr::eq(word, &NO_PAGE) {
        return process::id().into();
    }
    let number = LAST.fetch_add(1, Relaxed) + 1;
    // Another thread may have been first. Who sees the number, and forks, has `LAST` as it is behind it.
    let taken = word.compare_exchange(0, number, Release, Acquire);
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

/// A value of which each process has its own. A child begins with a new one, and leaves its parent's alone.
#[derive(Debug)]
pub(crate) struct PerProcess<T> {
    /// The newest process's; null at first.
    newest: AtomicPtr<Owned<T>>,
}

#[derive(Debug)]
struct Owned<T> {
    process: u64,
    value: T,
}

impl<T: Default + Send + Sync> PerProcess<T> {
    pub(crate) const fn new() -> Self {
        Self {
            newest: AtomicPtr::new(ptr::null_mut()),
        }
    }

    /// This process's value.
    pub(crate) fn get(&'static self) -> &'static T {
        let process = process();
        let newest = self.newest.load(Acquire);
        // SAFETY: null, or a leaked box of this process or of one that it was forked from.
        if let Some(owned) = unsafe { newest.as_ref() }
            && owned.process == process
        {
            return &owned.value;
        }
        let own: &'static Owned<T> = Box::leak(Box::new(Owned {
            process,
            value: T::default(),
        }));
        // Another thread of this process may have been first; then this value stays unused.
        let new = ptr::from_ref(own).cast_mut();
        let taken = (self.newest).compare_exchange(newest, new, AcqRel, Acquire);
        // SAFETY: as above, and not null.
        taken.map_or_else(|first| unsafe { &(*first).value }, |_| &own.value)
    }
}
