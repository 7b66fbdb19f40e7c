//! The generation: which format of the region a side belongs to, how it notices another one, and what it may believe.
//!
//! Each format adds one to its low 11 bits. A side reads it when it attaches, and looks at it again at the end of each step, so
//! that no byte of one generation is handed out as one of another. A store cannot be made to come in time: a side that passed
//! its last look may still store. So such a store is harmless:
//!
//! - Every byte has one writing role for the region's life: a format keeps the places of lines and slots.
//! - A receiver's words and the sender's notifications carry the low bits of the generation as a tag. Another tag says nothing.
//! - Epochs are never reset. A format sets the first epoch of its generation above every epoch that an older sender may
//!   still store. A frame with an older epoch is nothing yet.

mod format;

pub(crate) use self::format::begin as begin_format;

use core::sync::atomic::Ordering::Acquire;

use crate::geometry::{
    CONSTANTS, EPOCH, FIRST_EPOCH, GENERATION, GeometryError, GeometrySource, MAGIC, MAGIC_WORD,
};
use crate::region::Region;

/// Bits of the count in a tagged word; the tag is above them.
const COUNT_BITS: u32 = 21;

/// The bits of the count in a tagged word.
pub(crate) const COUNT_MASK: u32 = (1 << COUNT_BITS) - 1;

/// How many generations have tags of their own.
const TAGS: u32 = 1 << (32 - COUNT_BITS);

/// The epoch after `epoch`. Never 0, which says that there was no sender, and that none has closed.
pub(crate) fn next_epoch(epoch: u32) -> u32 {
    epoch.checked_add(1).unwrap_or(1)
}

/// One generation of a region, as a side that attached to it knows it.
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

    /// An epoch that no sender near this generation has: for a side that knows of no sender.
    pub(crate) const fn no_epoch(self) -> u32 {
        self.first_epoch.wrapping_add(1 << 31)
    }

    /// The epoch of this generation's newest sender; `None` if there was none yet. What it says is true from then on.
    pub(crate) fn sender_epoch<R: Region>(self, region: &R) -> Option<u32> {
        let epoch = self.load_epoch(region);
        self.owns(epoch).then_some(epoch)
    }

    /// The epoch of the newest sender, of this generation if it [owns](Self::owns) it.
    ///
    /// epoch: whoever fences afterwards sees no stamp and no head of an older generation. All do that find a message or the head:
    /// a stamp is not believed before the fence behind its first load.
    pub(crate) fn load_epoch<R: Region>(self, region: &R) -> u32 {
        region.load_fresh(CONSTANTS + EPOCH)
    }

    /// Whether what was read of frames until now is of this generation. One load.
    ///
    /// Asks for the generation alone: only a sender stores frames, and it attaches after the generation is stored.
    #[inline(always)]
    pub(crate) fn holds<R: Region>(self, region: &R) -> bool {
        // generation: whoever has read a byte of a newer generation's sender sees the newer generation.
        region.fence(Acquire);
        region.load_fresh(GENERATION) == self.number
    }

    /// Says that the region is being formatted if it is, or was since this generation was read.
    pub(crate) fn confirm<R: Region>(self, region: &R) -> Result<(), GeometryError> {
        match self.is_current(region) {
            true => Ok(()),
            false => Err(GeometryError::Unformatted),
        }
    }

    /// Whether the region is of this generation, and nobody formats it: what was read of any word until now is this
    /// generation's. Two loads.
    #[cfg_attr(not(target_has_atomic = "32"), inline(never))]
    pub(crate) fn is_current<R: Region>(self, region: &R) -> bool {
        // formatting: whoever has seen a word of a newer format no longer sees the old magic. consumed: and a sender that has
        // seen how far receivers are stores to the slots after they have read them.
        region.fence(Acquire);
        let magic = region.load_fresh(MAGIC);
        // formatted: and whoever sees the newer magic sees the newer generation.
        region.fence(Acquire);
        // On the magic's line, and so not older than that in a cache either.
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

/// The generation of `region`, if it is formatted. Whatever is read next is to be [confirmed](Generation::confirm) before
/// anything of it is believed.
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
