//! The rows for a person: aligned, with the ratio to the floor.

use std::fmt::Write as _;

use super::plan::Waiting;
use super::results::Results;

/// The table of one way of waiting.
pub(super) fn table(found: &[&Results], waiting: Waiting) -> String {
    let found = found
        .iter()
        .filter(|found| found.subject.waiting == waiting);
    let lines: Vec<[String; 10]> = found.map(|found| line(found)).collect();
    if lines.is_empty() {
        return String::new();
    }
    let head = match waiting {
        Waiting::Spin => "both sides spin",
        Waiting::Adaptive => "both sides spin while that is faster, then sleep: the default",
        Waiting::Sleep => "both sides sleep",
        Waiting::AdaptiveOneCore => "the default, both sides on one core",
        Waiting::SleepOneCore => "both sides sleep, on one core",
    };
    format!("{head}\n{}", aligned(&lines))
}

const HEAD: [&str; 10] = [
    "bytes",
    "transport",
    "p50",
    "p99",
    "p99.9",
    "max",
    "/ floor",
    "messages/s",
    "bytes/s",
    "/ copy floor",
];

fn line(found: &Results) -> [String; 10] {
    let doubt = if found.agreed { "" } else { "?" };
    [
        found.subject.size.to_string(),
        found.subject.transport.name(),
        time(found.p50),
        time(found.p99),
        time(found.p999),
        time(found.max),
        format!("{:.2}{doubt}", found.ratio),
        found.messages.map_or_else(dash, |rate| scaled(rate, "")),
        found.bytes().map_or_else(dash, |rate| scaled(rate, "B")),
        found
            .copy_ratio
            .map_or_else(dash, |ratio| format!("{ratio:.2}")),
    ]
}

fn dash() -> String {
    "-".into()
}

/// What waking costs, a line for each size.
pub(super) fn wakes(found: &[&Results]) -> String {
    let mut text = String::new();
    for found in found {
        if let (Some(wake), Some(floor)) = (found.wake, found.floor_wake) {
            let (size, name) = (found.subject.size, found.subject.transport.name());
            let _ = writeln!(
                text,
                "send to woken receiver, {size} bytes: {name} {}, bare futex {} ({:.2})",
                time(wake),
                time(floor),
                wake / floor
            );
        }
    }
    text
}

/// A time in three digits.
pub(super) fn time(nanos: f64) -> String {
    match nanos {
        ..1e3 => format!("{nanos:.0} ns"),
        ..1e6 => format!("{:.1} us", nanos / 1e3),
        _ => format!("{:.1} ms", nanos / 1e6),
    }
}

fn scaled(rate: f64, unit: &str) -> String {
    match rate {
        1e9.. => format!("{:.1} G{unit}", rate / 1e9),
        1e6.. => format!("{:.1} M{unit}", rate / 1e6),
        _ => format!("{:.1} k{unit}", rate / 1e3),
    }
}

fn aligned(lines: &[[String; 10]]) -> String {
    let head = HEAD.map(String::from);
    let width = |column: usize| {
        let all = lines.iter().chain([&head]);
        all.map(|line| line[column].len()).max().unwrap_or(0)
    };
    let widths: [usize; 10] = std::array::from_fn(width);
    let mut text = String::new();
    for line in [&head].into_iter().chain(lines) {
        for (column, (cell, width)) in line.iter().zip(widths).enumerate() {
            let _ = match column {
                1 => write!(text, "  {cell:<width$}"),
                _ => write!(text, "  {cell:>width$}"),
            };
        }
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_has_three_digits_and_a_rate_its_unit() {
        assert_eq!(
            [7.4, 999.4, 1234.0, 2.5e6].map(time),
            ["7 ns", "999 ns", "1.2 us", "2.5 ms"]
        );
        assert_eq!(scaled(5.25e7, ""), "52.5 M");
        assert_eq!(scaled(1.5e9, "B"), "1.5 GB");
        assert_eq!(scaled(1500.0, ""), "1.5 k");
    }

    #[test]
    fn every_column_is_as_wide_as_its_widest_cell() {
        let mut line = HEAD.map(|_| "1".to_string());
        line[1] = "a-long-transport".into();
        let text = aligned(&[line, HEAD.map(|_| "22".to_string())]);
        let widths: Vec<usize> = text.lines().map(|line| line.trim_end().len()).collect();
        assert_eq!(widths, [widths[0]; 3], "{text}");
        assert!(
            text.lines()
                .nth(1)
                .unwrap()
                .contains("1  a-long-transport  ")
        );
    }
}
