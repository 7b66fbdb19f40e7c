//! The least that two processes can do: what everything else is measured against.
//!
//! A round trip is one atomic store to a cache line and one to another, by the two processes in turn. Bytes go by two
//! copies through a ring of slots like the channel's, with one word beside each that says whose it is, and no protocol.
//! A wake-up is a store and a bare futex.

use std::hint::spin_loop;
use std::io;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::time::Duration;

use ramframe_core::region::{Region, RegionMut};

use crate::cli::bench::machine::futex;
use crate::shared::SharedMemory;

use super::control::await_number;
use super::payload::{OFFSET, Payload};
use super::plan::Waiting;
use super::ramframe::slots;
use super::transport::Exchange;

/// Two lines, and a ring one way.
#[derive(Debug)]
pub(super) struct Floor<'a> {
    pub(super) out: &'a AtomicU64,
    pub(super) into: &'a AtomicU64,
    pub(super) waiting: Waiting,
    /// Whether a spin pauses between two looks.
    pub(super) pauses: bool,
    pub(super) ring: Ring<'a>,
}

impl Exchange for Floor<'_> {
    #[inline]
    fn put(&mut self, _: &mut Payload, number: u64) -> io::Result<()> {
        self.out.store(number + 1, Release);
        if self.waiting.is_asleep() {
            futex::wake(low_half(self.out))?;
        }
        Ok(())
    }

    #[inline]
    fn take(&mut self, _: &mut Payload, number: u64) -> io::Result<()> {
        match self.waiting {
            Waiting::Spin if self.pauses => await_number(self.into, number + 1),
            Waiting::Spin => while self.into.load(Acquire) != number + 1 {},
            _ => sleep_until(self.into, number + 1),
        }
        Ok(())
    }

    fn flood(&mut self, content: &mut Payload, count: u64) -> io::Result<()> {
        (0..count).for_each(|number| self.ring.put(content.numbered(number), number));
        Ok(())
    }

    fn drain(&mut self, content: &mut Payload, count: u64) -> io::Result<()> {
        for number in 0..count {
            self.ring.take(content.space(), number, count);
            content.check(number)?;
        }
        Ok(())
    }

    fn copies(&self) -> bool {
        false
    }
}

fn sleep_until(cell: &AtomicU64, number: u64) {
    loop {
        let seen = cell.load(Acquire);
        if seen == number {
            return;
        }
        // Woken, changed already, or interrupted: it is looked at again.
        let _ = futex::wait(low_half(cell), seen as u32, Duration::from_secs(1));
    }
}

/// The half of a cell that changes, which is what a futex can watch.
fn low_half(cell: &AtomicU64) -> *const u32 {
    let half = usize::from(cfg!(target_endian = "big"));
    cell.as_ptr().cast::<u32>().wrapping_add(half).cast_const()
}

/// Slots with a word before each.
#[derive(Debug)]
pub(super) struct Ring<'a> {
    memory: &'a SharedMemory,
    slots: u64,
    stride: usize,
    payload: usize,
    /// Messages that there is room for, as known to the sender.
    limit: u64,
}

const LINE: usize = 64;
const CONSUMED: usize = 0;
const SLOTS_AT: usize = 2 * LINE;

impl<'a> Ring<'a> {
    /// A short message stands in its word's line; a long one on lines of its own, aligned like the buffers.
    pub(super) fn new(memory: &'a SharedMemory, size: usize) -> Self {
        let payload = if size + 8 <= LINE { 8 } else { OFFSET };
        let slots = u64::from(slots(size));
        Self {
            memory,
            slots,
            stride: (payload + size).next_multiple_of(LINE),
            payload,
            limit: slots,
        }
    }

    /// First process: makes it empty.
    pub(super) fn clear(&self) {
        self.memory.store(CONSUMED, 0, Relaxed);
        for number in 0..self.slots {
            self.memory.store(self.slot(number), 0, Relaxed);
        }
    }

    #[inline]
    fn slot(&self, number: u64) -> usize {
        SLOTS_AT + (number & (self.slots - 1)) as usize * self.stride
    }

    #[inline]
    fn put(&mut self, message: &[u8], number: u64) {
        while number == self.limit {
            self.limit = u64::from(self.memory.load(CONSUMED)) + self.slots;
            self.memory.fence(Acquire);
            spin_loop();
        }
        let slot = self.slot(number);
        self.memory.copy_in(slot + self.payload, message);
        self.memory.store(slot, number as u32 + 1, Release);
    }

    #[inline]
    fn take(&mut self, buffer: &mut [u8], number: u64, count: u64) {
        let slot = self.slot(number);
        while self.memory.load(slot) != number as u32 + 1 {
            spin_loop();
        }
        self.memory.fence(Acquire);
        self.memory.copy_out(slot + self.payload, buffer);
        // Told now and then, and at the end: the sender looks when it is out of room.
        if (number + 1).is_multiple_of((self.slots / 4).max(1)) || number + 1 == count {
            self.memory.store(CONSUMED, number as u32 + 1, Release);
        }
    }
}
