//! What is said of a row in the end: medians over its rounds, of the segments that count.

use std::io;

use serde::Serialize;

use super::measure::{Rate, Row, Trips, same_place};
use super::placement::Placement;
use super::plan::{Subject, Transport, Waiting};
use crate::cli::json::Line;
use crate::cli::printable::Shown;

/// One row, as it is printed.
#[derive(Clone, Debug)]
pub(super) struct Results {
    pub(super) subject: Subject,
    pub(super) placement: Placement,
    pub(super) p50: f64,
    pub(super) p99: f64,
    pub(super) p999: f64,
    pub(super) max: f64,
    pub(super) floor: f64,
    /// Median of each round's own ratio.
    pub(super) ratio: f64,
    pub(super) messages: Option<f64>,
    pub(super) copy_floor: Option<f64>,
    pub(super) copy_ratio: Option<f64>,
    pub(super) wake: Option<f64>,
    pub(super) floor_wake: Option<f64>,
    pub(super) rounds: usize,
    pub(super) discarded: usize,
    pub(super) agreed: bool,
}

impl Results {
    /// `floor` is the floor's row of the same size and of the way of waiting that this row's is compared with, measured in each
    /// round, and `spinning` the one that copies, which spins.
    fn of(placement: Placement, row: &Row, floor: Option<&Row>, spinning: Option<&Row>) -> Self {
        let all = &row.all[placement as usize];
        let (trips, agreed) = counting(&row.trips, |trips: &Trips| trips.agreed);
        let (rates, _) = counting(&row.rates, |rate: &Rate| rate.agreed);
        let p50 = median(trips.iter().map(|trips| trips.p50)).unwrap_or(0.0);
        let is_probed = row.subject.waiting.of_floor() == Waiting::Spin;
        let floor_rtt = match is_probed {
            true => median(trips.iter().map(|trips| trips.floor)),
            false => floor.and_then(|floor| median(floor.trips.iter().map(|t| t.p50))),
        };
        let floor_rtt = floor_rtt.unwrap_or(p50);
        let ratio = match is_probed {
            true => median(trips.iter().map(|trips| trips.p50 / trips.floor)),
            false => Some(p50 / floor_rtt),
        };
        let copies = spinning.map_or(&[][..], |floor| &floor.rates);
        let copies = counting(copies, |rate: &Rate| rate.agreed).0;
        let size = row.subject.size as f64;
        Self {
            subject: row.subject,
            placement,
            p50,
            p99: median(trips.iter().map(|trips| trips.p99)).unwrap_or(0.0),
            p999: all.value_at_quantile(0.999) as f64,
            max: all.max() as f64,
            floor: floor_rtt,
            ratio: ratio.unwrap_or(1.0),
            messages: median(rates.iter().map(|rate| rate.per_second)),
            copy_floor: median(copies.iter().map(|rate| rate.per_second * size)),
            copy_ratio: median(beside(&rates, &copies)),
            wake: median(row.wakes.iter().map(|wakes| wakes.p50)),
            floor_wake: floor.and_then(|floor| median(floor.wakes.iter().map(|wakes| wakes.p50))),
            rounds: trips.len(),
            discarded: row.trips.len() - trips.len(),
            agreed,
        }
    }

    pub(super) fn bytes(&self) -> Option<f64> {
        self.messages
            .map(|messages| messages * self.subject.size as f64)
    }

    /// The line of `--json`.
    pub(super) fn json(&self) -> io::Result<Shown> {
        let Subject {
            transport,
            waiting,
            size,
        } = self.subject;
        Shown::json(&Line::of(Fields {
            transport: transport.name(),
            wait: waiting.name(),
            cores: if waiting.is_one_core() { 1 } else { 2 },
            placement: self.placement.name(),
            size,
            policy: transport.policy(),
            mode: transport.mode(),
            rtt_p50_ns: rounded(self.p50),
            rtt_p99_ns: rounded(self.p99),
            rtt_p999_ns: rounded(self.p999),
            rtt_max_ns: rounded(self.max),
            floor_rtt_ns: rounded(self.floor),
            rtt_ratio: (self.ratio * 1000.0).round() / 1000.0,
            msgs_per_s: self.messages.map(rounded),
            bytes_per_s: self.bytes().map(rounded),
            copy_floor_bytes_per_s: self.copy_floor.map(rounded),
            copy_ratio: self.copy_ratio,
            wake_p50_ns: self.wake.map(rounded),
            floor_wake_p50_ns: self.floor_wake.map(rounded),
            rounds: self.rounds,
            rounds_discarded: self.discarded,
            placement_agreed: self.agreed,
        }))
    }
}

