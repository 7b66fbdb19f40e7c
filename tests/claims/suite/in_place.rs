//! A message that is written and read where it stands is the same as one that is copied.

use ramframe_core::channel::{Channel, Overwrite, Start};
use ramframe_core::geometry::Geometry;

use super::{Bench, Maker, Side, message};
use super::{Rx, Tx};
use crate::support::{Flat, Miss};

pub(crate) fn a_message_is_looked_at_where_it_stands<M: Maker, P: Side>() {
    let bench = Bench::<M>::new(P::geometry(4, 48));
    let (mut sender, mut receiver) = (bench.sender::<P>(), bench.receiver::<P>());
    for number in 0..20 {
        bench.send(&mut sender, number..number + 1);
        let (header, bytes) = receiver.see().unwrap();
        assert_eq!(bench.number(header, &bytes), number);
        assert_eq!(bench.take(&mut receiver), Err(Miss::Empty));
    }
}

pub(crate) fn a_message_is_written_where_it_stands<M: Maker, P: Side>() {
    let bench = Bench::<M>::new(P::geometry(4, 48));
    let (mut sender, mut receiver) = (bench.sender::<P>(), bench.receiver::<P>());
    for number in 0..20 {
        sender.fill(&message(number)).unwrap();
        assert_eq!(bench.take(&mut receiver), Ok(number));
    }
}

/// Whatever was written into it; the next message has its sequence.
pub(crate) fn a_loan_that_is_dropped_publishes_nothing<M: Maker, P: Side>() {
    let bench = Bench::<M>::new(P::geometry(4, 48));
    let (mut sender, mut receiver) = (bench.sender::<P>(), bench.receiver::<P>());
    for number in 0..20 {
        sender
            .leave_unfilled(b"some bytes, and then nothing")
            .unwrap();
        assert_eq!(bench.take(&mut receiver), Err(Miss::Empty));
        assert_eq!(receiver.see().map(drop), Err(Miss::Empty));
        bench.send(&mut sender, number..number + 1);
        assert_eq!(bench.take(&mut receiver), Ok(number));
    }
}

pub(crate) fn a_loan_can_be_cut_short<M: Maker, P: Side>() {
    let bench = Bench::<M>::new(P::geometry(4, 48));
    let (mut sender, mut receiver) = (bench.sender::<P>(), bench.receiver::<P>());
    for (cut, left) in [(48, 20), (20, 20), (13, 13), (0, 0)] {
        sender.fill_and_cut(&[7; 20], cut).unwrap();
        let (header, bytes) = receiver.see().unwrap();
        assert_eq!((header.len, bytes), (left, vec![7; left]));
    }
}

pub(crate) fn what_does_not_fit_a_loan_is_refused<M: Maker, P: Side>() {
    let bench = Bench::<M>::new(P::geometry(4, 48));
    let (mut sender, mut receiver) = (bench.sender::<P>(), bench.receiver::<P>());
    assert!(sender.fill(&[0; 49]).is_err());
    let refused = [
        (0, 21),
        (1, 4),
        (4, 4),
        (16, 5),
        (24, 0),
        (usize::MAX - 7, 8),
    ];
    for (at, len) in refused {
        assert!(!sender.fits_at(20, at, len), "{len} at {at}");
    }
    for (at, len) in [(0, 20), (0, 0), (8, 12), (16, 4), (16, 0)] {
        assert!(sender.fits_at(20, at, len), "{len} at {at}");
    }
    assert_eq!(bench.take(&mut receiver), Err(Miss::Empty));
}

pub(crate) fn what_a_view_has_not_is_refused<M: Maker, P: Side>() {
    let bench = Bench::<M>::new(P::geometry(4, 48));
    let (mut sender, mut receiver) = (bench.sender::<P>(), bench.receiver::<P>());
    sender.try_send(b"twenty bytes of text").unwrap();
    let cases = [
        (0, 21),
        (1, 4),
        (16, 5),
        (24, 0),
        (16, 0),
        (16, 4),
        (8, 12),
        (0, 20),
    ];
    let mut bytes = [0; 48];
    let read = receiver.parts(&cases, &mut bytes).unwrap();
    assert_eq!(read, [false, false, false, false, true, true, true, true]);
    assert_eq!(bytes[..20], *b"twenty bytes of text");
}

/// What was made of it is dropped, and the message counts as missed.
pub(crate) fn what_is_overtaken_while_looked_at_is_not_given_out<M: Maker>() {
    for during in 0..9 {
        let bench = Bench::<M>::new(Geometry::overwrite(4, 48));
        let mut sender = Channel::overwrite(bench.memory.sender()).sender().unwrap();
        let mut receiver = Channel::overwrite(bench.memory.receiver())
            .receiver(Start::Next)
            .unwrap();
        bench.send(&mut sender, 0..1);
        let looked = receiver
            .try_recv_in_place(|view| {
                bench.send(&mut sender, 1..1 + during);
                view.header().sequence
            })
            .flat();
        // Four slots: the fifth message stands where the first did.
        match during {
            0..4 => assert_eq!(looked, Ok(M::FIRST)),
            _ => assert_eq!(looked, Err(Miss::Lagged(during - 3))),
        }
        assert_eq!(receiver.next() - M::FIRST, 1.max(during - during.min(3)));
    }
}

/// Committed or not: its slot is what the loan is of.
pub(crate) fn an_overwritten_message_is_gone_with_a_loan<M: Maker>() {
    let bench = Bench::<M>::new(Geometry::overwrite(4, 48));
    let mut sender = bench.sender::<Overwrite>();
    let mut receiver = bench.receiver::<Overwrite>();
    bench.send(&mut sender, 0..4);
    sender.leave_unfilled(b"").unwrap();
    assert_eq!(bench.take(&mut receiver), Err(Miss::Lagged(1)));
    assert_eq!(bench.take(&mut receiver), Ok(1));
}
