//! What is said to people: on standard error, one line each, and never a reason to fail.

use std::fmt;
use std::io::{self, Write};

/// Writes one line in one piece, so that those of two processes do not mix.
pub(crate) fn line(text: fmt::Arguments<'_>) -> io::Result<()> {
    io::stderr().write_all(format!("{text}\n").as_bytes())
}

/// As [`line()`], begun with the program's name. Who no longer listens is told nothing: `eprintln!` would panic instead, and
/// leave a segment behind.
pub(crate) fn begun(text: fmt::Arguments<'_>) {
    let _ = line(format_args!("host: {text}"));
}

/// [`begun`] with the arguments of `format!`.
macro_rules! note {
    ($($text:tt)*) => {
        $crate::cli::say::begun(format_args!($($text)*))
    };
}

pub(crate) use note;
