//! Do the verbs of every region in core mean the same? Each claim is made of an array, and of memory on the heap.

mod cached;
mod fences;
mod heap;
#[path = "../support/mod.rs"]
mod support;
mod trusted;

use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::{self, Acquire, Relaxed, Release, SeqCst};

use crate::support::part;
use heap::Heap;
use ramframe_core::memory::AtomicWords;
use ramframe_core::region::{Divide, Region, RegionMut};

const LEN: usize = 256;
/// Room for every kind of copy.
const LONG: usize = 8192;

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
    a_long_copy_comes_back_at_every_length
    a_copy_may_be_of_everything
    nothing_outside_is_read_or_written
    the_tail_of_a_copy_is_inside_too
    a_pair_is_the_words_at_its_place
    a_pair_ends_with_the_region
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

/// Asserts that a copy out changes nothing of where it would go.
fn copies_nothing(region: &impl Region, at: usize, len: usize) {
    assert_eq!(
        copied_out(region, at, len),
        vec![0xEE; len],
        "{len} bytes at {at}"
    );
}

fn copied_out(region: &impl Region, at: usize, len: usize) -> Vec<u8> {
    let mut to = vec![0xEE; len];
    region.copy_out(at, &mut to);
    to
}

fn a_new_region_is_zero(region: impl RegionMut + Divide) {
    assert_eq!(region.len(), LEN);
    assert!(!region.is_empty());
    assert_eq!(bytes(&region), [0; LEN]);
}

fn the_bytes_of_a_word_are_little_endian(region: impl RegionMut + Divide) {
    region.store(8, 0x464D_4152, Relaxed);
    assert_eq!(copied_out(&region, 8, 8), b"RAMF\0\0\0\0");
    region.copy_in(16, b"RAMF");
    assert_eq!(region.load(16), 0x464D_4152);
}

fn a_word_holds_what_was_stored(region: impl RegionMut + Divide) {
    let places = || (0..LEN).step_by(4);
    for (at, value) in places().zip(0xFEDC_BA98_u32..) {
        region.store(at, value, Release);
    }
    for (at, value) in places().zip(0xFEDC_BA98_u32..) {
        assert_eq!(region.load(at), value);
    }
}

fn every_order_is_taken(region: impl RegionMut + Divide) {
    for (order, value) in ORDERS.into_iter().zip(1..) {
        region.store(0, value, order);
        region.fence(order);
        assert_eq!(region.load(0), value);
        region.store_pair(8, [value, !value], order);
        assert_eq!(region.load_pair(8), [value, !value]);
    }
}

fn a_copy_comes_back_at_every_length(region: impl RegionMut + Divide) {
    for at in (0..128).step_by(8) {
        for len in 0..=64 {
            let from = pattern(len);
            region.copy_in(at, &from);
            assert_eq!(copied_out(&region, at, len), from, "{len} bytes at {at}");
        }
    }
}

