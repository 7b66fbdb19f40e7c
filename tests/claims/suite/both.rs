//! What holds for one message under both policies.

use std::ops::Range;
use std::sync::atomic::Ordering::Relaxed;

use ramframe_core::channel::SendError;
use ramframe_core::frame::{Frame, Header, LENGTH};
use ramframe_core::geometry::Geometry;
use ramframe_core::region::{Region, RegionMut};

use super::{Bench, Maker, Rx, Side, Tx, message};
use crate::support::{Flat, FlatMessage, Miss};

pub(crate) fn messages_arrive_in_order<M: Maker, P: Side>() {
    let bench = Bench::<M>::new(P::geometry(8, 48));
    let (mut sender, mut receiver) = (bench.sender::<P>(), bench.receiver::<P>());
    for number in 0..40 {
        bench.send(&mut sender, number * 2..number * 2 + 2);
        assert_eq!(bench.take(&mut receiver), Ok(number * 2));
        assert_eq!(bench.take(&mut receiver), Ok(number * 2 + 1));
        assert_eq!(bench.take(&mut receiver), Err(Miss::Empty));
    }
}

pub(crate) fn a_header_says_sequence_epoch_and_length<M: Maker, P: Side>() {
    let bench = Bench::<M>::new(P::geometry(4, 48));
    let (mut sender, mut receiver) = (bench.sender::<P>(), bench.receiver::<P>());
    sender.try_send(b"CIEPLO").unwrap();
    let header = Header {
        sequence: M::FIRST,
        epoch: sender.epoch(),
        len: 6,
    };
    let mut buffer = [0; 48];
    assert_eq!(receiver.try_recv(&mut buffer).header(), Ok(header));
    assert_eq!(&buffer[..6], b"CIEPLO");
    assert_eq!(
        (sender.next(), receiver.next()),
        (M::FIRST + 1, M::FIRST + 1)
    );
}

pub(crate) fn a_new_channel_is_empty<M: Maker, P: Side>() {
    let bench = Bench::<M>::new(P::geometry(4, 48));
    let mut receiver = bench.receiver::<P>();
    for _ in 0..3 {
        assert_eq!(bench.take(&mut receiver), Err(Miss::Empty));
        assert_eq!(receiver.skip().flat(), Err(Miss::Empty));
    }
    let _sender = bench.sender::<P>();
    assert_eq!(bench.take(&mut receiver), Err(Miss::Empty));
}

pub(crate) fn every_size_up_to_the_capacity_arrives<M: Maker, P: Side>() {
    for capacity in [1, 7, 8, 16, 47, 48] {
        let bench = Bench::<M>::new(P::geometry(2, capacity));
        let (mut sender, mut receiver) = (bench.sender::<P>(), bench.receiver::<P>());
        for len in 0..=capacity as usize {
            let sent: Vec<u8> = (1..=255).cycle().skip(len).take(len).collect();
            sender.try_send(&sent).unwrap();
            let mut buffer = vec![0; len];
            assert_eq!(receiver.try_recv(&mut buffer).header().unwrap().len, len);
            assert_eq!(buffer, sent);
        }
    }
}

pub(crate) fn a_message_beyond_the_capacity_is_refused<M: Maker, P: Side>() {
    let bench = Bench::<M>::new(P::geometry(4, 40));
    let (mut sender, mut receiver) = (bench.sender::<P>(), bench.receiver::<P>());
    for len in [41, 48, 64, 4096] {
        let refused = sender.try_send(&vec![1; len]);
        assert_eq!(refused, Err(SendError::TooLong { capacity: 40 }));
    }
    assert_eq!(bench.take(&mut receiver), Err(Miss::Empty));
    assert_eq!(sender.try_send(b"ZIMNO"), Ok(M::FIRST));
    assert_eq!(receiver.try_recv(&mut [0; 40]).header().unwrap().len, 5);
}

pub(crate) fn a_message_that_does_not_fit_the_buffer_stays<M: Maker, P: Side>() {
    let bench = Bench::<M>::new(P::geometry(4, 48));
    let (mut sender, mut receiver) = (bench.sender::<P>(), bench.receiver::<P>());
    sender.try_send(b"CIEPLO").unwrap();
    sender.try_send(b"").unwrap();
    for len in [0, 1, 5, 0] {
        let small = receiver.try_recv(&mut vec![0; len]).header();
        assert_eq!(small, Err(Miss::BufferTooSmall { required: 6 }));
        let small = receiver.latest(&mut vec![0; len]).header();
        assert!(small.is_ok(), "the newest is empty and fits");
    }
    let mut exact = [0; 6];
    assert_eq!(receiver.try_recv(&mut exact).header().unwrap().len, 6);
    assert_eq!(&exact, b"CIEPLO");
    assert_eq!(receiver.try_recv(&mut []).header().unwrap().len, 0);
}

pub(crate) fn the_newest_that_does_not_fit_says_what_it_needs<M: Maker, P: Side>() {
    let bench = Bench::<M>::new(P::geometry(4, 48));
    let (mut sender, mut receiver) = (bench.sender::<P>(), bench.receiver::<P>());
    sender.try_send(b"CIEPLO").unwrap();
    let small = receiver.latest(&mut [0; 5]).header();
    assert_eq!(small, Err(Miss::BufferTooSmall { required: 6 }));
    assert_eq!(receiver.latest(&mut [0; 6]).header().unwrap().len, 6);
}

