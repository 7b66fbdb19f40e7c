//! What is said to people: on standard error, one line each, and never a reason to fail.

use std::fmt;
use std::io;

use super::output::write_some;
use super::printable;

/// Writes one line, or several of one text, in one piece, so that those of two processes do not mix.
pub(crate) fn line(text: fmt::Arguments<'_>) -> io::Result<()> {
    let text = printable::lines(&format!("{text}\n"));
    let mut bytes = text.as_bytes();
    while !bytes.is_empty() {
        let written = write_some(&io::stderr(), bytes)?;
        bytes = bytes.get(written..).unwrap_or_default();
    }
    Ok(())
}

/// As [`line()`], begun with the program's name. Who no longer listens is told nothing: `eprintln!` would panic instead, and
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
