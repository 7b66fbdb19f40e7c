//! Do regions have exactly the bytes that the layout's page promises, and can a client be written from that page alone?

#[path = "../regions/array.rs"]
mod array;
mod bytes;
mod client;
mod conformance;
#[path = "../regions/dying.rs"]
mod dying;
mod names;
mod page;
#[path = "../support/mod.rs"]
mod support;

use array::Array;
use ramframe_core::geometry::Geometry;

/// A region's memory, as bytes.
fn memory_of(memory: &Array) -> Vec<u8> {
    let words = memory.snapshot();
    words.into_iter().flat_map(u32::to_ne_bytes).collect()
}

/// Puts bytes back into a region's memory.
fn fill(memory: &Array, bytes: &[u8]) {
    let words = bytes.chunks(4).map(|word| word.try_into().unwrap());
    memory.restore(&words.map(u32::from_ne_bytes).collect::<Vec<_>>());
}

/// A channel just formatted.
fn formatted(geometry: Geometry) -> Array {
    let memory = Array::new(geometry.size() as usize);
    geometry.format(&memory.words(), 0).unwrap();
    memory
}

/// The bytes of a dump: an offset, bytes, and what is said of them on each line; all others are 0.
fn dump(text: &str, size: usize) -> Vec<u8> {
    let mut bytes = vec![0; size];
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let mut words = line.split_whitespace();
        let at = usize::from_str_radix(words.next().unwrap(), 16).unwrap();
        let pairs = words.map_while(|word| match word.len() {
            2 => u8::from_str_radix(word, 16).ok(),
            _ => None,
        });
        for (index, byte) in pairs.enumerate() {
            bytes[at + index] = byte;
        }
    }
    bytes
}
