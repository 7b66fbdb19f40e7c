//! What is the channel that the models use: small, and made inside the model?

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

use ramframe_core::channel::{Policy, SendError, Sender};
use ramframe_core::frame::PAYLOAD;
use ramframe_core::geometry::{CONSTANTS, Geometry, Overflow, RECEIVER_WAITING};
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
    holding(geometry, first, 0..CONSTANTS, orders)
}

/// The same, to be formatted while it is in use.
pub(crate) fn formattable(geometry: &Geometry, first: u64, orders: &Arc<Orders>) -> LoomRegion {
    holding(geometry, first, 0..0, orders)
}

fn holding(
    geometry: &Geometry,
    first: u64,
    constant: Range<usize>,
    orders: &Arc<Orders>,
) -> LoomRegion {
    let array = Array::new(geometry.size() as usize);
    geometry.format(&array.words(), 0).unwrap();
    age(&array.words(), geometry, first);
    let plan = Plan {
        constant,
        owned: payloads(geometry),
        contended: contended(geometry),
    };
    LoomRegion::holding(&image(&array), &plan, orders)
}

/// All the words of an array.
pub(crate) fn image(array: &Array) -> Vec<u32> {
    use ramframe_core::region::Region;
    let words = array.words();
    let offsets = (0..words.len()).step_by(4);
    offsets.map(|at| words.load(at, Relaxed)).collect()
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

/// Words that more than one side stores to, or the receivers alone.
fn contended(geometry: &Geometry) -> Vec<usize> {
    let lines = (0..geometry.receivers()).map(|index| geometry.receiver(index));
    let lines = lines.flat_map(|line| (line..line + 32).step_by(4));
    lines.chain([geometry.asks() + RECEIVER_WAITING]).collect()
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
    let message = message(sender.next(), sender.epoch());
    sender.send(&message)
}
