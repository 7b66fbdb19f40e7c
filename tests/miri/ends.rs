//! Ends of channels in two threads: honest ones, over a format, over a seat that was taken for dead, and beside hostile bytes.

use std::sync::atomic::Ordering::{Relaxed, Release};
use std::thread;

use ramframe_core::channel::{
    AttachError, Backpressure, Channel, Overwrite, Policy, Receive, Receiver, SendError, Sender,
    Start,
};
use ramframe_core::geometry::Geometry;
use ramframe_core::memory::Memory;
use ramframe_core::region::RegionMut;

use super::heap::{Heap, again, trusted};
use crate::support::{Flat, FlatMessage, Miss};

const CAPACITY: usize = 40;
const OVERWRITE: Geometry = Geometry::overwrite(2, CAPACITY as u32);
const BACKPRESSURE: Geometry = Geometry::backpressure(2, CAPACITY as u32, 1);

/// Messages of an honest sender.
const MESSAGES: u64 = if cfg!(miri) { 8 } else { 5_000 };
/// How often a side is formatted, taken for dead, or lied to.
const ROUNDS: u64 = if cfg!(miri) { 2 } else { 300 };

/// Attaches ends of one policy.
trait Ends: Sized + Policy + for<'m> Receive<Memory<'m>> {
    const GEOMETRY: Geometry;
    fn sender(memory: Memory<'_>) -> Result<Sender<Memory<'_>, Self>, AttachError>;
    fn receiver(memory: Memory<'_>) -> Result<Receiver<Memory<'_>, Self>, AttachError>;
}

impl Ends for Overwrite {
    const GEOMETRY: Geometry = OVERWRITE;

    fn sender(memory: Memory<'_>) -> Result<Sender<Memory<'_>, Self>, AttachError> {
        Channel::overwrite(memory).sender()
    }

    fn receiver(memory: Memory<'_>) -> Result<Receiver<Memory<'_>, Self>, AttachError> {
        Channel::overwrite(memory).receiver(Start::Oldest)
    }
}

impl Ends for Backpressure {
    const GEOMETRY: Geometry = BACKPRESSURE;

    fn sender(memory: Memory<'_>) -> Result<Sender<Memory<'_>, Self>, AttachError> {
        Channel::backpressure(memory).sender()
    }

    fn receiver(memory: Memory<'_>) -> Result<Receiver<Memory<'_>, Self>, AttachError> {
        Channel::backpressure(memory).receiver(0)
    }
}

fn formatted(geometry: &Geometry) -> Heap {
    let heap = Heap::new(geometry.size() as usize);
    geometry.format(&heap.memory(), 0).unwrap();
    heap
}

/// Message `sequence` of a generation: of a length of its own, and of one byte.
fn message(sequence: u64, generation: u64) -> Vec<u8> {
    let len = sequence as usize * 7 % (CAPACITY + 1);
    vec![(sequence * 3 + generation * 101) as u8; len]
}

/// Sends until all is sent, or the region is no longer this sender's.
fn send_all<P: Ends>(sender: &mut Sender<Memory<'_>, P>, count: u64, generation: u64) {
    while sender.next_sequence() < count {
        match sender.try_send(&message(sender.next_sequence(), generation)) {
            Ok(_) => {}
            Err(SendError::Full { receiver: 0 }) => thread::yield_now(),
            Err(error) => panic!("{error:?}"),
        }
    }
}

/// Receives one message, if there is one, and holds it against what was sent.
fn recv<P: Ends>(receiver: &mut Receiver<Memory<'_>, P>, generation: u64) -> Result<bool, Miss> {
    let mut buffer = [0; CAPACITY];
    match receiver.try_recv(&mut buffer).header() {
        Ok(header) => {
            let expected = message(header.sequence, generation);
            assert_eq!(buffer[..header.len], expected);
            Ok(true)
        }
        Err(Miss::Empty | Miss::Busy) => {
            thread::yield_now();
            Ok(false)
        }
        Err(error) => Err(error),
    }
}

fn honest<P: Ends>() {
    let heap = formatted(&P::GEOMETRY);
    let memory = heap.memory();
    let mut receiver = P::receiver(again(&memory)).unwrap();
    thread::scope(|scope| {
        scope.spawn(|| send_all(&mut P::sender(again(&memory)).unwrap(), MESSAGES, 0));
        while receiver.next_sequence() < MESSAGES {
            match recv(&mut receiver, 0) {
                Ok(_) => {}
                Err(Miss::Lagged(_)) if P::OVERFLOW == Overwrite::OVERFLOW => {}
                Err(error) => panic!("{error:?}"),
            }
        }
    });
}

#[test]
fn honest_ends_share_a_channel() {
    honest::<Overwrite>();
    honest::<Backpressure>();
}

/// The region is formatted, and a new sender sends, while a receiver is in the middle of a step.
fn reformatted<P: Ends>() {
    let heap = formatted(&P::GEOMETRY);
    let memory = heap.memory();
    for round in 0..ROUNDS {
        let mut sender = P::sender(again(&memory)).unwrap();
        send_all(&mut sender, 2, round);
        let mut receiver = P::receiver(again(&memory)).unwrap();
        let next = receiver.next_sequence();
        thread::scope(|scope| {
            scope.spawn(|| {
                P::GEOMETRY.format(&memory, 0).unwrap();
                let mut sender = P::sender(again(&memory)).unwrap();
                send_all(&mut sender, 2, round + 1);
                P::GEOMETRY.format(&memory, 0).unwrap();
            });
            let end = loop {
                match recv(&mut receiver, round) {
                    Ok(_) => {}
                    Err(error) => break error,
                }
            };
            assert_eq!(end, Miss::Reformatted);
        });
        assert_eq!(next, 0);
    }
}

#[test]
fn a_format_comes_beside_a_receive() {
    reformatted::<Overwrite>();
    reformatted::<Backpressure>();
}

/// Somebody takes a receiver for dead that is only slow, and the sender uses the slots that it is reading. What that receiver makes
/// of it is its own loss; nothing is undefined.
#[test]
fn a_live_receiver_is_reclaimed() {
    for _ in 0..ROUNDS {
        let heap = formatted(&BACKPRESSURE);
        let memory = heap.memory();
        let mut sender = Channel::backpressure(again(&memory)).sender().unwrap();
        let mut receiver = Channel::backpressure(again(&memory)).receiver(0).unwrap();
        send_all(&mut sender, 2, 0);
        thread::scope(|scope| {
            scope.spawn(|| {
                let mut other = Channel::backpressure(again(&memory)).reclaim(0).unwrap();
                let _ = other.discard_pending().flat();
                for _ in 0..2 {
                    let _ = sender.try_send(&[7; CAPACITY]);
                }
            });
            for _ in 0..2 {
                let _ = receiver.try_recv(&mut [0; CAPACITY]).header();
            }
        });
    }
}

/// Stores anything anywhere, with the width of each byte.
fn lie(memory: &Memory<'_>, geometry: &Geometry, seed: u64) {
    let mut state = seed | 1;
    let mut random = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 33) as usize % below
    };
    let (head, requests) = (geometry.head_line(), geometry.requests_line());
    for _ in 0..if cfg!(miri) { 60 } else { 400 } {
        let at = random(geometry.size() as usize / 8) * 8;
        let word = [0, 1, 2, 3, u32::MAX, random(1 << 31) as u32][random(6)];
        let is_frame = (head..requests).contains(&at) || at >= geometry.slots_at();
        match random(4) {
            _ if !is_frame => memory.store(at + random(2) * 4, word, Relaxed),
            0 => memory.copy_in(at, &[word as u8; 8]),
            _ => memory.store_pair(at, [word, random(4) as u32], Release),
        }
        thread::yield_now();
    }
}

/// Every step, beside a liar. Each ends, with whatever result.
fn lied_to<P: Ends>() {
    for round in 0..ROUNDS {
        let heap = formatted(&P::GEOMETRY);
        let memory = heap.memory();
        let mut sender = P::sender(again(&memory)).unwrap();
        let mut receiver = P::receiver(again(&memory)).unwrap();
        let _ = sender.try_send(&message(5, 0));
        thread::scope(|scope| {
            scope.spawn(|| lie(&memory, &P::GEOMETRY, 0x9E37 + round * 77));
            let mut buffer = [0; CAPACITY];
            for number in 0..4 {
                let _ = sender.try_send(&message(number, 0));
                let _ = receiver.try_recv(&mut buffer).header();
                let _ = receiver.latest(&mut buffer).header();
                let _ = receiver
                    .try_recv_in_place(|view| view.read(0, &mut buffer))
                    .flat();
                let _ = receiver.skip().flat();
                let _ = P::sender(again(&memory)).map(|mut other| other.try_send(b"other").is_ok());
                let _ = P::receiver(again(&memory)).map(|other| other.next_sequence());
                let _ = receiver.status();
            }
            sender.close();
        });
    }
}

#[test]
fn hostile_bytes_come_beside_every_step() {
    lied_to::<Overwrite>();
    lied_to::<Backpressure>();
}

/// Slices of both ends in one thread, one after the other.
#[test]
fn trusting_ends_in_one_thread() {
    let heap = formatted(&BACKPRESSURE);
    let mut sender = Channel::backpressure(trusted(heap.memory()).unwrap())
        .sender()
        .unwrap();
    let mut receiver = Channel::backpressure(trusted(heap.memory()).unwrap())
        .receiver(0)
        .unwrap();
    for number in 0..6 {
        let mut loan = sender.loan(CAPACITY).unwrap();
        assert_eq!(loan.address().cast_const(), loan.as_ptr());
        loan.fill(number);
        loan.write(8, &[9; 8]).unwrap();
        loan.truncate(24);
        loan.commit();
        let sum = receiver
            .try_recv_in_place(|view| {
                assert_eq!(view.address(), view.as_ptr());
                view.iter().map(|&byte| u32::from(byte)).sum::<u32>()
            })
            .flat();
        assert_eq!(sum, Ok(16 * u32::from(number) + 72));
    }
}
