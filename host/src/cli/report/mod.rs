//! A channel, described for a person or a program.

mod place;
mod receiver;

use std::fmt;
use std::io;
use std::thread;
use std::time::Duration;

use ramframe_core::channel::{AttachError, ChannelStatus};
use ramframe_core::geometry::{GeometryError, Overflow};
use ramframe_core::region::Region;
use serde::Serialize;

use crate::file::Map;
use crate::locks::Locks;
use crate::sysv::receiver_slots;
use crate::sysv::segment::{ReadOnly, Segment};
use crate::sysv::stat::Stat;
use crate::trust::Trust;

use self::place::Place;
pub(crate) use self::receiver::ReceiverReport;
use self::receiver::{Holder, named};
use super::json::Line;
use super::printable::Shown;

/// How often a channel is looked at, and between two times.
const LOOKS: u32 = 40;
const PAUSE: Duration = Duration::from_millis(5);

/// What there is to say about one channel.
#[derive(Clone, Debug)]
pub(crate) struct Report {
    pub(crate) place: Place,
    pub(crate) survey: ChannelStatus,
    pub(crate) receivers: Vec<ReceiverReport>,
    /// The sending process, 0 if it cannot be named; `None` if there is none or it cannot be known.
    pub(crate) sender: Option<i32>,
    /// Whether there may be a sender that is no process of this machine.
    beyond: bool,
}

/// What the sender is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum State {
    Sending,
    Closed,
    Unused,
    NoProcess,
    NoSender,
}

impl fmt::Display for State {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.pad(match self {
            Self::Sending => "sending",
            Self::Closed => "closed",
            Self::Unused => "unused",
            Self::NoProcess => "no process",
            Self::NoSender => "no sender",
        })
    }
}

/// The fields of a line of `--json`.
#[derive(Serialize)]
struct Fields<'a> {
    #[serde(flatten)]
    place: &'a Place,
    name: Option<&'a str>,
    policy: &'static str,
    slots: u32,
    capacity: u32,
    cache_line: u32,
    state: State,
    sent: u64,
    epoch: u32,
    restarts: u32,
    closed: bool,
    sender_pid: Option<i32>,
    receivers: &'a [ReceiverReport],
}

impl Report {
    /// Looks at a segment. The kernel's part was read before as `stat`.
    pub(crate) fn of(
        segment: &Segment<ReadOnly>,
        stat: &Stat,
        trust: &Trust,
    ) -> Result<Self, AttachError> {
        let region = segment.memory();
        let survey = ChannelStatus::of(&region)?;
        let locks = stat.key.and_then(|key| Locks::open(key, trust).ok());
        let sender = locks.as_ref().and_then(|locks| locks.sender().ok()?);
        let holder = |index| match &locks {
            Some(locks) if receiver_slots::is_under(&region, &survey.geometry, index, locks) => {
                let held = locks.receiver_pid(index);
                held.map_or(Holder::Unknown, Into::into)
            }
            _ => Holder::Unknown,
        };
        Ok(Self {
            place: Place::segment(stat),
            receivers: receivers(&survey, &region, holder),
            survey,
            sender,
            beyond: false,
        })
    }

    /// Looks at a map. Who holds its locks has no name.
    pub(crate) fn of_map(map: &Map<ReadOnly>) -> Result<Self, AttachError> {
        let region = map.memory();
        let survey = ChannelStatus::of(&region)?;
        let locks = map.locks(survey.geometry.receivers());
        let holder = |index| match locks.receiver_pid(index) {
            Ok(Some(pid)) => Holder::Held(pid),
            _ => Holder::Unknown,
        };
        Ok(Self {
            place: Place::map(map),
            receivers: receivers(&survey, &region, holder),
            survey,
            sender: locks.sender().ok().flatten(),
            beyond: true,
        })
    }

    /// Repeats a `look`: a channel that is being made, or whose sender is faster than a look at it, is another a moment later.
    pub(crate) fn settled(
        look: impl Fn() -> Result<Self, AttachError>,
    ) -> Result<Self, AttachError> {
        for _ in 1..LOOKS {
            match look() {
                Err(AttachError::Busy | AttachError::Geometry(GeometryError::Unformatted)) => {}
                done => return done,
            }
            thread::sleep(PAUSE);
        }
        look()
    }

    /// Whether there is a sender; `None` if it may be no process of this machine.
    pub(crate) fn is_sending(&self) -> Option<bool> {
        (!self.beyond || self.sender.is_some()).then_some(self.sender.is_some())
    }

    /// What the sender is doing.
    pub(crate) fn state(&self) -> State {
        match (self.sender, self.survey.closed, self.survey.epoch) {
            (Some(_), _, _) => State::Sending,
            (None, true, _) => State::Closed,
            (None, false, 0) => State::Unused,
            (None, false, _) if self.beyond => State::NoProcess,
            (None, false, _) => State::NoSender,
        }
    }

    pub(crate) fn policy(&self) -> &'static str {
        match self.survey.geometry.overflow() {
            Overflow::Overwrite => "overwrite",
            Overflow::Backpressure => "backpressure",
        }
    }

    /// The name, for a person.
    pub(crate) fn title(&self) -> &str {
        match self.survey.name.is_none() {
            true => "(no text)",
            false => self.name().unwrap_or("-"),
        }
    }

    /// The name; `None` if the channel has none.
    pub(crate) fn name(&self) -> Option<&str> {
        let name = self.survey.name.as_ref()?.as_str();
        (!name.is_empty()).then_some(name)
    }

    /// The line of `--json`.
    pub(crate) fn json(&self) -> io::Result<Shown> {
        let geometry = &self.survey.geometry;
        Shown::json(&Line::of(Fields {
            place: &self.place,
            name: self.name(),
            policy: self.policy(),
            slots: geometry.slots(),
            capacity: geometry.capacity(),
            cache_line: geometry.cache_line(),
            state: self.state(),
            sent: self.survey.sent,
            epoch: self.survey.epoch,
            restarts: self.survey.restarts,
            closed: self.survey.closed,
            sender_pid: self.sender.and_then(named),
            receivers: &self.receivers,
        }))
    }

    /// One line for each registered receiver.
    pub(crate) fn receiver_lines(&self) -> impl Iterator<Item = String> {
        let receivers = self.receivers.iter();
        receivers.map(|receiver| receiver.line(self.beyond))
    }
}

fn receivers(
    survey: &ChannelStatus,
    region: &impl Region,
    holder: impl Fn(u32) -> Holder,
) -> Vec<ReceiverReport> {
    let receivers = 0..survey.geometry.receivers();
    let described = receivers.filter_map(|index| {
        let status = survey.receiver(region, index)?;
        Some(ReceiverReport::new(index, status, holder(index)))
    });
    described.collect()
}
