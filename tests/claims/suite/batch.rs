//! Several messages at once are what each would have been alone; what they share is paid once.

use std::cell::Cell;

use ramframe_core::channel::{Backpressure, Channel, Message, SendError, Start};
use ramframe_core::geometry::{CONSUMED, Geometry};
use ramframe_core::region::Region;
use ramframe_core::wait::{Notify, Wait};

use super::{Bench, Came, Maker, Rx, Side, Tx, die, dies, message};
use crate::support::{Flat, FlatMessage, Miss};

/// Counts its rings, which are for whoever asked.
struct Rings<'a>(&'a Cell<u32>);

impl Wait for Rings<'_> {
    const NOTIFY: Notify = Notify::OnRequest;

    fn wait(&mut self, _: *const u32, _: u32) {}

    fn notify(&mut self, _: *const u32, _: bool) {
        self.0.set(self.0.get() + 1);
    }
}

fn messages(numbers: std::ops::Range<u64>) -> Vec<Vec<u8>> {
    numbers.map(message).collect()
}

fn numbers<M: Maker>(bench: &Bench<M>, came: &[Came]) -> Vec<u64> {
    let number = |(header, bytes): &Came| bench.number(*header, bytes);
    came.iter().map(number).collect()
}

pub(crate) fn a_batch_goes_out_in_order_and_stops_at_what_cannot<M: Maker, P: Side>() {
    let bench = Bench::<M>::new(P::geometry(4, 48));
    let (mut sender, mut receiver) = (bench.sender::<P>(), bench.receiver::<P>());
    assert_eq!(sender.send_all(&[]), (0, Ok(())));
    assert_eq!(sender.send_all(&messages(0..3)), (3, Ok(())));
    let too_long = [message(3), vec![0; 49], message(4)];
    let refused = SendError::TooLong { capacity: 48 };
    assert_eq!(sender.send_all(&too_long), (1, Err(refused)));
    for number in 0..4 {
        assert_eq!(bench.take(&mut receiver), Ok(number));
    }
    assert_eq!(bench.take(&mut receiver), Err(Miss::Empty));
    assert_eq!(sender.send_all(&messages(4..6)), (2, Ok(())));
    assert_eq!(bench.take(&mut receiver), Ok(4));
}

pub(crate) fn a_batch_comes_in_order_and_stops_at_news<M: Maker, P: Side>() {
    let bench = Bench::<M>::new(P::geometry(8, 48));
    let mut receiver = bench.receiver::<P>();
    let mut take = |limit| {
        let (came, result) = receiver.take_all(limit);
        (numbers(&bench, &came), result)
    };
    assert_eq!(take(9), (vec![], Err(Miss::Empty)));
    bench.send(&mut bench.sender::<P>(), 0..3);
    assert_eq!(take(0), (vec![], Ok(())));
    assert_eq!(take(2), (vec![0, 1], Ok(())));
    bench.send(&mut bench.sender::<P>(), 3..5);
    assert_eq!(take(9), (vec![2], Err(Miss::SenderRestarted)));
    assert_eq!(take(9), (vec![3, 4], Err(Miss::Empty)));
}

/// By who asked, once, and not at all if nothing was sent.
pub(crate) fn a_batch_is_rung_for_once<M: Maker>() {
    let bench = Bench::<M>::new(Geometry::overwrite(8, 48));
    let rings = Cell::new(0);
    let mut sender = Channel::overwrite(bench.memory.sender())
        .with_wait(Rings(&rings))
        .sender()
        .unwrap();
    let mut receiver = Channel::overwrite(bench.memory.receiver())
        .receiver(Start::Next)
        .unwrap();
    while receiver.skip().flat() != Err(Miss::Empty) {}
    rings.set(0);
    for round in 0..3 {
        receiver.wait();
        assert_eq!(sender.send_all(&[]), (0, Ok(())));
        assert_eq!(rings.take(), 0, "nothing was sent");
        let (sent, _) = sender.send_all(&messages(round * 4..round * 4 + 4));
        assert_eq!((sent, rings.take()), (4, 1));
        while receiver.skip().flat().is_ok() {}
    }
}

