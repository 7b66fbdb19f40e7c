//! The same two channels, with messages written and read where they stand: only their numbers, so that what is measured is
//! what a message costs that nobody copies.

use std::hint::spin_loop;
use std::io;

use ramframe_core::channel::{Backpressure, RecvError, SendError};
use ramframe_core::memory::Trusted;
use ramframe_core::wait::Spin;
use ramframe_host::machine::Lent;
use ramframe_host::shared::SharedMemory;

use super::content::{Content, check, put_number};
use super::link::Link;
use super::ramframe::{Duplex, backpressure, failed, idle};

/// Ends that copy nothing.
#[derive(Debug)]
pub(super) struct Loans(Duplex<Trusted<SharedMemory>, Backpressure, Spin>);

impl Loans {
    pub(super) fn new(memory: &mut Lent, size: usize) -> io::Result<Self> {
        let (sender, receiver) = memory.ends(&backpressure(size))?;
        Ok(Self(Duplex { sender, receiver }))
    }
}

impl Link for Loans {
    #[inline]
    fn put(&mut self, content: &mut Content, number: u64) -> io::Result<()> {
        loop {
            match self.0.sender.loan(content.size()) {
                Ok(mut loan) => {
                    put_number(&mut loan, number);
                    loan.commit();
                    return Ok(());
                }
                Err(SendError::Full { .. }) => spin_loop(),
                Err(error) => return Err(failed(error)),
            }
        }
    }

    #[inline]
    fn take(&mut self, _: &mut Content, number: u64) -> io::Result<()> {
        loop {
            match self.0.receiver.recv_in_place(|view| check(view, number)) {
                Ok(checked) => return checked,
                Err(RecvError::Empty) => idle(&mut self.0.receiver),
                Err(error) => return Err(failed(error)),
            }
        }
    }

    fn copies(&self) -> bool {
        false
    }
}