pub(crate) fn a_message_that_does_not_fit_can_be_skipped<M: Maker, P: Side>() {
    let bench = Bench::<M>::new(P::geometry(4, 48));
    let (mut sender, mut receiver) = (bench.sender::<P>(), bench.receiver::<P>());
    sender.try_send(b"CIEPLO").unwrap();
    bench.send(&mut sender, 1..2);
    let small = receiver.try_recv(&mut [0; 3]).header();
    assert_eq!(small, Err(Miss::BufferTooSmall { required: 6 }));
    assert_eq!(receiver.skip().flat(), Ok(M::FIRST));
    assert_eq!(bench.take(&mut receiver), Ok(1));
    assert_eq!(receiver.skip().flat(), Err(Miss::Empty));
}

pub(crate) fn the_newest_is_seen_without_being_taken<M: Maker, P: Side>() {
    let bench = Bench::<M>::new(P::geometry(8, 48));
    let (mut sender, mut receiver) = (bench.sender::<P>(), bench.receiver::<P>());
    for number in 0..5 {
        bench.send(&mut sender, number..number + 1);
        assert_eq!(bench.latest(&mut receiver), Ok(number));
        assert_eq!(bench.latest(&mut receiver), Ok(number));
    }
    assert_eq!(receiver.next(), M::FIRST);
    for number in 0..5 {
        assert_eq!(bench.take(&mut receiver), Ok(number));
    }
}

pub(crate) fn a_frame_is_filled_and_filled_again<M: Maker, P: Side>() {
    let bench = Bench::<M>::new(P::geometry(4, 48));
    let (mut sender, mut receiver) = (bench.sender::<P>(), bench.receiver::<P>());
    let mut frame: Frame<48> = Frame::new();
    for number in (0..9).rev() {
        sender.try_send(&message(number)).unwrap();
        receiver.try_recv_frame(&mut frame).flat().unwrap();
        assert_eq!(frame.payload(), message(number));
        assert_eq!(frame.sequence(), M::FIRST + 8 - number);
        assert_eq!(frame.epoch(), sender.epoch());
    }
    assert_eq!(receiver.try_recv_frame(&mut frame).flat(), Err(Miss::Empty));
    assert!(frame.payload().is_empty(), "an error leaves no message");
}

pub(crate) fn a_frame_too_small_says_what_it_needs<M: Maker, P: Side>() {
    let bench = Bench::<M>::new(P::geometry(4, 48));
    let (mut sender, mut receiver) = (bench.sender::<P>(), bench.receiver::<P>());
    sender.try_send(b"CIEPLO").unwrap();
    let small = receiver.try_recv_frame(&mut Frame::<5>::new()).flat();
    assert_eq!(small, Err(Miss::BufferTooSmall { required: 6 }));
    assert_eq!(
        receiver.try_recv_frame(&mut Frame::<6>::new()).flat(),
        Ok(())
    );
}

/// Makes these messages, counted from the bench's beginning, void: as a sender leaves them that gave up an earlier loan.
fn make_void<M: Maker>(bench: &Bench<M>, geometry: &Geometry, epoch: u32, numbers: Range<u64>) {
    let region = bench.memory.anybody();
    for number in numbers {
        let slot = geometry.slot((M::FIRST + number) as u32);
        region.invalidate(slot, 16);
        region.store_pair_through(slot + LENGTH, [u32::MAX, epoch], Relaxed);
    }
}

/// However a message is received; many at once take a second step.
pub(crate) fn void_frames_are_passed_over<M: Maker, P: Side>() {
    let geometry = P::geometry(8, 48);
    for void in 0..=5 {
        for way in 0..5 {
            let bench = Bench::<M>::new(geometry);
            let (mut sender, mut receiver) = (bench.sender::<P>(), bench.receiver::<P>());
            bench.send(&mut sender, 0..6);
            make_void(&bench, &geometry, sender.epoch(), 0..void);
            let mut step = || match way {
                0 => bench.take(&mut receiver),
                1 => (receiver.see()).map(|(header, bytes)| bench.number(header, &bytes)),
                2 => receiver.skip().flat().map(|sequence| sequence - M::FIRST),
                3 => {
                    let (came, result) = receiver.take_all(1);
                    result.map(|()| bench.number(came[0].0, &came[0].1))
                }
                _ => receiver.take_if(true).map(|taken| {
                    let (header, bytes) = taken.unwrap();
                    bench.number(header, &bytes)
                }),
            };
            if void == 5 {
                assert_eq!(step(), Err(Miss::Busy));
            }
            assert_eq!(step(), Ok(void), "way {way}");
        }
    }
}

pub(crate) fn the_newest_is_not_void<M: Maker, P: Side>() {
    let geometry = P::geometry(8, 48);
    for void in 0..3 {
        let bench = Bench::<M>::new(geometry);
        let (mut sender, mut receiver) = (bench.sender::<P>(), bench.receiver::<P>());
        bench.send(&mut sender, 0..6);
        make_void(&bench, &geometry, sender.epoch(), 6 - void..6);
        assert_eq!(bench.latest(&mut receiver), Ok(5 - void));
    }
}
