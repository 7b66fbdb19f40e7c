//! The values that options take: what a person types, and what it means.

use std::ffi::OsString;
use std::os::unix::ffi::OsStrExt;
use std::time::Duration;

use nix::unistd::User;
use ramframe_core::geometry::{Name, NameError};

use crate::cli::hints;
use crate::sysv::key::{self, Key};

/// One character is that character, a digit too; more are a number. 0 is left out, because ftok does not define it.
pub(super) fn one_byte(text: OsString) -> Result<u8, String> {
    if let [byte] = text.as_bytes() {
        return Ok(*byte);
    }
    let number = text.to_str().and_then(plain);
    number
        .and_then(|number| u8::try_from(number).ok())
        .filter(|&number| number != 0)
        .ok_or_else(|| "give one ASCII character, or its number from 1 to 255: 65, 0x41, 01".into())
}

/// An id as a person types it.
pub(crate) fn id(id: u8) -> String {
    match id.is_ascii_graphic() {
        true => char::from(id).into(),
        false => format!("{id:#04x}"),
    }
}

/// As `ipcs` prints it, or as people write it.
pub(super) fn key(text: &str) -> Result<Key, String> {
    text.parse().map_err(|error: key::Error| hints::of(&error))
}

pub(super) fn name(text: &str) -> Result<Name, String> {
    text.parse().map_err(|error: NameError| hints::of(&error))
}

/// Bytes, as data sheets and device trees write them, or as people do.
pub(crate) fn size(text: &str) -> Result<u64, String> {
    let (digits, unit) = split_unit(text);
    let size = plain(digits).and_then(|number| number.checked_mul(unit));
    size.ok_or_else(|| "write a size in bytes: 4096, 4K, 1M or 0x1000".into())
}

/// The digits, and how many bytes the letter behind them stands for.
fn split_unit(text: &str) -> (&str, u64) {
    let units = [('K', 1 << 10), ('M', 1 << 20), ('G', 1 << 30)].into_iter();
    let mut found = units.filter_map(|(letter, unit)| Some((text.strip_suffix(letter)?, unit)));
    found.next().unwrap_or((text, 1))
}

/// Decimal, or hexadecimal after `0x`. A sign is none of its digits.
fn plain(text: &str) -> Option<u64> {
    let hexadecimal = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"));
    let (digits, radix) = hexadecimal.map_or((text, 10), |digits| (digits, 16));
    let number = u64::from_str_radix(digits, radix).ok();
    number.filter(|_| !digits.starts_with('+'))
}

pub(super) fn length(text: &str) -> Result<usize, String> {
    usize::try_from(size(text)?).map_err(|error| error.to_string())
}

/// What a slot of 1 GiB holds beside its header.
pub(crate) const LARGEST_SLOT: u32 = (1 << 30) - 16;

pub(super) fn slot(text: &str) -> Result<u32, String> {
    let slot = u32::try_from(size(text)?).ok();
    let slot = slot.filter(|&slot| slot > 0 && slot <= LARGEST_SLOT);
    slot.ok_or_else(|| format!("from 1 to {LARGEST_SLOT} bytes"))
}

pub(crate) fn time(text: &str) -> Result<Duration, String> {
    humantime::parse_duration(text)
        .map_err(|error| format!("{error}; write it as 500ms, 2s, 1m 30s"))
}

/// A user by number or by name.
pub(super) fn user(text: &str) -> Result<u32, String> {
    if let Ok(uid) = text.parse() {
        return Ok(uid);
    }
    match User::from_name(text) {
        Ok(Some(user)) => Ok(user.uid.as_raw()),
        Ok(None) => Err("there is no such user; `getent passwd` lists users".into()),
        Err(error) => Err(format!("users cannot be looked up: {error}")),
    }
}

pub(super) fn octal(text: &str) -> Result<u32, String> {
    let mode = u32::from_str_radix(text.trim_start_matches("0o"), 8);
    let mode = mode.ok().filter(|&mode| mode <= 0o777);
    let mode = mode.ok_or("write permission bits in octal, such as 0600")?;
    match mode & 0o600 {
        0o600 => Ok(mode),
        _ => Err(format!(
            "its owner must be able to read and write the segment: use {:04o}",
            mode | 0o600
        )),
    }
}
