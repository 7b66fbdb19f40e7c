//! `host status`: how one channel stands.

use std::fmt::Write;
use std::thread;
use std::time::Duration;

use ramframe_core::channel::AttachError;
use ramframe_core::geometry::GeometryError;
use ramframe_core::region::Region;

use crate::error;
use crate::file::Map;
use crate::location::Location;
use crate::named;
use crate::sysv::locks::Locks;
use crate::sysv::segment::{ReadOnly, Segment};
use crate::sysv::stat::Stat;

use super::args::StatusArgs;
use super::exit::{Exit, Outcome, unless_pipe_closed};
use super::output;
use super::printable;
use super::report::{self, Report};

/// How often, and between two times.
const LOOKS: u32 = 40;
const PAUSE: Duration = Duration::from_millis(5);

/// Shows one channel.
pub(crate) fn run(args: &StatusArgs) -> Outcome {
    let trust = args.trust.trust(0o666);
    let location = args.location.location(args.size)?;
    let (report, json, lines) = match &location {
        Location::Key(key) => {
            let segment = Segment::<ReadOnly>::attach(*key, &trust)?;
            named::check(*key, &segment.read_only_ram())?;
            let locks = Locks::open(*key, &trust);
            segment.check_widened(locks.map_or(0, |locks| locks.mode()))?;
            let mut stat = segment.stat()?;
            // One of the mappings is ours.
            stat.attached = stat.attached.saturating_sub(1);
            let report = look(|| Report::of(&segment, &stat, &trust));
            (report, report::segment(&stat), segment_lines(&stat))
        }
        Location::Map(window) => {
            let map = Map::<ReadOnly>::open(window, &trust)?;
            let unwritten = GeometryError::Unformatted.into();
            (
                look(|| match map.is_unwritten() {
                    true => Err(unwritten),
                    false => Report::of_map(&map),
                }),
                report::map(&map),
                map_lines(&map),
            )
        }
    };
    let report = report.map_err(|source| error::Error::Channel { location, source })?;
    let text = match args.json {
        true => printable::json(&report::joined(json, report.json())) + "\n",
        false => printable::lines(&table(&lines, &report)),
    };
    Ok(unless_pipe_closed(output::print(&text))?.unwrap_or(Exit::Done))
}

/// A channel that is being made, or whose sender is faster than a look at it, is another a moment later.
fn look(report: impl Fn() -> Result<Report, AttachError>) -> Result<Report, AttachError> {
    for _ in 1..LOOKS {
        match report() {
            Err(AttachError::Busy | AttachError::Geometry(GeometryError::Unformatted)) => {}
            done => return done,
        }
        thread::sleep(PAUSE);
    }
    report()
}

fn segment_lines(stat: &Stat) -> String {
    let key = stat.key.map_or("none".into(), |key| key.to_string());
    format!(
        "segment    {} of key {key}, {} bytes, mode {}\nattached   {} times\n",
        stat.id,
        stat.size,
        report::mode(stat.owner),
        stat.attached
    )
}

fn map_lines(map: &Map<ReadOnly>) -> String {
    format!(
        "map        {}, {} bytes, mode {}\n",
        map.window(),
        map.read_only_ram().len(),
        report::mode(map.owner())
    )
}

fn table(lines: &str, report: &Report) -> String {
    let survey = &report.survey;
    let geometry = &survey.geometry;
    let mut text = lines.to_owned();
    if survey.name.is_none_or(|name| !name.is_empty()) {
        let _ = writeln!(text, "name       {}", report.name());
    }
    let _ = writeln!(
        text,
        "channel    {}, {} slots of {} bytes",
        report.policy(),
        geometry.slots(),
        geometry.capacity()
    );
    let pid = match report.sender {
        None | Some(0) => String::new(),
        Some(pid) => format!(" (process {pid})"),
    };
    let _ = writeln!(
        text,
        "sender     {}{pid}, epoch {}",
        report.state(),
        survey.epoch
    );
    let _ = writeln!(text, "sent       {} messages", survey.sent);
    for line in report.receiver_lines() {
        let _ = writeln!(text, "receiver   {line}");
    }
    text
}
