//! `host demo`: a receiver and a sender, as two processes on a key of their own.

use std::env;
use std::ffi::{OsStr, OsString};
use std::hash::{BuildHasher, RandomState};
use std::io;
use std::process::{Child, Command, ExitStatus};
use std::time::Duration;

use crate::sysv::key::{self, Key};
use crate::sysv::locks::{self, Locks};
use crate::sysv::segment;
use crate::sysv::stat::Stat;
use crate::trust::Trust;

use super::args::DemoArgs;
use super::exit::{Exit, Outcome};
use super::limits::Limits;
use super::output::Output;
use super::program::HOST;
use super::stderr::message;

/// In the place of the letter of a key: not the one that channels have by default, so that a demo meets none of these.
const ID: u8 = b'D';

/// Keys to try for one that is free.
const TRIES: usize = 16;

/// Between two looks whether one of the two has ended.
const LOOK: Duration = Duration::from_millis(20);

/// Runs both sides until the sender has sent its messages and the receiver has heard that it left.
pub(crate) fn run(args: &DemoArgs) -> Outcome {
    if args.count == 0 {
        return Ok(Exit::Done);
    }
    let limits = Limits::watch(None)?;
    refuse_unshown()?;
    let key = free_key()?;
    message!("two processes on key {key}: `{HOST} recv` prints what `{HOST} send` sends");
    let mut receiver = start(key, &["recv", "--until-close"])?;
    let sender = start(key, &sending(args)).inspect_err(|_| end(&mut receiver))?;
    Both {
        receiver,
        sender,
        key,
    }
    .run(&limits)
}

/// The receiver would refuse it too, and the sender would wait for it.
fn refuse_unshown() -> io::Result<()> {
    Output::open().map(drop)
}

/// A key on which nobody is. Of no file, because there may be no place for one. On a machine where all that are tried are
/// taken, the sender says why.
fn free_key() -> Result<Key, key::Error> {
    let mut found = Key::new(some_key());
    for _ in 1..TRIES {
        if found.as_ref().is_ok_and(|&key| is_free(key)) {
            break;
        }
        found = Key::new(some_key());
    }
    found
}

/// Another one each time.
fn some_key() -> i32 {
    let [low, middle, high, ..] = RandomState::new().hash_one(ID).to_le_bytes();
    i32::from_le_bytes([low, middle, high, ID])
}

fn is_free(key: Key) -> bool {
    let locks = Locks::open(key, &Trust::current_user());
    segment::find(key).is_err() && matches!(locks, Err(locks::Error::Absent { .. }))
}

fn sending(args: &DemoArgs) -> Vec<String> {
    let interval = humantime::format_duration(args.interval).to_string();
    let count = args.count.to_string();
    [
        "send",
        "--quiet",
        "--backpressure",
        "--count",
        &count,
        "--interval",
        &interval,
    ]
    .map(String::from)
    .to_vec()
}

fn start<S: AsRef<OsStr>>(key: Key, args: &[S]) -> Result<Child, String> {
    Command::new(this_program())
        .args(args)
        .args(["--key", &key.to_string()])
        .spawn()
        .map_err(|error| format!("a process of this program cannot be started: {error}"))
}

/// This program's file; where `/proc` is not there to tell, what it was started as.
fn this_program() -> OsString {
    let told = env::current_exe().map(OsString::from);
    told.unwrap_or_else(|_| env::args_os().next().unwrap_or_default())
}

fn end(child: &mut Child) {
    let _ = child.kill();
    let _ = child.wait();
}

struct Both {
    receiver: Child,
    sender: Child,
    key: Key,
}

impl Both {
    fn run(mut self, limits: &Limits) -> Outcome {
        let exit = self.watch(limits);
        self.end();
        exit
    }

    fn watch(&mut self, limits: &Limits) -> Outcome {
        Ok(loop {
            let sent = self.sender.try_wait()?;
            let received = self.receiver.try_wait()?;
            if let Some(exit) = limits.reached() {
                break exit;
            }
            match (sent, received) {
                (Some(sent), _) if !sent.success() => break Exit::Failed,
                (Some(_), Some(received)) => break done(received),
                // Nobody reads on (`| head -3`), so the sender would wait for ever.
                (None, Some(received)) => break done(received),
                (_, None) => limits.pause(LOOK),
            }
        })
    }

    /// Leaves nothing behind, whichever of the two was cut short.
    fn end(&mut self) {
        end(&mut self.sender);
        end(&mut self.receiver);
        clear(self.key, self.sender.id());
    }
}

/// Removes what process `sender`, which is dead, has left on `key`. It may have been cut short between its segment and its
/// semaphores.
fn clear(key: Key, sender: u32) {
    let segment = segment::find(key);
    let made = |stat: &Stat| u32::try_from(stat.creator_pid) == Ok(sender);
    let removed = match segment.map(segment::stat) {
        Ok(left) => left.is_ok_and(|left| made(&left) && segment::remove(left.id).is_ok()),
        Err(error) => matches!(error, segment::Error::Absent { .. }),
    };
    if removed {
        let _ = locks::remove_idle(key, &Trust::current_user());
    }
}

fn done(received: ExitStatus) -> Exit {
    match received.success() {
        true => Exit::Done,
        false => Exit::Failed,
    }
}

#[cfg(test)]
mod tests {
    use crate::sysv::locks::Locks;
    use crate::sysv::segment::Segment;
    use crate::trust::Trust;

    use super::{clear, free_key, is_free};

    #[test]
    fn what_a_sender_left_that_was_cut_short_is_removed() {
        let key = free_key().unwrap();
        for with_segment in [true, false] {
            Locks::open_or_create(key, 1, 0o600, &Trust::current_user()).unwrap();
            if with_segment {
                drop(Segment::create(key, 1024, 0o600).unwrap());
            }
            clear(key, std::process::id());
            assert!(is_free(key));
        }
    }

    #[test]
    fn what_another_process_made_is_left() {
        let key = free_key().unwrap();
        let locks = Locks::open_or_create(key, 1, 0o600, &Trust::current_user()).unwrap();
        let segment = Segment::create(key, 1024, 0o600).unwrap();
        clear(key, 1);
        segment.remove().unwrap();
        let lock = locks.try_sender().unwrap();
        clear(key, 1);
        drop(lock);
        locks.remove().unwrap();
    }
}
