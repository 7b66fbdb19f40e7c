//! The channel that a sender asks for: to be made if there is none, and what one that is there must be able to do.

use ramframe_core::geometry::{Geometry, Overflow};

use super::dead::DeadReceiver;
use crate::error::{Error, Kind, Object, Parameter};
use crate::location::Location;

/// The size in bytes of the tutorial's segment. A channel takes this size unless its options ask for more.
pub const DEFAULT_SIZE: usize = 1024;

/// What channel to make, if there is none, and what the one that is there must be able to do.
///
/// Begin with [`overwrite`](Self::overwrite) or [`backpressure`](Self::backpressure), and change single fields.
///
/// ```
/// use ramframe_host::ChannelOptions;
///
/// // Room for 64 messages of up to 600 bytes.
/// let options = ChannelOptions { slots: Some(64), slot: Some(600), ..ChannelOptions::backpressure(1) };
/// let (geometry, bytes) = options.geometry()?;
/// assert_eq!((geometry.slots(), geometry.capacity()), (64, 600));
/// assert_eq!(bytes as u64, geometry.size());
/// # Ok::<(), ramframe_host::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct ChannelOptions {
    /// What the sender does when a receiver is slow.
    pub overflow: Overflow,
    /// How many receivers a backpressure channel is made for.
    pub receivers: u32,
    /// The longest message known of, in bytes; slots hold at least that.
    pub longest: u32,
    /// Payload bytes of a slot, unless a longer message or the user asks for more.
    pub default_slot: u32,
    /// Payload bytes of a slot, if the user has said so.
    pub slot: Option<u32>,
    /// Bytes of the segment, if the user has said so; in a map, of a channel that is made.
    pub size: Option<usize>,
    /// How many messages the channel holds, a power of two from 2. `None`: as many as fit `size`; without a `size` as many as fit
    /// [`DEFAULT_SIZE`], or `default_slots` where those are too few.
    pub slots: Option<u32>,
    /// How many messages the channel holds where neither `slots` nor `size` says so, and [`DEFAULT_SIZE`] is too small.
    pub default_slots: u32,
    /// Permission bits: 0o600, and what others may do.
    pub mode: u32,
    /// Whether to begin with a new segment: a channel that is there is then removed, with all that is in it.
    pub fresh: bool,
    /// What the sender does about receivers that died and hold it up.
    pub dead_receivers: DeadReceiver,
}

impl ChannelOptions {
    /// An overwrite channel for this user alone, with 8 slots for messages of up to 48 bytes, in 1024 bytes. A channel that is
    /// there is used, not replaced.
    pub fn overwrite() -> Self {
        Self {
            overflow: Overflow::Overwrite,
            receivers: 0,
            longest: 0,
            default_slot: 48,
            slot: None,
            size: None,
            slots: None,
            default_slots: 8,
            mode: 0o600,
            fresh: false,
            dead_receivers: DeadReceiver::Wait,
        }
    }

    /// As [`overwrite`](Self::overwrite), but with backpressure, for `receivers` receivers (1 to 32). A dead receiver holds the sender
    /// until another one takes its place: see [`DeadReceiver`].
    pub fn backpressure(receivers: u32) -> Self {
        Self {
            overflow: Overflow::Backpressure,
            receivers,
            ..Self::overwrite()
        }
    }

    /// Refuses a mode by which this user may make a segment and locks, and not use them.
    pub(super) fn check_mode(&self) -> Result<(), Error> {
        match self.mode & 0o600 {
            0o600 => Ok(()),
            _ => Err(Object::Asked.error(Kind::Mode(self.mode))),
        }
    }

    /// The geometry, and the size of its segment.
    ///
    /// # Errors
    /// [`Kind::DoesNotFit`] and [`Kind::Impossible`].
    pub fn geometry(&self) -> Result<(Geometry, usize), Error> {
        let capacity = self.slot.unwrap_or(self.longest.max(self.default_slot));
        let slots = self.slots.unwrap_or(self.default_slots);
        let geometry = match self.overflow {
            Overflow::Overwrite => Geometry::overwrite(slots, capacity),
            Overflow::Backpressure => Geometry::backpressure(slots, capacity, self.receivers),
        };
        let impossible = |error| Object::Asked.error(Kind::Impossible(error));
        geometry.check(usize::MAX).map_err(impossible)?;
        let whole = usize::try_from(geometry.size()).unwrap_or(usize::MAX);
        match (self.slots, self.size) {
            (Some(_), None) => Ok((geometry, whole)),
            (Some(_), Some(size)) if size >= whole => Ok((geometry, size)),
            (Some(_), Some(size)) => Err(does_not_fit(&geometry, size, geometry.size())),
            (None, Some(size)) => Self::filled(geometry, size),
            (None, None) => match geometry.max_slots_in(DEFAULT_SIZE) {
                Some(small) if small.slots() >= slots.min(4) => Ok((small, DEFAULT_SIZE)),
                _ => Ok((geometry, whole)),
            },
        }
    }

