//! Does sending to nobody asleep, and receiving what is there, make no system call? A million of each under seccomp's strict
//! mode, in which the kernel kills whoever makes one.
//!
//! That mode takes the processor's clock away too, so senders that ring unasked, now and then, are not for it.

#[allow(
    dead_code,
    reason = "several tests share this file, and not each uses all of it"
)]
#[path = "../own_key/mod.rs"]
mod own_key;
mod strict;
#[path = "../support/mod.rs"]
mod support;

use std::env;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, ExitCode, ExitStatus};
use std::sync::Arc;

use crate::support::FlatMessage;
use own_key::OwnKey;
use ramframe_core::channel::{Channel, Start};
use ramframe_core::geometry::Geometry;
use ramframe_core::wait::{Spin, Wait};
use ramframe_host::shared::SharedMemory;
use ramframe_host::sysv::segment::Segment;
use ramframe_host::wait::OnRequest;
use tempfile::NamedTempFile;

const MESSAGES: u32 = 1_000_000;

/// What a process of its own does in strict mode, and whether it outlives it.
const ROLES: [(&str, fn() -> !, bool); 4] = [
    (
        "a spinning backpressure channel",
        backpressure::<Spin>,
        true,
    ),
    (
        "a backpressure channel that would wake a sleeper",
        backpressure::<OnRequest>,
        true,
    ),
    ("an overwrite channel", overwrite, true),
    ("a planted system call", planted, false),
];

/// Set in the second process.
const ROLE: &str = "RAMFRAME_SILENT_ROLE";

/// Not libtest's: strict mode is a thread's, and only the last thread's end is the process's.
fn main() -> ExitCode {
    let named = env::var(ROLE).ok();
    if let Some((_, role, _)) = ROLES
        .iter()
        .find(|(name, ..)| named.as_deref() == Some(*name))
    {
        role();
    }
    let mut failed = 0;
    for (name, _, lives) in ROLES {
        let status = run(name);
        let good = if lives {
            status.success()
        } else {
            status.signal() == Some(libc::SIGKILL)
        };
        println!("test {name} ... {}", if good { "ok" } else { "FAILED" });
        failed += usize::from(!good);
    }
    println!("{} passed, {failed} failed", ROLES.len() - failed);
    ExitCode::from(u8::from(failed > 0))
}

fn run(role: &str) -> ExitStatus {
    let mut command = Command::new("/proc/self/exe");
    command.env(ROLE, role).status().expect("this program runs")
}

/// One side's memory, and the other's.
fn memory(geometry: Geometry) -> [SharedMemory; 2] {
    let own = OwnKey::of(|| NamedTempFile::new().unwrap());
    let segment = Segment::create(own.key, geometry.size() as usize, 0o600).unwrap();
    let segment = Arc::new(segment);
    let memory = [(); 2].map(|()| segment.shared());
    geometry.format(&memory[0], 0).unwrap();
    memory
}

/// Sends and receives in strict mode.
fn backpressure<W: Wait + Default>() -> ! {
    let [out, into] = memory(Geometry::backpressure(64, 48, 1));
    let mut sender = Channel::backpressure(out)
        .with_wait(W::default())
        .sender()
        .unwrap();
    let mut receiver = Channel::backpressure(into)
        .with_wait(W::default())
        .receiver(0)
        .unwrap();
    let mut buffer = [0; 48];
    strict::enter();
    for _ in 0..MESSAGES {
        let good =
            sender.try_send(&[7; 48]).is_ok() && receiver.try_recv(&mut buffer).header().is_ok();
        if !good {
            strict::end(1);
        }
    }
    strict::end(0)
}

fn overwrite() -> ! {
    let [out, into] = memory(Geometry::overwrite(64, 48));
    let mut sender = Channel::overwrite(out).sender().unwrap();
    let mut receiver = Channel::overwrite(into).receiver(Start::Oldest).unwrap();
    let mut buffer = [0; 48];
    strict::enter();
    for _ in 0..MESSAGES {
        let good = sender.try_send(&[7; 48]).is_ok()
            && receiver.try_recv(&mut buffer).header().is_ok()
            && receiver.latest(&mut buffer).header().is_ok();
        if !good {
            strict::end(1);
        }
    }
    strict::end(0)
}

fn planted() -> ! {
    strict::enter();
    strict::yield_now();
    strict::end(0)
}
