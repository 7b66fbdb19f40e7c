//! What can be typed about where a channel is.

use std::path::PathBuf;

use clap::Args;
use clap::builder::{OsStringValueParser, TypedValueParser};

use crate::file::Window;
use crate::location::Location;
use crate::sysv::key::{self, Key};

use super::values::{id, key, number, one_byte};

/// What a key is made from unless told otherwise. The help says it too.
pub(crate) const DEFAULT_PATH: &str = ".";
pub(crate) const DEFAULT_ID: u8 = b'S';

/// Which segment.
#[derive(Args, Clone, Debug)]
pub(crate) struct KeyArgs {
    /// Key of the segment, as `ipcs -m` prints it
    #[arg(long, value_name = "0x...", value_parser = key, conflicts_with_all = ["path", "id"])]
    pub(crate) key: Option<Key>,
    /// File or folder that the key is made from, as ftok does
    #[arg(long, value_name = "P", default_value = DEFAULT_PATH)]
    pub(crate) path: PathBuf,
    /// Character that the key is made from; or its number, as in `ftok(path, 65)`: 65, 0x41, 01
    #[arg(long, value_name = "C", default_value = "S", value_parser = OsStringValueParser::new().try_map(one_byte))]
    pub(crate) id: u8,
}

impl KeyArgs {
    pub(crate) fn key(&self) -> Result<Key, key::Error> {
        self.key
            .map_or_else(|| Key::of_path(&self.path, self.id), Ok)
    }

    /// The key, and where it comes from, for a person.
    pub(crate) fn describe(&self, key: Key) -> String {
        match self.key {
            Some(_) => format!("key {key}"),
            None => format!(
                "key {key} (path {}, id {})",
                self.path.display(),
                id(self.id)
            ),
        }
    }
}

/// Which segment, or which part of a file.
#[derive(Args, Clone, Debug)]
pub(crate) struct LocationArgs {
    #[command(flatten)]
    pub(crate) key: KeyArgs,
    /// A mapped file instead of a segment: a UIO device, /dev/mem, the file that is an emulator's RAM. Polled: a message
    /// after a silence is up to 2 ms late, and idle costs 1 to 2 % of a core
    #[arg(long, value_name = "FILE", conflicts_with_all = ["key", "path", "id"])]
    pub(crate) map: Option<PathBuf>,
    /// Where in the file the channel begins, decimal or 0x...; a multiple of 64
    #[arg(long, value_name = "N", default_value = "0", requires = "map", value_parser = number)]
    pub(crate) offset: u64,
    /// Which map of a UIO device, as /sys/class/uio/*/maps numbers them
    #[arg(long, value_name = "N", default_value = "0", requires = "map")]
    pub(crate) uio_map: u32,
}

impl LocationArgs {
    /// The place; `size` is that of the part of the file.
    pub(crate) fn location(&self, size: Option<usize>) -> Result<Location, key::Error> {
        let Some(path) = &self.map else {
            return self.key.key().map(Location::Key);
        };
        Ok(Location::Map(Window {
            path: path.clone(),
            offset: self.offset,
            size,
            uio_map: self.uio_map,
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
