//! Do the verbs of every region in core mean the same? Each claim is made of an array, and of memory on the heap.

mod heap;

use std::fmt::Debug;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering::{self, Acquire, Relaxed, Release, SeqCst};

use heap::Heap;
use ramframe_core::region::{Region, RegionMut};
use ramframe_core::words::AtomicWords;

const LEN: usize = 256;

const ORDERS: [Ordering; 5] = [Relaxed, Acquire, Release, Ordering::AcqRel, SeqCst];

macro_rules! claims {
    ($($claim:ident)*) => {
        mod words {
            $(#[test] fn $claim() {
                super::$claim(super::AtomicWords::new(&super::AtomicWords::array::<{ super::LEN / 4 }>()));
            })*
        }
        mod ram {
            $(#[test] fn $claim() { super::$claim(super::Heap::new(super::LEN).memory()); })*
        }
    };
}

claims! {
    a_new_region_is_zero
    the_bytes_of_a_word_are_little_endian
    a_word_holds_what_was_stored
    every_order_is_taken
    a_copy_comes_back_at_every_length
    a_copy_clears_the_rest_of_its_last_word_and_no_more
    a_copy_may_end_with_the_region
    owned_copies_carry_the_same_bytes
    nothing_outside_is_read_or_written
    several_words_are_those_at_their_places
    several_words_end_with_the_region
    nothing_askew_is_read_or_written
    an_address_is_that_of_its_word
    a_part_is_the_same_memory
    parts_lie_inside
    nothing_is_reached_through_a_part
}

/// All bytes of a region.
fn bytes(region: &impl Region) -> Vec<u8> {
    let mut bytes = vec![0xEE; region.len()];
    region.copy_out(0, &mut bytes);
    bytes
}

/// A byte for each place, none of them zero.
fn pattern(len: usize) -> Vec<u8> {
    (1..=255).cycle().take(len).collect()
}

/// Makes an access that no caller should make: caught when developing, harmless in a release.
fn refused<T: Debug + PartialEq>(harmless: T, access: impl FnOnce() -> T) {
    let outcome = catch_unwind(AssertUnwindSafe(access));
    if cfg!(debug_assertions) {
        assert!(outcome.is_err(), "a caller's mistake went unseen");
    } else {
        assert_eq!(outcome.expect("a release does not panic"), harmless);
    }
}

fn copied_out(region: &impl Region, at: usize, len: usize) -> Vec<u8> {
    let mut to = vec![0xEE; len];
    region.copy_out(at, &mut to);
    to
}

fn a_new_region_is_zero(region: impl RegionMut) {
    assert_eq!(region.len(), LEN);
    assert!(!region.is_empty());
    assert_eq!(bytes(&region), [0; LEN]);
}

fn the_bytes_of_a_word_are_little_endian(region: impl RegionMut) {
    region.store(8, 0x464D_4152, Relaxed);
    assert_eq!(copied_out(&region, 8, 8), b"RAMF\0\0\0\0");
    region.copy_in(16, b"RAMF");
    assert_eq!(region.load(16, Relaxed), 0x464D_4152);
}

fn a_word_holds_what_was_stored(region: impl RegionMut) {
    let places = || (0..LEN).step_by(4);
    for (at, value) in places().zip(0xFEDC_BA98_u32..) {
        region.store(at, value, Release);
    }
    for (at, value) in places().zip(0xFEDC_BA98_u32..) {
        assert_eq!(region.load(at, Acquire), value);
    }
}

fn every_order_is_taken(region: impl RegionMut) {
    for (order, value) in ORDERS.into_iter().zip(1..) {
        region.store(0, value, order);
        region.fence(order);
        assert_eq!(region.load(0, order), value);
    }
}

fn a_copy_comes_back_at_every_length(region: impl RegionMut) {
    for at in (0..128).step_by(8) {
        for len in 0..=64 {
            let from = pattern(len);
            region.copy_in(at, &from);
            assert_eq!(copied_out(&region, at, len), from, "{len} bytes at {at}");
        }
    }
}

fn a_copy_clears_the_rest_of_its_last_word_and_no_more(region: impl RegionMut) {
    for at in (0..128).step_by(8) {
        for len in 0..=64 {
            region.copy_in(0, &[0xAA; LEN]);
            region.copy_in(at, &pattern(len));
            let all = bytes(&region);
            let end = at + len;
            let cleared = all[end..].iter().take_while(|&&byte| byte == 0).count();
            assert!(cleared <= 7 && (end + cleared).is_multiple_of(4));
            assert!(all[..at].iter().all(|&byte| byte == 0xAA));
            assert_eq!(all[at..end], pattern(len));
            assert!(all[end + cleared..].iter().all(|&byte| byte == 0xAA));
        }
    }
}

fn a_copy_may_end_with_the_region(region: impl RegionMut) {
    for len in 1..=8 {
        region.copy_in(LEN - 8, &pattern(len));
        assert_eq!(copied_out(&region, LEN - 8, len), pattern(len));
    }
    region.copy_in(LEN, &[]);
    assert_eq!(copied_out(&region, LEN, 0), []);
}

fn owned_copies_carry_the_same_bytes(region: impl RegionMut) {
    for len in 0..=64 {
        region.copy_in_exclusive(8, &pattern(len));
        let mut to = vec![0xEE; len];
        region.copy_out_exclusive(8, &mut to);
        assert_eq!(to, pattern(len));
        assert_eq!(copied_out(&region, 8, len), pattern(len));
    }
}

