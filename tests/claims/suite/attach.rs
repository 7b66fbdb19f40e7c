//! What is refused as a channel, and with which words.

use ramframe_core::channel::{AttachError, Backpressure, Channel, Overwrite, Start};
use ramframe_core::geometry::{self, Field, Geometry, GeometryError};

use super::{Bench, Maker, Rx, Side, Tx, message, plant};
use crate::support::{FlatMessage, part};

pub(crate) fn the_geometry_is_read_back<M: Maker, P: Side>() {
    for line in [32, 64, 128] {
        let geometry = P::geometry(8, 100).with_cache_line(line);
        let bench = Bench::<M>::new(geometry);
        assert_eq!(Geometry::read(&bench.memory.reader()), Ok(geometry));
        assert_eq!(geometry.cache_line(), line);
        assert!(geometry.stride().is_multiple_of(line) && geometry.stride() >= 116);
        bench.send(&mut bench.sender::<P>(), 0..5);
        assert_eq!(bench.take(&mut bench.receiver::<P>()), Ok(0));
    }
}

pub(crate) fn memory_never_formatted_is_refused<M: Maker, P: Side>() {
    let memory = M::new(4096);
    let refused = AttachError::Geometry(GeometryError::Unformatted);
    assert_eq!(P::sender(memory.sender()).err(), Some(refused));
    assert_eq!(P::receiver(memory.receiver()).err(), Some(refused));
}

pub(crate) fn memory_of_something_else_is_refused<M: Maker, P: Side>() {
    let memory = M::new(4096);
    plant(&memory.anybody(), geometry::MAGIC, 0x4543_4950);
    let refused = AttachError::Geometry(GeometryError::Foreign { magic: 0x4543_4950 });
    assert_eq!(P::sender(memory.sender()).err(), Some(refused));
    assert_eq!(P::receiver(memory.receiver()).err(), Some(refused));
}

pub(crate) fn another_version_is_refused<M: Maker, P: Side>() {
    for found in [0, 1, 3, u32::MAX] {
        let bench = Bench::<M>::new(P::geometry(8, 48));
        plant(&bench.memory.anybody(), geometry::VERSION, found);
        let refused = AttachError::Geometry(GeometryError::Version { found });
        assert_eq!(P::sender(bench.memory.sender()).err(), Some(refused));
        assert_eq!(P::receiver(bench.memory.receiver()).err(), Some(refused));
    }
}

/// Each field with values that no formatter writes.
const WRONG: [(usize, Field, &[u32]); 6] = [
    (
        geometry::LINE,
        Field::Line,
        &[0, 1, 16, 63, 65, 256, 512, u32::MAX],
    ),
    (geometry::POLICY, Field::Policy, &[0, 3, u32::MAX]),
    (
        geometry::SLOTS,
        Field::Slots,
        &[0, 1, 3, 7, 1 << 21, u32::MAX],
    ),
    (
        geometry::STRIDE,
        Field::Stride,
        &[0, 1, 16, 65, 0x4000_0040, u32::MAX],
    ),
    (geometry::CAPACITY, Field::Capacity, &[0, 49, 64, u32::MAX]),
    (geometry::RECEIVERS, Field::Receivers, &[33, u32::MAX]),
];

pub(crate) fn a_word_out_of_range_is_named<M: Maker, P: Side>() {
    for (at, field, values) in WRONG {
        for &value in values {
            let bench = Bench::<M>::new(P::geometry(8, 48));
            plant(&bench.memory.anybody(), at, value);
            let refused = AttachError::Geometry(GeometryError::Field { field, value });
            assert_eq!(P::sender(bench.memory.sender()).err(), Some(refused));
            assert_eq!(P::receiver(bench.memory.receiver()).err(), Some(refused));
        }
    }
}

pub(crate) fn the_number_of_receivers_fits_the_policy<M: Maker>() {
    for (geometry, value) in [
        (Geometry::overwrite(8, 48), 1),
        (Geometry::backpressure(8, 48, 1), 0),
    ] {
        let bench = Bench::<M>::new(geometry);
        plant(&bench.memory.anybody(), geometry::RECEIVERS, value);
        let field = Field::Receivers;
        let refused = GeometryError::Field { field, value };
        assert_eq!(Geometry::read(&bench.memory.reader()), Err(refused));
    }
}

pub(crate) fn a_region_shorter_than_its_geometry_is_refused<M: Maker, P: Side>() {
    let geometry = P::geometry(8, 48);
    let bench = Bench::<M>::new(geometry);
    let whole = bench.memory.reader();
    for (len, required) in [(0, 128), (120, 128), (128, geometry.size())] {
        let short = part(&whole, 0, len).unwrap();
        assert_eq!(
            Geometry::read(&short),
            Err(GeometryError::RegionTooSmall { required })
        );
    }
    let short = part(&whole, 0, geometry.size() as usize - 8).unwrap();
    let required = geometry.size();
    assert_eq!(
        Geometry::read(&short),
        Err(GeometryError::RegionTooSmall { required })
    );
}

