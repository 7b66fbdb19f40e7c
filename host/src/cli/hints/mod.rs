//! What to type next, where a command has failed. The library's errors say what is; the hints here are the program's.

mod channel;
mod file;
mod key;
mod locks;
mod segment;
#[cfg(test)]
mod tests;
mod trust;
mod words;

pub(crate) use self::words::{another, clear, shared};

use crate::error::{Error, Object};
use crate::trust::Trust;

/// What a command failed of, and what to type about it.
pub fn of(error: &(dyn std::error::Error + 'static)) -> String {
    let known = [
        error.downcast_ref().map(of_error),
        error.downcast_ref().map(key::of),
        error.downcast_ref().map(key::of_name),
    ];
    let known = known.into_iter().flatten().next();
    known.unwrap_or_else(|| error.to_string())
}

fn of_error(error: &Error) -> String {
    let kind = &error.kind;
    let hint = match &error.object {
        Object::Segment { key, .. } => segment::hint(kind, *key),
        Object::Locks(key) => locks::hint(kind, *key),
        Object::File(window) => file::hint(kind, window),
        Object::Channel(location) => channel::hint(kind, location),
        Object::Asked => channel::asked(kind),
    };
    format!("{error}{hint}")
}

/// Why `host send` cannot open a channel.
pub(crate) fn opening(error: &Error, trust: &Trust) -> String {
    segment::opening(error, trust).unwrap_or_else(|| of_error(error))
}
