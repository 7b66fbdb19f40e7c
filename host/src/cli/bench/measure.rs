//! Segments of some ten milliseconds, each between two probes of the floor; a segment counts if the two agree.
//!
//! Virtual cores move about, and every figure with them. A probe, two lines and one store each way by the same two
//! processes, tells where they are; what a segment found has no say in whether it counts.

use std::io;

use hdrhistogram::Histogram;

use super::control::{Job, Kind};
use super::endpoints::Endpoints;
use super::placement::Placement;
use super::plan::{Subject, Transport, Waiting};

/// Round trips of a probe: a third of a millisecond.
const PROBE: u64 = 2000;

/// How much slower than the faster of two probes the slower may be.
const AGREE: f64 = 1.2;

/// Round trips, or messages, of the first segment of a row.
const FIRST: u64 = 50;

/// Sleeps of a segment: each takes a tenth of a millisecond, and more on a busy machine.
const WAKES: u64 = 60;

/// What the rounds of one row have found.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) subject: Subject,
    pub(super) trips: Vec<Trips>,
    pub(super) rates: Vec<Rate>,
    pub(super) wakes: Vec<Wakes>,
    /// All round trips of segments that count, for each placement.
    pub(super) all: [Histogram<u64>; 2],
    /// Nanoseconds that a round trip and a message of a flood take, for the length of the next segment.
    each: [f64; 2],
}

/// Round trips of one segment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Trips {
    pub(super) p50: f64,
    pub(super) p99: f64,
    /// Of the probes before and after.
    pub(super) floor: f64,
    pub(super) agreed: bool,
}

/// Messages one way in one segment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rate {
    pub(super) round: usize,
    pub(super) per_second: f64,
    pub(super) floor: f64,
    pub(super) agreed: bool,
}

/// Wake-ups of one segment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wakes {
    pub(super) p50: f64,
    /// Of the probe before.
    pub(super) floor: f64,
}

/// Two probes, before and after.
#[derive(Clone, Copy, Debug)]
struct Bracket {
    floor: f64,
    agreed: bool,
}

impl Bracket {
    fn of(before: f64, after: f64) -> Self {
        Self {
            floor: f64::midpoint(before, after),
            agreed: same_place(before, after),
        }
    }
}

/// Whether two probes were made in one placement of the cores.
pub(super) fn same_place(one: f64, other: f64) -> bool {
    one.max(other) <= AGREE * one.min(other)
}

impl Row {
    pub(super) fn new(subject: Subject) -> Self {
        let all = Placement::ALL.map(|_| Histogram::new(3).expect("three digits are allowed"));
        Self {
            subject,
            trips: Vec::new(),
            rates: Vec::new(),
            wakes: Vec::new(),
            all,
            each: [0.0; 2],
        }
    }

    /// Measures this row once, with segments of `length` nanoseconds.
    pub(super) fn measure(
        &mut self,
        ends: &mut Endpoints,
        round: usize,
        length: f64,
    ) -> io::Result<()> {
        if self.subject.transport == Transport::Against {
            return self.ask(ends, round, length);
        }
        let before = probe(ends, round)?;
        let times = self.ping(ends, round, length)?;
        let between = probe(ends, round)?;
        self.keep_trips(&times, Bracket::of(before, between));
        if self.subject.floods() {
            let per_second = self.flood(ends, round, length)?;
            let Bracket { floor, agreed } = Bracket::of(between, probe(ends, round)?);
            self.rates.push(Rate {
                round,
                per_second,
                floor,
                agreed,
            });
        }
        if self.subject.wakes() {
            let times = run(ends, Kind::Wake, self.subject, round, WAKES)?;
            self.wakes.push(Wakes {
                p50: quantile(&times, 0.5),
                floor: between,
            });
        }
        Ok(())
    }

