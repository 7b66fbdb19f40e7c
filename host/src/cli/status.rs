//! `host status`: how one channel stands.

use std::thread;
use std::time::Duration;

use ramframe_core::channel::AttachError;
use ramframe_core::geometry::GeometryError;

use crate::error;
use crate::file::Map;
use crate::location::Location;
use crate::sysv::locks::Locks;
use crate::sysv::segment::{ReadOnly, Segment};

use super::args::StatusArgs;
use super::exit::{Exit, Outcome, unless_pipe_closed};
use super::output;
use super::printable::Shown;
use super::report::Report;

/// How often, and between two times.
const LOOKS: u32 = 40;
const PAUSE: Duration = Duration::from_millis(5);

/// Shows one channel.
pub(crate) fn run(args: &StatusArgs) -> Outcome {
    let trust = args.trust.trust(0o666);
    let location = args.location.location(args.size)?;
    let report = match &location {
        Location::Key(key) => {
            let segment = Segment::<ReadOnly>::attach(*key, &trust)?;
            let locks = Locks::open(*key, &trust);
            segment.check_widened(locks.map_or(0, |locks| locks.mode()))?;
            let mut stat = segment.stat()?;
            // One of the mappings is ours.
            stat.attached = stat.attached.saturating_sub(1);
            look(|| Report::of(&segment, &stat, &trust))
        }
        Location::Map(window) => {
            let map = Map::<ReadOnly>::open(window, &trust)?;
            let unwritten = GeometryError::Unformatted.into();
            look(|| match map.is_unwritten() {
                true => Err(unwritten),
                false => Report::of_map(&map),
            })
        }
    };
    let report = report.map_err(|source| {
        let location = location.clone();
        error::Error::Channel { location, source }
    })?;
    let text = match args.json {
        true => report.json()?,
        false => table(&location, &report),
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

/// Where the channel is.
fn place(location: &Location, report: &Report) -> Vec<Shown> {
    let place = &report.place;
    let (bytes, mode) = (place.bytes, &place.mode);
    let line = |text: std::fmt::Arguments<'_>| Shown::line(text);
    match (location, place.attached) {
        (Location::Key(_), Some(attached)) => {
            let key = place.key.as_deref().unwrap_or("none");
            let id = place.id.unwrap_or_default();
            vec![
                line(format_args!(
                    "segment    {id} of key {key}, {bytes} bytes, mode {mode}"
                )),
                line(format_args!("attached   {attached} times")),
            ]
        }
        _ => vec![line(format_args!(
            "map        {location}, {bytes} bytes, mode {mode}"
        ))],
    }
}

fn table(location: &Location, report: &Report) -> Shown {
    let mut lines = place(location, report);
    let survey = &report.survey;
    let geometry = &survey.geometry;
    lines.push(Shown::line(format_args!(
        "channel    {}, {} slots of {} bytes",
        report.policy(),
        geometry.slots(),
        geometry.capacity()
    )));
    let pid = match report.sender {
        None | Some(0) => String::new(),
        Some(pid) => format!(" (process {pid})"),
    };
    let (state, epoch) = (report.state(), survey.epoch);
    lines.push(Shown::line(format_args!(
        "sender     {state}{pid}, epoch {epoch}"
    )));
    lines.push(Shown::line(format_args!(
        "sent       {} messages",
        survey.sent
    )));
    let receivers = report.receiver_lines();
    lines.extend(receivers.map(|line| Shown::line(format_args!("receiver   {line}"))));
    lines.into_iter().collect()
}