/// The fields of a line of `--json`.
#[derive(Serialize)]
struct Fields {
    transport: String,
    wait: &'static str,
    cores: u32,
    placement: &'static str,
    size: usize,
    policy: Option<&'static str>,
    mode: &'static str,
    rtt_p50_ns: u64,
    rtt_p99_ns: u64,
    rtt_p999_ns: u64,
    rtt_max_ns: u64,
    floor_rtt_ns: u64,
    rtt_ratio: f64,
    msgs_per_s: Option<u64>,
    bytes_per_s: Option<u64>,
    copy_floor_bytes_per_s: Option<u64>,
    copy_ratio: Option<f64>,
    wake_p50_ns: Option<u64>,
    floor_wake_p50_ns: Option<u64>,
    rounds: usize,
    rounds_discarded: usize,
    placement_agreed: bool,
}

fn rounded(value: f64) -> u64 {
    value.round() as u64
}

/// The rounds that count; if there are none, all, and false.
fn counting<T: Copy>(rounds: &[T], counts: impl Fn(&T) -> bool) -> (Vec<T>, bool) {
    let counting: Vec<T> = rounds
        .iter()
        .copied()
        .filter(|round| counts(round))
        .collect();
    match counting.is_empty() {
        true => (rounds.to_vec(), false),
        false => (counting, true),
    }
}

/// The ratios of two rows in the rounds in which both were measured in one placement.
fn beside<'a>(rates: &'a [Rate], floors: &'a [Rate]) -> impl Iterator<Item = f64> + 'a {
    rates.iter().filter_map(|rate| {
        let floor = floors.iter().find(|floor| floor.round == rate.round)?;
        same_place(rate.floor, floor.floor).then(|| rate.per_second / floor.per_second)
    })
}

fn median(values: impl Iterator<Item = f64>) -> Option<f64> {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() % 2 {
        0 => Some(f64::midpoint(
            *values.get(middle.checked_sub(1)?)?,
            *values.get(middle)?,
        )),
        _ => values.get(middle).copied(),
    }
}

/// Every row of one placement, beside its floors.
pub(super) fn all(rows: &[Row], placement: Placement) -> Vec<Results> {
    let floor = |size, waiting| {
        let subject = Subject {
            transport: Transport::Floor,
            waiting,
            size,
        };
        rows.iter().find(|row| row.subject == subject)
    };
    rows.iter()
        .map(|row| {
            let size = row.subject.size;
            Results::of(
                placement,
                row,
                floor(size, row.subject.waiting.of_floor()),
                floor(size, Waiting::Spin),
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SUBJECT: Subject = Subject {
        transport: Transport::Ramframe,
        waiting: Waiting::Spin,
        size: 8,
    };

    fn trips(p50: f64, floor: f64, agreed: bool) -> Trips {
        Trips {
            p50,
            p99: 2.0 * p50,
            floor,
            agreed,
        }
    }

    fn results(trips: Vec<Trips>) -> Results {
        let mut row = Row::new(SUBJECT);
        row.trips = trips;
        Results::of(Placement::ALL[0], &row, None, None)
    }

    /// A round of 300 over 200 and one of 100 over 100 have a median of 1.25, and not 200 over 150.
    #[test]
    fn the_ratio_is_the_median_of_the_ratios_of_each_round() {
        let found = results(vec![trips(300.0, 200.0, true), trips(100.0, 100.0, true)]);
        assert_eq!((found.p50, found.floor, found.ratio), (200.0, 150.0, 1.25));
        assert_eq!((found.rounds, found.discarded, found.agreed), (2, 0, true));
        assert_eq!((found.messages, found.wake), (None, None));
    }

    #[test]
    fn a_round_whose_probes_disagree_counts_only_if_there_is_no_other() {
        let found = results(vec![trips(900.0, 100.0, false), trips(110.0, 100.0, true)]);
        assert_eq!((found.p50, found.ratio), (110.0, 1.1));
        assert_eq!((found.rounds, found.discarded, found.agreed), (1, 1, true));
        let found = results(vec![trips(900.0, 100.0, false)]);
        assert_eq!((found.ratio, found.rounds, found.agreed), (9.0, 1, false));
    }

    #[test]
    fn rates_are_compared_with_the_copy_of_the_same_round_and_placement() {
        let rate = |round, per_second, floor| Rate {
            round,
            per_second,
            floor,
            agreed: true,
        };
        let rates = [rate(0, 10.0, 70.0), rate(1, 90.0, 70.0), rate(2, 8.0, 70.0)];
        let floors = [rate(0, 20.0, 75.0), rate(1, 30.0, 160.0)];
        let ratios: Vec<f64> = beside(&rates, &floors).collect();
        assert_eq!(ratios, [0.5]);
    }

    #[test]
    fn the_median_of_an_even_number_lies_between_the_middle_two() {
        assert_eq!(median([4.0, 1.0, 3.0, 2.0].into_iter()), Some(2.5));
        assert_eq!(median([3.0, 1.0, 2.0].into_iter()), Some(2.0));
        assert_eq!(median(std::iter::empty()), None);
    }
}