pub(crate) fn the_other_policy_is_refused<M: Maker>() {
    let lossy = Bench::<M>::new(Geometry::overwrite(8, 48));
    let lossless = Bench::<M>::new(Geometry::backpressure(8, 48, 2));
    let refused = Some(AttachError::Policy);
    assert_eq!(
        Channel::backpressure(lossy.memory.sender()).sender().err(),
        refused
    );
    assert_eq!(
        Channel::backpressure(lossy.memory.receiver())
            .receiver(0)
            .err(),
        refused
    );
    assert_eq!(
        Channel::backpressure(lossy.memory.receiver())
            .reclaim(0)
            .err(),
        refused
    );
    assert_eq!(
        Channel::overwrite(lossless.memory.sender()).sender().err(),
        refused
    );
    let reader = Channel::overwrite(lossless.memory.reader()).receiver(Start::Next);
    assert_eq!(reader.err(), refused);
}

pub(crate) fn a_geometry_that_cannot_be_is_not_formatted<M: Maker>() {
    let memory = M::new(1 << 16);
    let region = memory.sender();
    let wrong = |geometry: Geometry, field, value| {
        let refused = GeometryError::Field { field, value };
        assert_eq!(geometry.format(&region, 0), Err(refused));
    };
    for slots in [0, 1, 3, 12, 1 << 21] {
        wrong(Geometry::overwrite(slots, 48), Field::Slots, slots);
    }
    wrong(Geometry::overwrite(2, 0), Field::Capacity, 0);
    wrong(Geometry::overwrite(2, u32::MAX), Field::Stride, 0);
    wrong(
        Geometry::overwrite(2, 1 << 30),
        Field::Stride,
        (1 << 30) + 64,
    );
    wrong(
        Geometry::overwrite(2, 48).with_cache_line(0),
        Field::Line,
        0,
    );
    wrong(
        Geometry::overwrite(2, 48).with_cache_line(48),
        Field::Line,
        48,
    );
    wrong(
        Geometry::overwrite(2, 48).with_cache_line(256),
        Field::Line,
        255,
    );
    for receivers in [0, 33, 255, 256, u32::MAX] {
        let geometry = Geometry::backpressure(2, 48, receivers);
        wrong(geometry, Field::Receivers, receivers.min(255));
    }
    assert_eq!(Geometry::read(&region), Err(GeometryError::Unformatted));
}

pub(crate) fn memory_too_small_is_not_formatted<M: Maker, P: Side>() {
    let geometry = P::geometry(8, 48);
    let memory = M::new(geometry.size() as usize - 8);
    let required = geometry.size();
    let refused = Err(GeometryError::RegionTooSmall { required });
    assert_eq!(geometry.format(&memory.formatter(), 0), refused);
}

pub(crate) fn a_channel_fills_the_memory_given<M: Maker, P: Side>() {
    for len in [512, 1000, 4096, 5000, 65536] {
        let filled = P::geometry(2, 48).max_slots_in(len).unwrap();
        let bench = Bench::<M>::new(filled);
        assert!(filled.size() <= len as u64 && filled.check(len).is_ok());
        assert!(P::geometry(filled.slots() * 2, 48).check(len).is_err());
        bench.send(&mut bench.sender::<P>(), 0..u64::from(filled.slots()));
        assert_eq!(bench.take(&mut bench.receiver::<P>()), Ok(0));
    }
    let two = P::geometry(2, 48).size() as usize;
    assert!(P::geometry(2, 48).max_slots_in(two).is_some());
    assert!(P::geometry(2, 48).max_slots_in(two - 1).is_none());
    assert!(P::geometry(2, 0).max_slots_in(1 << 20).is_none());
    let most = P::geometry(2, 16)
        .with_cache_line(32)
        .max_slots_in(usize::MAX / 2);
    assert_eq!(most.map(|geometry| geometry.slots()), Some(1 << 20));
}

pub(crate) fn two_channels_live_in_one_region<M: Maker>() {
    let (there, back) = (Geometry::overwrite(4, 48), Geometry::backpressure(4, 48, 1));
    let (first, second) = (there.size() as usize, back.size() as usize);
    let memory = M::new(first + second);
    let region = memory.sender();
    let parts = (
        part(&region, 0, first).unwrap(),
        part(&region, first, second).unwrap(),
    );
    let whole = memory.formatter();
    let formatter = |at, len| part(&whole, at, len).unwrap();
    there.format(&formatter(0, first), 0).unwrap();
    back.format(&formatter(first, second), 0).unwrap();
    let mut out = Overwrite::sender(parts.0).unwrap();
    let mut home = Backpressure::sender(parts.1).unwrap();
    let other = memory.receiver();
    let mut far = Overwrite::receiver(part(&other, 0, first).unwrap()).unwrap();
    let mut near = Backpressure::receiver(part(&other, first, second).unwrap()).unwrap();
    for number in 0..20 {
        out.try_send(&message(number)).unwrap();
        home.try_send(&message(number + 1)).unwrap();
        let mut buffer = [0; 48];
        let len = far.try_recv(&mut buffer).header().unwrap().len;
        assert_eq!(buffer[..len], message(number));
        let len = near.try_recv(&mut buffer).header().unwrap().len;
        assert_eq!(buffer[..len], message(number + 1));
    }
}
