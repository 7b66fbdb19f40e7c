//! What is said to people: on standard error, one line each, and never a reason to fail.

use std::fmt;
use std::io;

use super::output::say;
use super::printable::Shown;

/// Writes one line.
pub(crate) fn line(text: fmt::Arguments<'_>) -> io::Result<()> {
    say(&Shown::line(text))
}

/// Writes one line, begun with the program's name. Who no longer listens is told nothing: `eprintln!` would panic instead, and
/// leave a segment behind.
pub(crate) fn begun(text: fmt::Arguments<'_>) {
    let _ = line(format_args!("host: {text}"));
}

/// [`begun`] with the arguments of `format!`.
macro_rules! message {
    ($($text:tt)*) => {
        $crate::cli::stderr::begun(format_args!($($text)*))
    };
}

pub(crate) use message;
