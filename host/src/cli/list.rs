//! `host list`: which channels there are on this machine.

use std::io;

use crate::sysv::key::Key;
use crate::sysv::list;
use crate::sysv::segment::{ReadOnly, Segment};
use crate::sysv::stat::Stat;
use crate::trust::Trust;

use super::args::{DEFAULT_ID, DEFAULT_PATH, ListArgs};
use super::exit::{Exit, Outcome, unless_pipe_closed};
use super::output;
use super::printable::Shown;
use super::program::HOST;
use super::report::Report;
use super::stderr::message;

/// Lists the segments of this machine that hold a channel and may be looked at.
pub(crate) fn run(args: &ListArgs) -> Outcome {
    let segments = list::segments().map_err(unlisted)?;
    let reports = reports()?;
    let text = match args.json {
        true => reports
            .iter()
            .map(Report::json)
            .collect::<io::Result<_>>()?,
        false => table(&reports),
    };
    if reports.is_empty() && !args.json {
        message!("no ramframe segment that you may read");
    }
    say_foreign(&segments, &reports);
    Ok(unless_pipe_closed(output::print(&text))?.unwrap_or(Exit::Done))
}

/// All channels that may be looked at.
pub(super) fn reports() -> Result<Vec<Report>, String> {
    let channels = list::channels().map_err(unlisted)?;
    Ok(channels.into_iter().filter_map(report).collect())
}

pub(crate) fn unlisted(error: io::Error) -> String {
    format!("{error}; the kernel lists segments there, so mount /proc")
}

/// Says that the key that `host send` uses here is another program's, which is why it will be refused.
fn say_foreign(segments: &[Stat], reports: &[Report]) {
    let Ok(key) = Key::of_path(DEFAULT_PATH, DEFAULT_ID) else {
        return;
    };
    let foreign = segments.iter().find(|stat| stat.key == Some(key));
    let ours = |stat: &Stat| reports.iter().any(|ours| ours.place.id == Some(stat.id));
    if let Some(stat) = foreign.filter(|&stat| !ours(stat)) {
        message!(
            "segment {} of {key:#} belongs to {} and has {} bytes; it is not ramframe's, or you may not read it; `{HOST} send` uses this key in this folder, so give it another `--id`",
            stat.id,
            stat.owner,
            stat.size
        );
    }
}

/// The channel on a segment, if it is one. Whose it is does not matter here: it is only looked at, and checked as always.
fn report(stat: Stat) -> Option<Report> {
    let trust = Trust::current_user()
        .allow_uid(stat.owner.uid)
        .allow_uid(stat.owner.cuid)
        .allow_mode(0o666);
    let segment = Segment::<ReadOnly>::attach_id(stat.id, &trust).ok()?;
    Report::settled(|| Report::of(&segment, &stat, &trust)).ok()
}

fn table(reports: &[Report]) -> Shown {
    if reports.is_empty() {
        return Shown::default();
    }
    let head = Shown::line(format_args!(
        "{:<11} {:>8} {:>10} {:<5} {:>6} {:<12} {:<10} {:>12} NAME",
        "KEY", "ID", "BYTES", "MODE", "UID", "POLICY", "STATE", "SENT"
    ));
    let rows = reports.iter().map(|report| {
        let place = &report.place;
        Shown::line(format_args!(
            "{:<11} {:>8} {:>10} {:<5} {:>6} {:<12} {:<10} {:>12} {}",
            place.key.as_deref().unwrap_or("-"),
            place.id.unwrap_or_default(),
            place.bytes,
            place.mode,
            place.uid,
            report.policy(),
            report.state(),
            report.survey.sent,
            report.title(),
        ))
    });
    [head].into_iter().chain(rows).collect()
}
