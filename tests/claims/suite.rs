//! What does a channel promise, whatever memory it runs over?
//!
//! Every claim is a function over a [`Maker`] of memory; `claims!` makes a test of each. To run them over other memory:
//! ```ignore
//! #[path = "../claims/suite.rs"]
//! mod suite; // at the root of the crate
//! suite::claims!(segment, crate::Segment);
//! ```

use ramframe_core::channel::{
    AttachError, Backpressure, Overwrite, Receive, Receiver, RecvError, SendError, Sender, Start,
};
use ramframe_core::frame::{Frame, Header};
use ramframe_core::layout::Layout;
use ramframe_core::region::{Region, RegionMut};
use ramframe_core::wait::Wait;

#[path = "../regions/aged.rs"]
mod aged;
#[path = "suite/attach.rs"]
pub(crate) mod attach;
#[path = "suite/backpressure.rs"]
pub(crate) mod backpressure;
#[path = "suite/both.rs"]
pub(crate) mod both;
#[path = "suite/dead_receiver.rs"]
pub(crate) mod dead_receiver;
#[path = "../regions/dying.rs"]
mod dying;
#[path = "suite/list.rs"]
mod list;
#[path = "suite/overwrite.rs"]
pub(crate) mod overwrite;
#[path = "suite/sessions.rs"]
pub(crate) mod sessions;
#[path = "suite/threads.rs"]
pub(crate) mod threads;
#[path = "suite/waking.rs"]
pub(crate) mod waking;

#[allow(unused_imports)] // for tests of what is not among the claims
pub(crate) use aged::age;
pub(crate) use list::claims;

/// Makes memory, and each side's handles to it.
pub(crate) trait Maker: Sized {
    /// The sequence that the channel's first message gets.
    const FIRST: u64 = 0;

    /// Zeroed memory of `len` bytes.
    fn new(len: usize) -> Self;

    /// The sender's view.
    fn sender(&self) -> impl RegionMut + Send;

    /// The view of a receiver that can write.
    fn receiver(&self) -> impl RegionMut + Send;

    /// The view of a receiver that can only read.
    fn reader(&self) -> impl Region + Send;
}

/// One formatted channel in memory of its own.
pub(crate) struct Bench<M> {
    memory: M,
}

impl<M: Maker> Bench<M> {
    pub(crate) fn new(layout: Layout) -> Self {
        let memory = M::new(layout.size() as usize);
        layout.format(&memory.sender(), 0).unwrap();
        aged::age(&memory.sender(), &layout, M::FIRST);
        Bench { memory }
    }

    pub(crate) fn sender<P: Side>(&self) -> impl Tx + Send {
        P::sender(self.memory.sender()).unwrap()
    }

    /// A receiver that starts with the oldest message sent since the bench was made.
    pub(crate) fn receiver<P: Side>(&self) -> impl Rx + Send {
        let mut receiver = P::receiver(self.memory.receiver()).unwrap();
        while receiver.next() < M::FIRST {
            receiver.skip().unwrap();
        }
        receiver
    }

    /// Sends messages `from..to`, counted from the bench's beginning.
    pub(crate) fn send(&self, sender: &mut impl Tx, messages: std::ops::Range<u64>) {
        for number in messages {
            assert_eq!(sender.send(&message(number)), Ok(M::FIRST + number));
        }
    }

    /// Takes one message and returns its number, counted from the bench's beginning.
    pub(crate) fn take(&self, receiver: &mut impl Rx) -> Result<u64, RecvError> {
        let mut buffer = [0xEE; 64];
        let header = receiver.recv(&mut buffer)?;
        Ok(self.number(header, &buffer))
    }

    /// Looks at the newest message and returns its number.
    pub(crate) fn latest(&self, receiver: &mut impl Rx) -> Result<u64, RecvError> {
        let mut buffer = [0xEE; 64];
        let header = receiver.latest(&mut buffer)?;
        Ok(self.number(header, &buffer))
    }

