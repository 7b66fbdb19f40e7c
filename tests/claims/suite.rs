//! What a channel promises, whatever memory it runs over.
//!
//! Every claim is a function over a [`Maker`] of memory; `claims!` makes a test of each. To run them over other memory:
//! ```ignore
//! #[path = "../claims/suite.rs"]
//! mod suite; // at the root of the crate
//! suite::claims!(segment, crate::Segment);
//! ```

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::Ordering::Relaxed;

use crate::support::{Flat, FlatMessage, Miss};
use ramframe_core::frame::Header;
use ramframe_core::geometry::{CONSTANTS, EPOCH, GENERATION, Geometry};
use ramframe_core::region::{Divide, Region, RegionMut};

#[path = "../regions/aged.rs"]
mod aged;
#[path = "suite/asleep.rs"]
pub(crate) mod asleep;
#[path = "suite/attach.rs"]
pub(crate) mod attach;
#[path = "suite/backpressure.rs"]
pub(crate) mod backpressure;
#[path = "suite/batch.rs"]
pub(crate) mod batch;
#[path = "suite/between.rs"]
pub(crate) mod between;
#[path = "suite/both.rs"]
pub(crate) mod both;
#[path = "suite/dead_receiver.rs"]
pub(crate) mod dead_receiver;
#[path = "../regions/dying.rs"]
mod dying;
#[path = "suite/in_place.rs"]
pub(crate) mod in_place;
#[path = "../regions/interrupted.rs"]
pub(crate) mod interrupted;
#[path = "suite/list.rs"]
mod list;
#[path = "suite/overwrite.rs"]
pub(crate) mod overwrite;
#[path = "suite/reformatted.rs"]
pub(crate) mod reformatted;
#[path = "suite/room.rs"]
pub(crate) mod room;
#[path = "suite/sessions.rs"]
pub(crate) mod sessions;
#[path = "suite/sides.rs"]
mod sides;
#[path = "suite/spinning.rs"]
pub(crate) mod spinning;
#[path = "suite/streams.rs"]
pub(crate) mod streams;
#[path = "suite/successor.rs"]
mod successor;
#[path = "suite/survey.rs"]
pub(crate) mod survey;
#[path = "suite/texts.rs"]
pub(crate) mod texts;
#[path = "suite/threads.rs"]
pub(crate) mod threads;
#[path = "suite/waking.rs"]
pub(crate) mod waking;

#[allow(unused_imports)] // for tests of what is not among the claims
pub(crate) use aged::age;
#[allow(unused_imports)] // for those who make no test of each
pub(crate) use list::{claim_tests, claims, each_claim};
pub(crate) use sides::{Came, Rx, Side, Tx};
use successor::Successor;

/// Makes memory, and each side's handles to it.
pub(crate) trait Maker: Sized {
    /// The sequence that the channel's first message gets.
    const FIRST: u64 = 0;

    /// The epoch of the bench's first sender: an aged channel had one before.
    const FIRST_EPOCH: u32 = if Self::FIRST == 0 { 2 } else { 3 };

    /// Zeroed memory of `len` bytes.
    fn new(len: usize) -> Self;

    /// Zeroed memory for a channel of this geometry.
    fn fitting(geometry: &Geometry) -> Self {
        Self::new(geometry.size() as usize)
    }

    /// The sender's view.
    fn sender(&self) -> impl RegionMut + Divide + Send;

    /// The view of a receiver that can write.
    fn receiver(&self) -> impl RegionMut + Divide + Send;

    /// The view of a receiver that can only read.
    fn reader(&self) -> impl Divide + Send;

    /// The view of whoever formats.
    fn formatter(&self) -> impl RegionMut + Divide + Send {
        self.sender()
    }

    /// The view of one end of a link.
    fn end(&self) -> impl RegionMut + Divide + Send {
        self.sender()
    }

    /// The view of the other end.
    fn other_end(&self) -> impl RegionMut + Divide + Send {
        self.receiver()
    }

