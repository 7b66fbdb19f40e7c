//! `host list`: which channels there are on this machine.

use std::io::{self, Write};

use ramframe_host::list;
use ramframe_host::segment::{ReadOnly, Segment};
use ramframe_host::stat::Stat;
use ramframe_host::trust::Trust;

use super::args::ListArgs;
use super::outcome::{Exit, Outcome, unless_pipe_closed};
use super::report::Report;
use super::say::note;

/// Lists the segments of this machine that hold a channel and may be looked at.
pub(crate) fn run(args: &ListArgs) -> Outcome {
    let reports: Vec<Report> = list::segments()?.into_iter().filter_map(report).collect();
    let mut out = io::stdout().lock();
    let written = if args.json {
        reports
            .iter()
            .try_for_each(|report| writeln!(out, "{}", report.json()))
    } else {
        print(&mut out, &reports)
    };
    Ok(unless_pipe_closed(written)?.unwrap_or(Exit::Done))
}

/// The channel on a segment, if it is one. Whose it is does not matter here: it is only looked at, and checked as always.
fn report(stat: Stat) -> Option<Report> {
    let trust = Trust::mine()
        .allow_uid(stat.owner.uid)
        .allow_uid(stat.owner.cuid)
        .allow_mode(0o666);
    let segment = Segment::<ReadOnly>::attach_id(stat.id, &trust).ok()?;
    Report::of(&segment, stat, &trust).ok()
}

fn print(out: &mut impl Write, reports: &[Report]) -> io::Result<()> {
    if reports.is_empty() {
        note!("no ramframe segment that you may read");
        return Ok(());
    }
    writeln!(
        out,
        "{:<11} {:>8} {:>10} {:<5} {:>6} {:<12} {:<10} {:>12}",
        "KEY", "ID", "BYTES", "MODE", "UID", "POLICY", "STATE", "SENT"
    )?;
    reports.iter().try_for_each(|report| {
        writeln!(
            out,
            "{:<11} {:>8} {:>10} {:<5} {:>6} {:<12} {:<10} {:>12}",
            report.key().unwrap_or_else(|| "-".into()),
            report.stat.id,
            report.stat.size,
            report.mode(),
            report.stat.owner.uid,
            report.policy(),
            report.state(),
            report.survey.sent,
        )
    })
}
