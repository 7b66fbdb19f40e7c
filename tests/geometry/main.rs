//! Are sizes and places those of LAYOUT, for any numbers, and is what the wire does not allow refused?
//!
//! Each number is computed when the test runs: then `tests/mutants` can ask this test about functions that the compiler would compute.

#[path = "../regions/array.rs"]
mod array;
#[path = "../support/mod.rs"]
mod support;
#[allow(dead_code, reason = "each test uses its own part")]
#[path = "../regions/xorshift.rs"]
mod xorshift;

use ramframe_core::geometry::{Field, Geometry, GeometryError, Overflow};
use ramframe_core::region::Region;

use array::Array;
use xorshift::Xorshift;

const LINES: [u32; 3] = [32, 64, 128];

fn next_multiple(number: u64, of: u64) -> u64 {
    number.div_ceil(of) * of
}

/// Offsets and sizes of one channel, as LAYOUT computes them.
fn assert_places(line: u32, slots: u32, capacity: u32, receivers: u32) {
    let geometry = match receivers {
        0 => Geometry::overwrite(slots, capacity),
        _ => Geometry::backpressure(slots, capacity, receivers),
    };
    let geometry = geometry.with_cache_line(line);
    let stride = next_multiple(u64::from(capacity) + 16, line.into());
    let slots_at = 128 + (3 + u64::from(receivers)) * u64::from(line);
    assert_eq!(u64::from(geometry.stride()), stride);
    assert_eq!(geometry.slots_at() as u64, slots_at);
    assert_eq!(geometry.size(), slots_at + u64::from(slots) * stride);
    let overflow = match receivers {
        0 => Overflow::Overwrite,
        _ => Overflow::Backpressure,
    };
    assert_eq!(geometry.overflow(), overflow);
    let numbers = [
        geometry.cache_line(),
        geometry.slots(),
        geometry.capacity(),
        geometry.receivers(),
    ];
    assert_eq!(numbers, [line, slots, capacity, receivers]);
    assert_lines(&geometry, line as usize);
    assert_eq!(geometry.check(geometry.size() as usize), Ok(()));
    let required = geometry.size();
    let short = geometry.check(required as usize - 1);
    assert_eq!(short, Err(GeometryError::RegionTooSmall { required }));
}

fn assert_lines(geometry: &Geometry, line: usize) {
    assert_eq!(geometry.session_line(), 128);
    assert_eq!(geometry.head_line(), 128 + line);
    assert_eq!(geometry.requests_line(), 128 + 2 * line);
    for index in 0..32 {
        let at = 128 + (3 + index as usize) * line;
        assert_eq!(geometry.receiver_line(index), at);
    }
    let slots = geometry.slots();
    for sequence in [0, 1, slots - 1, slots, 3 * slots + 1, u32::MAX] {
        let slot = (sequence % slots) as usize * geometry.stride() as usize;
        assert_eq!(geometry.slot(sequence), geometry.slots_at() + slot);
    }
}

#[test]
fn sizes_and_places_are_those_of_the_page() {
    let random = Xorshift::new(0x5EED_6E0D);
    for line in LINES {
        for receivers in [0, 1, 2, 3, 31, 32] {
            for _ in 0..20 {
                let slots = 2 << random.below(10);
                let capacity = 1 + random.below(4000) as u32;
                assert_places(line, slots, capacity, receivers);
            }
        }
        for capacity in [1, line - 17, line - 16, line - 15, line, 2 * line - 16] {
            assert_places(line, 2, capacity, 0);
        }
    }
}