    fn filled(geometry: Geometry, size: usize) -> Result<(Geometry, usize), Error> {
        let two = u64::from(geometry.stride()) * 2 + geometry.slots_at() as u64;
        let filled = geometry.max_slots_in(size);
        let filled = filled.ok_or(does_not_fit(&geometry, size, two))?;
        Ok((filled, size))
    }

    /// Whether a channel that is there will do; its segment has `size` bytes, if it is one.
    pub(super) fn accepts(
        &self,
        location: impl Into<Location>,
        geometry: &Geometry,
        size: Option<usize>,
    ) -> Result<(), Error> {
        match self.refusal(geometry, size) {
            Some(kind) => Err(Object::Channel(location.into()).error(kind)),
            None => Ok(()),
        }
    }

    fn refusal(&self, geometry: &Geometry, size: Option<usize>) -> Option<Kind> {
        if geometry.overflow() != self.overflow {
            return Some(Kind::Policy(geometry.overflow()));
        }
        let (longest, capacity) = (self.longest, geometry.capacity());
        let slot = (self.slot.map(u64::from), u64::from(capacity));
        let asked = size.and(self.size).map(|asked| asked as u64);
        let size = (asked, size.unwrap_or(0) as u64);
        // An overwrite channel keeps no account of its receivers.
        let asked = (self.overflow == Overflow::Backpressure).then_some(self.receivers.into());
        let receivers = (asked, geometry.receivers().into());
        [
            (Parameter::Slot, slot),
            (Parameter::Size, size),
            (Parameter::Receivers, receivers),
        ]
        .into_iter()
        .filter_map(|(parameter, (asked, found))| Some((parameter, asked?, found)))
        .find(|&(_, asked, found)| asked != found)
        .map(|(parameter, asked, found)| Kind::Mismatch {
            parameter,
            asked,
            found,
        })
        .or((longest > capacity).then_some(Kind::SlotTooSmall { longest, capacity }))
    }
}

fn does_not_fit(geometry: &Geometry, size: usize, required: u64) -> Error {
    Object::Asked.error(Kind::DoesNotFit {
        size: size as u64,
        capacity: geometry.capacity(),
        required,
    })
}

#[cfg(test)]
mod tests {
    use super::{ChannelOptions, DEFAULT_SIZE, Kind};

    #[test]
    fn slots_that_are_asked_for_are_made() {
        for slots in [2, 4, 16, 64, 4096] {
            let options = |size| ChannelOptions {
                slots: Some(slots),
                size,
                ..ChannelOptions::backpressure(1)
            };
            let (geometry, bytes) = options(None).geometry().unwrap();
            assert_eq!((geometry.slots(), bytes as u64), (slots, geometry.size()));
            let (same, size) = options(Some(bytes + 64)).geometry().unwrap();
            assert_eq!((same.slots(), size), (slots, bytes + 64));
            let small = options(Some(bytes - 64)).geometry();
            assert!(
                matches!(small.unwrap_err().kind, Kind::DoesNotFit { required, .. } if required == bytes as u64)
            );
        }
        let (geometry, bytes) = ChannelOptions::overwrite().geometry().unwrap();
        assert_eq!((geometry.slots(), bytes), (8, DEFAULT_SIZE));
    }

    #[test]
    fn a_mode_that_keeps_its_own_user_out_is_refused() {
        for mode in [0, 0o400, 0o200, 0o444, 0o066] {
            let options = ChannelOptions {
                mode,
                ..ChannelOptions::overwrite()
            };
            let error = options.check_mode().unwrap_err();
            assert!(matches!(error.kind, Kind::Mode(refused) if refused == mode));
        }
        ChannelOptions::overwrite().check_mode().unwrap();
    }
}
