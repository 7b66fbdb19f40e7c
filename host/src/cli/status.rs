//! `host status`: how one channel stands.

use ramframe_core::geometry::GeometryError;

use crate::error::Error;
use crate::file::Map;
use crate::location::Location;
use crate::locks::Locks;
use crate::named;
use crate::sysv::segment::{ReadOnly, Segment};

use super::args::StatusArgs;
use super::counted::Messages;
use super::exit::{Exit, Outcome, unless_pipe_closed};
use super::printable::Shown;
use super::report::Report;
use super::{list, output, prometheus};

/// Shows one channel, or all to Prometheus.
pub(crate) fn run(args: &StatusArgs) -> Outcome {
    let text = match args.prometheus && !args.location.is_given() {
        true => prometheus::text(&list::reports()?),
        false => one(args)?,
    };
    Ok(unless_pipe_closed(output::print(&text))?.unwrap_or(Exit::Done))
}

fn one(args: &StatusArgs) -> Outcome<Shown> {
    let trust = args.trust.trust(0o666);
    let location = args.location.location(args.size)?;
    let report = match &location {
        Location::Key(key) => {
            let segment = Segment::<ReadOnly>::attach(*key, &trust)?;
            named::check(*key, &segment.memory())?;
            let locks = Locks::open(*key, &trust);
            segment.check_widened(locks.map_or(0, |locks| locks.mode()))?;
            let mut stat = segment.stat()?;
            // One of the mappings is ours.
            stat.attached = stat.attached.saturating_sub(1);
            Report::settled(|| Report::of(&segment, &stat, &trust))
        }
        Location::Map(window) => {
            let map = Map::<ReadOnly>::open(window, &trust)?;
            let unwritten = GeometryError::Unformatted.into();
            Report::settled(|| match map.is_unwritten() {
                true => Err(unwritten),
                false => Report::of_map(&map),
            })
        }
    };
    let report = report.map_err(|source| Error::channel(location.clone(), source))?;
    Ok(match args.json {
        true => report.json()?,
        false if args.prometheus => prometheus::text(&[report]),
        false => table(&location, &report),
    })
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
                line(format_args!(
                    "attached   {attached} {}",
                    if attached == 1 { "time" } else { "times" }
                )),
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
    if survey.name.is_none_or(|name| !name.is_empty()) {
        lines.push(Shown::line(format_args!("name       {}", report.title())));
    }
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
        "sent       {}",
        Messages(survey.sent)
    )));
    let receivers = report.receiver_lines();
    lines.extend(receivers.map(|line| Shown::line(format_args!("receiver   {line}"))));
    lines.into_iter().collect()
}