fn a_copy_clears_the_rest_of_its_last_word_and_no_more(region: impl RegionMut + Divide) {
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

fn a_copy_may_end_with_the_region(region: impl RegionMut + Divide) {
    for len in 1..=8 {
        region.copy_in(LEN - 8, &pattern(len));
        assert_eq!(copied_out(&region, LEN - 8, len), pattern(len));
    }
    region.copy_in(LEN, &[]);
    assert_eq!(copied_out(&region, LEN, 0), []);
}

/// Long enough for vectors, of either side at every place of theirs.
fn a_long_copy_comes_back_at_every_length(_: impl RegionMut) {
    let (heap, words) = (Heap::new(LONG), vec![0; LONG / 4]);
    let words: Vec<_> = words.into_iter().map(AtomicU32::new).collect();
    for_long(&heap.memory());
    for_long(&AtomicWords::new(&words));
}

fn for_long(region: &impl RegionMut) {
    for at in (0..64).step_by(8) {
        for len in (100..700).chain(4090..4105) {
            region.copy_in(0, &[0xAA; LONG]);
            let from = pattern(len + 33);
            let from = &from[len % 33..][..len];
            region.copy_in(at, from);
            let all = bytes(region);
            assert_eq!(&all[at..at + len], from, "{len} bytes in at {at}");
            assert!(all[..at].iter().all(|&byte| byte == 0xAA));
            let rest = &all[at + len..];
            let behind = rest.iter().take_while(|&&byte| byte == 0).count();
            assert!(behind <= 7 && rest[behind..].iter().all(|&byte| byte == 0xAA));
            let mut to = vec![0xEE; len + 66];
            region.copy_out(at, &mut to[33 - len % 33..][..len]);
            let (front, to) = to.split_at(33 - len % 33);
            assert_eq!(&to[..len], from, "{len} bytes out of {at}");
            assert!(front.iter().chain(&to[len..]).all(|&byte| byte == 0xEE));
        }
    }
}

fn a_copy_may_be_of_everything(region: impl RegionMut + Divide) {
    region.copy_in(0, &pattern(LEN));
    assert_eq!(copied_out(&region, 0, LEN), pattern(LEN));
}

fn nothing_outside_is_read_or_written(region: impl RegionMut + Divide) {
    let all = pattern(LEN);
    region.copy_in(0, &all);
    for at in [LEN, LEN + 4, LEN * 2, usize::MAX - 3] {
        assert_eq!(region.load(at), 0);
        region.store(at, !0, Relaxed);
    }
    for (at, len) in [
        (LEN - 8, 9),
        (LEN, 1),
        (0, LEN + 1),
        (LEN + 8, 0),
        (usize::MAX - 7, 9),
    ] {
        copies_nothing(&region, at, len);
        region.copy_in(at, &vec![0xEE; len]);
    }
    assert_eq!(bytes(&region), all);
}

/// A copy whose bytes end inside of a region, but whose last wide word does not. Wide is 4 bytes on some machines.
fn the_tail_of_a_copy_is_inside_too(region: impl RegionMut + Divide) {
    let all = pattern(LEN);
    region.copy_in(0, &all);
    let wide = size_of::<usize>();
    for whole in [0, 8, 120, 128, 136, 200] {
        // Its last wide word begins inside, and ends outside.
        let part = part(&region, 0, whole + wide - 4).unwrap();
        for tail in 1..=wide - 4 {
            copies_nothing(&part, 0, whole + tail);
            part.copy_in(0, &vec![0xEE; whole + tail]);
            copies_nothing(&part, whole, tail);
            part.copy_in(whole, &vec![0xEE; tail]);
        }
        assert_eq!(bytes(&region), all);
        assert_eq!(copied_out(&part, 0, whole), all[..whole]);
    }
}

fn a_pair_is_the_words_at_its_place(region: impl RegionMut + Divide) {
    region.store_pair(LEN - 16, [1, 2], Release);
    region.store_pair(LEN - 8, [0x464D_4152, 4], Relaxed);
    let words = [0, 4, 8, 12].map(|at| region.load(LEN - 16 + at));
    assert_eq!(words, [1, 2, 0x464D_4152, 4]);
    assert_eq!(copied_out(&region, LEN - 8, 8), b"RAMF\x04\0\0\0");
    let pairs = [LEN - 16, LEN - 8].map(|at| region.load_pair(at));
    assert_eq!(pairs, [[1, 2], [0x464D_4152, 4]]);
    assert_eq!(region.load_pair_fresh(LEN - 16), [1, 2]);
    region.store_pair_through(LEN - 16, [5, 6], Release);
    assert_eq!(region.load_pair(LEN - 16), [5, 6]);
}

/// Both words of a pair are inside, or none is touched.
fn a_pair_ends_with_the_region(region: impl RegionMut + Divide) {
    let all = pattern(LEN);
    region.copy_in(0, &all);
    for at in [LEN, LEN + 8, usize::MAX - 7] {
        assert_eq!(region.load_pair(at), [0; 2]);
        region.store_pair(at, [!0; 2], Relaxed);
    }
    let part = part(&region, 0, LEN - 12).unwrap();
    assert_eq!(part.load_pair(LEN - 16), [0; 2]);
    part.store_pair(LEN - 16, [!0; 2], Relaxed);
    assert_eq!(bytes(&region), all);
}

fn nothing_askew_is_read_or_written(region: impl RegionMut + Divide) {
    let all = pattern(LEN);
    region.copy_in(0, &all);
    for at in [1, 2, 3, 5, LEN - 1] {
        assert_eq!(region.load(at), 0);
        region.store(at, !0, Relaxed);
        copies_nothing(&region, at, 1);
        region.copy_in(at, &[0xEE]);
    }
    for at in [1, 2, 4, 12, LEN - 4, LEN - 1] {
        assert_eq!(region.load_pair(at), [0; 2]);
        region.store_pair(at, [!0; 2], Relaxed);
    }
    assert_eq!(bytes(&region), all);
}

fn an_address_is_that_of_its_word(region: impl RegionMut + Divide) {
    let first = region.address(0);
    assert!(!first.is_null());
    assert_eq!(region.address(64), first.wrapping_byte_add(64));
    let part = part(&region, 64, 64).unwrap();
    assert_eq!(part.address(0), region.address(64));
    for at in [LEN, LEN + 4, usize::MAX - 3, 1, 2] {
        assert!(region.address(at).is_null(), "{at}");
    }
}

fn a_part_is_the_same_memory(region: impl RegionMut + Divide) {
    let part = part(&region, 64, 128).unwrap();
    assert_eq!(part.len(), 128);
    part.store(0, 7, Relaxed);
    assert_eq!(region.load(64), 7);
    region.copy_in(72, b"ZIMNO");
    assert_eq!(copied_out(&part, 8, 5), b"ZIMNO");
    let inner = support::part(&part, 8, 8).unwrap();
    assert_eq!(copied_out(&inner, 0, 5), b"ZIMNO");
}

fn parts_lie_inside(region: impl RegionMut + Divide) {
    for (at, len) in [(0, 0), (0, LEN), (8, LEN - 8), (LEN - 8, 8), (LEN, 0)] {
        assert_eq!(part(&region, at, len).map(|part| part.len()), Some(len));
    }
    for at in [1, 2, 4, 12] {
        assert!(part(&region, at, 8).is_none(), "askew: {at}");
    }
    for (at, len) in [
        (0, LEN + 4),
        (8, LEN),
        (LEN, 4),
        (LEN + 8, 0),
        (8, usize::MAX - 3),
        (usize::MAX - 7, 8),
    ] {
        assert!(part(&region, at, len).is_none(), "outside: {len} at {at}");
    }
}

fn nothing_is_reached_through_a_part(region: impl RegionMut + Divide) {
    let all = pattern(LEN);
    region.copy_in(0, &all);
    let part = part(&region, 64, 64).unwrap();
    assert_eq!(part.load(64), 0);
    part.store(64, !0, Relaxed);
    assert_eq!(part.load_pair(64), [0; 2]);
    part.store_pair(64, [!0; 2], Relaxed);
    copies_nothing(&part, 0, 65);
    copies_nothing(&part, 64, 1);
    part.copy_in(64, &[0xEE]);
    part.copy_in(0, &[0xEE; 65]);
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
    assert_eq!(reader.load(0), 0x0403_0201);
    assert_eq!(reader.load_pair(0), [0x0403_0201, 0x0807_0605]);
    assert_eq!(copied_out(&part(&reader, 8, 8).unwrap(), 0, 3), [9, 10, 11]);
    assert_eq!(reader.address(4), writer.address(4));
    copies_nothing(&reader, LEN, 1);
}

#[test]
fn a_region_of_no_memory_is_empty() {
    let none = AtomicWords::array::<0>();
    assert!(AtomicWords::new(&none).is_empty());
    assert!(AtomicWords::new(&none).address(0).is_null());
    assert!(part(&Heap::new(LEN).memory(), 8, 0).unwrap().is_empty());
}

/// A block of just so many bytes: what reads or writes behind them is caught by Miri, and by a checking allocator.
#[test]
fn memory_may_end_in_the_middle_of_a_word() {
    for len in [1, 3, 5, 11, 13, 19, 22, 131, 135, 523] {
        let heap = Heap::new(len);
        let memory = heap.memory();
        let whole = len / size_of::<usize>() * size_of::<usize>();
        memory.copy_in(0, &pattern(whole));
        assert_eq!(copied_out(&memory, 0, whole), pattern(whole));
        memory.copy_in(0, &[0xEE; 600][..whole + 1]);
        memory.copy_in(whole, &[0xEE]);
        copies_nothing(&memory, 0, whole + 1);
        copies_nothing(&memory, whole, len - whole);
        for at in (0..len + 8).step_by(4) {
            let inside = at + 4 <= len;
            memory.store(at, 0x0101_0101, Relaxed);
            assert_eq!(memory.load(at), if inside { 0x0101_0101 } else { 0 });
            assert_eq!(memory.address(at).is_null(), !inside);
        }
        for at in (0..len + 8).step_by(8) {
            let pair = if at + 8 <= len { [3, 4] } else { [0; 2] };
            memory.store_pair(at, [3, 4], Relaxed);
            assert_eq!(memory.load_pair(at), pair);
        }
    }
}

/// Through the address of the first word every other can be reached, and written.
#[test]
fn an_address_reaches_the_whole_region() {
    let memory = AtomicWords::array::<4>();
    let heap = Heap::new(16);
    for first in [
        AtomicWords::new(&memory).address(0),
        heap.memory().address(0),
    ] {
        heap::store(first, 3, 7);
    }
    assert_eq!(memory[3].load(Relaxed), 7);
    assert_eq!(heap.memory().load(12), 7);
}

#[test]
fn memory_of_constant_length_is_bounded_by_it() {
    let heap = Heap::new(LEN);
    heap.memory().copy_in(0, &pattern(LEN));
    let sized = heap.memory().sized::<64>().unwrap();
    assert!(heap.memory().sized::<{ LEN + 1 }>().is_none());
    assert_eq!((sized.len(), sized.load(60)), (64, heap.memory().load(60)));
    assert_eq!((sized.load(64), sized.load_pair(64)), (0, [0; 2]));
    copies_nothing(&sized, 0, 65);
    copies_nothing(&sized, 64, 1);
}

#[test]
fn memory_that_is_askew_or_too_long_is_no_ram() {
    let heap = Heap::new(LEN);
    for at in 1..8 {
        assert!(heap.ram_at(at, 8).is_none());
    }
    assert!(heap.ram_at(8, 8).is_some());
}
