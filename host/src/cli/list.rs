//! `host list`: which channels there are on this machine.

use std::io::{self, Write};

use ramframe_host::list;
use ramframe_host::segment::{ReadOnly, Segment};
use ramframe_host::stat::Stat;
use ramframe_host::trust::Trust;

use super::args::ListArgs;
use super::outcome::{Exit, Outcome, unless_pipe_closed};
use super::report::{Report, joined, mode, segment};
use super::say::note;

/// Lists the segments of this machine that hold a channel and may be looked at.
pub(crate) fn run(args: &ListArgs) -> Outcome {
    let reports: Vec<(Stat, Report)> = list::channels()?.into_iter().filter_map(report).collect();
    let mut out = io::stdout().lock();
    let written = if args.json {
        reports
            .iter()
            .map(|(stat, report)| joined(segment(stat), report.json()))
            .try_for_each(|line| writeln!(out, "{line}"))
    } else {
        print(&mut out, &reports)
    };
    Ok(unless_pipe_closed(written)?.unwrap_or(Exit::Done))
}

/// The channel on a segment, if it is one. Whose it is does not matter here: it is only looked at, and checked as always.
fn report(stat: Stat) -> Option<(Stat, Report)> {
    let trust = Trust::mine()
        .allow_uid(stat.owner.uid)
        .allow_uid(stat.owner.cuid)
        .allow_mode(0o666);
    let segment = Segment::<ReadOnly>::attach_id(stat.id, &trust).ok()?;
    let report = Report::of(&segment, &stat, &trust).ok()?;
    Some((stat, report))
}

fn print(out: &mut impl Write, reports: &[(Stat, Report)]) -> io::Result<()> {
    if reports.is_empty() {
        note!("no ramframe segment that you may read");
        return Ok(());
    }
    writeln!(
        out,
        "{:<11} {:>8} {:>10} {:<5} {:>6} {:<12} {:<10} {:>12}",
        "KEY", "ID", "BYTES", "MODE", "UID", "POLICY", "STATE", "SENT"
    )?;
    reports.iter().try_for_each(|(stat, report)| {
        writeln!(
            out,
            "{:<11} {:>8} {:>10} {:<5} {:>6} {:<12} {:<10} {:>12}",
            stat.key.map_or("-".into(), |key| key.to_string()),
            stat.id,
            stat.size,
            mode(stat.owner),
            stat.owner.uid,
            report.policy(),
            report.state(),
            report.survey.sent,
        )
    })
}
