//! Where the messages to send come from: a list in turn, or the lines of standard input.

use std::io::{self, BufRead, BufReader, Read};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TryRecvError, sync_channel};
use std::thread;
use std::time::Duration;

use ramframe_core::alternate::{Alternate, Event};

use super::interrupt::Interrupts;

/// How soon an interrupt is noticed while standard input is silent.
const LOOK: Duration = Duration::from_millis(50);

/// Lines read ahead at most, and bytes of lines as long as a slot.
const AHEAD: u32 = 256;
const AHEAD_BYTES: u32 = 32 << 20;

/// The next message, or why there is none.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Next {
    Message(Vec<u8>),
    /// A line that no slot holds.
    TooLong,
    /// Standard input has nothing at this moment.
    Later,
    End,
}

/// A source of messages.
pub(crate) enum Source<'a> {
    Turns(Alternate<'a>),
    Lines(Receiver<io::Result<Next>>),
}

impl<'a> Source<'a> {
    /// The messages of `list`, for ever; `None` if it is empty.
    pub(crate) fn turns(list: &'a [&'a [u8]]) -> Option<Self> {
        Alternate::new(list).map(Source::Turns)
    }

    /// The lines of standard input, each at most `longest` bytes. Read by a thread of its own, so that an interrupt is
    /// heard while a read blocks.
    pub(crate) fn lines(longest: u32) -> io::Result<Self> {
        let (to, from) = sync_channel(ahead(longest));
        let read = move || read_lines(io::stdin().lock(), u64::from(longest), &to);
        thread::Builder::new().spawn(read)?;
        Ok(Source::Lines(from))
    }

    /// The next message, if there is one already.
    pub(crate) fn next(&mut self) -> io::Result<Next> {
        match self {
            Source::Turns(turns) => {
                let message = turns.current().to_vec();
                turns.on(Event::Sent);
                Ok(Next::Message(message))
            }
            Source::Lines(lines) => match lines.try_recv() {
                Ok(next) => next,
                Err(TryRecvError::Empty) => Ok(Next::Later),
                Err(TryRecvError::Disconnected) => Ok(Next::End),
            },
        }
    }

    /// Waits for the next message; [`Next::End`] also when this process is asked to end.
    pub(crate) fn wait(&mut self, interrupts: &Interrupts) -> io::Result<Next> {
        let Source::Lines(lines) = self else {
            return self.next();
        };
        while !interrupts.any() {
            match lines.recv_timeout(LOOK) {
                Ok(next) => return next,
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        Ok(Next::End)
    }
}

/// How many lines of up to `longest` bytes are read ahead.
fn ahead(longest: u32) -> usize {
    let lines = (AHEAD_BYTES / longest.max(1)).clamp(1, AHEAD);
    lines as usize
}

fn read_lines(input: impl Read, longest: u64, to: &SyncSender<io::Result<Next>>) {
    let mut input = BufReader::with_capacity(64 * 1024, input);
    loop {
        let line = read_line(&mut input, longest);
        let last = !matches!(line, Ok(Next::Message(_)));
        // Nobody listens any more when the sender has ended.
        if to.send(line).is_err() || last {
            return;
        }
    }
}

/// One line without its newline, never more than `longest` bytes in memory.
fn read_line(input: &mut impl BufRead, longest: u64) -> io::Result<Next> {
    let mut line = Vec::new();
    if input
        .by_ref()
        .take(longest + 1)
        .read_until(b'\n', &mut line)?
        == 0
    {
        return Ok(Next::End);
    }
    if line.last() == Some(&b'\n') {
        line.pop();
    } else if line.len() as u64 > longest {
        return Ok(Next::TooLong);
    }
    Ok(Next::Message(line))
}

#[cfg(test)]
mod tests {
    use super::{AHEAD_BYTES, Next, ahead, read_line};

    fn all(input: &[u8], longest: u64) -> Vec<Next> {
        let mut input = input;
        let mut lines = Vec::new();
        loop {
            let line = read_line(&mut input, longest).expect("memory does not fail");
            let last = !matches!(line, Next::Message(_));
            lines.push(line);
            if last {
                return lines;
            }
        }
    }

    #[test]
    fn what_is_read_ahead_is_bounded_in_bytes() {
        assert_eq!(ahead(4096), 256);
        for longest in [1, 4096, 1 << 16, 1 << 20, 16 << 20] {
            assert!(ahead(longest) as u64 * u64::from(longest) <= AHEAD_BYTES.into());
        }
        assert_eq!(ahead(u32::MAX), 1);
    }

    #[test]
    fn lines_end_at_newlines_and_at_the_end() {
        let message = |text: &[u8]| Next::Message(text.to_vec());
        assert_eq!(
            all(b"a\n\nb\r\nc", 3),
            [
                message(b"a"),
                message(b""),
                message(b"b\r"),
                message(b"c"),
                Next::End
            ]
        );
    }

    #[test]
    fn a_line_may_be_as_long_as_a_slot_and_no_longer() {
        assert_eq!(
            all(b"abc\nabc", 3),
            [
                Next::Message(b"abc".into()),
                Next::Message(b"abc".into()),
                Next::End
            ]
        );
        assert_eq!(all(b"abcd\n", 3), [Next::TooLong]);
    }
}