/// What is refused, and by which field.
fn refused(geometry: Geometry) -> Option<(Field, u32)> {
    match geometry.check(usize::MAX) {
        Ok(()) => None,
        Err(GeometryError::Field { field, value }) => Some((field, value)),
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn what_the_wire_does_not_allow_is_refused() {
    let usual = Geometry::overwrite;
    for line in [0, 1, 16, 31, 33, 48, 96, 127, 129, 256, 288, u32::MAX] {
        let found = refused(usual(4, 48).with_cache_line(line));
        assert_eq!(found, Some((Field::Line, line.min(255))));
    }
    for slots in [
        0,
        1,
        3,
        6,
        12,
        (1 << 20) - 1,
        (1 << 20) + 1,
        1 << 21,
        u32::MAX,
    ] {
        assert_eq!(refused(usual(slots, 48)), Some((Field::Slots, slots)));
    }
    for slots in [2, 4, 1 << 19, 1 << 20] {
        assert_eq!(refused(usual(slots, 48)), None);
    }
    assert_eq!(refused(usual(4, 0)), Some((Field::Capacity, 0)));
    for receivers in [0, 33, 34, 255, 256, 257, u32::MAX] {
        let found = refused(Geometry::backpressure(4, 48, receivers));
        assert_eq!(found, Some((Field::Receivers, receivers.min(255))));
    }
}

#[test]
fn the_longest_stride_is_allowed() {
    const LONGEST: u32 = (1 << 30) - 16;
    for line in LINES {
        let geometry = |capacity| Geometry::overwrite(2, capacity).with_cache_line(line);
        assert_eq!(refused(geometry(LONGEST)), None);
        let stride = (1 << 30) + line;
        assert_eq!(
            refused(geometry(LONGEST + 1)),
            Some((Field::Stride, stride))
        );
        assert_eq!(refused(geometry(u32::MAX)), Some((Field::Stride, 0)));
    }
}

#[test]
fn slots_begin_at_a_line_behind_the_control_lines() {
    for line in LINES {
        for receivers in [1, 4] {
            let geometry = Geometry::backpressure(4, 48, receivers).with_cache_line(line);
            let least = 128 + (3 + receivers) * line;
            for at in [least, least + line, 1 << 20, (1 << 30) - line, 1 << 30] {
                let moved = geometry.with_slots_at(at);
                assert_eq!(refused(moved), None);
                assert_eq!(moved.slots_at(), at as usize);
                assert_eq!(
                    moved.size() - u64::from(at),
                    geometry.size() - u64::from(least)
                );
            }
            for at in [
                0,
                least - line,
                least + 1,
                least + line / 2,
                (1 << 30) + line,
            ] {
                let found = refused(geometry.with_slots_at(at));
                assert_eq!(found, Some((Field::SlotsAt, at)));
            }
        }
    }
}

#[test]
fn as_many_slots_as_fit() {
    let usual = Geometry::overwrite(2, 48);
    for slots in [2, 4, 8, 1 << 19, 1 << 20] {
        let exact = Geometry::overwrite(slots, 48);
        let size = exact.size() as usize;
        assert_eq!(usual.max_slots_in(size), Some(exact));
        assert_eq!(usual.max_slots_in(size + 1), Some(exact));
        let fewer = (slots > 2).then(|| Geometry::overwrite(slots / 2, 48));
        assert_eq!(usual.max_slots_in(size - 1), fewer);
    }
    let most = Geometry::overwrite(1 << 20, 48);
    assert_eq!(usual.max_slots_in(usize::MAX), Some(most));
    assert_eq!(Geometry::overwrite(2, 0).max_slots_in(usize::MAX), None);
}

/// The words of the constants, each at its place.
#[test]
fn a_format_stores_the_sizes_where_the_page_says() {
    for (receivers, policy) in [(0, 1), (3, 2)] {
        let geometry = match receivers {
            0 => Geometry::overwrite(8, 100),
            _ => Geometry::backpressure(8, 100, receivers),
        };
        assert_eq!(geometry.overflow().word(), policy);
        let memory = Array::new(geometry.size() as usize);
        geometry.format(&memory.words(), 0).unwrap();
        let slots_at = geometry.slots_at() as u32;
        let expected = [64, policy, 8, 128, 100, receivers, slots_at];
        for (index, word) in expected.into_iter().enumerate() {
            assert_eq!(memory.words().load(24 + 4 * index), word);
        }
        assert_eq!(Geometry::read(&memory.words()), Ok(geometry));
    }
}
