//! A program that the user wants to see beside ramframe: `--against`.
//!
//! It is started for each segment, reads one line from its standard input, and writes one line to its standard output:
//!
//! ```text
//! BYTES NANOSECONDS CORE CORE
//! MEDIAN_ROUND_TRIP_IN_NANOSECONDS MESSAGES_PER_SECOND
//! ```
//! It holds one side to each of the two cores, both spinning, and carries messages of so many bytes for about so long: one half of
//! that there and back, the other half one way. 0 messages a second: that was not measured. It begins on the first of the cores.

use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// The median round trip, in nanoseconds, and messages a second.
pub(super) type Answer = (u64, f64);

/// Asks `program` once.
pub(super) fn ask(
    program: &Path,
    size: usize,
    length: f64,
    [first, second]: [usize; 2],
) -> io::Result<Answer> {
    let named = |error| io::Error::other(format!("{}: {error}", program.display()));
    let mut command = Command::new(program);
    let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let mut child = child.map_err(named)?;
    let question = format!("{size} {length:.0} {first} {second}");
    let line = exchange(&mut child, &question);
    let ended = child.wait()?;
    let line = line.map_err(named)?;
    match (parse(&line), ended.success()) {
        (Some(answer), true) => Ok(answer),
        _ => Err(named(io::Error::other(format!(
            "it answered {line:?} to {question:?}, and ended with {ended}"
        )))),
    }
}

/// Gives the one line, and takes the other.
fn exchange(child: &mut Child, question: &str) -> io::Result<String> {
    if let Some(mut input) = child.stdin.take() {
        writeln!(input, "{question}")?;
    }
    let mut line = String::new();
    if let Some(output) = child.stdout.take() {
        BufReader::new(output).read_line(&mut line)?;
    }
    Ok(line)
}

fn parse(line: &str) -> Option<Answer> {
    let (trip, rate) = line.trim().split_once(' ')?;
    let (trip, rate): (f64, f64) = (trip.parse().ok()?, rate.trim().parse().ok()?);
    (trip >= 1.0 && rate >= 0.0 && rate.is_finite()).then_some((trip as u64, rate))
}
