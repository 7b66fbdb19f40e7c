//! `--wire text`: the tutorial's string at offset 0, for its C programs and against them.

use std::io;
use std::time::Duration;

use ramframe_core::frame::Header;
use ramframe_core::geometry::{Geometry, GeometryError};
use ramframe_core::region::Region;
use ramframe_core::text::{self, ReadError};
use ramframe_host::key::Key;
use ramframe_host::outgoing::DEFAULT_SIZE;
use ramframe_host::segment::{self, ReadOnly, ReadWrite, Segment, State};

use super::args::SendArgs;
use super::interrupt::Interrupts;
use super::outcome::{Exit, Outcome, unless_pipe_closed};
use super::recv::Session;
use super::say::{self, note};
use super::show::Printable;
use super::source::{Next, Source};

/// Between two looks at a string that nobody announces.
const POLL: Duration = Duration::from_millis(20);

/// The tutorial creates its segments for everyone.
const ANY_MODE: u32 = 0o666;

/// Puts one text after the other at offset 0.
pub(crate) fn send(args: &SendArgs, key: Key, list: &[&[u8]], interrupts: &Interrupts) -> Outcome {
    let size = args.size.unwrap_or(DEFAULT_SIZE);
    let (segment, made) = match Segment::<ReadWrite>::attach(key, &args.trust.trust(ANY_MODE)) {
        Err(segment::Error::Absent { .. }) => (Segment::create(key, size, args.mode)?, true),
        found => (found?, false),
    };
    refuse_other(key, &segment.memory(), Some(size))?;
    let longest = u32::try_from(segment.memory().len() - 1).unwrap_or(u32::MAX);
    let source = match args.lines {
        true => Source::lines(longest).map_err(Into::into),
        false => Source::turns(list).ok_or_else(|| "no message to send".into()),
    };
    let result = source.and_then(|source| send_all(args, &segment, source, interrupts));
    if made && !args.keep && segment.state() == State::Same {
        segment.remove()?;
    }
    result
}

fn send_all(
    args: &SendArgs,
    segment: &Segment<ReadWrite>,
    mut source: Source<'_>,
    interrupts: &Interrupts,
) -> Outcome {
    // Lines too: each replaces the one before, whether or not anyone has seen it.
    let interval = args.interval.unwrap_or(Duration::from_secs(1));
    let mut sent = 0;
    while args.count.is_none_or(|count| sent < count) {
        let message = match source.wait(interrupts)? {
            Next::Message(message) => message,
            Next::TooLong => {
                return Err(
                    "a line is longer than the segment; make it larger with `--size BYTES`".into(),
                );
            }
            Next::Later | Next::End => break,
        };
        text::write(&segment.memory(), &message)
            .map_err(|error| format!("{error}; see `--size`"))?;
        let shown = args.quiet || say::line(format_args!("Sent: {}", Printable(&message))).is_ok();
        if !shown {
            break;
        }
        sent += 1;
        // Also after the last: whoever polls once in this time has seen it before the segment goes.
        interrupts.pause(interval);
        if interrupts.any() {
            return Ok(Exit::Interrupted);
        }
    }
    Ok(Exit::Done)
}

/// A ramframe channel is no place for texts, and a segment of another size is not the one that was meant.
fn refuse_other(key: Key, region: &impl Region, size: Option<usize>) -> Result<(), String> {
    match Geometry::read(region) {
        Err(GeometryError::Unformatted | GeometryError::Foreign { .. }) => {}
        Err(GeometryError::RegionTooSmall { .. }) if region.len() < 64 => {}
        _ => {
            return Err(format!(
                "key {key} holds a ramframe channel; use it without `--wire text`, or another `--id`"
            ));
        }
    }
    match size {
        Some(size) if size != region.len() => Err(format!(
            "the segment of key {key} has {0} bytes, not {size}; use `--size {0}`, or another `--id`",
            region.len()
        )),
        _ => Ok(()),
    }
}

/// Prints each text that stands at offset 0 after another one did.
pub(crate) fn recv(session: &mut Session<'_>, key: Key) -> Outcome {
    let mut sequence = 0;
    loop {
        let segment = match open(session, key)? {
            Ok(segment) => segment,
            Err(exit) => return Ok(exit),
        };
        if let Some(exit) = follow(session, key, &segment, &mut sequence)? {
            return Ok(exit);
        }
    }
}

fn open(
    session: &mut Session<'_>,
    key: Key,
) -> Result<Result<Segment<ReadOnly>, Exit>, Box<dyn std::error::Error>> {
    loop {
        match Segment::<ReadOnly>::attach(key, &session.args.trust.trust(ANY_MODE)) {
            Err(segment::Error::Absent { .. }) => session.say_waiting(),
            found => {
                let segment = found?;
                refuse_other(key, &segment.read_only_ram(), None)?;
                return Ok(Ok(segment));
            }
        }
        if let Some(exit) = session.idle()? {
            return Ok(Err(exit));
        }
        session.limits.pause(POLL);
    }
}

/// Until the segment is no more, or the exit.
fn follow(
    session: &mut Session<'_>,
    key: Key,
    segment: &Segment<ReadOnly>,
    sequence: &mut u64,
) -> Result<Option<Exit>, Box<dyn std::error::Error>> {
    let interval = session.args.interval.unwrap_or(POLL);
    let mut buffer = vec![0; segment.read_only_ram().len()];
    let mut last = Vec::new();
    while segment.state() == State::Same {
        match text::read(&segment.read_only_ram(), &mut buffer) {
            // Nothing was written yet: a new segment is all zero.
            Ok([]) => {}
            Ok(text) if text != last.as_slice() || session.args.latest => {
                last = text.to_vec();
                if let Some(exit) = unless_pipe_closed(show(session, text, sequence))? {
                    return Ok(Some(exit));
                }
            }
            Ok(_) | Err(ReadError::Unsettled) => {}
            Err(error) => return Err(format!("the segment of key {key}: {error}").into()),
        }
        if let Some(exit) = session
            .enough()
            .map_or_else(|| session.idle(), |exit| Ok(Some(exit)))?
        {
            session.show.flush()?;
            return Ok(Some(exit));
        }
        session.limits.pause(interval);
    }
    note!("the segment was removed");
    Ok(session.args.until_close.then_some(Exit::Done))
}

fn show(session: &mut Session<'_>, text: &[u8], sequence: &mut u64) -> io::Result<()> {
    let header = Header {
        sequence: *sequence,
        epoch: 0,
        len: text.len(),
    };
    *sequence += 1;
    session.show.message(header, text)
}
