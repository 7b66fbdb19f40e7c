//! A channel, described for a person or a program.

use ramframe_core::channel::{AttachError, ChannelStatus};
use ramframe_core::geometry::Overflow;
use ramframe_core::region::Region;
use ramframe_host::lock::Locks;
use ramframe_host::map::Map;
use ramframe_host::segment::{ReadOnly, Segment};
use ramframe_host::stat::{Owner, Stat};
use ramframe_host::trust::Trust;
use serde_json::{Value, json};

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
        let seated = |index| locks?.seated(u16::try_from(index).ok()?).ok().flatten();
        Ok(Self {
            survey,
            receivers: receivers(&survey, &region, seated),
            sender,
            beyond: false,
        })
    }

    /// Looks at a map. Who holds its locks has no name.
    pub(crate) fn of_map(map: &Map<ReadOnly>) -> Result<Self, AttachError> {
        let region = map.read_only_ram();
        let survey = ChannelStatus::of(&region)?;
        let nameless = |held: bool| held.then_some(0);
        let seated = |index| map.is_seated(index).ok().and_then(nameless);
        Ok(Self {
            survey,
            receivers: receivers(&survey, &region, seated),
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

    pub(crate) fn json(&self) -> Value {
        let geometry = &self.survey.geometry;
        json!({
            "policy": self.policy(),
            "slots": geometry.slots(),
            "capacity": geometry.capacity(),
            "line": geometry.line_size(),
            "state": self.state(),
            "sent": self.survey.sent,
            "epoch": self.survey.epoch,
            "closed": self.survey.closed,
            "sender_pid": self.sender,
            "receivers": self.receivers,
        })
    }

    /// One line for each registered receiver.
    pub(crate) fn receiver_lines(&self) -> impl Iterator<Item = String> {
        self.receivers.iter().map(|receiver| {
            let pid = match receiver["pid"].as_i64() {
                Some(0) => "a process".into(),
                Some(pid) => format!("process {pid}"),
                None if receiver["joined"] == 0 => "nobody yet".into(),
                None if receiver["left"] == true => "left".into(),
                None if self.beyond => {
                    "no process of this machine: whether it runs cannot be known".into()
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
    seated: impl Fn(u32) -> Option<i32>,
) -> Vec<Value> {
    let receivers = 0..survey.geometry.receivers();
    let described = receivers.filter_map(|index| {
        let registered = survey.receiver(region, index)?;
        Some(json!({
            "receiver": index,
            "pid": seated(index),
            "pending": registered.pending,
            "joined": registered.attach_count,
            "left": registered.detached,
        }))
    });
    described.collect()
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
        "creator_pid": stat.creator_pid,
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
