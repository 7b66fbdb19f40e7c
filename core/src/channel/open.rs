//! The state of a channel that a side reads when it attaches.

use core::sync::atomic::Ordering::SeqCst;

use super::outcome::AttachError;
use super::policy::Policy;
use crate::frame::Stamp;
use crate::generation::{self, Generation};
use crate::geometry::{GeometryError, GeometrySource};
use crate::head;
use crate::region::Region;

/// A channel's state, all of one generation.
pub(super) struct Found<G> {
    pub(super) geometry: G,
    pub(super) generation: Generation,
    /// The epoch of the newest sender. If this generation does not own it, nothing is published.
    pub(super) epoch: u32,
    /// The stamp of the newest message.
    pub(super) newest: Stamp,
}

impl<G> Found<G> {
    /// Whether this generation has a sender.
    #[inline(always)]
    pub(super) fn has_sender(&self) -> bool {
        self.generation.owns(self.epoch)
    }
}

/// Finds the channel in `region`, which must be of policy `P`.
pub(super) fn open<R: Region, P: Policy, G: GeometrySource>(
    region: &R,
) -> Result<Found<G>, AttachError> {
    let generation = generation::read(region)?;
    let found = find::<R, P, G>(region, generation);
    // generation: a side that sees a store of the sender that attaches here sees the generation that was read, and every store of
    // earlier senders. formatting: either a format sees the epoch that was read, or the check below no longer sees the old magic.
    region.fence(SeqCst);
    // The words read may come from two generations. Then nothing of them is valid, not even a contradiction.
    match generation.is_current(region) {
        true => found,
        false => Err(GeometryError::Unformatted.into()),
    }
}

#[inline(always)]
fn find<R: Region, P: Policy, G: GeometrySource>(
    region: &R,
    generation: Generation,
) -> Result<Found<G>, AttachError> {
    let geometry = G::find(region)?;
    if geometry.geometry().overflow() != P::OVERFLOW {
        return Err(AttachError::Policy);
    }
    let epoch = generation.load_epoch(region);
    let newest = match generation.owns(epoch) {
        true => head::find(region, geometry.geometry())?,
        false => Stamp::UNUSED,
    };
    Ok(Found {
        geometry,
        generation,
        epoch,
        newest,
    })
}
