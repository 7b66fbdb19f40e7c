//! The generation: the format of the region that a side belongs to, and how a side notices another format.
//!
//! Each format changes the generation, by 1 in its low 11 bits. A side reads the generation when it attaches, and checks it at
//! the end of each step. So no step returns bytes of one generation as bytes of another.
//!
//! A check cannot prevent a late store: a side may pass its last check, stop, and store after a format. Late stores are therefore
//! harmless:
//!
//! - Every byte has one writing role for the whole life of the region, because a format keeps the places of lines and slots.
//! - The words of a receiver and the sender's count of notifications carry the low bits of the generation as a tag. A word with
//!   another tag has no meaning.
//! - Epochs are never reset. A format sets the first epoch of its generation above every epoch that an older sender may still
//!   store. A receiver ignores a frame with an older epoch.

mod format;

pub(crate) use self::format::{begin as begin_format, unnamed};

use core::sync::atomic::Ordering::Acquire;

use crate::geometry::{
    CONSTANTS, EPOCH, FIRST_EPOCH, GENERATION, GeometryError, GeometrySource, MAGIC, MAGIC_WORD,
};
use crate::region::Region;

/// Number of count bits in a tagged word. The tag is above them.
const COUNT_BITS: u32 = 21;

/// Mask of the count in a tagged word.
pub(crate) const COUNT_MASK: u32 = (1 << COUNT_BITS) - 1;

/// Number of different tags.
const TAGS: u32 = 1 << (32 - COUNT_BITS);

/// The epoch after `epoch`. Never 0, because 0 means that there was no sender, or that no sender has closed.
pub(crate) fn next_epoch(epoch: u32) -> u32 {
    epoch.checked_add(1).unwrap_or(1)
}

/// One generation of a region, as known to a side that attached to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Generation {
    number: u32,
    first_epoch: u32,
}

impl Generation {
    /// A word that carries this generation's tag and the low bits of `count`.
    #[inline(always)]
    pub(crate) const fn tagged(self, count: u32) -> u32 {
        self.number << COUNT_BITS | count & COUNT_MASK
    }

    /// The count in `word`; above [`COUNT_MASK`] if that carries another generation's tag.
    #[inline(always)]
    pub(crate) const fn untagged(self, word: u32) -> u32 {
        word ^ self.tagged(0)
    }

    /// The count in `word`; `None` if it carries another generation's tag.
    #[inline]
    pub(crate) const fn count(self, word: u32) -> Option<u32> {
        match self.untagged(word) {
            count if count <= COUNT_MASK => Some(count),
            _ => None,
        }
    }

    /// Whether a sender of this generation may have `epoch`.
    #[inline]
    pub(crate) const fn owns(self, epoch: u32) -> bool {
        epoch.wrapping_sub(self.first_epoch) < 1 << 31
    }

    /// Which generation this is.
    pub(crate) const fn number(self) -> u32 {
        self.number
    }

    /// The epoch of the first sender.
    pub(crate) const fn first_epoch(self) -> u32 {
        self.first_epoch
    }

    /// How many senders of this generation came before the one that has `epoch`.
    pub(crate) const fn epochs_before(self, epoch: u32) -> u32 {
        // No sender has epoch 0.
        let skipped = (epoch < self.first_epoch) as u32;
        epoch.wrapping_sub(self.first_epoch).saturating_sub(skipped)
    }

    /// An epoch that no sender near this generation has: for a side that knows of no sender.
    pub(crate) const fn no_epoch(self) -> u32 {
        self.first_epoch.wrapping_add(1 << 31)
    }

    /// The epoch of this generation's newest sender; `None` if there was none yet. Once there was one, there is always one.
    pub(crate) fn sender_epoch<R: Region>(self, region: &R) -> Option<u32> {
        let epoch = self.load_epoch(region);
        self.owns(epoch).then_some(epoch)
    }

    /// The epoch of the newest sender. It is a sender of this generation if the generation [owns](Self::owns) the epoch.
    ///
    /// epoch: a side that makes a fence after this load sees no stamp and no head of an older generation. Every step that loads a
    /// stamp or the head has such a fence before it believes them.
    pub(crate) fn load_epoch<R: Region>(self, region: &R) -> u32 {
        region.load_fresh(CONSTANTS + EPOCH)
    }

    /// Whether the frames that were read until now are of this generation. One load.
    ///
    /// The generation alone is enough, because only a sender stores frames, and a sender attaches after the generation is stored.
    #[inline(always)]
    pub(crate) fn holds<R: Region>(self, region: &R) -> bool {
        // generation: a side that has read a byte of a newer generation's sender sees the newer generation.
        region.fence(Acquire);
        region.load_fresh(GENERATION) == self.number
    }

    /// Returns an error if the region is being formatted, or was formatted since this generation was read.
    pub(crate) fn confirm<R: Region>(self, region: &R) -> Result<(), GeometryError> {
        match self.is_current(region) {
            true => Ok(()),
            false => Err(GeometryError::Unformatted),
        }
    }

    /// Whether the region is of this generation, and is not being formatted. Then every word that was read until now is of this
    /// generation. Two loads.
    #[cfg_attr(not(target_has_atomic = "32"), inline(never))]
    pub(crate) fn is_current<R: Region>(self, region: &R) -> bool {
        // formatting: a side that has seen a word of a newer format no longer sees the old magic. consumed: a sender that has
        // read the progress of receivers stores to the released slots after those receivers have read them.
        region.fence(Acquire);
        let magic = region.load_fresh(MAGIC);
        // formatted: a side that sees the newer magic sees the newer generation.
        region.fence(Acquire);
        // The generation is on the magic's line, so a cache does not hold an older value of it.
        magic == MAGIC_WORD && region.load(GENERATION) == self.number
    }
}

/// Reads and checks the constants of `region`, and the generation that they are of.
pub(crate) fn attach<R: Region, G: GeometrySource>(
    region: &R,
) -> Result<(G, Generation), GeometryError> {
    let generation = read(region)?;
    let found = G::find(region);
    generation.confirm(region)?;
    found.map(|geometry| (geometry, generation))
}

/// The generation of `region`, if it is formatted. The caller must [confirm](Generation::confirm) it before it believes anything
/// that it reads next.
pub(crate) fn read<R: Region>(region: &R) -> Result<Generation, GeometryError> {
    if region.len() < CONSTANTS {
        let required = CONSTANTS as u64;
        return Err(GeometryError::RegionTooSmall { required });
    }
    match region.load_fresh(MAGIC) {
        MAGIC_WORD => {}
        0 => return Err(GeometryError::Unformatted),
        magic => return Err(GeometryError::Foreign { magic }),
    }
    let number = region.load(GENERATION);
    // formatted: pairs with the releases of generation and magic in `format`.
    region.fence(Acquire);
    region.invalidate(0, CONSTANTS);
    let first_epoch = region.load(FIRST_EPOCH);
    Ok(Generation {
        number,
        first_epoch,
    })
}
