//! A side that was built for one geometry keeps the promises, and refuses a channel of another.

use std::sync::atomic::Ordering::Relaxed;

use ramframe_core::channel::{
    AttachError, Backpressure, Channel, Overwrite, Receiver, SendError, Sender, Start,
};
use ramframe_core::geometry::{Const, ConstGeometry, Geometry, GeometryError};
use ramframe_core::memory::{ConstLen, Memory};
use ramframe_core::region::{Region, RegionMut};
use ramframe_core::wait::Spin;

use crate::heap::Heap;
use crate::support::{FlatMessage, Miss, part};

struct News;

impl ConstGeometry for News {
    const GEOMETRY: Geometry = Geometry::overwrite(4, 48);
}

struct Orders;

impl ConstGeometry for Orders {
    const GEOMETRY: Geometry = Geometry::backpressure(4, 48, 2);
}

const LEN: usize = 1024;

fn heap(geometry: &Geometry) -> Heap {
    let heap = Heap::new(LEN);
    geometry.format(&heap.memory(), 0).unwrap();
    heap
}

fn sized(heap: &Heap) -> Memory<'_, ConstLen<LEN>> {
    heap.memory().sized().unwrap()
}

fn news<R: RegionMut>(region: R) -> Result<Sender<R, Overwrite, Spin, Const<News>>, AttachError> {
    Channel::overwrite(region).with_geometry::<News>().sender()
}

fn orders<R: RegionMut>(
    region: R,
    receiver: u32,
) -> Result<Receiver<R, Backpressure, Spin, Const<Orders>>, AttachError> {
    Channel::backpressure(region)
        .with_geometry::<Orders>()
        .receiver(receiver)
}

#[test]
fn every_message_arrives_between_a_fixed_side_and_any_other() {
    let heap = heap(&News::GEOMETRY);
    let mut sender = news(sized(&heap)).unwrap();
    let ram = heap.memory().read_only();
    let mut found = Channel::overwrite(ram).receiver(Start::Oldest).unwrap();
    let sized = ram.sized::<LEN>().unwrap();
    let mut fixed: Receiver<_, _, _, Const<News>> = Channel::overwrite(sized)
        .with_geometry::<News>()
        .receiver(Start::Oldest)
        .unwrap();
    for length in 0..=48 {
        let message = vec![length as u8 + 1; length];
        let sequence = sender.try_send(&message).unwrap();
        let mut buffers = [[0; 48]; 2];
        let headers = [
            found.try_recv(&mut buffers[0]).header(),
            fixed.try_recv(&mut buffers[1]).header(),
        ];
        for (header, buffer) in headers.map(Result::unwrap).iter().zip(&buffers) {
            assert_eq!(header.sequence, sequence);
            assert_eq!(buffer[..header.len], message);
        }
    }
    let capacity = 48;
    assert_eq!(
        sender.try_send(&[0; 49]),
        Err(SendError::TooLong { capacity })
    );
}

#[test]
fn a_lapped_one_learns_how_many_it_missed() {
    let heap = heap(&News::GEOMETRY);
    let mut sender = news(sized(&heap)).unwrap();
    let mut receiver: Receiver<_, _, _, Const<News>> = Channel::overwrite(sized(&heap))
        .with_geometry::<News>()
        .receiver(Start::Oldest)
        .unwrap();
    for _ in 0..10 {
        sender.try_send(b"ZIMNO").unwrap();
    }
    let mut buffer = [0; 48];
    assert_eq!(
        receiver.try_recv(&mut buffer).header(),
        Err(Miss::Lagged(6))
    );
    assert_eq!(receiver.try_recv(&mut buffer).header().unwrap().sequence, 6);
}

