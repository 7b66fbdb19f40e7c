//! Where a channel is, described for a person or a program.

use ramframe_core::region::Region;
use serde::Serialize;

use crate::file::Map;
use crate::sysv::segment::ReadOnly;
use crate::sysv::stat::{Owner, Stat};

use super::receiver::named;

/// The memory that a channel is in. A field is `None` where it belongs to the other kind.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Place {
    pub(crate) key: Option<String>,
    pub(crate) id: Option<i32>,
    pub(crate) map: Option<String>,
    pub(crate) offset: Option<u64>,
    pub(crate) bytes: u64,
    pub(crate) uid: u32,
    pub(crate) mode: String,
    pub(crate) attached: Option<u64>,
    creator_pid: Option<i32>,
}

impl Place {
    pub(crate) fn segment(stat: &Stat) -> Self {
        Self {
            key: stat.key.map(|key| key.to_string()),
            id: Some(stat.id),
            map: None,
            offset: None,
            bytes: stat.size as u64,
            uid: stat.owner.uid,
            mode: mode(stat.owner),
            attached: Some(stat.attached),
            creator_pid: named(stat.creator_pid),
        }
    }

    pub(crate) fn map(map: &Map<ReadOnly>) -> Self {
        Self {
            key: None,
            id: None,
            map: Some(map.window().path.to_string_lossy().into_owned()),
            offset: Some(map.window().offset),
            bytes: map.memory().len() as u64,
            uid: map.name().owner().uid,
            mode: mode(map.name().owner()),
            attached: None,
            creator_pid: None,
        }
    }
}

/// The permission bits, as people write them.
fn mode(owner: Owner) -> String {
    format!("{:04o}", owner.mode & 0o777)
}
