//! `host status --prometheus`: channels in the text format that Prometheus reads.
//!
//! A channel holds no time and keeps no total of what was discarded, so neither is here: `host/PROMETHEUS.md` says what to ask instead.

use std::fmt::Write as _;

use super::printable::{Printable, Shown};
use super::report::{ReceiverReport, Report};

/// What one number means.
struct Metric {
    name: &'static str,
    kind: &'static str,
    help: &'static str,
}

const fn counter(name: &'static str, help: &'static str) -> Metric {
    let kind = "counter";
    Metric { name, kind, help }
}

const fn gauge(name: &'static str, help: &'static str) -> Metric {
    let kind = "gauge";
    Metric { name, kind, help }
}

const INFO: Metric = gauge(
    "ramframe_channel_info",
    "A channel, by its policy and its segment. Always 1.",
);
const SLOTS: Metric = gauge(
    "ramframe_channel_slots",
    "How many messages the channel holds.",
);
const SENT: Metric = counter(
    "ramframe_messages_sent_total",
    "Messages sent since the channel was formatted.",
);
const RESTARTS: Metric = counter(
    "ramframe_sender_restarts_total",
    "How often a sender took over since the channel was formatted.",
);
const SENDING: Metric = gauge(
    "ramframe_sender_running",
    "Whether a process of this machine holds the sender's lock.",
);
const CLOSED: Metric = gauge(
    "ramframe_sender_closed",
    "Whether the last sender closed the channel.",
);
const LAG: Metric = gauge(
    "ramframe_receiver_lag_messages",
    "Messages that a registered receiver has not received.",
);
const RECEIVING: Metric = gauge(
    "ramframe_receiver_running",
    "Whether a process of this machine holds the receiver's lock.",
);
const DISCARDED: Metric = gauge(
    "ramframe_receiver_discarded_messages",
    "Messages dropped for a receiver that died, until the next one there was told.",
);

/// All there is to say about some channels: each metric once, with a line for each channel or receiver.
pub(crate) fn text(reports: &[Report]) -> Shown {
    let all = || reports.iter();
    let closed = |report: &Report| u64::from(report.survey.closed);
    let metrics = [
        lines(INFO, all().map(|report| (info(report), Some(1)))),
        each(SLOTS, reports, |report| {
            Some(report.survey.geometry.slots().into())
        }),
        each(SENT, reports, |report| Some(report.survey.sent)),
        each(RESTARTS, reports, |report| {
            Some(report.survey.restarts.into())
        }),
        each(SENDING, reports, |report| {
            report.is_sending().map(u64::from)
        }),
        each(CLOSED, reports, |report| Some(closed(report))),
        receivers(LAG, reports, |receiver| receiver.pending.map(u64::from)),
        receivers(RECEIVING, reports, |receiver| receiver.held.map(u64::from)),
        receivers(DISCARDED, reports, |receiver| Some(receiver.discarded)),
    ];
    metrics.into_iter().collect()
}

/// A number for each channel of which it is known.
fn each(metric: Metric, reports: &[Report], value: impl Fn(&Report) -> Option<u64>) -> Shown {
    let samples = reports.iter();
    lines(
        metric,
        samples.map(|report| (labels(report), value(report))),
    )
}

/// A number for each registered receiver of which it is known.
fn receivers(
    metric: Metric,
    reports: &[Report],
    value: impl Fn(&ReceiverReport) -> Option<u64>,
) -> Shown {
    let samples = reports.iter().flat_map(|report| {
        let receivers = report.receivers.iter();
        receivers.map(|receiver| {
            let label = label("receiver", &receiver.receiver.to_string());
            (format!("{},{label}", labels(report)), value(receiver))
        })
    });
    lines(metric, samples)
}

/// Nothing, if there is no number.
fn lines(metric: Metric, samples: impl Iterator<Item = (String, Option<u64>)>) -> Shown {
    let Metric { name, kind, help } = metric;
    let known = samples.filter_map(|(labels, value)| Some((labels, value?)));
    let mut samples =
        known.map(|(labels, value)| Shown::line(format_args!("{name}{{{labels}}} {value}")));
    let Some(first) = samples.next() else {
        return Shown::default();
    };
    let head = [
        Shown::line(format_args!("# HELP {name} {help}")),
        Shown::line(format_args!("# TYPE {name} {kind}")),
        first,
    ];
    head.into_iter().chain(samples).collect()
}

/// What tells this channel from all others, also when its segment is replaced.
fn labels(report: &Report) -> String {
    let place = &report.place;
    let mut text = match (&place.map, &place.key, place.id) {
        (Some(map), _, _) => {
            let offset = place.offset.unwrap_or_default().to_string();
            format!("{},{}", label("map", map), label("offset", &offset))
        }
        (None, Some(key), _) => label("key", key),
        (None, None, id) => label("segment", &id.unwrap_or_default().to_string()),
    };
    if let Some(name) = report.name() {
        let _ = write!(text, ",{}", label("name", name));
    }
    text
}

fn info(report: &Report) -> String {
    format!("{},{}", labels(report), label("policy", report.policy()))
}

/// A label whose value comes from outside: escaped for people first, and then as the format wants it.
fn label(name: &str, value: &str) -> String {
    let value = Printable(value.as_bytes()).to_string();
    let value = value.replace('\\', r"\\").replace('"', "\\\"");
    format!("{name}=\"{value}\"")
}
