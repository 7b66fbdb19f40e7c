//! What the claims use of the two sides, whichever the policy.

use crate::support::{Flat, Miss};
use ramframe_core::channel::{
    AttachError, Backpressure, Channel, Event, Message, Overwrite, Policy, Receive, Receiver,
    RecvError, SendError, Sender, Start,
};
use ramframe_core::frame::{Frame, Header};
use ramframe_core::geometry::Geometry;
use ramframe_core::region::{Region, RegionMut};
use ramframe_core::wait::Wait;

/// What the claims use of a sender of either policy.
pub(crate) trait Tx {
    fn try_send(&mut self, message: &[u8]) -> Result<u64, SendError>;
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
    fn try_recv<'b>(&mut self, buffer: &'b mut [u8]) -> Result<Event<Message<'b>>, RecvError>;
    fn try_recv_frame<const N: usize>(
        &mut self,
        frame: &mut Frame<N>,
    ) -> Result<Event<()>, RecvError>;
    fn latest<'b>(&mut self, buffer: &'b mut [u8]) -> Result<Event<Message<'b>>, RecvError>;
    fn skip(&mut self) -> Result<Event<u64>, RecvError>;
    /// Receives by a look.
    fn see(&mut self) -> Result<Came, Miss>;
    /// Receives by a look, and copies these parts of the message (offset, length) to the front of `bytes`.
    fn parts(&mut self, parts: &[(usize, usize)], bytes: &mut [u8]) -> Result<Vec<bool>, Miss>;
    /// Receives up to `limit` messages as one batch.
    fn take_all(&mut self, limit: usize) -> (Vec<Came>, Result<(), Miss>);
    /// Receives one message if it is wanted.
    fn take_if(&mut self, wanted: bool) -> Result<Result<Came, Came>, Miss>;
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
        Channel::overwrite(region).sender()
    }

    fn receiver<R: RegionMut + Send>(region: R) -> Result<impl Rx + Send, AttachError> {
        Channel::overwrite(region).receiver(Start::Oldest)
    }

    fn local_sender<R: RegionMut>(region: R) -> Result<impl Tx, AttachError> {
        Channel::overwrite(region).sender()
    }

    fn local_receiver<R: RegionMut>(region: R) -> Result<impl Rx, AttachError> {
        Channel::overwrite(region).receiver(Start::Oldest)
    }
}

impl Side for Backpressure {
    fn geometry(slots: u32, capacity: u32) -> Geometry {
        Geometry::backpressure(slots, capacity, 1)
    }

    fn sender<R: RegionMut + Send>(region: R) -> Result<impl Tx + Send, AttachError> {
        Channel::backpressure(region).sender()
    }

    fn receiver<R: RegionMut + Send>(region: R) -> Result<impl Rx + Send, AttachError> {
        Channel::backpressure(region).receiver(0)
    }

    fn local_sender<R: RegionMut>(region: R) -> Result<impl Tx, AttachError> {
        Channel::backpressure(region).sender()
    }

    fn local_receiver<R: RegionMut>(region: R) -> Result<impl Rx, AttachError> {
        Channel::backpressure(region).receiver(0)
    }
}

impl<R: RegionMut, P: Policy, W: Wait> Tx for Sender<R, P, W> {
    fn try_send(&mut self, message: &[u8]) -> Result<u64, SendError> {
        Sender::try_send(self, message)
    }

    fn fill(&mut self, message: &[u8]) -> Result<u64, SendError> {
        let mut loan = self.loan(message.len())?;
        loan.write(0, message).unwrap();
        Ok(loan.commit())
    }

    fn leave_unfilled(&mut self, message: &[u8]) -> Result<(), SendError> {
        let mut loan = self.loan(message.len())?;
        loan.write(0, message).unwrap();
        Ok(())
    }

    fn fill_and_cut(&mut self, message: &[u8], len: usize) -> Result<u64, SendError> {
        let mut loan = self.loan(message.len())?;
        loan.write(0, message).unwrap();
        loan.truncate(len);
        Ok(loan.commit())
    }

    fn fits_at(&mut self, loan: usize, at: usize, len: usize) -> bool {
        let written = self.loan(loan).unwrap().write(at, &vec![0xAA; len]);
        written.is_ok()
    }

    fn send_all(&mut self, messages: &[Vec<u8>]) -> (usize, Result<(), SendError>) {
        self.try_send_batch(messages)
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
    fn try_recv<'b>(&mut self, buffer: &'b mut [u8]) -> Result<Event<Message<'b>>, RecvError> {
        Receiver::try_recv(self, buffer)
    }

    fn try_recv_frame<const N: usize>(
        &mut self,
        frame: &mut Frame<N>,
    ) -> Result<Event<()>, RecvError> {
        Receiver::try_recv_frame(self, frame)
    }

    fn latest<'b>(&mut self, buffer: &'b mut [u8]) -> Result<Event<Message<'b>>, RecvError> {
        Receiver::latest(self, buffer)
    }

    fn skip(&mut self) -> Result<Event<u64>, RecvError> {
        Receiver::skip(self)
    }

    fn see(&mut self) -> Result<Came, Miss> {
        self.try_recv_in_place(|view| {
            let mut bytes = vec![0; view.header().len];
            view.read(0, &mut bytes).unwrap();
            (view.header(), bytes)
        })
        .flat()
    }

    fn parts(&mut self, parts: &[(usize, usize)], bytes: &mut [u8]) -> Result<Vec<bool>, Miss> {
        self.try_recv_in_place(|view| {
            let read = |&(at, len): &(usize, usize)| view.read(at, &mut bytes[..len]).is_ok();
            parts.iter().map(read).collect()
        })
        .flat()
    }

    fn take_all(&mut self, limit: usize) -> (Vec<Came>, Result<(), Miss>) {
        let mut came = vec![];
        let each = |message: Message<'_>| came.push((message.header(), message.payload.to_vec()));
        let (count, result) = self.try_recv_batch(limit, &mut [0xEE; 64], each).flat();
        assert_eq!(count, came.len());
        (came, result)
    }

    fn take_if(&mut self, wanted: bool) -> Result<Result<Came, Came>, Miss> {
        self.try_recv_with(&mut [0xEE; 64], |message| {
            let came = (message.header(), message.payload.to_vec());
            if wanted { Ok(came) } else { Err(came) }
        })
        .flat()
    }

    fn next(&self) -> u64 {
        Receiver::next_sequence(self)
    }
}
