//! What can be typed about where a channel is, and what the environment says where nothing is typed.

use std::env;
use std::path::{Path, PathBuf};

use clap::Args;
use clap::builder::{OsStringValueParser, TypedValueParser};
use clap_complete::engine::ArgValueCompleter;
use ramframe_core::geometry::Name;

use crate::cli::candidates;
use crate::file::Window;
use crate::location::Location;
use crate::sysv::key::Key;

use super::headings::LOCATION;
use super::values::{id, key, name, one_byte, size};

/// What a key is made from unless told otherwise. The help says it too.
pub(crate) const DEFAULT_PATH: &str = ".";
pub(crate) const DEFAULT_ID: u8 = b'S';

/// The variables that name a channel where nothing is typed that does.
const NAME: &str = "RAMFRAME_NAME";
const KEY: &str = "RAMFRAME_KEY";

/// A key that cannot be had, in words.
pub(super) type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// Which segment.
#[derive(Args, Clone, Debug)]
pub(crate) struct KeyArgs {
    /// Name of the channel [env: RAMFRAME_NAME]
    ///
    /// At most 24 bytes. Both sides give the same name; the folder does not matter. The key of the segment is made from the name.
    /// Two names can have the same key. The name is in the segment too, so a channel of another name is refused.
    #[arg(long, value_name = "NAME", value_parser = name, conflicts_with_all = ["key", "path", "id"], add = ArgValueCompleter::new(candidates::names), help_heading = LOCATION)]
    name: Option<Name>,
    /// Segment key, as `ipcs -m` shows it [env: RAMFRAME_KEY]
    #[arg(long, short, value_name = "KEY", value_parser = key, conflicts_with_all = ["path", "id"], add = ArgValueCompleter::new(candidates::keys), help_heading = LOCATION)]
    key: Option<Key>,
    #[command(flatten)]
    file: FileArgs,
}

/// The file that a key is made from.
#[derive(Args, Clone, Debug, Default)]
pub(super) struct FileArgs {
    /// File or folder that the key is made from, by ftok [default: .]
    #[arg(long, value_name = "PATH", hide_short_help = true, help_heading = LOCATION)]
    path: Option<PathBuf>,
    /// Character that the key is made from [default: S]
    ///
    /// Or its number: 65 or 0x41, as in `ftok(path, 65)`. A single digit is a character, so write the number 1 as 01.
    #[arg(long, value_name = "CHAR", value_parser = OsStringValueParser::new().try_map(one_byte), hide_short_help = true, help_heading = LOCATION)]
    id: Option<u8>,
}

impl FileArgs {
    fn is_given(&self) -> bool {
        self.path.is_some() || self.id.is_some()
    }

    fn key(&self) -> Result<Key> {
        Ok(Key::of_path(self.path(), self.id())?)
    }

    fn path(&self) -> &Path {
        self.path.as_deref().unwrap_or(Path::new(DEFAULT_PATH))
    }

    fn id(&self) -> u8 {
        self.id.unwrap_or(DEFAULT_ID)
    }
}

impl KeyArgs {
    /// What names one channel.
    pub(super) fn of(name: Option<Name>, key: Option<Key>, file: FileArgs) -> Self {
        Self { name, key, file }
    }

    /// The key: what was typed, or else what the environment names, or else the tutorial's.
    pub(crate) fn key(&self) -> Result<Key> {
        if let Some(name) = self.name.filter(|name| !name.is_empty()) {
            return Ok(Key::of_name(name));
        }
        if let Some(key) = self.key {
            return Ok(key);
        }
        match self.file.is_given() {
            true => self.file.key(),
            false => named().unwrap_or_else(|| self.file.key()),
        }
    }

    /// Whether one was named, here or by the environment, or else all may be meant.
    pub(crate) fn is_given(&self) -> bool {
        let typed = self.name.is_some() || self.key.is_some() || self.file.is_given();
        typed || named().is_some()
    }

    /// The key, and where it comes from, for a person.
    pub(crate) fn describe(&self, key: Key) -> String {
        match self.file.key() {
            Ok(made) if key.tag() != 0 && made == key => {
                let (path, id) = (self.file.path().display(), id(self.file.id()));
                format!("key {key} (path {path}, id {id})")
            }
            _ => format!("{key:#}"),
        }
    }
}

/// What the environment names. A variable that is empty names nothing.
fn named() -> Option<Result<Key>> {
    let of = |variable| env::var_os(variable).filter(|value| !value.is_empty());
    let parsed = |variable: &str, value: std::ffi::OsString| {
        let value = value.to_string_lossy();
        let found = match variable {
            NAME => name(&value).map(Key::of_name),
            _ => key(&value),
        };
        found.map_err(|error| format!("{variable}={value}: {error}").into())
    };
    let name = of(NAME).map(|value| parsed(NAME, value));
    name.or_else(|| of(KEY).map(|value| parsed(KEY, value)))
}

/// Which segment, or which part of a file.
#[derive(Args, Clone, Debug)]
pub(crate) struct LocationArgs {
    #[command(flatten)]
    pub(crate) key: KeyArgs,
    #[command(flatten)]
    window: WindowArgs,
}

/// Which part of a file.
#[derive(Args, Clone, Debug)]
pub(super) struct WindowArgs {
    /// File that holds the channel, in place of a segment
    ///
    /// The file may be a UIO device, /dev/mem, or the RAM of an emulator. Neither side can wake the other there, so both poll. The
    /// first message after a pause comes up to 2 ms late, and waiting takes 1 to 2 % of a core.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["name", "key", "path", "id"], hide_short_help = true, help_heading = LOCATION)]
    map: Option<PathBuf>,
    /// Where in the file the channel begins, a multiple of 64
    #[arg(long, value_name = "SIZE", default_value = "0", requires = "map", value_parser = size, hide_short_help = true, help_heading = LOCATION)]
    offset: u64,
    /// Which map of a UIO device, as /sys/class/uio/*/maps numbers them
    #[arg(long, value_name = "NUMBER", default_value = "0", requires = "map", hide_short_help = true, help_heading = LOCATION)]
    uio_map: u32,
}

impl LocationArgs {
    pub(super) fn of(key: KeyArgs, window: WindowArgs) -> Self {
        Self { key, window }
    }

    /// Whether it is a part of a file.
    pub(crate) fn is_map(&self) -> bool {
        self.window.map.is_some()
    }

    /// Whether one was named, or else all may be meant.
    pub(crate) fn is_given(&self) -> bool {
        self.is_map() || self.key.is_given()
    }

    /// The place; `size` is that of the part of the file.
    pub(crate) fn location(&self, size: Option<usize>) -> Result<Location> {
        let Some(path) = &self.window.map else {
            return self.key.key().map(Location::Key);
        };
        Ok(Location::Map(Window {
            path: path.clone(),
            offset: self.window.offset,
            size,
            uio_map: self.window.uio_map,
        }))
    }

    /// The place, and where it comes from, for a person.
    pub(crate) fn describe(&self, location: &Location) -> String {
        match location {
            Location::Key(key) => self.key.describe(*key),
            Location::Map(_) => location.to_string(),
        }
    }
}
