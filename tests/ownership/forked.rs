//! A process that was forked from an end of a channel, and one that becomes another program: neither is that end.

use std::os::unix::process::CommandExt;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::{ForkResult, fork};
use ramframe_core::channel::Start;
use ramframe_host::file::{Map, Window};
use ramframe_host::locks::Locks;
use ramframe_host::receiver::{Event, Receiver};
use ramframe_host::sender::{ChannelOptions, Sender};
use ramframe_host::trust::Trust;

use crate::scratch::{LIMIT, Peer, Scratch, given_key, say, told_to_end};

const FORKS: u32 = 300;

/// What `ask` answers in a child.
#[allow(unsafe_code)]
fn in_a_child(ask: impl FnOnce() -> bool) -> bool {
    // SAFETY: the child does nothing but `ask`, which uses the library: it waits for no lock of another thread, nor does an
    // allocation, whose locks glibc takes for the time of a fork.
    match unsafe { fork() }.unwrap() {
        ForkResult::Child => std::process::exit(i32::from(ask())),
        ForkResult::Parent { child } => {
            // A child that hangs does not outlive the test.
            let begun = Instant::now();
            loop {
                match waitpid(child, Some(WaitPidFlag::WNOHANG)).unwrap() {
                    WaitStatus::StillAlive if begun.elapsed() < LIMIT => {
                        thread::sleep(Duration::from_micros(200));
                    }
                    WaitStatus::StillAlive => kill(child, Signal::SIGKILL).unwrap(),
                    ended => return ended == WaitStatus::Exited(child, 1),
                }
            }
        }
    }
}

#[test]
fn a_child_owns_nothing() {
    let scratch = Scratch::new();
    let mut peer = Peer::start("forked::forks", scratch.key);
    for _ in 0..8 {
        assert_eq!(peer.hear(), "as it should");
    }
    peer.end();
}

#[test]
#[ignore = "a role, run by the test above"]
fn forks() {
    let Some(key) = given_key() else { return };
    let trust = Trust::current_user();
    let judge = |what: &str, right: bool| say(if right { "as it should" } else { what });
    let mut sender = Sender::open(key, &ChannelOptions::backpressure(1), &trust).unwrap();
    let mut receiver = Receiver::open(key, Start::Oldest, &trust).unwrap();
    judge("it sends", !in_a_child(|| sender.try_send(b"two").is_ok()));
    judge(
        "it goes on",
        !in_a_child(|| sender.is_current() || sender.regain().is_ok()),
    );
    sender.try_send(b"one").unwrap();
    let mut buffer = [0; 48];
    judge(
        "it receives",
        !in_a_child(|| receiver.try_recv(&mut buffer).is_ok()),
    );
    judge("it has a seat", in_a_child(|| receiver.is_lost()));
    let (mut mine, mut theirs) = (Some(sender), Some(receiver));
    in_a_child(|| {
        theirs.take().unwrap().detach();
        mine.take().unwrap().close().is_ok()
    });
    let (mut sender, mut receiver) = (mine.unwrap(), theirs.unwrap());
    judge(
        "it has closed",
        sender.is_current() && !sender.has_detached(0),
    );
    judge(
        "it has taken",
        receiver.try_recv(&mut buffer).is_ok_and(
            |event| matches!(event, Event::Message(message) if message.payload == b"one"),
        ),
    );
    judge("its parent cannot go on", sender.try_send(b"two").is_ok());
    let file = tempfile::NamedTempFile::new().unwrap();
    file.as_file().set_len(4096).unwrap();
    let window = Window {
        path: file.path().into(),
        offset: 0,
        size: None,
        uio_map: 0,
    };
    let lock = Map::<ramframe_host::sysv::segment::ReadWrite>::open(&window, &trust)
        .unwrap()
        .locks(0)
        .try_sender()
        .unwrap();
    judge(
        "it has the map",
        lock.is_held() && !in_a_child(|| lock.is_held()),
    );
    receiver.detach();
    sender.close().unwrap();
    told_to_end();
}

#[test]
fn a_child_waits_for_no_lock_of_a_thread_that_it_does_not_have() {
    let scratch = Scratch::new();
    let mut peer = Peer::start("forked::forks_beside_a_thread", scratch.key);
    assert_eq!(peer.hear(), "as it should");
    peer.end();
}

/// Forks while another thread opens and closes ends, and so holds the locks of the library again and again.
#[test]
#[ignore = "a role, run by the test above"]
fn forks_beside_a_thread() {
    let Some(key) = given_key() else { return };
    let trust = Trust::current_user();
    let receive = || Receiver::open(key, Start::Oldest, &trust).map(Receiver::detach);
    let sender = Sender::open(key, &ChannelOptions::backpressure(2), &trust).unwrap();
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                receive().unwrap();
            }
        });
        // The parent's thread has one seat, and a child the other.
        let right = (0..FORKS).all(|_| in_a_child(|| receive().is_ok()));
        done.store(true, Ordering::Relaxed);
        say(if right {
            "as it should"
        } else {
            "it found no seat"
        });
    });
    sender.close().unwrap();
    told_to_end();
}

#[test]
fn a_program_takes_over_the_locks_of_the_process_that_became_it() {
    let scratch = Scratch::new();
    let peer = Peer::start("forked::becomes_another_program", scratch.key);
    peer.end();
    let locks = Locks::open(scratch.key, &Trust::current_user()).unwrap();
    assert_eq!(locks.sender().unwrap(), None);
}

#[test]
#[ignore = "a role, run by the test above"]
fn becomes_another_program() {
    let Some(key) = given_key() else { return };
    let sender = Sender::open(key, &ChannelOptions::overwrite(), &Trust::current_user()).unwrap();
    std::mem::forget(sender);
    let key = key.to_string();
    let send = ["send", "--key", &key, "--count", "1", "--keep"];
    let error = Command::new(env!("CARGO_BIN_EXE_host")).args(send).exec();
    panic!("{error}");
}
