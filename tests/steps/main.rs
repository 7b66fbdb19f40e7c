//! What does each step of core cost on one core, and does it stay so with more slots, messages and receivers? `cargo bench`.

#[path = "../region/heap.rs"]
mod heap;

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use ramframe_core::channel::{Receiver, RecvError, Sender, Start};
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
        let mut sender = Sender::overwrite(heap.memory()).unwrap();
        let mut receiver = Receiver::overwrite(heap.memory(), Start::Next).unwrap();
        let (message, mut buffer) = (vec![7; size], vec![0; size]);
        group.throughput(Throughput::Bytes(size as u64));
        group.bench_function(BenchmarkId::new("send", size), |bench| {
            bench.iter(|| sender.send(black_box(&message)));
        });
        group.bench_function(BenchmarkId::new("latest", size), |bench| {
            bench.iter(|| receiver.latest(black_box(&mut buffer)).unwrap());
        });
        while let Ok(_) | Err(RecvError::Lagged(_) | RecvError::Busy) = receiver.recv(&mut buffer) {
        }
        group.bench_function(BenchmarkId::new("send and recv", size), |bench| {
            bench.iter(|| {
                sender.send(black_box(&message)).unwrap();
                receiver.recv(black_box(&mut buffer)).unwrap()
            });
        });
    }
    group.finish();
}

fn backpressure(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("backpressure");
    for size in SIZES {
        let heap = memory(Geometry::backpressure(SLOTS, size as u32, 1));
        let mut sender = Sender::backpressure(heap.memory()).unwrap();
        let mut receiver = Receiver::backpressure(heap.memory(), 0).unwrap();
        let (message, mut buffer) = (vec![7; size], vec![0; size]);
        group.throughput(Throughput::Bytes(size as u64));
        group.bench_function(BenchmarkId::new("send and recv", size), |bench| {
            bench.iter(|| {
                sender.send(black_box(&message)).unwrap();
                receiver.recv(black_box(&mut buffer)).unwrap()
            });
        });
        group.throughput(Throughput::Bytes((BATCH * size) as u64));
        group.bench_function(BenchmarkId::new("batch of 64", size), |bench| {
            bench.iter(|| {
                sender
                    .send_batch((0..BATCH).map(|_| black_box(&message)))
                    .1
                    .unwrap();
                receiver.recv_batch(BATCH, &mut buffer, |_, bytes| {
                    black_box(bytes.len());
                })
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
        let mut sender = Sender::overwrite(heap.memory()).unwrap();
        for _ in 0..before {
            sender.send(&[7; 48]).unwrap();
        }
        let attach = |_| Receiver::overwrite(heap.memory(), Start::Next).unwrap();
        let mut receivers: Vec<_> = (0..receivers).map(attach).collect();
        let mut buffer = [0; 48];
        group.bench_function(name, |bench| {
            bench.iter(|| {
                sender.send(black_box(&[7; 48])).unwrap();
                receivers[0].recv(black_box(&mut buffer)).unwrap()
            });
        });
    }
    group.finish();
}

criterion_group!(steps, overwrite, backpressure, grows_with_nothing);
criterion_main!(steps);
