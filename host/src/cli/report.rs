//! A channel on a segment, described for a person or a program.

use ramframe_core::channel::{AttachError, Survey};
use ramframe_core::layout::Overflow;
use ramframe_core::region::Region;
use ramframe_host::lock::Locks;
use ramframe_host::segment::{ReadOnly, Segment};
use ramframe_host::stat::Stat;
use ramframe_host::trust::Trust;
use serde_json::{Value, json};

/// What there is to say about one channel.
pub(crate) struct Report {
    pub(crate) stat: Stat,
    pub(crate) survey: Survey,
    receivers: Vec<Value>,
    /// The sending process; `None` if there is none or it cannot be known.
    pub(crate) sender: Option<i32>,
}

impl Report {
    /// Looks at a segment. The kernel's part was read before as `stat`.
    pub(crate) fn of(
        segment: &Segment<ReadOnly>,
        stat: Stat,
        trust: &Trust,
    ) -> Result<Self, AttachError> {
        let region = segment.read_only_ram();
        let survey = Survey::of(&region)?;
        let locks = stat.key.and_then(|key| Locks::open(key, trust).ok());
        let sender = locks.and_then(|locks| locks.sender().ok().flatten());
        let receivers = 0..survey.layout.receivers();
        let receivers = receivers
            .filter_map(|index| receiver(&survey, &region, locks, index))
            .collect();
        Ok(Self {
            stat,
            survey,
            receivers,
            sender,
        })
    }

    /// What the sender is doing, in one word.
    pub(crate) fn state(&self) -> &'static str {
        match (self.sender, self.survey.closed, self.survey.epoch) {
            (Some(_), _, _) => "sending",
            (None, true, _) => "closed",
            (None, false, 0) => "unused",
            (None, false, _) => "no sender",
        }
    }

    pub(crate) fn policy(&self) -> &'static str {
        match self.survey.layout.overflow() {
            Overflow::Overwrite => "overwrite",
            Overflow::Backpressure => "backpressure",
        }
    }

    pub(crate) fn json(&self) -> Value {
        let layout = &self.survey.layout;
        json!({
            "key": self.key(),
            "id": self.stat.id,
            "bytes": self.stat.size,
            "uid": self.stat.owner.uid,
            "mode": self.mode(),
            "attached": self.stat.attached,
            "creator_pid": self.stat.creator_pid,
            "policy": self.policy(),
            "slots": layout.slots(),
            "capacity": layout.capacity(),
            "line": layout.line_size(),
            "state": self.state(),
            "sent": self.survey.sent,
            "epoch": self.survey.epoch,
            "closed": self.survey.closed,
            "sender_pid": self.sender,
            "receivers": self.receivers,
        })
    }

    pub(crate) fn key(&self) -> Option<String> {
        self.stat.key.map(|key| key.to_string())
    }

    pub(crate) fn mode(&self) -> String {
        format!("{:04o}", self.stat.owner.mode & 0o777)
    }

    /// One line for each registered receiver.
    pub(crate) fn receiver_lines(&self) -> impl Iterator<Item = String> {
        self.receivers.iter().map(|receiver| {
            let pid = match receiver["pid"].as_i64() {
                Some(pid) => format!("process {pid}"),
                None if receiver["joined"] == 0 => "nobody yet".into(),
                None if receiver["left"] == true => "left".into(),
                None => "gone without a word".into(),
            };
            format!(
                "{}: {pid}, {} messages to take",
                receiver["receiver"], receiver["pending"]
            )
        })
    }
}

fn receiver(
    survey: &Survey,
    region: &impl Region,
    locks: Option<Locks>,
    index: u32,
) -> Option<Value> {
    let registered = survey.receiver(region, index)?;
    let seat = u16::try_from(index).ok()?;
    let pid = locks.and_then(|locks| locks.seated(seat).ok().flatten());
    Some(json!({
        "receiver": index,
        "pid": pid,
        "pending": registered.pending,
        "joined": registered.joined,
        "left": registered.left,
    }))
}
