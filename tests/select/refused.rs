//! A kernel that has no `futex_waitv`: Linux before 5.16, or a filter of system calls.

use std::collections::BTreeMap;
use std::thread;
use std::time::Duration;

use ramframe_host::select::Select;
use rustix::io::Errno;
use rustix::thread::futex;
use rustix::time::ClockId;
use seccompiler::{BpfProgram, SeccompAction, SeccompFilter, apply_filter};

use crate::scratch::{Peer, Scratch, given_key, say};
use crate::{backpressure, number, overwrite, pair};

/// In a process of its own, because what the kernel refused once is not asked again.
#[test]
fn messages_come_without_the_call() {
    let scratch = Scratch::new();
    let mut peer = Peer::start("refused::without_the_call", scratch.key);
    assert_eq!(peer.hear(), "all came");
    peer.end();
}

/// As a kernel does that has never heard of the call. Threads that are started later inherit it.
fn refuse_the_call() {
    let rules = [(libc::SYS_futex_waitv, Vec::new())];
    let filter = SeccompFilter::new(
        BTreeMap::from(rules),
        SeccompAction::Allow,
        SeccompAction::Errno(libc::ENOSYS.unsigned_abs()),
        std::env::consts::ARCH.try_into().unwrap(),
    );
    let program: BpfProgram = filter.unwrap().try_into().unwrap();
    apply_filter(&program).unwrap();
    let waits = [futex::Wait::new()];
    let answer = futex::waitv(&waits, futex::WaitvFlags::empty(), None, ClockId::Monotonic);
    assert_eq!(answer, Err(Errno::NOSYS));
}

#[test]
#[ignore = "a role, run by the test above"]
fn without_the_call() {
    if given_key().is_none() {
        return;
    }
    refuse_the_call();
    // One word, several, and more than threads are needed for.
    for count in [1, 3, 130] {
        let scratches: Vec<_> = (0..count).map(|_| Scratch::new()).collect();
        let mut select = Select::new();
        let mut senders = Vec::new();
        for (index, scratch) in scratches.iter().enumerate() {
            let options = if index % 2 == 0 {
                backpressure()
            } else {
                overwrite(64)
            };
            let (sender, receiver) = pair(scratch.key, &options);
            senders.push((select.add(receiver), sender));
        }
        for round in 0..20_u32 {
            let at = round as usize * 7 % count;
            let (token, sender) = &mut senders[at];
            let token = *token;
            thread::scope(|scope| {
                scope.spawn(move || {
                    thread::sleep(Duration::from_millis(5));
                    sender.try_send(&round.to_le_bytes()).unwrap();
                });
                assert_eq!(number(&mut select), (token, round));
            });
        }
    }
    say("all came");
}
