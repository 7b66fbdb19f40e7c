//! The values that options take: what a person types, and what it means.

use std::ffi::OsString;
use std::os::unix::ffi::OsStrExt;

use crate::cli::hints;
use crate::sysv::key::{self, Key};

/// One character is that character, a digit too; more are a number. 0 is left out, because ftok does not define it.
pub(super) fn one_byte(text: OsString) -> Result<u8, String> {
    if let [byte] = text.as_bytes() {
        return Ok(*byte);
    }
    let number = text.to_str().and_then(|text| number(text).ok());
    number
        .and_then(|number| u8::try_from(number).ok())
        .filter(|&number| number != 0)
        .ok_or_else(|| {
            "one character of one byte, as ftok takes it, or its number: 65, 0x41, 01".into()
        })
}

/// An id as a person types it.
pub(crate) fn id(id: u8) -> String {
    match id.is_ascii_graphic() {
        true => char::from(id).into(),
        false => format!("{id:#04x}"),
    }
}

/// As data sheets and device trees write it, or as people do.
pub(super) fn key(text: &str) -> Result<Key, String> {
    text.parse().map_err(|error: key::Error| hints::of(&error))
}

pub(super) fn number(text: &str) -> Result<u64, String> {
    let number = match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(digits) => u64::from_str_radix(digits, 16),
        None => text.parse(),
    };
    number.map_err(|error| format!("{error}; write decimal, or hexadecimal as 0x8000"))
}

pub(super) fn length(text: &str) -> Result<usize, String> {
    usize::try_from(number(text)?).map_err(|error| error.to_string())
}

pub(super) fn octal(text: &str) -> Result<u32, String> {
    let mode = u32::from_str_radix(text.trim_start_matches("0o"), 8);
    let mode = mode.ok().filter(|&mode| mode <= 0o777);
    let mode = mode.ok_or("permission bits in octal, as 0600")?;
    match mode & 0o600 {
        0o600 => Ok(mode),
        _ => Err(format!(
            "you must be able to read and write it: use {:04o}",
            mode | 0o600
        )),
    }
}
