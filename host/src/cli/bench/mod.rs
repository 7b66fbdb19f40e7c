//! `host bench`: how fast this is, beside the floor, and beside what else a program would use.
//!
//! - [`args`]: what can be typed; [`plan`]: what is measured; [`peer`]: the second process.
//! - [`against`]: a program of the user's. [`placement`]: where the cores are.
//! - [`measure`]: rounds of short segments between probes; [`results`]: what is said of them in the end.
//! - [`table`], [`histogram`]: for people.
//! - [`transport`]: what both processes do in a segment; [`payload`]: what the messages hold; [`control`]: how one tells the other;
//!   [`endpoints`]: what they share; [`role`]: what each does of a segment.
//! - [`floor`], [`ramframe`], [`zero_copy`], [`pipe`], [`unix`]: the transports; [`stream`]: what files have in common.

mod against;
pub(crate) mod args;
mod control;
mod endpoints;
mod floor;
mod histogram;
mod machine;
mod measure;
mod payload;
pub(crate) mod peer;
mod pipe;
mod placement;
mod plan;
mod ramframe;
mod results;
mod role;
mod stream;
mod table;
mod transport;
mod unix;
mod zero_copy;

use std::io;
use std::process::Child;
use std::thread;
use std::time::{Duration, Instant};

use clap::ValueEnum;
use indicatif::{ProgressBar, ProgressStyle};

use self::args::BenchArgs;
use self::endpoints::Endpoints;
use self::measure::Row;
use self::placement::Placement;
use self::plan::{Subject, Waiting};
use self::results::Results;
use super::exit::{Exit, Outcome, unless_pipe_closed};
use super::limits::Limits;
use super::output;
use super::printable::Shown;
use super::stderr::message;

/// Rounds at least, after one to learn how long things take.
const ROUNDS: usize = 5;

/// How long a segment may go on once this process was asked to end.
const GRACE: Duration = Duration::from_secs(2);

/// Of the time, what probes and preparations take.
const OVERHEAD: f64 = 1.5;

/// Measures, then prints.
pub(crate) fn run(args: &BenchArgs) -> Outcome {
    let limits = Limits::watch(None)?;
    let cores = machine::allowed_cores()?;
    let &[first, second, ..] = cores.as_slice() else {
        return Err("the two processes need a core each, and there is one".into());
    };
    let subjects = plan::subjects(&args.size, |subject| args.needs(subject));
    let longest = subjects.iter().map(|subject| subject.size).max();
    started(move || end_at_last(limits))?;
    let (mut ends, child) = Endpoints::start(longest.unwrap_or(8), [first, second])?;
    let watched = started(move || watch(child))?;
    machine::pin(first)?;
    ends.against.clone_from(&args.against);
    let mut rows: Vec<Row> = subjects.into_iter().map(Row::new).collect();
    let complete = rounds(args, &mut ends, &mut rows, &limits);
    if let (Err(_), Some(exit)) = (&complete, limits.reached()) {
        // A signal interrupts what a segment waits for, and the second process ends with this one.
        return Ok(exit);
    }
    let complete = complete?;
    measure::end(&mut ends);
    let _ = watched.join();
    if let (false, Some(exit)) = (complete, limits.reached()) {
        return Ok(exit);
    }
    let cores = [first, second];
    let parts = Placement::ALL.map(|placement| part(args, &rows, placement, cores));
    let text = parts.into_iter().collect::<io::Result<Shown>>()?;
    Ok(unless_pipe_closed(output::print(&text))?.unwrap_or(Exit::Done))
}

/// A thread, or why there is none.
fn started(body: impl FnOnce() + Send + 'static) -> io::Result<thread::JoinHandle<()>> {
    let named = |error| io::Error::other(format!("no thread can be started: {error}"));
    thread::Builder::new().spawn(body).map_err(named)
}

/// Ends this process if the other ends before it is told to: whoever waits for it would wait for ever.
fn watch(mut child: Child) {
    match child.wait() {
        Ok(status) if status.success() => {}
        Ok(status) => {
            message!("the second process failed: {status}");
            Exit::Failed.now()
        }
        Err(error) => {
            message!("the second process is lost: {error}");
            Exit::Failed.now()
        }
    }
}

