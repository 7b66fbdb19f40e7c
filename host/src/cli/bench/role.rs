//! What one process does in one segment, from the order to the answer.

use std::io;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Instant;

use crate::shared::SharedMemory;

use super::control::{self, Control, Job, Kind};
use super::floor::{Floor, Ring};
use super::payload::Payload;
use super::plan::Transport;
use super::transport::Exchange;

/// One process's part in one segment.
pub(super) struct Role<'a> {
    pub(super) job: &'a Job,
    pub(super) first: bool,
    pub(super) control: &'a mut Control,
    pub(super) content: &'a mut Payload,
}

impl Role<'_> {
    pub(super) fn play_floor(&mut self, memory: &SharedMemory) -> io::Result<Vec<u64>> {
        let cells = self.control.cells();
        let (out, into) = control::lines(&cells, self.job.floor, self.first);
        let ring = Ring::new(memory, self.job.subject.size);
        if self.first {
            out.store(0, Relaxed);
            into.store(0, Relaxed);
            ring.clear();
        }
        let waiting = self.job.subject.waiting;
        self.play(Floor {
            out,
            into,
            waiting,
            pauses: self.job.subject.transport == Transport::Floor,
            ring,
        })
    }

    /// The first process gives the order once its own ends are there; the second says when it is ready.
    pub(super) fn play(&mut self, mut link: impl Exchange) -> io::Result<Vec<u64>> {
        if self.first {
            self.control.order(self.job);
            self.control.hear();
            self.lead(&mut link)
        } else {
            self.control.reply(0);
            self.follow(&mut link).map(|()| Vec::new())
        }
    }

    fn lead(&mut self, link: &mut impl Exchange) -> io::Result<Vec<u64>> {
        let count = self.job.count;
        let times = match self.job.kind {
            Kind::Ping => link.ping(self.content, count)?,
            // Each was answered; one more answer could replace the last before it is heard.
            Kind::Wake => return link.wake(self.content, self.control, count),
            Kind::Flood => {
                let start = Instant::now();
                link.flood(self.content, count)?;
                self.control.hear();
                return Ok(vec![start.elapsed().as_nanos() as u64]);
            }
            Kind::End => Vec::new(),
        };
        self.control.hear();
        Ok(times)
    }

    fn follow(&mut self, link: &mut impl Exchange) -> io::Result<()> {
        let count = self.job.count;
        match self.job.kind {
            Kind::Ping => link.pong(self.content, count)?,
            Kind::Wake => return link.awake(self.content, self.control, count),
            Kind::Flood => link.drain(self.content, count)?,
            Kind::End => {}
        }
        self.control.reply(0);
        if link.copies() && count > 0 {
            self.content.check_all(count - 1)?;
        }
        Ok(())
    }
}
