//! `Select` where the kernel has no `futex_waitv`.

use std::thread;
use std::time::Duration;

use ramframe_host::select::Select;

use crate::no_waitv::refuse_the_call;
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
