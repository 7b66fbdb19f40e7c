//! What the claims use of the two sides, whichever the policy.

use ramframe_core::channel::{
    AttachError, Backpressure, Overwrite, Policy, Receive, Receiver, RecvError, SendError, Sender,
    Start,
};
use ramframe_core::frame::{Frame, Header};
use ramframe_core::geometry::Geometry;
use ramframe_core::region::{Region, RegionMut};
use ramframe_core::wait::Wait;

/// What the claims use of a sender of either policy.
pub(crate) trait Tx {
    fn send(&mut self, message: &[u8]) -> Result<u64, SendError>;
    /// Sends by a loan.
    fn fill(&mut self, message: &[u8]) -> Result<u64, SendError>;
    /// Lends a slot, writes into it, and drops it.
    fn leave_unfilled(&mut self, message: &[u8]) -> Result<(), SendError>;
    /// Sends by a loan that is cut to `len` bytes.
    fn fill_and_cut(&mut self, message: &[u8], len: usize) -> Result<u64, SendError>;
    /// Whether a loan of `loan` bytes takes `len` of them at `at`. It is dropped.
    fn fits_at(&mut self, loan: usize, at: usize, len: usize) -> bool;
    /// Sends as one batch.
    fn send_all(&mut self, messages: &[Vec<u8>]) -> (usize, Result<(), SendError>);
    fn close(self);
    fn was_reformatted(&self) -> bool;
    fn next(&self) -> u64;
    fn epoch(&self) -> u32;
}

/// A message as it came.
pub(crate) type Came = (Header, Vec<u8>);

/// What the claims use of a receiver of either policy.
pub(crate) trait Rx {
    fn recv(&mut self, buffer: &mut [u8]) -> Result<Header, RecvError>;
    fn recv_frame<const N: usize>(&mut self, frame: &mut Frame<N>) -> Result<(), RecvError>;
    fn latest(&mut self, buffer: &mut [u8]) -> Result<Header, RecvError>;
    fn skip(&mut self) -> Result<u64, RecvError>;
    /// Receives by a look.
    fn see(&mut self) -> Result<Came, RecvError>;
    /// Receives by a look, and copies these parts of the message (offset, length) to the front of `bytes`.
    fn parts(&mut self, parts: &[(usize, usize)], bytes: &mut [u8])
    -> Result<Vec<bool>, RecvError>;
    /// Receives up to `limit` messages as one batch.
    fn take_all(&mut self, limit: usize) -> (Vec<Came>, Result<(), RecvError>);
    /// Receives one message if it is wanted.
    fn take_if(&mut self, wanted: bool) -> Result<Result<Came, Came>, RecvError>;
    fn next(&self) -> u64;
}

/// A policy, for claims made of both.
pub(crate) trait Side {
    fn geometry(slots: u32, capacity: u32) -> Geometry;
    fn sender<R: RegionMut + Send>(region: R) -> Result<impl Tx + Send, AttachError>;
    fn receiver<R: RegionMut + Send>(region: R) -> Result<impl Rx + Send, AttachError>;
    /// As `sender`, for a region that stays on one thread.
    fn local_sender<R: RegionMut>(region: R) -> Result<impl Tx, AttachError>;
    /// As `receiver`, for a region that stays on one thread.
    fn local_receiver<R: RegionMut>(region: R) -> Result<impl Rx, AttachError>;
}

impl Side for Overwrite {
    fn geometry(slots: u32, capacity: u32) -> Geometry {
        Geometry::overwrite(slots, capacity)
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
    fn geometry(slots: u32, capacity: u32) -> Geometry {
        Geometry::backpressure(slots, capacity, 1)
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

    fn leave_unfilled(&mut self, message: &[u8]) -> Result<(), SendError> {
        let mut loan = self.loan(message.len())?;
        assert!(loan.write(0, message));
        Ok(())
    }

    fn fill_and_cut(&mut self, message: &[u8], len: usize) -> Result<u64, SendError> {
        let mut loan = self.loan(message.len())?;
        assert!(loan.write(0, message));
        loan.truncate(len);
        Ok(loan.commit())
    }

    fn fits_at(&mut self, loan: usize, at: usize, len: usize) -> bool {
        self.loan(loan).unwrap().write(at, &vec![0xAA; len])
    }

    fn send_all(&mut self, messages: &[Vec<u8>]) -> (usize, Result<(), SendError>) {
        self.send_batch(messages)
    }

    fn close(self) {
        Sender::close(self);
    }

    fn was_reformatted(&self) -> bool {
        Sender::was_reformatted(self)
    }

    fn next(&self) -> u64 {
        Sender::next_sequence(self)
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

    fn see(&mut self) -> Result<Came, RecvError> {
        self.recv_in_place(|view| {
            let mut bytes = vec![0; view.header().len];
            assert!(view.read(0, &mut bytes));
            (view.header(), bytes)
        })
    }

    fn parts(
        &mut self,
        parts: &[(usize, usize)],
        bytes: &mut [u8],
    ) -> Result<Vec<bool>, RecvError> {
        self.recv_in_place(|view| {
            let read = |&(at, len): &(usize, usize)| view.read(at, &mut bytes[..len]);
            parts.iter().map(read).collect()
        })
    }

    fn take_all(&mut self, limit: usize) -> (Vec<Came>, Result<(), RecvError>) {
        let mut came = vec![];
        let each = |header, bytes: &[u8]| came.push((header, bytes.to_vec()));
        let (count, result) = self.recv_batch(limit, &mut [0xEE; 64], each);
        assert_eq!(count, came.len());
        (came, result)
    }

    fn take_if(&mut self, wanted: bool) -> Result<Result<Came, Came>, RecvError> {
        self.recv_with(&mut [0xEE; 64], |header, bytes| {
            let came = (header, bytes.to_vec());
            if wanted { Ok(came) } else { Err(came) }
        })
    }

    fn next(&self) -> u64 {
        Receiver::next_sequence(self)
    }
}