    /// The same of a program that measures itself.
    fn ask(&mut self, ends: &mut Endpoints, round: usize, length: f64) -> io::Result<()> {
        let before = probe(ends, round)?;
        let (trip, per_second) = ends.ask(self.subject.size, length)?;
        let Bracket { floor, agreed } = Bracket::of(before, probe(ends, round)?);
        self.keep_trips(&[trip], Bracket { floor, agreed });
        if per_second > 0.0 {
            self.rates.push(Rate {
                round,
                per_second,
                floor,
                agreed,
            });
        }
        Ok(())
    }

    fn ping(&mut self, ends: &mut Endpoints, round: usize, length: f64) -> io::Result<Vec<u64>> {
        let count = self.count(0, length);
        let times = run(ends, Kind::Ping, self.subject, round, count)?;
        self.each[0] = times.iter().sum::<u64>() as f64 / count as f64;
        Ok(times)
    }

    fn flood(&mut self, ends: &mut Endpoints, round: usize, length: f64) -> io::Result<f64> {
        let count = self.count(1, length);
        let took = run(ends, Kind::Flood, self.subject, round, count)?;
        self.each[1] = took.iter().sum::<u64>() as f64 / count as f64;
        Ok(1e9 / self.each[1])
    }

    fn count(&self, which: usize, length: f64) -> u64 {
        match self.each[which] {
            0.0 => FIRST,
            each => ((length / each) as u64).clamp(FIRST / 5, 4_000_000),
        }
    }

    fn keep_trips(&mut self, times: &[u64], bracket: Bracket) {
        self.trips.push(Trips {
            p50: quantile(times, 0.5),
            p99: quantile(times, 0.99),
            floor: bracket.floor,
            agreed: bracket.agreed,
        });
        if bracket.agreed {
            let all = &mut self.all[Placement::of(bracket.floor) as usize];
            times
                .iter()
                .for_each(|&time| all.record(time).unwrap_or_default());
        }
    }

    /// What was found in one placement; `None` if nothing that counts, but for a row of which nothing counts.
    pub(super) fn placed(&self, placement: Placement) -> Option<Self> {
        let is_there = |floor: f64| Placement::of(floor) == placement;
        let counts = self.trips.iter().any(|trips| trips.agreed);
        let found = |trips: &&Trips| is_there(trips.floor) && (trips.agreed || !counts);
        self.trips.iter().find(found)?;
        let mut row = self.clone();
        row.trips.retain(|trips| is_there(trips.floor));
        row.rates.retain(|rate| is_there(rate.floor));
        row.wakes.retain(|wakes| is_there(wakes.floor));
        Some(row)
    }

    /// Forgets all but how long things take.
    pub(super) fn forget(&mut self) {
        *self = Self {
            each: self.each,
            ..Self::new(self.subject)
        };
    }

    /// Segments that one measurement takes.
    pub(super) fn segments(subject: Subject) -> usize {
        1 + usize::from(subject.floods()) + usize::from(subject.wakes())
    }
}

fn run(
    ends: &mut Endpoints,
    kind: Kind,
    subject: Subject,
    floor: usize,
    count: u64,
) -> io::Result<Vec<u64>> {
    ends.lead(&Job {
        kind,
        subject,
        count,
        floor,
    })
}

/// Tells the second process that there is no more to do.
pub(super) fn end(ends: &mut Endpoints) {
    let job = Job {
        kind: Kind::End,
        subject: FLOOR,
        count: 0,
        floor: 0,
    };
    ends.control.order(&job);
}

const FLOOR: Subject = Subject {
    transport: Transport::Floor,
    waiting: Waiting::Spin,
    size: 8,
};

/// The floor's round trip now, in nanoseconds, on the lines of this round.
fn probe(ends: &mut Endpoints, round: usize) -> io::Result<f64> {
    Ok(quantile(&run(ends, Kind::Ping, FLOOR, round, PROBE)?, 0.5))
}

fn quantile(times: &[u64], part: f64) -> f64 {
    let mut times = times.to_vec();
    times.sort_unstable();
    let index = (times.len() as f64 * part) as usize;
    times.get(index).or(times.last()).copied().unwrap_or(0) as f64
}