    /// The view of a test that plants what nobody would store.
    fn anybody(&self) -> impl RegionMut + Divide + Send {
        self.sender()
    }
}

/// One formatted channel in memory of its own.
pub(crate) struct Bench<M> {
    memory: M,
}

impl<M: Maker> Bench<M> {
    pub(crate) fn new(geometry: Geometry) -> Self {
        let memory = M::fitting(&geometry);
        geometry.format(&memory.formatter(), 0).unwrap();
        aged::age(&memory.anybody(), &geometry, M::FIRST);
        Bench { memory }
    }

    pub(crate) fn sender<P: Side>(&self) -> impl Tx + Send {
        P::sender(self.memory.sender()).unwrap()
    }

    /// A receiver that starts with the oldest message sent since the bench was made.
    pub(crate) fn receiver<P: Side>(&self) -> impl Rx + Send {
        self.at_first(P::receiver(self.memory.receiver()).unwrap())
    }

    /// The same receiver at the oldest message sent since the bench was made.
    pub(crate) fn at_first<X: Rx>(&self, mut receiver: X) -> Successor<X> {
        let begins_before = receiver.next() < M::FIRST;
        while receiver.next() < M::FIRST {
            receiver.skip().flat().unwrap();
        }
        let epoch = self.memory.reader().load_fresh(CONSTANTS + EPOCH);
        let is_early = M::FIRST > 0 && epoch < M::FIRST_EPOCH;
        if is_early && !begins_before {
            assert_eq!(receiver.skip().flat(), Err(Miss::Empty));
        }
        Successor::new(receiver, is_early || begins_before)
    }

    /// Sends messages `from..to`, counted from the bench's beginning.
    pub(crate) fn send(&self, sender: &mut impl Tx, messages: std::ops::Range<u64>) {
        for number in messages {
            assert_eq!(sender.try_send(&message(number)), Ok(M::FIRST + number));
        }
    }

    /// Takes one message and returns its number, counted from the bench's beginning.
    pub(crate) fn take(&self, receiver: &mut impl Rx) -> Result<u64, Miss> {
        let mut buffer = [0xEE; 64];
        let header = receiver.try_recv(&mut buffer).header()?;
        Ok(self.number(header, &buffer))
    }

    /// Looks at the newest message and returns its number.
    pub(crate) fn latest(&self, receiver: &mut impl Rx) -> Result<u64, Miss> {
        let mut buffer = [0xEE; 64];
        let header = receiver.latest(&mut buffer).header()?;
        Ok(self.number(header, &buffer))
    }

    /// The number of a message in `buffer`, byte for byte what was sent as that.
    pub(crate) fn number(&self, header: Header, buffer: &[u8]) -> u64 {
        let number = header.sequence - M::FIRST;
        assert_eq!(buffer[..header.len], message(number), "message {number}");
        number
    }
}

/// Stores a word as if another side had left it there.
pub(crate) fn plant(region: &impl RegionMut, at: usize, word: u32) {
    region.invalidate(at, 4);
    region.store_through(at, word, Relaxed);
}

/// A word of a receiver that carries `count`, as one of the region's generation stores it.
pub(crate) fn tagged(region: &impl Region, count: u32) -> u32 {
    region.load_fresh(GENERATION) << 21 | count & 0x1F_FFFF
}

/// What a side does that comes to its end here; for [`dies`].
pub(crate) fn die() {
    resume_unwind(Box::new("died"));
}

/// Whether `life` ended with [`die`]. Any other panic goes on.
pub(crate) fn dies(life: impl FnOnce()) -> bool {
    match catch_unwind(AssertUnwindSafe(life)) {
        Ok(()) => false,
        Err(end) if end.is::<&str>() && end.downcast_ref() == Some(&"died") => true,
        Err(other) => resume_unwind(other),
    }
}

/// Message `number`: 8 to 48 bytes, each depending on the number, so that a mixture of two is neither.
pub(crate) fn message(number: u64) -> Vec<u8> {
    let words = 1 + number % 6;
    (0..words)
        .flat_map(|word| (number.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ word).to_le_bytes())
        .collect()
}