#[test]
fn nothing_is_lost_and_a_new_one_goes_on() {
    let heap = heap(&Orders::GEOMETRY);
    let mut buffer = [0; 48];
    let mut receivers = [0, 1].map(|index| orders(heap.memory(), index).unwrap());
    for round in 0..3 {
        let mut sender: Sender<_, _, _, Const<Orders>> = Channel::backpressure(sized(&heap))
            .with_geometry::<Orders>()
            .sender()
            .unwrap();
        for _ in 0..4 {
            sender.try_send(b"CIEPLO").unwrap();
        }
        assert!(matches!(
            sender.try_send(b"ZIMNO"),
            Err(SendError::Full { .. })
        ));
        for receiver in &mut receivers {
            if round > 0 {
                let restarted = Err(Miss::SenderRestarted);
                assert_eq!(receiver.try_recv(&mut buffer).header(), restarted);
            }
            for sequence in 4 * round..4 * round + 4 {
                assert_eq!(
                    receiver.try_recv(&mut buffer).header().unwrap().sequence,
                    sequence
                );
            }
            assert_eq!(receiver.try_recv(&mut buffer).header(), Err(Miss::Empty));
        }
    }
    assert_eq!(orders(heap.memory(), 1).unwrap().next_sequence(), 12);
    let none = AttachError::NoSuchReceiver { receivers: 2 };
    assert_eq!(orders(heap.memory(), 2).err(), Some(none));
}

/// Every word of the geometry is compared.
#[test]
fn another_geometry_is_refused_by_the_word_that_differs() {
    let others = [
        (24, Geometry::overwrite(4, 48).with_cache_line(32), 32),
        (28, Geometry::backpressure(4, 48, 1), 2),
        (32, Geometry::overwrite(8, 48), 8),
        (36, Geometry::overwrite(4, 112), 128),
        (40, Geometry::overwrite(4, 47), 47),
        (48, Geometry::overwrite(4, 48).with_slots_at(384), 384),
    ];
    for (at, other, found) in others {
        let heap = heap(&other);
        let refused = AttachError::Geometry(GeometryError::Mismatch { at, found });
        assert_eq!(news(heap.memory()).err(), Some(refused), "{other:?}");
    }
    let heap = heap(&Geometry::backpressure(4, 48, 1));
    let refused = AttachError::Geometry(GeometryError::Mismatch { at: 44, found: 1 });
    assert_eq!(orders(heap.memory(), 0).err(), Some(refused));
}

#[test]
fn what_is_no_channel_is_refused_as_by_any_other() {
    let heap = Heap::new(LEN);
    let refused = |region| news(region).err();
    let unformatted = AttachError::Geometry(GeometryError::Unformatted);
    assert_eq!(refused(heap.memory()), Some(unformatted));
    News::GEOMETRY.format(&heap.memory(), 0).unwrap();
    let required = News::SIZE as u64;
    let small = AttachError::Geometry(GeometryError::RegionTooSmall { required });
    let part = part(&heap.memory(), 0, News::SIZE - 8).unwrap();
    assert_eq!(refused(part), Some(small));
    let magic = u32::from_le_bytes(*b"ELF!");
    heap.memory().store(0, magic, Relaxed);
    let foreign = AttachError::Geometry(GeometryError::Foreign { magic });
    assert_eq!(refused(heap.memory()), Some(foreign));
}

/// A length in the type bounds as one in the value does.
#[test]
fn no_more_than_there_is_can_be_sized() {
    let heap = Heap::new(LEN);
    assert!(heap.memory().sized::<LEN>().is_some());
    assert!(heap.memory().sized::<{ LEN + 8 }>().is_none());
    let half = heap.memory().sized::<{ LEN / 2 }>().unwrap();
    assert_eq!(half.len(), LEN / 2);
    assert!(part(&half, 0, LEN / 2).is_some());
    assert!(
        part(&half, 0, LEN / 4).is_none(),
        "its length is its type's"
    );
    assert!(part(&half, 8, LEN / 2).is_none());
    assert_eq!(half.address(8), heap.memory().address(8));
}
