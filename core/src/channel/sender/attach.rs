//! How a sender attaches: as the first of its generation, or where the previous sender stopped.

use core::marker::PhantomData;
use core::sync::atomic::Ordering::Release;

use super::Sender;
use crate::channel::open::{Found, open};
use crate::channel::outcome::{AttachError, Corruption};
use crate::channel::policy::Policy;
use crate::generation::{Generation, next_epoch};
use crate::geometry::{CONSTANTS, EPOCH, Geometry, GeometrySource};
use crate::region::RegionMut;
use crate::wait::{Notify, Wait};
use crate::wakeup::{self, Notifier};
use crate::{head, slot};

impl<R: RegionMut, P: Policy, W: Wait, G: GeometrySource> Sender<R, P, W, G> {
    pub(in crate::channel) fn attach(region: R, wait: W) -> Result<Self, (AttachError, R, W)> {
        let found = match open::<R, P, G>(&region) {
            Ok(found) => found,
            Err(error) => return Err((contradiction(error), region, wait)),
        };
        let epoch = begin::<R, W, G>(&region, &found);
        let Found {
            geometry,
            generation,
            newest,
            ..
        } = found;
        let mut sender = Self {
            notify_count: match W::NOTIFY {
                Notify::Never => 0,
                _ => wakeup::notify_count(&region, generation),
            },
            region,
            geometry,
            notifier: Notifier::new(wait, newest),
            newest,
            epoch,
            generation,
            limit: newest.low(),
            policy: PhantomData,
        };
        // The previous sender, of this generation or of the previous one, may have died just before it woke a receiver.
        sender.notify_now();
        Ok(sender)
    }
}

/// Only one sender exists, so no other side moves the head. A head that looks busy contradicts itself.
fn contradiction(error: AttachError) -> AttachError {
    match error {
        AttachError::Busy => AttachError::Corrupt {
            what: Corruption::Head,
        },
        other => other,
    }
}

/// Stores that a new sender continues from `found`. Returns its epoch.
fn begin<R: RegionMut, W: Wait, G: GeometrySource>(region: &R, found: &Found<G>) -> u32 {
    let geometry = found.geometry.geometry();
    // Another side may have written these lines. A stale line in this side's cache would be written back together with this
    // side's stores.
    region.invalidate(CONSTANTS, geometry.end() - CONSTANTS);
    let epoch = match found.has_sender() {
        true => next_epoch(found.epoch),
        false => clear_slots(region, geometry, found.generation),
    };
    // Repairs the head of a sender that died between its two stores.
    head::init(region, geometry, found.newest, epoch);
    wakeup::cancel_room_request(region);
    wakeup::say_sender_notifies(region, W::NOTIFY.bits());
    // epoch: a side that sees this epoch sees no stamp and no head of an older generation.
    region.store_through(CONSTANTS + EPOCH, epoch, Release);
    epoch
}

/// The first sender of a generation clears every older message. Returns its epoch.
fn clear_slots<R: RegionMut>(region: &R, geometry: &Geometry, generation: Generation) -> u32 {
    for index in 0..geometry.slots() {
        slot::clear(region, geometry.slot(index));
    }
    generation.first_epoch()
}
