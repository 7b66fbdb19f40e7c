//! Two System V message queues, one each way. Long messages go in pieces, as long as the kernel takes unless told otherwise.

use std::hint::spin_loop;
use std::io;

use ramframe_host::machine::{LONGEST_IN_QUEUE, Queue};

use super::content::Content;
use super::link::Link;
use super::plan::Waiting;
use super::stream::unless_not_yet;

/// A process's ends of the two.
#[derive(Debug)]
pub(super) struct Queues {
    out: Queue,
    into: Queue,
    wait: bool,
}

impl Queues {
    pub(super) fn create(waiting: Waiting) -> io::Result<Self> {
        Ok(Self {
            out: Queue::create()?,
            into: Queue::create()?,
            wait: waiting == Waiting::Sleep,
        })
    }

    /// Those of the first process, seen from the second.
    pub(super) fn open([there, back]: [i32; 2], waiting: Waiting) -> Self {
        Self {
            out: Queue::open(back),
            into: Queue::open(there),
            wait: waiting == Waiting::Sleep,
        }
    }

    pub(super) fn ids(&self) -> [i32; 2] {
        [self.out.id(), self.into.id()]
    }
}

impl Link for Queues {
    fn put(&mut self, content: &mut Content, number: u64) -> io::Result<()> {
        for piece in content.numbered(number).chunks(LONGEST_IN_QUEUE) {
            while unless_not_yet(self.out.send(piece, self.wait))?.is_none() {
                spin_loop();
            }
        }
        Ok(())
    }

    fn take(&mut self, content: &mut Content, number: u64) -> io::Result<()> {
        let mut left = content.space();
        while !left.is_empty() {
            match unless_not_yet(self.into.recv(left, self.wait))? {
                Some(count) => left = &mut left[count..],
                None => spin_loop(),
            }
        }
        content.check(number)
    }
}
