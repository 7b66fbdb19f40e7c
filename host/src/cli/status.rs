//! `host status`: how one channel stands.

use std::io::{self, Write};
use std::thread;
use std::time::Duration;

use ramframe_core::channel::AttachError;
use ramframe_core::layout::LayoutError;
use ramframe_host::open;
use ramframe_host::segment::{ReadOnly, Segment};
use ramframe_host::stat::Stat;
use ramframe_host::trust::Trust;

use super::args::StatusArgs;
use super::outcome::{Exit, Outcome, unless_pipe_closed};
use super::report::Report;

/// How often, and between two times.
const LOOKS: u32 = 40;
const PAUSE: Duration = Duration::from_millis(5);

/// Shows one channel.
pub(crate) fn run(args: &StatusArgs) -> Outcome {
    let key = args.key.key()?;
    let trust = args.trust.trust(0o666);
    let segment = Segment::<ReadOnly>::attach(key, &trust)?;
    let mut stat = segment.stat()?;
    // One of the mappings is ours.
    stat.attached = stat.attached.saturating_sub(1);
    let report =
        look(&segment, stat, &trust).map_err(|source| open::Error::Channel { key, source })?;
    let mut out = io::stdout().lock();
    let written = if args.json {
        writeln!(out, "{}", report.json())
    } else {
        print(&mut out, &report)
    };
    Ok(unless_pipe_closed(written)?.unwrap_or(Exit::Done))
}

/// A channel that is being made, or whose sender is faster than a look at it, is another a moment later.
fn look(segment: &Segment<ReadOnly>, stat: Stat, trust: &Trust) -> Result<Report, AttachError> {
    for _ in 1..LOOKS {
        match Report::of(segment, stat, trust) {
            Err(AttachError::Busy | AttachError::Layout(LayoutError::Unformatted)) => {}
            done => return done,
        }
        thread::sleep(PAUSE);
    }
    Report::of(segment, stat, trust)
}

fn print(out: &mut impl Write, report: &Report) -> io::Result<()> {
    let (stat, survey) = (&report.stat, &report.survey);
    let layout = &survey.layout;
    let key = report.key().unwrap_or_else(|| "none".into());
    writeln!(
        out,
        "segment    {} of key {key}, {} bytes, mode {}",
        stat.id,
        stat.size,
        report.mode()
    )?;
    writeln!(out, "attached   {} times", stat.attached)?;
    writeln!(
        out,
        "channel    {}, {} slots of {} bytes",
        report.policy(),
        layout.slots(),
        layout.capacity()
    )?;
    let pid = report
        .sender
        .map_or(String::new(), |pid| format!(" (process {pid})"));
    writeln!(
        out,
        "sender     {}{pid}, epoch {}",
        report.state(),
        survey.epoch
    )?;
    writeln!(out, "sent       {} messages", survey.sent)?;
    report
        .receiver_lines()
        .try_for_each(|line| writeln!(out, "receiver   {line}"))
}
