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

pub(crate) use self::segment::opening;
pub(crate) use self::words::{another, clear};

/// What a command failed of, and what to type about it.
pub fn of(error: &(dyn std::error::Error + 'static)) -> String {
    let known = [
        error.downcast_ref().map(channel::of),
        error.downcast_ref().map(segment::of),
        error.downcast_ref().map(locks::of),
        error.downcast_ref().map(file::of),
        error.downcast_ref().map(key::of),
        error.downcast_ref().map(key::of_name),
    ];
    let known = known.into_iter().flatten().next();
    known.unwrap_or_else(|| error.to_string())
}