/// The current segment ends before this process does, unless it hangs.
fn end_at_last(limits: Limits) {
    let exit = loop {
        limits.pause(Duration::from_secs(3600));
        if let Some(exit) = limits.reached() {
            break exit;
        }
    };
    thread::sleep(GRACE);
    exit.now()
}

/// One round to learn, then as many as there is time for. False if interrupted.
fn rounds(
    args: &BenchArgs,
    ends: &mut Endpoints,
    rows: &mut [Row],
    limits: &Limits,
) -> io::Result<bool> {
    let segments: usize = rows.iter().map(|row| Row::segments(row.subject)).sum();
    let seconds = args.time().as_secs_f64();
    let length = seconds * 1e9 / ((ROUNDS * segments) as f64 * OVERHEAD);
    let length = length.clamp(2e6, 30e6);
    let end = Instant::now() + args.time();
    let progress = progress(rows.len() * (ROUNDS + 1));
    for round in 0.. {
        if round > ROUNDS && Instant::now() > end {
            break;
        }
        for row in &mut *rows {
            if limits.reached().is_some() {
                return Ok(false);
            }
            row.measure(ends, round, length)?;
            if round == 0 {
                row.forget();
            }
            progress.inc(1);
        }
        progress.inc_length(rows.len() as u64 * u64::from(round >= ROUNDS));
    }
    progress.finish_and_clear();
    Ok(true)
}

/// Shown only on a terminal, and never between the two probes of a segment.
fn progress(steps: usize) -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} rows, {elapsed}");
    let bar = ProgressBar::new(steps as u64);
    match style {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

/// What was found in one placement of the cores; empty if they were never there.
fn part(
    args: &BenchArgs,
    rows: &[Row],
    placement: Placement,
    cores: [usize; 2],
) -> io::Result<Shown> {
    let rows: Vec<Row> = rows
        .iter()
        .filter_map(|row| row.placed(placement))
        .collect();
    let shown = |found: &Results| args.shows(found.subject);
    let found = results::all(&rows, placement);
    let found: Vec<Results> = found.into_iter().filter(shown).collect();
    match (args.json, found.is_empty()) {
        (_, true) => Ok(Shown::default()),
        (true, _) => found.iter().map(Results::json).collect(),
        (false, _) => Ok(Shown::lines(&format!(
            "cores {} and {}: {}, judged by the round trip of the floor; the system says: {}\n\n{}\n",
            cores[0],
            cores[1],
            placement.name(),
            placement::topology(cores),
            tables(&found, &rows)
        ))),
    }
}

fn tables(found: &[Results], rows: &[Row]) -> String {
    let found: Vec<&Results> = found.iter().collect();
    let mut parts: Vec<String> = Waiting::value_variants()
        .iter()
        .map(|&waiting| table::table(&found, waiting).to_string())
        .collect();
    parts.push(table::wakes(&found).to_string());
    parts.push("round trips, both sides spinning".into());
    let mut sizes: Vec<usize> = found.iter().map(|found| found.subject.size).collect();
    sizes.sort_unstable();
    sizes.dedup();
    for size in sizes {
        parts.push(format!("{size} bytes\n{}", spread(&found, rows, size)));
    }
    parts.push(notes(&found));
    parts.join("\n") + "\n"
}

/// The histograms of one size.
fn spread(found: &[&Results], rows: &[Row], size: usize) -> String {
    let Some(placement) = found.first().map(|found| found.placement) else {
        return String::new();
    };
    let is_shown = |subject: Subject| {
        subject.size == size
            && subject.waiting == Waiting::Spin
            && found.iter().any(|found| found.subject == subject)
    };
    let rows = rows.iter().filter(|row| is_shown(row.subject));
    let named: Vec<_> = rows
        .map(|row| (row.subject.transport.name(), &row.all[placement as usize]))
        .collect();
    histogram::draw(&named)
}

fn notes(found: &[&Results]) -> String {
    let rounds = found.iter().map(|found| found.rounds).min().unwrap_or(0);
    let doubt = match found.iter().all(|found| found.agreed) {
        true => "",
        false => {
            "\n? the cores moved during every segment of this row: run it again when the machine is quiet"
        }
    };
    format!(
        "Times and rates are this machine's, now, and mean nothing elsewhere; ratios to the floor do. Medians of at least\n\
         {rounds} rounds, each between two probes of the floor that agreed; p99.9 and max of all of them.{doubt}"
    )
}
