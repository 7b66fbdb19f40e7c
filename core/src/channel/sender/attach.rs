//! How a sender begins: as the first of its generation, or where the one before stopped.

use core::marker::PhantomData;
use core::sync::atomic::Ordering::Release;

use super::Sender;
use crate::channel::open::{Found, open};
use crate::channel::outcome::{AttachError, Corruption};
use crate::channel::policy::{Backpressure, Overwrite, Policy};
use crate::generation::{Generation, next_epoch};
use crate::geometry::{CONSTANTS, Const, ConstGeometry, EPOCH, Geometry, GeometrySource};
use crate::region::RegionMut;
use crate::wait::{Spin, Wait};
use crate::wakeup::{self, Notifier};
use crate::{head, slot};

impl<R: RegionMut> Sender<R, Overwrite> {
    /// Attaches as the sender of an overwrite channel, wherever the one before stopped. See [`Sender::backpressure`].
    pub fn overwrite(region: R) -> Result<Self, AttachError> {
        Self::attach(region)
    }
}

impl<R: RegionMut> Sender<R, Backpressure> {
    /// Attaches as the sender of a backpressure channel, wherever the one before stopped: continues its sequence, repairs
    /// the head, and starts a new epoch. The first sender after a format clears every slot: a store each. Where caches do not
    /// cohere it invalidates everything behind the constants.
    pub fn backpressure(region: R) -> Result<Self, AttachError> {
        Self::attach(region)
    }
}

impl<R: RegionMut, S: ConstGeometry> Sender<R, Overwrite, Spin, Const<S>> {
    /// As [`Sender::overwrite`], of a channel whose geometry was known when this program was built: about half the code.
    pub fn overwrite_fixed(region: R) -> Result<Self, AttachError> {
        Self::attach(region)
    }
}

impl<R: RegionMut, S: ConstGeometry> Sender<R, Backpressure, Spin, Const<S>> {
    /// As [`Sender::backpressure`], of a channel whose geometry was known when this program was built: about half the code.
    pub fn backpressure_fixed(region: R) -> Result<Self, AttachError> {
        Self::attach(region)
    }
}

impl<R: RegionMut, P: Policy, G: GeometrySource> Sender<R, P, Spin, G> {
    fn attach(region: R) -> Result<Self, AttachError> {
        let found = open::<R, P, G>(&region).map_err(contradiction)?;
        let epoch = begin(&region, &found);
        let Found {
            geometry,
            generation,
            newest,
            ..
        } = found;
        Ok(Self {
            notify_count: wakeup::notify_count(&region, generation),
            region,
            geometry,
            notifier: Notifier::new(Spin, newest),
            newest,
            epoch,
            generation,
            limit: newest.low(),
            policy: PhantomData,
        })
    }
}

/// One sender at a time: nobody else moves the head, so what looks busy contradicts itself.
fn contradiction(error: AttachError) -> AttachError {
    match error {
        AttachError::Busy => AttachError::Corrupt {
            what: Corruption::Head,
        },
        other => other,
    }
}

/// Says that a new sender goes on from what was found. Returns its epoch.
fn begin<R: RegionMut, G: GeometrySource>(region: &R, found: &Found<G>) -> u32 {
    let geometry = found.geometry.geometry();
    // Another side may have written these lines before: stale lines in this side's cache would be written back with its stores.
    region.invalidate(CONSTANTS, geometry.end() - CONSTANTS);
    let epoch = match found.has_sender() {
        true => next_epoch(found.epoch),
        false => clear_slots(region, geometry, found.generation),
    };
    // Repairs what a sender left that died between its two stores.
    head::init(region, geometry, found.newest, epoch);
    wakeup::cancel_room_request(region);
    wakeup::say_sender_notifies(region, Spin::NOTIFY.bits());
    // epoch: whoever sees this epoch sees no stamp and no head of an older generation.
    region.store_through(CONSTANTS + EPOCH, epoch, Release);
    epoch
}

/// The first sender of a generation takes every older message away. Returns its epoch.
fn clear_slots<R: RegionMut>(region: &R, geometry: &Geometry, generation: Generation) -> u32 {
    for index in 0..geometry.slots() {
        slot::clear(region, geometry.slot(index));
    }
    generation.first_epoch()
}

impl<R: RegionMut, P: Policy, W: Wait, G: GeometrySource> Sender<R, P, W, G> {
    /// The same sender, waiting and notifying another way. If that notifies at all, it notifies now: the previous sender, of this
    /// generation or of the one before, may have died just before it woke a receiver.
    pub fn with_wait<V: Wait>(self, wait: V) -> Sender<R, P, V, G> {
        let mut sender = Sender {
            region: self.region,
            geometry: self.geometry,
            notifier: Notifier::new(wait, self.newest),
            newest: self.newest,
            epoch: self.epoch,
            generation: self.generation,
            notify_count: self.notify_count,
            limit: self.limit,
            policy: self.policy,
        };
        wakeup::say_sender_notifies(&sender.region, V::NOTIFY.bits());
        sender.notify_now();
        sender
    }
}
