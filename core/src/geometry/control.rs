//! The control block: written when a channel is made, read and checked before it is believed.

use core::sync::atomic::Ordering::{Acquire, Relaxed, Release};

use super::{
    CAPACITY, CONSTANTS, EPOCH, Field, GENERATION, Geometry, GeometryError, LINE, MAGIC,
    MAGIC_WORD, Overflow, POLICY, RECEIVERS, SLOTS, STRIDE, VERSION, VERSION_WORD,
};
use crate::frame;
use crate::region::{Region, RegionMut};

impl Geometry {
    /// Makes `region` an empty channel of this geometry, the magic last.
    ///
    /// Nobody else may use the region meanwhile; whoever used it before must attach again. The format count goes on from the
    /// last epoch, or from the count before where there was no sender, by one and the low 31 bits of `seed` (a clock, a boot
    /// counter, 0); and the first epoch is the count. So a peer that slept through it can tell. Cost: a store for each word
    /// before the slots, and three for each slot.
    pub fn format<R: RegionMut>(&self, region: &R, seed: u32) -> Result<(), GeometryError> {
        self.check(region.len())?;
        let formatted = self.next_format(region, seed);
        region.store_through(MAGIC, 0, Relaxed);
        // formatting: whoever sees a word of the new channel no longer sees the old magic.
        region.fence(Release);
        self.clear(region);
        for (at, word) in (VERSION..).step_by(4).zip(self.words()) {
            region.store_through(at, word, Relaxed);
        }
        // formatted: whoever sees this count, or the magic, sees everything before it; pairs with the fences in `was_reformatted`.
        region.store_through(GENERATION, formatted, Release);
        // After the count, which has gone on from it: one that dies in between loses neither.
        region.store_through(self.session() + EPOCH, 0, Relaxed);
        // formatted: as the count.
        region.store_through(MAGIC, MAGIC_WORD, Release);
        Ok(())
    }

    /// The format count to come: ahead of every epoch so far, as they are ahead of the count before.
    fn next_format<R: Region>(&self, region: &R, seed: u32) -> u32 {
        let formatted = region.load_fresh(GENERATION);
        let last = match region.load_fresh(self.session() + EPOCH) {
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
        let free = |at| (VERSION..=GENERATION).contains(&at);
        let words = (0..region.len() / 4).map(|index| index * 4);
        self.check(region.len()).is_ok()
            && words
                .filter(|&at| !free(at))
                .all(|at| region.load_fresh(at) == 0)
    }

    fn clear<R: RegionMut>(&self, region: &R) {
        for at in (VERSION..self.slots_at()).step_by(4) {
            // What goes on from one format to the next outlives one that breaks off here.
            if at != GENERATION && at != self.session() + EPOCH {
                region.store_through(at, 0, Relaxed);
            }
        }
        for slot in 0..self.slots {
            // The rest of the line stays what it is: who is still at an old message sees that, or that it is gone.
            region.invalidate(self.slot(slot), frame::PAYLOAD);
            // Not the length: who is still at an old message must not take it for an empty one.
            for word in [frame::EPOCH, frame::STAMP_LOW, frame::STAMP_HIGH] {
                region.store_through(self.slot(slot) + word, 0, Relaxed);
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
    pub fn read<R: Region>(region: &R) -> Result<Self, GeometryError> {
        let geometry = settled(region, Self::parse)?;
        geometry.check(region.len())?;
        Ok(geometry)
    }

    fn parse<R: Region>(region: &R) -> Result<Self, GeometryError> {
        match region.load(VERSION, Relaxed) {
            VERSION_WORD => {}
            found => return Err(GeometryError::Version { found }),
        }
        let word = |at| region.load(at, Relaxed);
        let (policy, line, receivers) = (word(POLICY), word(LINE), word(RECEIVERS));
        let fault = |field, value| GeometryError::Field { field, value };
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
pub(super) fn compare<R: Region>(region: &R, words: &[u32; 7]) -> Result<(), GeometryError> {
    settled(region, |region| {
        for (index, &word) in words.iter().enumerate() {
            let at = VERSION + 4 * index;
            let found = region.load(at, Relaxed);
            if found != word {
                return Err(GeometryError::Other {
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
    read: impl FnOnce(&R) -> Result<T, GeometryError>,
) -> Result<T, GeometryError> {
    if region.len() < CONSTANTS {
        return Err(GeometryError::RegionTooSmall {
            required: CONSTANTS as u64,
        });
    }
    match region.load_fresh(MAGIC) {
        MAGIC_WORD => {}
        0 => return Err(GeometryError::Unformatted),
        magic => return Err(GeometryError::Foreign { magic }),
    }
    let formatted = region.load_fresh(GENERATION);
    // formatted: pairs with the releases of count and magic in `format`.
    region.fence(Acquire);
    region.invalidate(VERSION, RECEIVERS + 4 - VERSION);
    let made = read(region);
    match was_reformatted(region, formatted) {
        true => Err(GeometryError::Unformatted),
        false => made,
    }
}

/// Whether `region` was formatted since its format count was `formatted`, or is being formatted: asked after something was
/// read of it, whether that can be of another channel.
pub(crate) fn was_reformatted<R: Region>(region: &R, formatted: u32) -> bool {
    // formatting: whoever has seen a word of a newer format no longer sees the old magic.
    region.fence(Acquire);
    let magic = region.load_fresh(MAGIC);
    // formatted: and whoever sees the newer magic sees the newer count.
    region.fence(Acquire);
    magic != MAGIC_WORD || region.load_fresh(GENERATION) != formatted
}
