//! A region of your own: it wraps another region and delegates every verb. This one makes stronger barriers, and counts them.
#![allow(unsafe_code)]

use std::cell::Cell;
use std::error::Error;
use std::sync::atomic::{Ordering, fence};

use ramframe_core::channel::{Channel, Start};
use ramframe_core::geometry::Geometry;
use ramframe_core::memory::AtomicWords;
use ramframe_core::region::{Divide, Region, RegionMut};

/// A region whose other side needs a barrier of the program's choice.
struct WithBarrier<'c, R> {
    inner: R,
    barriers: &'c Cell<u32>,
}

impl<R> WithBarrier<'_, R> {
    /// On a chip: the instruction that reaches the other side, such as `dmb sy`.
    fn barrier(&self, order: Ordering) {
        if order != Ordering::Relaxed {
            fence(Ordering::SeqCst);
            self.barriers.set(self.barriers.get() + 1);
        }
    }
}

// SAFETY: every access is one of the inner region, so it is free of data races, and the addresses are the inner ones.
unsafe impl<R: Region> Region for WithBarrier<'_, R> {
    fn len(&self) -> usize {
        self.inner.len()
    }

    fn load(&self, at: usize) -> u32 {
        self.inner.load(at)
    }

    fn load_pair(&self, at: usize) -> [u32; 2] {
        self.inner.load_pair(at)
    }

    fn fence(&self, order: Ordering) {
        self.barrier(order);
    }

    fn copy_out(&self, at: usize, to: &mut [u8]) {
        self.inner.copy_out(at, to);
    }

    fn address(&self, at: usize) -> *const u32 {
        self.inner.address(at)
    }

    fn invalidate(&self, at: usize, len: usize) {
        self.inner.invalidate(at, len);
    }
}

// SAFETY: as for `Region`.
unsafe impl<R: RegionMut> RegionMut for WithBarrier<'_, R> {
    fn store(&self, at: usize, word: u32, order: Ordering) {
        self.barrier(order); // before a release store
        self.inner.store(at, word, order);
    }

    fn store_pair(&self, at: usize, pair: [u32; 2], order: Ordering) {
        self.barrier(order);
        self.inner.store_pair(at, pair, order);
    }

    fn copy_in(&self, at: usize, from: &[u8]) {
        self.inner.copy_in(at, from);
    }

    fn clean(&self, at: usize, len: usize) {
        self.inner.clean(at, len);
    }
}

// SAFETY: the two functions have the contracts of the inner ones.
unsafe impl<R: Divide> Divide for WithBarrier<'_, R> {
    unsafe fn duplicate(&self) -> Self {
        // SAFETY: this function's contract is that of the inner one.
        let inner = unsafe { self.inner.duplicate() };
        Self { inner, ..*self }
    }

    unsafe fn part(&self, at: usize, len: usize) -> Option<Self> {
        // SAFETY: this function's contract is that of the inner one.
        let inner = unsafe { self.inner.part(at, len) }?;
        Some(Self { inner, ..*self })
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let memory = AtomicWords::array::<256>();
    let barriers = Cell::new(0);
    let region = WithBarrier {
        inner: AtomicWords::new(&memory),
        barriers: &barriers,
    };
    Geometry::overwrite(4, 48).format(&region, 0)?;
    let (sender, receiver) = Channel::overwrite(region).split();
    let (mut sender, mut receiver) = (sender.attach()?, receiver.attach(Start::Oldest)?);

    barriers.set(0);
    sender.try_send(b"CIEPLO")?;
    println!("a send made barriers: {}", barriers.replace(0) > 0);
    let mut buffer = [0; 48];
    let message = receiver
        .try_recv(&mut buffer)?
        .message()
        .ok_or("no message")?;
    println!("received {}", str::from_utf8(message.payload)?);
    println!("a receive made barriers: {}", barriers.get() > 0);
    Ok(())
}
