//! What does each step of core cost on one core, and does it stay so with more slots, messages and receivers? `cargo bench`.

#[path = "../region/heap.rs"]
mod heap;
#[path = "../support/mod.rs"]
mod support;

use std::hint::black_box;

use crate::support::{Flat, FlatMessage, Miss};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use ramframe_core::channel::{Channel, Start};
use ramframe_core::geometry::Geometry;

use heap::Heap;

const SIZES: [usize; 3] = [8, 48, 1024];
const SLOTS: u32 = 256;

/// Messages of a batch.
const BATCH: usize = 64;

fn memory(geometry: Geometry) -> Heap {
    let heap = Heap::new(geometry.size() as usize);
    geometry.format(&heap.memory(), 0).unwrap();
    heap
}

/// Each step that leaves room, and message, for the next of its kind.
fn overwrite(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("overwrite");
    for size in SIZES {
        let heap = memory(Geometry::overwrite(SLOTS, size as u32));
        let mut sender = Channel::overwrite(heap.memory()).sender().unwrap();
        let mut receiver = Channel::overwrite(heap.memory())
            .receiver(Start::Next)
            .unwrap();
        let (message, mut buffer) = (vec![7; size], vec![0; size]);
        group.throughput(Throughput::Bytes(size as u64));
        group.bench_function(BenchmarkId::new("send", size), |bench| {
            bench.iter(|| sender.try_send(black_box(&message)));
        });
        group.bench_function(BenchmarkId::new("latest", size), |bench| {
            bench.iter(|| receiver.latest(black_box(&mut buffer)).header().unwrap());
        });
        while let Ok(_) | Err(Miss::Lagged(_) | Miss::Busy) =
            receiver.try_recv(&mut buffer).header()
        {}
        group.bench_function(BenchmarkId::new("send and recv", size), |bench| {
            bench.iter(|| {
                sender.try_send(black_box(&message)).unwrap();
                receiver.try_recv(black_box(&mut buffer)).header().unwrap()
            });
        });
    }
    group.finish();
}

fn backpressure(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("backpressure");
    for size in SIZES {
        let heap = memory(Geometry::backpressure(SLOTS, size as u32, 1));
        let mut sender = Channel::backpressure(heap.memory()).sender().unwrap();
        let mut receiver = Channel::backpressure(heap.memory()).receiver(0).unwrap();
        let (message, mut buffer) = (vec![7; size], vec![0; size]);
        group.throughput(Throughput::Bytes(size as u64));
        group.bench_function(BenchmarkId::new("send and recv", size), |bench| {
            bench.iter(|| {
                sender.try_send(black_box(&message)).unwrap();
                receiver.try_recv(black_box(&mut buffer)).header().unwrap()
            });
        });
        group.throughput(Throughput::Bytes((BATCH * size) as u64));
        group.bench_function(BenchmarkId::new("batch of 64", size), |bench| {
            bench.iter(|| {
                sender
                    .try_send_batch((0..BATCH).map(|_| black_box(&message)))
                    .1
                    .unwrap();
                receiver
                    .try_recv_batch(BATCH, &mut buffer, |message| {
                        let bytes = message.payload;
                        black_box(bytes.len());
                    })
                    .flat()
            });
        });
    }
    group.finish();
}

/// A step costs the same whatever the number of slots, of messages before it, and of receivers that do not write.
fn grows_with_nothing(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("grows with nothing");
    for (name, slots, before, receivers) in [
        ("2 slots", 2, 0, 1),
        ("64 slots", 64, 0, 1),
        ("512 slots", 512, 0, 1),
        ("after a million messages", 64, 1_000_000, 1),
        ("32 receivers", 64, 0, 32),
    ] {
        let heap = memory(Geometry::overwrite(slots, 48));
        let mut sender = Channel::overwrite(heap.memory()).sender().unwrap();
        for _ in 0..before {
            sender.try_send(&[7; 48]).unwrap();
        }
        let attach = |_| {
            Channel::overwrite(heap.memory())
                .receiver(Start::Next)
                .unwrap()
        };
        let mut receivers: Vec<_> = (0..receivers).map(attach).collect();
        let mut buffer = [0; 48];
        group.bench_function(name, |bench| {
            bench.iter(|| {
                sender.try_send(black_box(&[7; 48])).unwrap();
                receivers[0]
                    .try_recv(black_box(&mut buffer))
                    .header()
                    .unwrap()
            });
        });
    }
    group.finish();
}

criterion_group!(steps, overwrite, backpressure, grows_with_nothing);
criterion_main!(steps);
