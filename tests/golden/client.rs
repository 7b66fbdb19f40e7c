//! Can a client written from the table of offsets alone, in bytes, talk with core in both directions?

use ramframe_core::channel::{Channel, Start};
use ramframe_core::geometry::Geometry;

use super::{Array, fill, formatted, memory_of};
use crate::support::{Flat, FlatMessage, Miss};

/// A region's bytes, and nothing of core.
struct Client(Vec<u8>);

impl Client {
    fn get(&self, at: usize) -> u32 {
        u32::from_le_bytes(self.0[at..at + 4].try_into().unwrap())
    }

    fn put(&mut self, at: usize, word: u32) {
        self.0[at..at + 4].copy_from_slice(&word.to_le_bytes());
    }

    /// The line of this number behind the constants.
    fn line(&self, number: usize) -> usize {
        assert_eq!(&self.0[..4], b"RAMF");
        assert_eq!(self.get(4), 2);
        128 + number * self.get(24) as usize
    }

    /// A count with this generation's tag.
    fn tagged(&self, count: u64) -> u32 {
        self.get(8) << 21 | count as u32
    }

    fn slot(&self, sequence: u64) -> usize {
        let index = (sequence % u64::from(self.get(32))) as usize;
        self.get(48) as usize + index * self.get(36) as usize
    }

    fn stamp(&self, sequence: u64) -> u64 {
        let slot = self.slot(sequence);
        u64::from(self.get(slot + 4)) << 32 | u64::from(self.get(slot))
    }

    fn message(&self, sequence: u64) -> Option<Vec<u8>> {
        let slot = self.slot(sequence);
        let len = self.get(slot + 8) as usize;
        let published = self.stamp(sequence) == 2 * sequence + 2;
        published.then(|| self.0[slot + 16..slot + 16 + len].to_vec())
    }

    /// Attaches as the first sender of a generation. Returns the next sequence.
    fn attach(&mut self) -> u64 {
        let (session, head) = (self.line(0), self.line(1));
        let first_epoch = self.get(12);
        for sequence in 0..u64::from(self.get(32)) {
            self.put(self.slot(sequence), 0);
        }
        self.put(head, 0);
        self.put(head + 8, u32::MAX);
        self.put(head + 12, first_epoch);
        self.put(session, first_epoch);
        0
    }

    fn send(&mut self, sequence: u64, message: &[u8]) {
        let (slot, head) = (self.slot(sequence), self.line(1));
        assert!(message.len() <= self.get(40) as usize);
        self.0[slot + 16..slot + 16 + message.len()].copy_from_slice(message);
        // A test of this length never comes near a wrap.
        self.put(slot, 2 * sequence as u32 + 2);
        self.put(slot + 4, 0);
        self.put(slot + 8, message.len() as u32);
        self.put(slot + 12, self.get(self.line(0)));
        self.put(head, 2 * sequence as u32 + 2);
    }

    fn close(&mut self) {
        let session = self.line(0);
        self.put(session + 4, self.get(session));
    }
}

fn geometries() -> [Geometry; 3] {
    [32, 64, 128].map(|line| Geometry::overwrite(4, 20).with_cache_line(line))
}

fn message(number: u64) -> Vec<u8> {
    format!("message {number}").into_bytes()
}

#[test]
fn it_reads_what_core_wrote() {
    for geometry in geometries() {
        let memory = formatted(geometry);
        let mut sender = Channel::overwrite(memory.words()).sender().unwrap();
        for number in 0..10 {
            sender.try_send(&message(number)).unwrap();
        }
        let client = Client(memory_of(&memory));
        for number in 0..6 {
            assert_eq!(client.message(number), None);
        }
        for number in 6..10 {
            assert_eq!(client.message(number), Some(message(number)));
        }
        assert_eq!(client.message(10), None);
    }
}

/// Has the client do something to the memory.
fn with_client<T>(memory: &Array, act: impl FnOnce(&mut Client) -> T) -> T {
    let mut client = Client(memory_of(memory));
    let result = act(&mut client);
    fill(memory, &client.0);
    result
}

#[test]
fn core_reads_what_it_wrote() {
    for geometry in geometries() {
        let memory = formatted(geometry);
        let mut receiver = Channel::overwrite(memory.words())
            .receiver(Start::Next)
            .unwrap();
        with_client(&memory, |client| {
            let next = client.attach();
            for number in next..10 {
                client.send(number, &message(number));
            }
            client.close();
        });
        let mut buffer = [0; 20];
        assert_eq!(
            receiver.try_recv(&mut buffer).header(),
            Err(Miss::Lagged(6))
        );
        for number in 6..10 {
            let header = receiver.try_recv(&mut buffer).header().unwrap();
            assert_eq!((header.sequence, header.epoch), (number, 2));
            assert_eq!(buffer[..header.len], message(number));
        }
        assert_eq!(receiver.try_recv(&mut buffer).header(), Err(Miss::Closed));
        assert_eq!(
            Channel::overwrite(memory.words())
                .sender()
                .unwrap()
                .next_sequence(),
            10
        );
    }
}

#[test]
fn it_takes_from_a_backpressure_channel() {
    let memory = formatted(Geometry::backpressure(4, 20, 2));
    let mut sender = Channel::backpressure(memory.words()).sender().unwrap();
    let mut other = Channel::backpressure(memory.words()).receiver(0).unwrap();
    for number in 0..20 {
        sender.try_send(&message(number)).unwrap();
        assert_eq!(other.skip().flat(), Ok(number));
        assert_eq!(sender.pending(1), Some(1));
        with_client(&memory, |client| {
            assert_eq!(client.message(number), Some(message(number)));
            let consumed = client.line(4);
            if number > 0 {
                assert_eq!(client.get(consumed), client.tagged(number));
            }
            client.put(consumed, client.tagged(number + 1));
        });
        assert_eq!(sender.pending(1), Some(0));
    }
}

#[test]
fn it_sends_over_a_backpressure_channel() {
    let memory = formatted(Geometry::backpressure(4, 20, 1));
    let mut receiver = Channel::backpressure(memory.words()).receiver(0).unwrap();
    let next = with_client(&memory, Client::attach);
    let mut buffer = [0; 20];
    for number in next..20 {
        with_client(&memory, |client| {
            let consumed = client.get(client.line(3));
            assert_eq!(consumed, client.tagged(number), "core gave the slot back");
            client.send(number, &message(number));
        });
        let len = receiver.try_recv(&mut buffer).header().unwrap().len;
        assert_eq!(buffer[..len], message(number));
    }
}
