//! Words that several hints have: options that name a channel, users, and how to get rid of something.

use nix::unistd::{Uid, User};

use crate::cli::program::HOST;
use crate::location::Location;
use crate::locks::Locks;
use crate::share;
use crate::sysv::key::Key;
use crate::sysv::segment;
use crate::trust::Trust;

/// How to get rid of what is at a location; by `force`, if it may be another program's.
pub(crate) fn clear(location: &Location, force: bool) -> String {
    match location {
        Location::Key(key) => format!("remove it with {}", remove(*key, force)),
        Location::Map(_) => "fill it with zeros if it is yours".into(),
    }
}

/// The command that removes what has a key.
pub(super) fn remove(key: Key, force: bool) -> String {
    let force = if force { " --force" } else { "" };
    format!("`{HOST} rm {}{force}`", option(key))
}

/// The option that names another location.
pub(super) fn elsewhere(location: &Location) -> &'static str {
    match location {
        Location::Key(key) => another(*key),
        Location::Map(_) => "another `--offset`",
    }
}

/// The option that names another channel than the one on a key, of the kind that was typed.
pub(crate) fn another(key: Key) -> &'static str {
    match (key.name().is_empty(), key.tag()) {
        (false, _) => "another `--name`",
        (true, 0) => "another `--key`",
        (true, _) => "another `--id`",
    }
}

/// As [`another`]; the key may be unknown.
pub(super) fn another_than(key: Option<Key>) -> &'static str {
    key.map_or("another `--id`", another)
}

/// The option that names the channel on a key.
pub(super) fn option(key: Key) -> String {
    match key.name().is_empty() {
        true => format!("--key {key}"),
        false => format!("--name {}", quoted(key.name().as_str())),
    }
}

/// The command that makes the channel on a key; or what there is in its place, if it is the base of a share.
pub(super) fn sender(key: Key) -> String {
    if let Some(shared) = shared(key) {
        return shared;
    }
    match key.tag() {
        0 => format!("start `{HOST} send {}`", option(key)),
        _ => format!("start `{HOST} send` with the same `--path` and `--id`, or `--key {key}`"),
    }
}

/// How to take part in the share that has this key as its base, if its sender lives.
pub(crate) fn shared(key: Key) -> Option<String> {
    let first = share::place(key, 0).ok()?;
    segment::find(first).ok()?;
    // Of another user's it is not known whether the sender lives.
    let sender = Locks::open(first, &Trust::current_user()).and_then(|locks| locks.sender());
    if matches!(sender, Ok(None)) {
        return None;
    }
    Some(format!(
        "its sender shares the messages among workers: receive as a worker with `{HOST} recv --share {}`, or see the channel of the first worker with `{HOST} status {}`",
        option(key),
        option(first)
    ))
}

/// A word as a shell takes it.
pub(super) fn quoted(word: &str) -> String {
    let plain = |char: char| char.is_ascii_alphanumeric() || "-_./:@%+,".contains(char);
    match word.chars().all(plain) && !word.is_empty() {
        true => word.into(),
        false => format!("'{}'", word.replace('\'', r"'\''")),
    }
}

/// A user as a person knows it: by name, or by number where there is none.
pub(super) fn user(uid: u32) -> String {
    let user = User::from_uid(Uid::from_raw(uid)).ok().flatten();
    user.map_or_else(|| uid.to_string(), |user| user.name)
}
