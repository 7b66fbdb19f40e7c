//! Which System V objects this machine holds, in this process's IPC namespace.
//!
//! Read from `/proc/sysvipc`, which tells everyone of everything: also who owns what one may not open.

use std::fs;
use std::io;
use std::str::FromStr;

use crate::locks::mark;
use crate::sysv::key::Key;

use crate::sysv::stat::{Owner, Stat};

const SEGMENTS: &str = "/proc/sysvipc/shm";
const SEMAPHORES: &str = "/proc/sysvipc/sem";

/// All segments, whoever owns them.
///
/// # Errors
/// What reading `/proc/sysvipc/shm` gave: there is no such file where `/proc` is not mounted.
pub fn segments() -> io::Result<Vec<Stat>> {
    Ok(parse(&table(SEGMENTS)?))
}

/// The segments beside whose key there are locks of ours. No other one holds a channel, and those of other programs are
/// better not attached: some count their users, or are watched for them.
///
/// # Errors
/// As [`segments`], of `/proc/sysvipc/sem` too.
pub fn channels() -> io::Result<Vec<Stat>> {
    let mut channels = segments()?;
    let locks = table(SEMAPHORES)?;
    let locked: Vec<Key> = rows(&locks).filter_map(|row| row.locks()).collect();
    channels.retain(|stat| stat.key.is_some_and(|key| locked.contains(&key)));
    Ok(channels)
}

/// What the kernel lists in `path`, which an error names.
fn table(path: &str) -> io::Result<String> {
    let named = |error: io::Error| io::Error::new(error.kind(), format!("{path}: {error}"));
    fs::read_to_string(path).map_err(named)
}

/// The segments in a table like `/proc/sysvipc/shm`. Columns are found by their heads; a line without the essential ones is left
/// out, and what else is missing is 0.
pub fn parse(table: &str) -> Vec<Stat> {
    rows(table).filter_map(|row| row.segment()).collect()
}

/// Whose the set of semaphores `id` is, without leave to open it.
pub(crate) fn semaphore_owner(id: i32) -> Option<Owner> {
    let table = table(SEMAPHORES).ok()?;
    let row = rows(&table).find(|row| row.number("semid") == Some(id));
    row?.owner()
}

struct Row<'t> {
    heads: &'t str,
    line: &'t str,
}

fn rows(table: &str) -> impl Iterator<Item = Row<'_>> {
    let (heads, lines) = table.split_once('\n').unwrap_or_default();
    lines.lines().map(move |line| Row { heads, line })
}

impl Row<'_> {
    fn cell(&self, head: &str) -> Option<&str> {
        let column = self
            .heads
            .split_whitespace()
            .position(|name| name == head)?;
        self.line.split_whitespace().nth(column)
    }

    fn number<N: FromStr>(&self, head: &str) -> Option<N> {
        self.cell(head)?.parse().ok()
    }

    fn owner(&self) -> Option<Owner> {
        Some(Owner {
            uid: self.number("uid")?,
            cuid: self.number("cuid")?,
            mode: u32::from_str_radix(self.cell("perms")?, 8).ok()?,
        })
    }

    /// The key, if it is a set of our locks.
    fn locks(&self) -> Option<Key> {
        mark::is_marked(self.owner()?).then_some(())?;
        Key::new(self.number("key")?).ok()
    }

    fn segment(&self) -> Option<Stat> {
        Some(Stat {
            id: self.number("shmid")?,
            key: Key::new(self.number("key")?).ok(),
            size: self.number("size")?,
            owner: self.owner()?,
            creator_pid: self.number("cpid").unwrap_or(0),
            last_pid: self.number("lpid").unwrap_or(0),
            attached: self.number("nattch").unwrap_or(0),
        })
    }
}
