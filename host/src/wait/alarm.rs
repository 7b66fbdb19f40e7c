//! A descriptor that is readable when there may be news: for poll, epoll, and the event loops that stand on them.

use std::io;
use std::mem;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::Arc;
use std::task::{Wake, Waker};

use rustix::event::{EventfdFlags, eventfd};

use super::Sleep;
use super::watch::Waiter;
use crate::shared::Keeper;
use crate::sys::fork;

/// An eventfd, and what makes it readable.
#[derive(Debug)]
pub(crate) struct Alarm {
    line: Arc<Line>,
    waker: Waker,
    waiter: Waiter,
    process: u64,
    /// It was quiet since the last look around.
    was_quiet: bool,
}

impl Alarm {
    /// One that is readable: nobody has looked yet.
    pub(crate) fn new() -> io::Result<Self> {
        let line = eventfd(1, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)?;
        let line = Arc::new(Line(line));
        Ok(Self {
            waker: Waker::from(Arc::clone(&line)),
            line,
            waiter: Waiter::default(),
            process: fork::process(),
            was_quiet: true,
        })
    }

    pub(crate) fn fd(&self) -> BorrowedFd<'_> {
        self.line.0.as_fd()
    }

    /// Whether it was made in this process. A child made by fork shares it with its parent, and may not make it unreadable.
    pub(crate) fn is_own(&self) -> bool {
        self.process == fork::process()
    }

    /// Makes it unreadable. What may be there to receive is looked at after that, and then it is [armed](Self::arm).
    pub(crate) fn clear(&self) {
        // Fails where there is nothing to clear.
        let _ = rustix::io::read(&self.line.0, &mut [0; 8]);
    }

    /// Makes it readable after `sleep`, on a word in the memory of `keeper`; at once if there is none.
    pub(crate) fn arm(&mut self, sleep: Option<Sleep>, keeper: &Keeper) {
        self.was_quiet = true;
        match sleep {
            Some(sleep) => self.waiter.arm(sleep, keeper, &self.waker),
            None => self.line.set(),
        }
    }

    /// Whether it was quiet since the last call.
    pub(crate) fn take_quiet(&mut self) -> bool {
        mem::take(&mut self.was_quiet)
    }
}

#[derive(Debug)]
struct Line(OwnedFd);

impl Line {
    fn set(&self) {
        // Can fail only where it is readable anyway.
        let _ = rustix::io::write(&self.0, &1_u64.to_ne_bytes());
    }
}

impl Wake for Line {
    fn wake(self: Arc<Self>) {
        self.set();
    }
}
