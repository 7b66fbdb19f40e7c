//! The control block: written when a channel is made, read and checked before it is believed.

use core::sync::atomic::Ordering::{Acquire, Relaxed, Release};

use super::{
    CAPACITY, CONSTANTS, EPOCH, FORMATTED, Field, LINE, Layout, LayoutError, MAGIC, MAGIC_WORD,
    Overflow, POLICY, RECEIVERS, SLOTS, STRIDE, VERSION, VERSION_WORD,
};
use crate::frame;
use crate::region::{Region, RegionMut};

impl Layout {
    /// Makes `region` an empty channel of this geometry, the magic last.
    ///
    /// Nobody else may use the region meanwhile; whoever used it before must attach again. The format count goes on from the
    /// last epoch, or from the count before where there was no sender, by one and the low 31 bits of `seed` (a clock, a boot
    /// counter, 0); and the first epoch is the count. So a peer that slept through it can tell. Cost: a store for each word
    /// before the slots, and three for each slot.
    pub fn format<R: RegionMut>(&self, region: &R, seed: u32) -> Result<(), LayoutError> {
        self.check(region.len())?;
        let formatted = self.next_format(region, seed);
        region.poke(MAGIC, 0, Relaxed);
        // formatting: whoever sees a word of the new channel no longer sees the old magic.
        region.fence(Release);
        self.clear(region);
        for (at, word) in (VERSION..).step_by(4).zip(self.words()) {
            region.poke(at, word, Relaxed);
        }
        // formatted: whoever sees this count, or the magic, sees everything before it; pairs with the fences in `is_anew`.
        region.poke(FORMATTED, formatted, Release);
        // After the count, which has gone on from it: one that dies in between loses neither.
        region.poke(self.session() + EPOCH, 0, Relaxed);
        // formatted: as the count.
        region.poke(MAGIC, MAGIC_WORD, Release);
        Ok(())
    }

    /// The format count to come: ahead of every epoch so far, as they are ahead of the count before.
    fn next_format<R: Region>(&self, region: &R, seed: u32) -> u32 {
        let formatted = region.peek(FORMATTED);
        let last = match region.peek(self.session() + EPOCH) {
            0 => formatted,
            epoch => epoch,
        };
        last.wrapping_add(seed & (u32::MAX >> 1))
            .wrapping_add(1)
            .max(1)
    }

    /// Whether `region` holds nothing but what [`format`](Self::format) leaves when it dies before the magic, on memory
    /// that was all zero: formatting it again loses nothing. Reads all of it.
    pub fn is_half_made<R: Region>(&self, region: &R) -> bool {
        let free = |at| (VERSION..=FORMATTED).contains(&at);
        let words = (0..region.len() / 4).map(|index| index * 4);
        self.check(region.len()).is_ok()
            && words.filter(|&at| !free(at)).all(|at| region.peek(at) == 0)
    }

    fn clear<R: RegionMut>(&self, region: &R) {
        for at in (VERSION..self.slots_at()).step_by(4) {
            // What goes on from one format to the next outlives one that breaks off here.
            if at != FORMATTED && at != self.session() + EPOCH {
                region.poke(at, 0, Relaxed);
            }
        }
        for slot in 0..self.slots {
            // The rest of the line stays what it is: who is still at an old message sees that, or that it is gone.
            region.invalidate(self.slot(slot), frame::PAYLOAD);
            // Not the length: who is still at an old message must not take it for an empty one.
            for word in [frame::EPOCH, frame::STAMP_LOW, frame::STAMP_HIGH] {
                region.poke(self.slot(slot) + word, 0, Relaxed);
            }
        }
    }

    /// What stands from [`VERSION`] to [`RECEIVERS`].
    pub(super) const fn words(&self) -> [u32; 7] {
        [
            VERSION_WORD,
            self.line_size(),
            self.overflow.word(),
            self.slots,
            self.stride,
            self.capacity,
            self.receivers(),
        ]
    }

    /// Reads and checks the control block of `region`. Eleven loads and three fences; trusts nothing it finds.
    pub fn read<R: Region>(region: &R) -> Result<Self, LayoutError> {
        let layout = settled(region, Self::parse)?;
        layout.check(region.len())?;
        Ok(layout)
    }

    fn parse<R: Region>(region: &R) -> Result<Self, LayoutError> {
        match region.load(VERSION, Relaxed) {
            VERSION_WORD => {}
            found => return Err(LayoutError::Version { found }),
        }
        let word = |at| region.load(at, Relaxed);
        let (policy, line, receivers) = (word(POLICY), word(LINE), word(RECEIVERS));
        let fault = |field, value| LayoutError::Field { field, value };
        Ok(Self {
            overflow: Overflow::from_word(policy).ok_or(fault(Field::Policy, policy))?,
            line: line.try_into().map_err(|_| fault(Field::Line, line))?,
            slots: word(SLOTS),
            stride: word(STRIDE),
            capacity: word(CAPACITY),
            receivers: (receivers.try_into()).map_err(|_| fault(Field::Receivers, receivers))?,
        })
    }
}

/// Checks that the control block of `region` says just `words`, from [`VERSION`] on.
pub(super) fn compare<R: Region>(region: &R, words: &[u32; 7]) -> Result<(), LayoutError> {
    settled(region, |region| {
        for (index, &word) in words.iter().enumerate() {
            let at = VERSION + 4 * index;
            let found = region.load(at, Relaxed);
            if found != word {
                return Err(LayoutError::Other {
                    at: at as u32,
                    found,
                });
            }
        }
        Ok(())
    })
}

/// What `read` makes of a control block that nobody formats meanwhile.
fn settled<R: Region, T>(
    region: &R,
    read: impl FnOnce(&R) -> Result<T, LayoutError>,
) -> Result<T, LayoutError> {
    if region.len() < CONSTANTS {
        return Err(LayoutError::TooSmall {
            need: CONSTANTS as u64,
        });
    }
    match region.peek(MAGIC) {
        MAGIC_WORD => {}
        0 => return Err(LayoutError::Unformatted),
        magic => return Err(LayoutError::Foreign { magic }),
    }
    let formatted = region.peek(FORMATTED);
    // formatted: pairs with the releases of count and magic in `format`.
    region.fence(Acquire);
    region.invalidate(VERSION, RECEIVERS + 4 - VERSION);
    let made = read(region);
    match is_anew(region, formatted) {
        true => Err(LayoutError::Unformatted),
        false => made,
    }
}

/// Whether `region` was formatted since its format count was `formatted`, or is being formatted: asked after something was
/// read of it, whether that can be of another channel.
pub(crate) fn is_anew<R: Region>(region: &R, formatted: u32) -> bool {
    // formatting: whoever has seen a word of a newer format no longer sees the old magic.
    region.fence(Acquire);
    let magic = region.peek(MAGIC);
    // formatted: and whoever sees the newer magic sees the newer count.
    region.fence(Acquire);
    magic != MAGIC_WORD || region.peek(FORMATTED) != formatted
}
