//! A channel, described for a person or a program.

use ramframe_core::channel::{AttachError, ChannelStatus};
use ramframe_core::geometry::Overflow;
use ramframe_core::region::Region;
use serde_json::{Value, json};

use crate::file::Map;
use crate::sysv::locks::Locks;
use crate::sysv::receiver_slots;
use crate::sysv::segment::{ReadOnly, Segment};
use crate::sysv::stat::{Owner, Stat};
use crate::trust::Trust;

/// What there is to say about one channel.
pub(crate) struct Report {
    pub(crate) survey: ChannelStatus,
    receivers: Vec<Value>,
    /// The sending process, 0 if it cannot be named; `None` if there is none or it cannot be known.
    pub(crate) sender: Option<i32>,
    /// Whether there may be a sender that is no process of this machine.
    beyond: bool,
}

impl Report {
    /// Looks at a segment. The kernel's part was read before as `stat`.
    pub(crate) fn of(
        segment: &Segment<ReadOnly>,
        stat: &Stat,
        trust: &Trust,
    ) -> Result<Self, AttachError> {
        let region = segment.read_only_ram();
        let survey = ChannelStatus::of(&region)?;
        let locks = stat.key.and_then(|key| Locks::open(key, trust).ok());
        let sender = locks.and_then(|locks| locks.sender().ok().flatten());
        let holder = |index| match locks {
            Some(locks) if receiver_slots::is_under(&region, &survey.geometry, index, locks) => {
                let held = u16::try_from(index).map(|index| locks.receiver_pid(index));
                held.map_or(Holder::Unknown, |held| {
                    held.map_or(Holder::Unknown, Into::into)
                })
            }
            _ => Holder::Unknown,
        };
        Ok(Self {
            survey,
            receivers: receivers(&survey, &region, holder),
            sender,
            beyond: false,
        })
    }

    /// Looks at a map. Who holds its locks has no name.
    pub(crate) fn of_map(map: &Map<ReadOnly>) -> Result<Self, AttachError> {
        let region = map.read_only_ram();
        let survey = ChannelStatus::of(&region)?;
        let nameless = |held: bool| held.then_some(0);
        let holder = |index| match map.has_receiver(index) {
            Ok(true) => Holder::Held(0),
            _ => Holder::Unknown,
        };
        Ok(Self {
            survey,
            receivers: receivers(&survey, &region, holder),
            sender: map.has_sender().ok().and_then(nameless),
            beyond: true,
        })
    }

    /// What the sender is doing, in one word.
    pub(crate) fn state(&self) -> &'static str {
        match (self.sender, self.survey.closed, self.survey.epoch) {
            (Some(_), _, _) => "sending",
            (None, true, _) => "closed",
            (None, false, 0) => "unused",
            (None, false, _) if self.beyond => "no process",
            (None, false, _) => "no sender",
        }
    }

    pub(crate) fn policy(&self) -> &'static str {
        match self.survey.geometry.overflow() {
            Overflow::Overwrite => "overwrite",
            Overflow::Backpressure => "backpressure",
        }
    }

    /// The name, for a person.
    pub(crate) fn name(&self) -> String {
        match self.survey.name {
            Some(name) if name.is_empty() => "-".into(),
            Some(name) => name.to_string(),
            None => "(no text)".into(),
        }
    }

    pub(crate) fn json(&self) -> Value {
        let geometry = &self.survey.geometry;
        json!({
            "name": self.survey.name.filter(|name| !name.is_empty()).map(|name| name.to_string()),
            "policy": self.policy(),
            "slots": geometry.slots(),
            "capacity": geometry.capacity(),
            "line": geometry.cache_line(),
            "state": self.state(),
            "sent": self.survey.sent,
            "epoch": self.survey.epoch,
            "closed": self.survey.closed,
            "sender_pid": self.sender.and_then(named),
            "receivers": self.receivers,
        })
    }

    /// One line for each registered receiver.
    pub(crate) fn receiver_lines(&self) -> impl Iterator<Item = String> {
        self.receivers.iter().map(|receiver| {
            let held = receiver["held"].as_bool();
            let pid = match receiver["pid"].as_i64() {
                Some(pid) => format!("process {pid}"),
                None if held == Some(true) => "a process".into(),
                None if receiver["joined"] == 0 => "nobody yet".into(),
                None if receiver["left"] == true => "left".into(),
                None if self.beyond => {
                    "no process of this machine: whether it runs cannot be known".into()
                }
                None if held.is_none() => {
                    "its locks were removed: whether it runs cannot be known".into()
                }
                None => "gone without a word".into(),
            };
            format!(
                "{}: {pid}, {} messages to take",
                receiver["receiver"], receiver["pending"]
            )
        })
    }
}

fn receivers(
    survey: &ChannelStatus,
    region: &impl Region,
    holder: impl Fn(u32) -> Holder,
) -> Vec<Value> {
    let receivers = 0..survey.geometry.receivers();
    let described = receivers.filter_map(|index| {
        let registered = survey.receiver(region, index)?;
        Some(json!({
            "receiver": index,
            "held": holder(index).held(),
            "pid": holder(index).pid(),
            "pending": registered.pending,
            "joined": registered.attach_count,
            "left": registered.detached,
        }))
    });
    described.collect()
}

/// Who is in a receiver slot.
enum Holder {
    /// This process; 0 if it has no name here.
    Held(i32),
    Free,
    /// Its lock is none that this process can see, or there is none.
    Unknown,
}

impl From<Option<i32>> for Holder {
    fn from(pid: Option<i32>) -> Self {
        pid.map_or(Holder::Free, Holder::Held)
    }
}

impl Holder {
    fn held(&self) -> Option<bool> {
        match self {
            Holder::Held(_) => Some(true),
            Holder::Free => Some(false),
            Holder::Unknown => None,
        }
    }

    fn pid(&self) -> Option<i32> {
        match self {
            Holder::Held(pid) => named(*pid),
            Holder::Free | Holder::Unknown => None,
        }
    }
}

/// A process that has a name in this PID namespace: 0 is none, and means another thing to whoever sends it a signal.
fn named(pid: i32) -> Option<i32> {
    (pid != 0).then_some(pid)
}

/// A segment, for a program.
pub(crate) fn segment(stat: &Stat) -> Value {
    json!({
        "key": stat.key.map(|key| key.to_string()),
        "id": stat.id,
        "bytes": stat.size,
        "uid": stat.owner.uid,
        "mode": mode(stat.owner),
        "attached": stat.attached,
        "creator_pid": named(stat.creator_pid),
    })
}

/// A part of a file, for a program.
pub(crate) fn map(map: &Map<ReadOnly>) -> Value {
    json!({
        "map": map.window().path.to_string_lossy(),
        "offset": map.window().offset,
        "bytes": map.read_only_ram().len(),
        "uid": map.owner().uid,
        "mode": mode(map.owner()),
    })
}

/// The permission bits, as people write them.
pub(crate) fn mode(owner: Owner) -> String {
    format!("{:04o}", owner.mode & 0o777)
}

/// One object of two.
pub(crate) fn joined(mut one: Value, other: Value) -> Value {
    if let (Value::Object(one), Value::Object(other)) = (&mut one, other) {
        one.extend(other);
    }
    one
}
