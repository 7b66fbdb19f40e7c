//! Plain slices of shared memory, and what a program must promise for them.

use core::sync::atomic::Ordering;

use super::verbs::{read_within, write_within};
use crate::region::{Divide, Region, RegionMut};

/// A region whose other sides are trusted to keep the protocol. Only then may plain slices of it exist.
///
/// Over a backpressure channel, loans and views of such a region are `[u8]`, without a copy. A `Trusted` is not `Copy` or
/// `Clone`. It becomes one end of one channel, or, by [`Channel::split`](crate::channel::Channel::split), one sender and one
/// receiver.
///
/// Copies through it are those of the inner region: as fast as a memory copy, and atomic.
///
/// ```
/// use ramframe_core::channel::Channel;
/// use ramframe_core::geometry::Geometry;
/// use ramframe_core::memory::{SharedStatic, Trusted};
///
/// static SHARED: SharedStatic<1024> = SharedStatic::new();
/// let memory = SHARED.take().unwrap();
/// Geometry::backpressure(4, 48, 1).format(&memory, 0)?;
/// // SAFETY: both ends are made here, of this one value, and nobody else uses the memory.
/// let trusted = unsafe { Trusted::new(memory) }.expect("the memory has an address");
///
/// let (sender, receiver) = Channel::backpressure(trusted).split();
/// let (mut sender, mut receiver) = (sender.attach()?, receiver.attach(0)?);
/// let mut loan = sender.loan(6)?;
/// loan.copy_from_slice(b"CIEPLO"); // a slice of the slot
/// loan.commit();
/// let is_warm = receiver.try_recv_in_place(|view| view[..] == *b"CIEPLO")?;
/// assert_eq!(is_warm.message(), Some(true));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Trusted<M>(M);

impl<M: RegionMut> Trusted<M> {
    /// Makes a trusted region. `None` if the region has no [address](Region::address).
    ///
    /// # Safety
    /// For as long as this value, or an end of a channel made of it, lives:
    /// 1. This value is used for one channel. It may format that channel before.
    /// 2. That channel has at most one sender, and at most one receiver of each index, counting the ends of all programs and
    ///    cores. Each end in this program is made of a `Trusted`, or uses no slices.
    /// 3. All other users of the memory (other processes, cores and images) keep the protocol. Nobody writes to a slot that was
    ///    passed to this side, and nobody reads a slot that this side claimed. So nobody formats the channel, and nobody takes a
    ///    live receiver for dead.
    /// 4. This program accesses the channel's slots in no other way, and not with the verbs of another handle.
    pub unsafe fn new(region: M) -> Option<Self> {
        (!region.address(0).is_null()).then_some(Self(region))
    }

    /// Bytes of a slot that the protocol has passed to this side. Empty if they are not inside the region.
    ///
    /// Only the channel calls it. The channel holds the slot as long as the borrow lasts.
    pub(crate) fn lent(&self, at: usize, len: usize) -> &[u8] {
        let Some(first) = self.inside(at, len) else {
            return &[];
        };
        // SAFETY: inside the region, so readable by contract 2 of `Region`; the slot is this side's while `self` is borrowed,
        // so nobody writes it (contracts 2 to 4 of `new`).
        unsafe { core::slice::from_raw_parts(first, len) }
    }

    /// As [`lent`](Self::lent), for a slot that this side has claimed to write. The caller holds the end of the channel
    /// exclusively, so there is one such borrow at a time.
    #[allow(
        clippy::mut_from_ref,
        reason = "the channel's claim is what makes it exclusive"
    )]
    pub(crate) fn lent_mut(&self, at: usize, len: usize) -> &mut [u8] {
        let Some(first) = self.inside(at, len) else {
            return &mut [];
        };
        // SAFETY: inside the region, so writable by contract 2 of `RegionMut`. The claim is exclusive: on this side by the
        // caller's `&mut` and because there is one sender (contract 2), elsewhere by contracts 2 to 4 of `new`.
        unsafe { core::slice::from_raw_parts_mut(first, len) }
    }

    /// The address of `at`, with the provenance of the whole region, if `len` bytes there lie inside.
    fn inside(&self, at: usize, len: usize) -> Option<*mut u8> {
        let inside = at <= self.0.len() && len <= self.0.len() - at;
        inside.then(|| self.0.address(0).cast_mut().cast::<u8>().wrapping_add(at))
    }
}

// SAFETY: every verb is that of the region within.
unsafe impl<M: RegionMut> Region for Trusted<M> {
    read_within!(0);

    #[inline]
    fn invalidate(&self, at: usize, len: usize) {
        self.0.invalidate(at, len);
    }
}

// SAFETY: as for `Region`. And the callers of both functions promise one end of each role: so each slot is lent once.
unsafe impl<M: RegionMut + Divide> Divide for Trusted<M> {
    unsafe fn duplicate(&self) -> Self {
        // SAFETY: this function's contract is that one's.
        Self(unsafe { self.0.duplicate() })
    }

    unsafe fn part(&self, at: usize, len: usize) -> Option<Self> {
        // SAFETY: this function's contract is that one's.
        unsafe { self.0.part(at, len) }.map(Self)
    }
}

// SAFETY: as for `Region`.
unsafe impl<M: RegionMut> RegionMut for Trusted<M> {
    write_within!(0);

    #[inline]
    fn clean(&self, at: usize, len: usize) {
        self.0.clean(at, len);
    }
}
