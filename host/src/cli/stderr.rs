//! What is said to people: on standard error, one line each, and never a reason to fail.

use std::fmt;
use std::io;
use std::sync::atomic::AtomicU8;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Mutex, PoisonError};

use super::output::say;
use super::printable::Shown;
use super::program::HOST;

/// Writes one line.
pub(crate) fn line(text: fmt::Arguments<'_>) -> io::Result<()> {
    say(&Shown::line(text))
}

/// Writes one line, begun with the program's name. Who no longer listens is told nothing: `eprintln!` would panic instead, and
/// leave a segment behind.
pub(crate) fn begun(text: fmt::Arguments<'_>) {
    let about = ABOUT.lock().unwrap_or_else(PoisonError::into_inner);
    let _ = match about.is_empty() {
        true => line(format_args!("{HOST}: {text}")),
        false => line(format_args!("{HOST}: {about}: {text}")),
    };
}

/// What is said now is about this channel.
static ABOUT: Mutex<String> = Mutex::new(String::new());

/// What is said from now on is about the channel that is called so; about no special one if that is empty.
pub(crate) fn about(channel: &str) {
    let mut about = ABOUT.lock().unwrap_or_else(PoisonError::into_inner);
    about.clear();
    about.push_str(channel);
}

/// How much is said to people.
static LEVEL: AtomicU8 = AtomicU8::new(Level::Notes as u8);

/// What is said beside errors and what is lost.
#[derive(Clone, Copy)]
pub(crate) enum Level {
    Nothing,
    Notes,
    Details,
}

/// From now on says as much as `level`.
pub(crate) fn set(level: Level) {
    LEVEL.store(level as u8, Relaxed);
}

/// Whether so much is said.
pub(crate) fn says(level: Level) -> bool {
    LEVEL.load(Relaxed) >= level as u8
}

/// [`begun`] with the arguments of `format!`.
macro_rules! message {
    ($($text:tt)*) => {
        $crate::cli::stderr::begun(format_args!($($text)*))
    };
}

/// [`begun`], unless nothing but errors is to be said.
macro_rules! note {
    ($($text:tt)*) => {
        if $crate::cli::stderr::says($crate::cli::stderr::Level::Notes) {
            $crate::cli::stderr::begun(format_args!($($text)*));
        }
    };
}

pub(crate) use {message, note};
