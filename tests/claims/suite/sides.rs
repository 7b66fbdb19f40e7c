//! What do the claims use of the two sides, whichever the policy?

use ramframe_core::channel::{
    AttachError, Backpressure, Overwrite, Policy, Receive, Receiver, RecvError, SendError, Sender,
    Start,
};
use ramframe_core::frame::{Frame, Header};
use ramframe_core::layout::Layout;
use ramframe_core::region::{Region, RegionMut};
use ramframe_core::wait::Wait;

/// What the claims use of a sender of either policy.
pub(crate) trait Tx {
    fn send(&mut self, message: &[u8]) -> Result<u64, SendError>;
    /// Sends by a loan.
    fn fill(&mut self, message: &[u8]) -> Result<u64, SendError>;
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
    /// Receives by a look.
    fn see(&mut self) -> Result<Vec<u8>, RecvError>;
    fn next(&self) -> u64;
}

/// A policy, for claims made of both.
pub(crate) trait Side {
    fn layout(slots: u32, capacity: u32) -> Layout;
    fn sender<R: RegionMut + Send>(region: R) -> Result<impl Tx + Send, AttachError>;
    fn receiver<R: RegionMut + Send>(region: R) -> Result<impl Rx + Send, AttachError>;
    /// As `sender`, for a region that stays on one thread.
    fn local_sender<R: RegionMut>(region: R) -> Result<impl Tx, AttachError>;
    /// As `receiver`, for a region that stays on one thread.
    fn local_receiver<R: RegionMut>(region: R) -> Result<impl Rx, AttachError>;
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

    fn local_sender<R: RegionMut>(region: R) -> Result<impl Tx, AttachError> {
        Sender::overwrite(region)
    }

    fn local_receiver<R: RegionMut>(region: R) -> Result<impl Rx, AttachError> {
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

    fn local_sender<R: RegionMut>(region: R) -> Result<impl Tx, AttachError> {
        Sender::backpressure(region)
    }

    fn local_receiver<R: RegionMut>(region: R) -> Result<impl Rx, AttachError> {
        Receiver::backpressure(region, 0)
    }
}

impl<R: RegionMut, P: Policy, W: Wait> Tx for Sender<R, P, W> {
    fn send(&mut self, message: &[u8]) -> Result<u64, SendError> {
        Sender::send(self, message)
    }

    fn fill(&mut self, message: &[u8]) -> Result<u64, SendError> {
        let mut loan = self.loan(message.len())?;
        assert!(loan.write(0, message));
        Ok(loan.commit())
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

    fn see(&mut self) -> Result<Vec<u8>, RecvError> {
        self.look(|view| {
            let mut bytes = vec![0; view.header().len];
            assert!(view.read(0, &mut bytes));
            bytes
        })
    }

    fn next(&self) -> u64 {
        Receiver::next(self)
    }
}
