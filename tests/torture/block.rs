//! Which large message does a sender send next? One that takes long to write, little to make, and shows whether it is whole.

use crate::line::Place;

/// The longest, which most are not much shorter than.
pub(crate) const LONGEST: usize = 64 * 1024;

/// Shares no factor with a number of slots, so that no message stands where one with the same body stood before.
const BODIES: u64 = 13;

/// Bytes before the body: the place.
const HEADER: usize = 16;

/// The messages of one sender.
pub(crate) struct Blocks {
    sender: u32,
    bodies: Vec<Vec<u8>>,
}

impl Blocks {
    pub(crate) fn of(sender: u32) -> Self {
        let bodies = (0..BODIES).map(|body| fill(u64::from(sender) * BODIES + body));
        Self {
            sender,
            bodies: bodies.collect(),
        }
    }

    /// Message `index`.
    pub(crate) fn get(&mut self, index: u64) -> &[u8] {
        let length = length(self.sender, index);
        let body = &mut self.bodies[usize::try_from(index % BODIES).unwrap()];
        body[..8].copy_from_slice(&u64::from(self.sender).to_le_bytes());
        body[8..HEADER].copy_from_slice(&index.to_le_bytes());
        &body[..length]
    }

    /// The place of a message that was received, if it is whole; `None` for an empty one.
    pub(crate) fn place(&mut self, received: &[u8]) -> Option<Place> {
        if received.is_empty() {
            return None;
        }
        let word = |at: usize| u64::from_le_bytes(received[at..at + 8].try_into().unwrap());
        let (sender, index) = (u32::try_from(word(0)).unwrap(), word(8));
        if sender != self.sender {
            *self = Self::of(sender);
        }
        assert!(received == self.get(index), "torn: {sender}:{index}");
        Some((sender, index))
    }
}

/// A few are short, and one in 17 is empty, but never a sender's first.
fn length(sender: u32, index: u64) -> usize {
    let some = usize::try_from((index * 7919 + u64::from(sender)) % 4096).unwrap();
    match index % 17 {
        5 => 0,
        9 => HEADER + some % 64,
        _ => LONGEST - some,
    }
}

fn fill(seed: u64) -> Vec<u8> {
    let words = LONGEST as u64 / 8;
    let word = |at: u64| (seed << 32 | at).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (0..words).flat_map(|at| word(at).to_le_bytes()).collect()
}
