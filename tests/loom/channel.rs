//! What is the channel that the models use: small, and made inside the model?

use std::ops::Range;
use std::sync::Arc;

use ramframe_core::channel::{Policy, SendError, Sender};
use ramframe_core::frame::PAYLOAD;
use ramframe_core::geometry::{
    ATTACH_COUNT, CONSTANTS, CONSUMED, DISCARDING, Geometry, Overflow, RECEIVER_WAITING,
};
use ramframe_core::wait::Wait;

use crate::array::Array;
use crate::orders::Orders;
use crate::region::{LoomRegion, Plan};
use crate::suite::age;

/// Bytes of the longest message.
pub(crate) const CAPACITY: u32 = 8;

pub(crate) const OVERWRITE: Geometry = Geometry::overwrite(2, CAPACITY).with_cache_line(32);
pub(crate) const BACKPRESSURE: Geometry =
    Geometry::backpressure(2, CAPACITY, 1).with_cache_line(32);

/// The last sequence but one whose stamp has a high half of zero: from here a few messages cross into the next.
pub(crate) const BEFORE_WRAP: u64 = (1 << 31) - 3;

/// A channel of this layout in which `first` messages were sent, and taken by every receiver.
pub(crate) fn channel(geometry: &Geometry, first: u64, orders: &Arc<Orders>) -> LoomRegion {
    holding(geometry, first, 0..CONSTANTS, payloads(geometry), orders)
}

/// The same, for sides that others take for dead: a payload may then be read while it is written.
pub(crate) fn disputed(geometry: &Geometry, first: u64, orders: &Arc<Orders>) -> LoomRegion {
    holding(geometry, first, 0..CONSTANTS, vec![], orders)
}

/// The same, to be formatted while it is in use.
pub(crate) fn formattable(geometry: &Geometry, first: u64, orders: &Arc<Orders>) -> LoomRegion {
    holding(geometry, first, 0..0, vec![], orders)
}

fn holding(
    geometry: &Geometry,
    first: u64,
    constant: Range<usize>,
    owned: Vec<Range<usize>>,
    orders: &Arc<Orders>,
) -> LoomRegion {
    let array = Array::new(geometry.size() as usize);
    geometry.format(&array.words(), 0).unwrap();
    age(&array.words(), geometry, first);
    let plan = Plan {
        constant,
        owned,
        contended: contended(geometry),
        paired: frames(geometry),
    };
    LoomRegion::holding(&image(&array), &plan, orders)
}

/// All the words of an array.
pub(crate) fn image(array: &Array) -> Vec<u32> {
    use ramframe_core::region::Region;
    let words = array.words();
    let offsets = (0..words.len()).step_by(4);
    offsets.map(|at| words.load(at)).collect()
}

/// Under backpressure payloads belong to one side at a time.
fn payloads(geometry: &Geometry) -> Vec<Range<usize>> {
    if geometry.overflow() == Overflow::Overwrite {
        return vec![];
    }
    let slots = (0..geometry.slots()).map(|slot| geometry.slot(slot));
    let ranges = slots.map(|at| at + PAYLOAD..at + geometry.stride() as usize);
    ranges.collect()
}

/// The head's frame, and the slots: but for payloads that belong to one side at a time, as loom is to watch these.
fn frames(geometry: &Geometry) -> Vec<Range<usize>> {
    let len = match geometry.overflow() {
        Overflow::Overwrite => geometry.stride() as usize,
        Overflow::Backpressure => PAYLOAD,
    };
    let slots = (0..geometry.slots()).map(|slot| geometry.slot(slot));
    let frames = slots.map(|at| at..at + len);
    let head = geometry.head_line();
    frames
        .chain(std::iter::once(head..head + PAYLOAD))
        .collect()
}

/// Words that more than one side both loads and stores to.
fn contended(geometry: &Geometry) -> Vec<usize> {
    let lines = (0..geometry.receivers()).map(|index| geometry.receiver_line(index));
    let words = lines.flat_map(|line| [CONSUMED, ATTACH_COUNT, DISCARDING].map(|word| line + word));
    words
        .chain([geometry.requests_line() + RECEIVER_WAITING])
        .collect()
}

/// The message of this sequence and sender: every word of it names both, and its length is not that of the one before in
/// its slot.
pub(crate) fn message(sequence: u64, epoch: u32) -> Vec<u8> {
    let word = [sequence as u8, epoch as u8, !sequence as u8, !epoch as u8];
    let len = 4 - (sequence / 2 % 2) as usize;
    word[..len].to_vec()
}

/// Sends the next message.
pub(crate) fn send<P: Policy, W: Wait>(
    sender: &mut Sender<LoomRegion, P, W>,
) -> Result<u64, SendError> {
    let message = message(sender.next_sequence(), sender.epoch());
    sender.try_send(&message)
}
