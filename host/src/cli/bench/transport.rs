//! What do both processes do in one segment? The same for every transport, compiled into each, so that none pays for
//! being one of several.

use std::io;
use std::time::{Duration, Instant};

use crate::cli::bench::machine;

use super::control::Control;
use super::payload::Payload;

/// Long enough for the other process to be asleep.
const UNTIL_ASLEEP: Duration = Duration::from_micros(100);

/// One process's two ends of a transport.
pub(super) trait Exchange {
    /// Sends message `number`.
    fn put(&mut self, content: &mut Payload, number: u64) -> io::Result<()>;

    /// Receives message `number`, and looks whether it is that.
    fn take(&mut self, content: &mut Payload, number: u64) -> io::Result<()>;

    /// Sends messages up to `count`, as fast as they go.
    fn flood(&mut self, content: &mut Payload, count: u64) -> io::Result<()> {
        (0..count).try_for_each(|number| self.put(content, number))
    }

    /// Receives messages up to `count`.
    fn drain(&mut self, content: &mut Payload, count: u64) -> io::Result<()> {
        (0..count).try_for_each(|number| self.take(content, number))
    }

    /// Whether the bytes come into this side's own buffer, to be compared in full.
    fn copies(&self) -> bool {
        true
    }

    /// First process: nanoseconds of each of `count` round trips.
    fn ping(&mut self, content: &mut Payload, count: u64) -> io::Result<Vec<u64>> {
        let mut times = Vec::with_capacity(usize::try_from(count).unwrap_or(0));
        let mut before = Instant::now();
        for number in 0..count {
            self.put(content, number)?;
            self.take(content, number)?;
            let now = Instant::now();
            times.push((now - before).as_nanos() as u64);
            before = now;
        }
        Ok(times)
    }

    /// Second process: answers each.
    fn pong(&mut self, content: &mut Payload, count: u64) -> io::Result<()> {
        for number in 0..count {
            self.take(content, number)?;
            self.put(content, number)?;
        }
        Ok(())
    }

    /// First process: nanoseconds from each send to a sleeper until that is awake and has the message.
    fn wake(
        &mut self,
        content: &mut Payload,
        control: &mut Control,
        count: u64,
    ) -> io::Result<Vec<u64>> {
        let mut times = Vec::new();
        for number in 0..count {
            let start = Instant::now();
            while start.elapsed() < UNTIL_ASLEEP {
                std::hint::spin_loop();
            }
            let before = machine::now();
            self.put(content, number)?;
            times.push(control.hear().saturating_sub(before));
        }
        Ok(times)
    }

    /// Second process: says when it was awake.
    fn awake(
        &mut self,
        content: &mut Payload,
        control: &mut Control,
        count: u64,
    ) -> io::Result<()> {
        for number in 0..count {
            self.take(content, number)?;
            control.reply(machine::now());
        }
        Ok(())
    }
}
