//! How does a channel look from outside, before and after one of its sides dies?

use ramframe_core::channel::ChannelStatus;
use ramframe_core::frame::PAYLOAD;
use ramframe_core::geometry::{Geometry, GeometryError};
use ramframe_core::region::Region;
use ramframe_host::sysv::key::Key;
use ramframe_host::sysv::segment::{ReadOnly, Segment};
use ramframe_host::trust::Trust;

/// Whether the sender of `key`, which is dead, had begun to write `message` into the slot that comes next. Not to be
/// told of an empty one.
pub(crate) fn had_begun(key: Key, message: &[u8]) -> bool {
    let Ok(segment) = Segment::<ReadOnly>::attach(key, &Trust::current_user()) else {
        return false;
    };
    let region = segment.memory();
    let Ok(survey) = ChannelStatus::of(&region) else {
        return false;
    };
    let payload = survey.geometry.slot(survey.sent as u32) + PAYLOAD;
    // A copy need not begin at the front: memcpy may well put the first bytes in place last.
    let looks = [0, 128, message.len() / 2, message.len().saturating_sub(64)];
    looks.iter().any(|look| {
        let at = look & !7;
        let expected = &message[at.min(message.len())..message.len().min(at + 24)];
        let mut there = [0; 24];
        let there = &mut there[..expected.len()];
        region.copy_out(payload + at, there);
        !there.is_empty() && there == expected
    })
}

/// Whether the segment of `key` is there and no channel yet.
pub(crate) fn is_half_made(key: Key) -> bool {
    let segment = Segment::<ReadOnly>::attach(key, &Trust::current_user());
    segment
        .is_ok_and(|segment| Geometry::read(&segment.memory()) == Err(GeometryError::Unformatted))
}

/// The channel on one key, mapped once, to be looked at as often as can be.
pub(crate) struct Watch {
    key: Key,
    segment: Option<Segment<ReadOnly>>,
}

impl Watch {
    pub(crate) fn new(key: Key) -> Self {
        Self { key, segment: None }
    }

    /// Whether a sender has left the channel in good order.
    pub(crate) fn is_closed(&mut self) -> bool {
        if self.segment.is_none() {
            self.segment = Segment::attach(self.key, &Trust::current_user()).ok();
        }
        let survey = |segment: &Segment<ReadOnly>| ChannelStatus::of(&segment.memory());
        let survey = self.segment.as_ref().map(survey);
        survey.is_some_and(|survey| survey.is_ok_and(|survey| survey.closed))
    }
}
