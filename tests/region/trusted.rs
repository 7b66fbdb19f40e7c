//! What does a trusting end lend? The bytes of its own slot, and nothing outside.

#![allow(unsafe_code)] // a region

use std::cell::Cell;
use std::sync::atomic::Ordering;

use crate::support::{Flat, Words, part};
use ramframe_core::channel::Channel;
use ramframe_core::geometry::Geometry;
use ramframe_core::memory::Memory;
use ramframe_core::region::{Region, RegionMut};

use super::heap::{Heap, trusted};

fn geometry() -> Geometry {
    Geometry::backpressure(4, 48, 1)
}

/// A message written and read as a slice, over two handles of one memory.
fn slices<M: RegionMut>(region: impl Fn() -> M) {
    geometry().format(&region(), 0).unwrap();
    let mut sender = Channel::backpressure(trusted(region()).unwrap())
        .sender()
        .unwrap();
    let mut receiver = Channel::backpressure(trusted(region()).unwrap())
        .receiver(0)
        .unwrap();
    for number in 0..20_u8 {
        let len = usize::from(number) * 5 % 49;
        let mut loan = sender.loan(len).unwrap();
        assert_eq!(loan.len(), len);
        loan.fill(number);
        assert_eq!(loan.iter().count(), len);
        loan.commit();
        receiver
            .try_recv_in_place(|view| assert_eq!(**view, vec![number; len]))
            .flat()
            .unwrap();
    }
}

#[test]
fn messages_are_slices_over_memory() {
    let heap = Heap::new(geometry().size() as usize);
    slices(|| heap.memory());
}

#[test]
fn messages_are_slices_over_an_array() {
    let words = Words::array::<256>();
    slices(|| Words::new(&words));
}

/// Each slot is lent at its own place: the check of one must not stand for another's.
#[test]
fn a_slice_stands_where_its_slot_is() {
    let heap = Heap::new(geometry().size() as usize);
    geometry().format(&heap.memory(), 0).unwrap();
    let mut sender = Channel::backpressure(trusted(heap.memory()).unwrap())
        .sender()
        .unwrap();
    let mut places = vec![];
    for _ in 0..4 {
        let mut loan = sender.loan(48).unwrap();
        let place = loan.address();
        assert_eq!(loan.as_mut_ptr(), place);
        places.push(place.addr() - heap.memory().address(0).addr());
        loan.commit();
    }
    assert!(places.windows(2).all(|pair| pair[0] + 48 <= pair[1]));
    assert!(places[3] + 48 <= heap.memory().len());
}

/// Memory that says it is shorter than it was when an end attached.
struct Shrinking<'a>(Memory<'a>, &'a Cell<usize>);

// SAFETY: every verb is that of memory which is as long or longer.
unsafe impl Region for Shrinking<'_> {
    fn len(&self) -> usize {
        self.1.get()
    }
    fn load(&self, at: usize) -> u32 {
        self.0.load(at)
    }
    fn load_pair(&self, at: usize) -> [u32; 2] {
        self.0.load_pair(at)
    }
    fn fence(&self, order: Ordering) {
        self.0.fence(order);
    }
    fn copy_out(&self, at: usize, to: &mut [u8]) {
        self.0.copy_out(at, to);
    }
    fn address(&self, at: usize) -> *const u32 {
        self.0.address(at)
    }
}

// SAFETY: as for `Region`.
unsafe impl RegionMut for Shrinking<'_> {
    fn store(&self, at: usize, word: u32, order: Ordering) {
        self.0.store(at, word, order);
    }
    fn store_pair(&self, at: usize, pair: [u32; 2], order: Ordering) {
        self.0.store_pair(at, pair, order);
    }
    fn copy_in(&self, at: usize, from: &[u8]) {
        self.0.copy_in(at, from);
    }
}

/// The channel checked its geometry once; the slice is checked again, with the place where it stands.
#[test]
fn nothing_outside_is_lent() {
    let heap = Heap::new(geometry().size() as usize);
    let len = Cell::new(heap.memory().len());
    geometry().format(&heap.memory(), 0).unwrap();
    let region = || trusted(Shrinking(heap.memory(), &len)).unwrap();
    let mut sender = Channel::backpressure(region()).sender().unwrap();
    let mut receiver = Channel::backpressure(region()).receiver(0).unwrap();
    let mut loan = sender.loan(48).unwrap();
    let at = loan.address().addr() - heap.memory().address(0).addr();
    for (inside, lent) in [(at + 48, 48), (at + 47, 0), (at, 0), (at - 8, 0)] {
        len.set(inside);
        assert_eq!((loan.iter().count(), loan.iter_mut().count()), (lent, lent));
    }
    loan.commit();
    let seen = receiver
        .try_recv_in_place(|view| view.iter().count())
        .flat();
    assert_eq!(seen.unwrap(), 0);
}

/// One handle becomes both ends, each with slices of its own slot.
#[test]
fn one_handle_becomes_both_ends() {
    let heap = Heap::new(geometry().size() as usize);
    geometry().format(&heap.memory(), 0).unwrap();
    let (sender, receiver) = Channel::backpressure(trusted(heap.memory()).unwrap()).split();
    let (mut sender, mut receiver) = (sender.attach().unwrap(), receiver.attach(0).unwrap());
    for number in 0..9 {
        let mut loan = sender.loan(5).unwrap();
        loan.fill(number);
        loan.commit();
        let next = sender.loan(48).unwrap();
        let seen = receiver.try_recv_in_place(|view| view.to_vec()).flat();
        assert_eq!(seen.unwrap(), [number; 5]);
        assert_eq!(next.len(), 48);
    }
}

#[test]
fn a_part_is_trusted_too() {
    let heap = Heap::new(64);
    let trusted = trusted(heap.memory()).unwrap();
    assert_eq!(part(&trusted, 8, 8).unwrap().address(0), trusted.address(8));
    assert_eq!(
        (trusted.len(), trusted.address(8)),
        (64, heap.memory().address(8))
    );
}

#[test]
fn memory_without_an_address_is_not_trusted() {
    let none = Words::array::<0>();
    assert!(trusted(Words::new(&none)).is_none());
}
