//! The same two channels, with messages written and read where they stand: only their numbers, so that what is measured is
//! what a message costs that nobody copies.

use std::hint::spin_loop;
use std::io;

use ramframe_core::channel::{Backpressure, Event, SendError};
use ramframe_core::memory::Trusted;
use ramframe_core::wait::Spin;

use crate::cli::bench::machine::Lent;
use crate::shared::SharedMemory;

use super::payload::{Payload, check, put_number};
use super::ramframe::{Duplex, backpressure, failed, idle};
use super::transport::Exchange;

/// Ends that copy nothing.
#[derive(Debug)]
pub(super) struct ZeroCopy(Duplex<Trusted<SharedMemory>, Backpressure, Spin>);

impl ZeroCopy {
    pub(super) fn new(memory: &mut Lent, size: usize) -> io::Result<Self> {
        let (sender, receiver) = memory.ends(&backpressure(size))?;
        Ok(Self(Duplex { sender, receiver }))
    }
}

impl Exchange for ZeroCopy {
    #[inline]
    fn put(&mut self, content: &mut Payload, number: u64) -> io::Result<()> {
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
    fn take(&mut self, _: &mut Payload, number: u64) -> io::Result<()> {
        loop {
            let found = self
                .0
                .receiver
                .try_recv_in_place(|view| check(view, number));
            match found.map_err(failed)? {
                Event::Message(checked) => return checked,
                Event::Empty => idle(&mut self.0.receiver),
                news => return Err(failed(news)),
            }
        }
    }

    fn copies(&self) -> bool {
        false
    }
}
