//! How a receiver attaches: to a segment or a part of a file, and under backpressure in a receiver slot.

use std::thread;
use std::time::Duration;

use ramframe_core::channel::{self, AttachError, Channel, Start};
use ramframe_core::geometry::{Geometry, GeometryError, Overflow};

use crate::claim::Claim;
use crate::error::{Error, Kind, Object};
use crate::file::Map;
use crate::location::Location;
use crate::locks::Locks;
use crate::name::Name;
use crate::named;
use crate::shared::{Keeper, MappedMemory, ReadOnlySharedMemory, SharedMemory};
use crate::sysv::receiver_slots;
use crate::sysv::segment::{Access, ReadOnly, ReadWrite, Segment};
use crate::trust::Trust;
use crate::wait::{OnRequest, RateLimited};

/// The receiving end, of either policy: one that reads only, or one that takes messages, from a receiver slot of its own.
pub type End = crate::end::End<
    channel::Receiver<ReadOnlySharedMemory, channel::Overwrite, RateLimited>,
    channel::Receiver<SharedMemory, channel::Backpressure, OnRequest>,
>;

/// How long a channel may take to be formatted, and how often that is looked at.
pub(super) const FORMATTING: Duration = Duration::from_millis(5);
pub(super) const FORMATTING_LOOKS: u32 = 40;

/// A receiver slot that this process has taken: which, and how often it was taken with this receiver.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slot {
    pub(super) index: u32,
    pub(super) attach_count: u32,
}

/// A channel that is there: its memory, what names that, what it looks like, and its locks, if they are readable.
type Found<A> = (MappedMemory<A>, Name, Geometry, Result<Locks, Error>);

fn find<A: Access>(location: &Location, trust: &Trust) -> Result<Found<A>, Error> {
    let unusable = |error| Error::channel(location.clone(), error);
    match location {
        Location::Key(key) => {
            let segment = Segment::<A>::attach(*key, trust)?;
            let geometry = Geometry::read(&segment.memory()).map_err(unusable)?;
            named::check(*key, &segment.memory())?;
            let locks = Locks::open(*key, trust);
            segment.check_widened(locks.as_ref().map_or(0, Locks::mode))?;
            Ok((segment.shared(), segment.name().clone(), geometry, locks))
        }
        Location::Map(window) => {
            let map = Map::<A>::open(window, trust)?;
            if map.is_unwritten() {
                return Err(unusable(GeometryError::Unformatted));
            }
            map.reserve_head()?;
            let geometry = Geometry::read(&map.memory()).map_err(unusable)?;
            let locks = Ok(map.locks(geometry.receivers()));
            Ok((map.shared(), map.name(), geometry, locks))
        }
    }
}

/// An end, what it holds, under backpressure its slot, and what keeps its memory.
type Opened = (End, Claim, Option<Slot>, Keeper);

/// Receives at `location`, once nobody formats the channel: until then, what is found in a file may contradict itself.
pub(super) fn open(location: &Location, start: Start, trust: &Trust) -> Result<Opened, Error> {
    match location {
        Location::Key(_) => attach(location, start, trust),
        Location::Map(_) => settled(|| attach(location, start, trust)),
    }
}

fn settled<T>(attach: impl Fn() -> Result<T, Error>) -> Result<T, Error> {
    for _ in 1..FORMATTING_LOOKS {
        match attach() {
            Err(error) if error.is_corrupt() => thread::sleep(FORMATTING),
            done => return done,
        }
    }
    attach()
}

fn attach(location: &Location, start: Start, trust: &Trust) -> Result<Opened, Error> {
    // Where nobody can wake this side.
    let polls = matches!(location, Location::Map(_));
    let unusable = |source: AttachError| Error::channel(location.clone(), source);
    let (memory, name, geometry, locks) = find::<ReadOnly>(location, trust)?;
    if geometry.overflow() == Overflow::Overwrite {
        let locks = match locks {
            Err(error) if matches!(error.kind, Kind::OtherFile) => return Err(error),
            // Another user's may not be readable, and then a dead sender is not told from a silent one.
            locks => (locks.ok(), None),
        };
        let wait = RateLimited::polling_if(polls);
        let keeper = memory.keeper();
        let channel = Channel::overwrite(memory).with_wait(wait);
        let end = End::Overwrite(channel.receiver(start).map_err(unusable)?);
        let claim = Claim::new(location.clone(), trust, name, locks);
        return Ok((end, claim, None, keeper));
    }
    let (memory, name, _, locks) = find::<ReadWrite>(location, trust)?;
    let locks = locks?;
    let wanted = receiver_slots::by_need(&memory).map_err(unusable)?;
    let (index, held) = locks.take_receiver_of(wanted)?;
    if !held.is_held() {
        return Err(Object::Channel(location.clone()).error(Kind::Removed));
    }
    let recorded = receiver_slots::record_set(&memory, index, &locks);
    recorded.map_err(|error| unusable(error.into()))?;
    let wait = OnRequest::polling_if(polls);
    let channel = Channel::backpressure(memory.another()).with_wait(wait);
    let end = End::Backpressure(channel.receiver(index).map_err(unusable)?);
    let attach_count = receiver_slots::attach_count(&memory, index).unwrap_or(0);
    let slot = Slot {
        index,
        attach_count,
    };
    let claim = Claim::new(location.clone(), trust, name, (Some(locks), Some(held)));
    Ok((end, claim, Some(slot), memory.keeper()))
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use ramframe_core::channel::{AttachError, Corruption};

    use super::{FORMATTING_LOOKS, settled};
    use crate::error::Error;
    use crate::sysv::key::Key;

    fn corrupt() -> Error {
        let what = Corruption::Head;
        Error::channel(Key::new(1).unwrap(), AttachError::Corrupt { what })
    }

    #[test]
    fn a_channel_that_is_formatted_meanwhile_is_looked_at_again() {
        let looks = Cell::new(0);
        let settling = || {
            looks.set(looks.get() + 1);
            (looks.get() > 3).then_some("whole").ok_or_else(corrupt)
        };
        assert_eq!(settled(settling).unwrap(), "whole");
    }

    #[test]
    fn one_that_stays_corrupt_is_corrupt() {
        let looks = Cell::new(0);
        let broken = || {
            looks.set(looks.get() + 1);
            Err::<(), _>(corrupt())
        };
        assert!(settled(broken).unwrap_err().is_corrupt());
        assert_eq!(looks.get(), FORMATTING_LOOKS);
    }
}