    /// The number of a message in `buffer`, byte for byte what was sent as that.
    pub(crate) fn number(&self, header: Header, buffer: &[u8]) -> u64 {
        let number = header.sequence - M::FIRST;
        assert_eq!(buffer[..header.len], message(number), "message {number}");
        number
    }
}

/// Message `number`: 8 to 48 bytes, each depending on the number, so that a mixture of two is neither.
pub(crate) fn message(number: u64) -> Vec<u8> {
    let words = 1 + number % 6;
    (0..words)
        .flat_map(|word| (number.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ word).to_le_bytes())
        .collect()
}

/// What the claims use of a sender of either policy.
pub(crate) trait Tx {
    fn send(&mut self, message: &[u8]) -> Result<u64, SendError>;
    fn close(self);
    fn next(&self) -> u64;
    fn epoch(&self) -> u32;
}

/// What the claims use of a receiver of either policy.
pub(crate) trait Rx {
    fn recv(&mut self, buffer: &mut [u8]) -> Result<Header, RecvError>;
    fn recv_frame<const N: usize>(&mut self, frame: &mut Frame<N>) -> Result<(), RecvError>;
    fn latest(&mut self, buffer: &mut [u8]) -> Result<Header, RecvError>;
    fn skip(&mut self) -> Result<u64, RecvError>;
    fn next(&self) -> u64;
}

/// A policy, for claims made of both.
pub(crate) trait Side {
    fn layout(slots: u32, capacity: u32) -> Layout;
    fn sender<R: RegionMut + Send>(region: R) -> Result<impl Tx + Send, AttachError>;
    fn receiver<R: RegionMut + Send>(region: R) -> Result<impl Rx + Send, AttachError>;
}

impl Side for Overwrite {
    fn layout(slots: u32, capacity: u32) -> Layout {
        Layout::overwrite(slots, capacity)
    }

    fn sender<R: RegionMut + Send>(region: R) -> Result<impl Tx + Send, AttachError> {
        Sender::overwrite(region)
    }

    fn receiver<R: RegionMut + Send>(region: R) -> Result<impl Rx + Send, AttachError> {
        Receiver::overwrite(region, Start::Oldest)
    }
}

impl Side for Backpressure {
    fn layout(slots: u32, capacity: u32) -> Layout {
        Layout::backpressure(slots, capacity, 1)
    }

    fn sender<R: RegionMut + Send>(region: R) -> Result<impl Tx + Send, AttachError> {
        Sender::backpressure(region)
    }

    fn receiver<R: RegionMut + Send>(region: R) -> Result<impl Rx + Send, AttachError> {
        Receiver::backpressure(region, 0)
    }
}

impl<R: RegionMut, P: ramframe_core::channel::Policy, W: Wait> Tx for Sender<R, P, W> {
    fn send(&mut self, message: &[u8]) -> Result<u64, SendError> {
        Sender::send(self, message)
    }

    fn close(self) {
        Sender::close(self);
    }

    fn next(&self) -> u64 {
        Sender::next(self)
    }

    fn epoch(&self) -> u32 {
        Sender::epoch(self)
    }
}

impl<R: Region, P: Receive<R>, W: Wait> Rx for Receiver<R, P, W> {
    fn recv(&mut self, buffer: &mut [u8]) -> Result<Header, RecvError> {
        Receiver::recv(self, buffer)
    }

    fn recv_frame<const N: usize>(&mut self, frame: &mut Frame<N>) -> Result<(), RecvError> {
        Receiver::recv_frame(self, frame)
    }

    fn latest(&mut self, buffer: &mut [u8]) -> Result<Header, RecvError> {
        Receiver::latest(self, buffer)
    }

    fn skip(&mut self) -> Result<u64, RecvError> {
        Receiver::skip(self)
    }

    fn next(&self) -> u64 {
        Receiver::next(self)
    }
}
