//! The names and the keys that a shell offers where one is typed: those of the channels that are there.

use std::ffi::OsStr;

use clap_complete::engine::CompletionCandidate;
use ramframe_core::geometry::Name;

use crate::sysv::list;
use crate::sysv::segment::{ReadOnly, Segment};
use crate::sysv::stat::Stat;
use crate::trust::Trust;

use super::printable::Printable;

/// The names of channels that begin as `typed` does.
pub(crate) fn names(typed: &OsStr) -> Vec<CompletionCandidate> {
    candidates(
        typed,
        |_, name| {
            name.filter(|name| !name.is_empty())
                .map(|name| name.to_string())
        },
        |stat, _| stat.key.map(|key| format!("key {key}")),
    )
}

/// The keys of channels that begin as `typed` does.
pub(crate) fn keys(typed: &OsStr) -> Vec<CompletionCandidate> {
    candidates(
        typed,
        |stat, _| stat.key.map(|key| key.to_string()),
        |_, name| {
            name.filter(|name| !name.is_empty())
                .map(|name| format!("name {name}"))
        },
    )
}

/// One candidate for each channel that may be looked at: what to type, and what helps to choose.
fn candidates(
    typed: &OsStr,
    value: impl Fn(&Stat, Option<Name>) -> Option<String>,
    help: impl Fn(&Stat, Option<Name>) -> Option<String>,
) -> Vec<CompletionCandidate> {
    let typed = typed.to_string_lossy();
    let channels = list::channels().unwrap_or_default().into_iter();
    let candidates = channels.filter_map(|stat| {
        let name = name_of(&stat)?;
        let name = name.filter(is_shown);
        let value = value(&stat, name).filter(|value| value.starts_with(&*typed))?;
        let help = help(&stat, name).map(Into::into);
        Some(CompletionCandidate::new(value).help(help))
    });
    candidates.collect()
}

/// Whether a name may stand on a terminal as it is. Another one cannot be typed either.
fn is_shown(name: &Name) -> bool {
    Printable(name.as_str().as_bytes()).to_string() == name.as_str()
}

/// The name of the channel on a segment; `None` if it holds none, or may not be looked at.
pub(crate) fn name_of(stat: &Stat) -> Option<Option<Name>> {
    let trust = Trust::current_user()
        .allow_uid(stat.owner.uid)
        .allow_uid(stat.owner.cuid)
        .allow_mode(0o666);
    let segment = Segment::<ReadOnly>::attach_id(stat.id, &trust).ok()?;
    Name::read(&segment.memory()).ok()
}