fn nothing_outside_is_read_or_written(region: impl RegionMut) {
    let all = pattern(LEN);
    region.copy_in(0, &all);
    for at in [LEN, LEN + 4, LEN * 2, usize::MAX - 3] {
        refused(0, || region.load(at, Relaxed));
        refused((), || region.store(at, !0, Relaxed));
    }
    for (at, len) in [
        (LEN - 8, 9),
        (LEN, 1),
        (0, LEN + 1),
        (LEN + 8, 0),
        (usize::MAX - 7, 9),
    ] {
        refused(vec![0; len], || copied_out(&region, at, len));
        refused((), || region.copy_in(at, &vec![0xEE; len]));
    }
    assert_eq!(bytes(&region), all);
}

fn several_words_are_those_at_their_places(region: impl RegionMut) {
    region.store_three(LEN - 16, [1, 2, 3]);
    let words = [0, 4, 8].map(|at| region.load(LEN - 16 + at, Relaxed));
    assert_eq!((words, region.load_pair(LEN - 12)), ([1, 2, 3], [2, 3]));
    region.store_three(LEN - 12, [4, 5, 6]);
    assert_eq!(region.load_pair(LEN - 8), [5, 6]);
    assert_eq!(region.load(LEN - 16, Relaxed), 1);
}

/// All of them are outside, or none of those that are is touched.
fn several_words_end_with_the_region(region: impl RegionMut) {
    let all = pattern(LEN);
    region.copy_in(0, &all);
    for at in [LEN, LEN + 4, usize::MAX - 3, usize::MAX - 7] {
        refused([0; 2], || region.load_pair(at));
        refused((), || region.store_three(at, [!0; 3]));
    }
    assert_eq!(bytes(&region), all);
    let part = region.part(0, LEN - 16).unwrap();
    for at in [LEN - 20, LEN - 24] {
        refused((), || part.store_three(at, [!0; 3]));
    }
    assert_eq!(bytes(&region)[LEN - 16..], all[LEN - 16..]);
}

fn nothing_askew_is_read_or_written(region: impl RegionMut) {
    let all = pattern(LEN);
    region.copy_in(0, &all);
    for at in [1, 2, 3, 5, LEN - 1] {
        refused(0, || region.load(at, Relaxed));
        refused((), || region.store(at, !0, Relaxed));
        refused(vec![0; 1], || copied_out(&region, at, 1));
        refused((), || region.copy_in(at, &[0xEE]));
    }
    assert_eq!(bytes(&region), all);
}

fn an_address_is_that_of_its_word(region: impl RegionMut) {
    let first = region.address(0);
    assert!(!first.is_null());
    assert_eq!(region.address(64), first.wrapping_byte_add(64));
    let part = region.part(64, 64).unwrap();
    assert_eq!(part.address(0), region.address(64));
}

fn a_part_is_the_same_memory(region: impl RegionMut) {
    let part = region.part(64, 128).unwrap();
    assert_eq!(part.len(), 128);
    part.store(0, 7, Relaxed);
    assert_eq!(region.load(64, Relaxed), 7);
    region.copy_in(72, b"ZIMNO");
    assert_eq!(copied_out(&part, 8, 5), b"ZIMNO");
    let inner = part.part(8, 8).unwrap();
    assert_eq!(copied_out(&inner, 0, 5), b"ZIMNO");
}

fn parts_lie_inside(region: impl RegionMut) {
    for (at, len) in [(0, 0), (0, LEN), (8, LEN - 8), (LEN - 8, 8), (LEN, 0)] {
        assert_eq!(region.part(at, len).map(|part| part.len()), Some(len));
    }
    for at in [1, 2, 4, 12] {
        assert!(region.part(at, 8).is_none(), "askew: {at}");
    }
    for (at, len) in [
        (0, LEN + 4),
        (8, LEN),
        (LEN, 4),
        (LEN + 8, 0),
        (8, usize::MAX - 3),
        (usize::MAX - 7, 8),
    ] {
        assert!(region.part(at, len).is_none(), "outside: {len} at {at}");
    }
}

fn nothing_is_reached_through_a_part(region: impl RegionMut) {
    let all = pattern(LEN);
    region.copy_in(0, &all);
    let part = region.part(64, 64).unwrap();
    refused(0, || part.load(64, Relaxed));
    refused((), || part.store(64, !0, Relaxed));
    refused(vec![0; 65], || copied_out(&part, 0, 65));
    refused((), || part.copy_in(64, &[0xEE]));
    assert_eq!(bytes(&region), all);
}

#[test]
fn a_word_in_memory_has_the_bytes_of_the_layout() {
    let memory = AtomicWords::array::<2>();
    AtomicWords::new(&memory).store(4, 0x464D_4152, Relaxed);
    assert_eq!(memory[1].load(Relaxed).to_ne_bytes(), *b"RAMF");
}

#[test]
fn a_read_only_handle_sees_what_is_written() {
    let heap = Heap::new(LEN);
    let (writer, reader) = (heap.memory(), heap.memory().read_only());
    writer.copy_in(0, &pattern(LEN));
    assert_eq!(bytes(&reader), pattern(LEN));
    assert_eq!(reader.load(0, Acquire), 0x0403_0201);
    assert_eq!(copied_out(&reader.part(8, 8).unwrap(), 0, 3), [9, 10, 11]);
    assert_eq!(reader.address(4), writer.address(4));
    refused(vec![0; 1], || copied_out(&reader, LEN, 1));
}

#[test]
fn a_region_of_no_memory_is_empty() {
    let none = AtomicWords::array::<0>();
    assert!(AtomicWords::new(&none).is_empty());
    assert!(AtomicWords::new(&none).address(0).is_null());
    assert!(Heap::new(LEN).memory().part(8, 0).unwrap().is_empty());
}

#[test]
fn memory_that_is_askew_or_too_long_is_no_ram() {
    let heap = Heap::new(LEN);
    for at in 1..8 {
        assert!(heap.ram_at(at, 8).is_none());
    }
    assert!(heap.ram_at(8, 8).is_some());
}
