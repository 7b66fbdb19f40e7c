//! Two System V message queues, one each way. Long messages go in pieces, as long as the kernel takes unless told otherwise.

use std::hint::spin_loop;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::cli::bench::machine::{LONGEST_IN_QUEUE, Queue};

use super::payload::Payload;
use super::plan::Waiting;
use super::stream::unless_not_yet;
use super::transport::Exchange;
use crate::cli::exit::Exit;

/// The queues of the segment that is measured. They outlive the process that made them, unless it removes them.
#[derive(Clone, Debug, Default)]
pub(super) struct Made(Arc<Mutex<Vec<Queue>>>);

impl Made {
    /// First process: two new ones.
    pub(super) fn make(&self, waiting: Waiting) -> io::Result<Queues> {
        let mut made = self.queues();
        made.clear();
        for _ in 0..2 {
            made.push(Queue::create()?);
        }
        let [out, into] = [made[0].id(), made[1].id()].map(Queue::open);
        Ok(Queues::new(out, into, waiting))
    }

    /// The segment is over.
    pub(super) fn remove(&self) {
        self.queues().clear();
    }

    /// Ends this process, whatever its other threads do. None of them makes or misses a queue after this.
    pub(super) fn remove_and_end(&self, exit: Exit) -> ! {
        let mut made = self.queues();
        made.clear();
        exit.now()
    }

    fn queues(&self) -> MutexGuard<'_, Vec<Queue>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A process's ends of the two.
#[derive(Debug)]
pub(super) struct Queues {
    out: Queue,
    into: Queue,
    wait: bool,
}

impl Queues {
    fn new(out: Queue, into: Queue, waiting: Waiting) -> Self {
        let wait = waiting == Waiting::Sleep;
        Self { out, into, wait }
    }

    /// Those of the first process, seen from the second.
    pub(super) fn open([there, back]: [i32; 2], waiting: Waiting) -> Self {
        Self::new(Queue::open(back), Queue::open(there), waiting)
    }

    pub(super) fn ids(&self) -> [i32; 2] {
        [self.out.id(), self.into.id()]
    }
}

impl Exchange for Queues {
    fn put(&mut self, content: &mut Payload, number: u64) -> io::Result<()> {
        for piece in content.numbered(number).chunks(LONGEST_IN_QUEUE) {
            while unless_not_yet(self.out.send(piece, self.wait))?.is_none() {
                spin_loop();
            }
        }
        Ok(())
    }

    fn take(&mut self, content: &mut Payload, number: u64) -> io::Result<()> {
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