pub(crate) fn a_message_that_is_refused_comes_again<M: Maker, P: Side>() {
    let bench = Bench::<M>::new(P::geometry(4, 48));
    let (mut sender, mut receiver) = (bench.sender::<P>(), bench.receiver::<P>());
    bench.send(&mut sender, 0..3);
    for expected in 0..3 {
        for wanted in [false, false, true] {
            let taken = receiver.take_if(wanted).unwrap();
            assert_eq!(taken.is_ok(), wanted);
            let (header, bytes) = taken.unwrap_or_else(|refused| refused);
            assert_eq!(bench.number(header, &bytes), expected);
        }
    }
    let nothing = receiver.take_if(true).map(drop);
    assert_eq!(nothing, Err(Miss::Empty));
}

const ONE: Geometry = Geometry::backpressure(4, 48, 1);

/// What the receiver has said that it took.
fn taken<M: Maker>(bench: &Bench<M>) -> u64 {
    let taken = bench
        .memory
        .reader()
        .load_fresh(ONE.receiver_line(0) + CONSUMED);
    u64::from(taken.wrapping_sub(M::FIRST as u32) & 0x1F_FFFF)
}

pub(crate) fn a_batch_is_let_go_at_once<M: Maker>() {
    let bench = Bench::<M>::new(ONE);
    let mut sender = bench.sender::<Backpressure>();
    let mut receiver = Channel::backpressure(bench.memory.receiver())
        .receiver(0)
        .unwrap();
    bench.send(&mut sender, 0..4);
    let before = |_: Message<'_>| assert_eq!(taken(&bench), 0);
    assert_eq!(
        receiver.try_recv_batch(3, &mut [0; 48], before).flat(),
        (3, Ok(()))
    );
    assert_eq!(taken(&bench), 3);
}

pub(crate) fn who_dies_in_a_batch_has_taken_none_of_it<M: Maker>() {
    let bench = Bench::<M>::new(ONE);
    let mut sender = bench.sender::<Backpressure>();
    bench.send(&mut sender, 0..4);
    for at in 0..4 {
        let mut left = at;
        let died = dies(|| {
            let mut receiver = Channel::backpressure(bench.memory.receiver())
                .receiver(0)
                .unwrap();
            let each = |_: Message<'_>| {
                if left == 0 {
                    die();
                }
                left -= 1;
            };
            let _ = receiver.try_recv_batch(9, &mut [0; 48], each).flat();
        });
        assert!(died);
    }
    let (came, _) = bench.receiver::<Backpressure>().take_all(9);
    assert_eq!(numbers(&bench, &came), [0, 1, 2, 3]);
}

/// The receiver is at work on messages of a channel that is formatted under it. Whatever was handed out is of the channel
/// before, the receiver is told, and the new channel's messages are there to be sent and taken.
pub(crate) fn a_channel_formatted_meanwhile_is_left_alone<M: Maker>() {
    for way in 0..4 {
        let bench = Bench::<M>::new(ONE);
        let mut receiver = Channel::backpressure(bench.memory.receiver())
            .receiver(0)
            .unwrap();
        bench.send(&mut bench.sender::<Backpressure>(), 0..3);
        let mut format = Some(|| ONE.format(&bench.memory.formatter(), 0).unwrap());
        let mut formats = || format.take().into_iter().for_each(|format| format());
        let mut buffer = [0; 48];
        let mut came = vec![];
        let each = |message: Message<'_>| {
            came.push(bench.number(message.header(), message.payload));
            formats();
        };
        let result = match way {
            0 => receiver.try_recv_in_place(|_| formats()).flat(),
            1 => receiver.try_recv_batch(1, &mut buffer, each).flat().1,
            2 => receiver.try_recv_batch(3, &mut buffer, each).flat().1,
            _ => receiver
                .try_recv_with(&mut buffer, |_| {
                    formats();
                    Ok::<_, ()>(())
                })
                .flat()
                .map(drop),
        };
        // A message that was read whole before the format is a message; what is looked at during it is none.
        let expected = match way {
            0 | 2 => Err(Miss::Reformatted),
            _ => Ok(()),
        };
        assert_eq!(result, expected);
        assert!(came.len() < 2, "{came:?}");
        assert_eq!(receiver.skip().flat(), Err(Miss::Reformatted));
        let mut sender = Channel::backpressure(bench.memory.sender())
            .sender()
            .unwrap();
        let mut next = Channel::backpressure(bench.memory.receiver())
            .receiver(0)
            .unwrap();
        assert_eq!(sender.try_send(b"new"), Ok(0));
        assert_eq!(
            next.try_recv(&mut buffer)
                .header()
                .map(|header| header.sequence),
            Ok(0)
        );
    }
}
