//! Is there one sender and one receiver a seat, and is a lock free however its holder ends?

mod dead;
#[path = "../segment/scratch.rs"]
mod scratch;
mod texts;

use std::thread;

use ramframe_host::cli::hints;
use ramframe_host::error::{Error, Kind};
use ramframe_host::locks::{Held, Locks};
use ramframe_host::trust::{Trust, TrustError};

use crate::scratch::{NOBODY, Peer, Scratch, given_key, is_root, say, told_to_end};

/// The first receiver slot that is free.
fn take_any(locks: &Locks) -> Result<(u32, Held), Error> {
    locks.take_receiver_of(0..locks.receivers())
}

fn open(scratch: &Scratch, receivers: u32) -> Result<Locks, Error> {
    Locks::open_or_create(scratch.key, receivers, 0o600, &Trust::current_user())
}

fn me() -> i32 {
    i32::try_from(std::process::id()).unwrap()
}

#[test]
fn one_sender_at_a_time() {
    let scratch = Scratch::new();
    let locks = open(&scratch, 0).unwrap();
    assert_eq!(locks.sender().unwrap(), None);
    let lock = locks.try_sender().unwrap();
    assert!(lock.is_held());
    assert_eq!(locks.sender().unwrap(), Some(me()));
    let error = open(&scratch, 0).unwrap().try_sender().unwrap_err();
    assert_eq!(
        hints::of(&error),
        format!(
            "process {} already sends on key {}; stop it, or use another `--id`",
            me(),
            scratch.key
        )
    );
    drop(lock);
    locks.try_sender().unwrap();
}

#[test]
fn seats_are_taken_one_by_one() {
    let scratch = Scratch::new();
    let locks = open(&scratch, 3).unwrap();
    let middle = locks.try_receiver(1).unwrap();
    assert_eq!(locks.receiver_pid(1).unwrap(), Some(me()));
    let error = locks.try_receiver(1).unwrap_err();
    assert!(matches!(error.kind, Kind::ReceiverHeld { receiver: 1, pid } if pid == me()));
    let others = [take_any(&locks).unwrap(), take_any(&locks).unwrap()];
    assert_eq!(others.each_ref().map(|(receiver, _)| *receiver), [0, 2]);
    let error = take_any(&locks).unwrap_err();
    assert!(matches!(error.kind, Kind::NoFreeReceiver(3)));
    let error = locks.try_receiver(3).unwrap_err();
    assert!(matches!(error.kind, Kind::NoSuchReceiver { .. }));
    drop(middle);
    assert_eq!(locks.receiver_pid(1).unwrap(), None);
    assert_eq!(take_any(&locks).unwrap().0, 1);
    locks.try_sender().unwrap();
}

#[test]
fn a_killed_holder_holds_nothing() {
    let scratch = Scratch::new();
    let mut peer = Peer::start("holds", scratch.key);
    assert_eq!(peer.hear(), "held");
    let locks = open(&scratch, 2).unwrap();
    let pid = i32::try_from(peer.child.id()).unwrap();
    let error = locks.try_sender().unwrap_err();
    assert!(matches!(error.kind, Kind::SenderHeld(held) if held == pid));
    assert_eq!(locks.receiver_pid(0).unwrap(), Some(pid));
    peer.child.kill().unwrap();
    peer.child.wait().unwrap();
    // Whoever has learned of the death finds the locks free: the kernel undoes first.
    let _sender = locks.try_sender().unwrap();
    assert_eq!(take_any(&locks).unwrap().0, 0);
}

#[test]
#[ignore = "a role, run by the test above"]
fn holds() {
    let Some(key) = given_key() else { return };
    let locks = Locks::open_or_create(key, 2, 0o600, &Trust::current_user()).unwrap();
    let _held = (locks.try_sender().unwrap(), locks.try_receiver(0).unwrap());
    say("held");
    told_to_end();
}

#[test]
fn of_many_processes_one_sends() {
    let scratch = Scratch::new();
    let mut peers = [(); 4].map(|()| Peer::start("vies", scratch.key));
    let said = peers.each_mut().map(Peer::hear);
    assert_eq!(
        said.iter().filter(|said| *said == "sender").count(),
        1,
        "{said:?}"
    );
    peers.into_iter().for_each(Peer::end);
    let locks = Locks::open(scratch.key, &Trust::current_user()).unwrap();
    assert_eq!((locks.receivers(), locks.sender().unwrap()), (1, None));
}

#[test]
#[ignore = "a role, run by the test above"]
fn vies() {
    let Some(key) = given_key() else { return };
    let locks = Locks::open_or_create(key, 1, 0o600, &Trust::current_user()).unwrap();
    let lock = locks.try_sender();
    say(if lock.is_ok() { "sender" } else { "late" });
    told_to_end();
}

#[test]
fn all_open_one_set() {
    let scratch = Scratch::new();
    let sets: Vec<_> = thread::scope(|scope| {
        let openers = [(); 8].map(|()| scope.spawn(|| open(&scratch, 2).unwrap()));
        openers
            .into_iter()
            .map(|opener| opener.join().unwrap())
            .collect()
    });
    assert!(sets.iter().all(|set| set.id() == sets[0].id()));
}

#[test]
fn a_removed_set_is_noticed_and_opened_anew() {
    let scratch = Scratch::new();
    let old = open(&scratch, 1).unwrap();
    let lock = old.try_sender().unwrap();
    old.remove().unwrap();
    assert!(!lock.is_held());
    let errors = [
        old.try_receiver(0).unwrap_err(),
        old.sender().unwrap_err(),
        old.remove().unwrap_err(),
    ];
    for error in errors {
        assert!(matches!(error.kind, Kind::Removed), "{error}");
    }
    let error = Locks::open(scratch.key, &Trust::current_user()).unwrap_err();
    assert!(matches!(error.kind, Kind::Absent), "{error}");
    let new = open(&scratch, 1).unwrap();
    let _mine = new.try_sender().unwrap();
    drop(lock);
    assert!(
        new.try_sender().is_err(),
        "an old guard has given back a new lock"
    );
}

#[test]
fn a_set_for_other_receivers_is_refused() {
    let scratch = Scratch::new();
    open(&scratch, 1).unwrap();
    let error = open(&scratch, 4).unwrap_err();
    assert_eq!(
        hints::of(&error),
        format!(
            "the set of semaphores of key {key} is made for 1 receivers, not 4; \
         remove it with `host rm --key {key}`, or use another `--id`",
            key = scratch.key
        )
    );
}

#[test]
fn another_users_set_is_refused() {
    if !is_root() {
        return;
    }
    let scratch = Scratch::new();
    let mut peer = Peer::start_as_nobody("holds", scratch.key);
    assert_eq!(peer.hear(), "held");
    let error = open(&scratch, 2).unwrap_err();
    assert!(matches!(
        error.kind,
        Kind::Untrusted(TrustError::Foreign { uid: NOBODY, .. })
    ));
    assert!(
        hints::of(&error).contains("`--trust-uid nobody`"),
        "{error}"
    );
    let trust = Trust::current_user().allow_uid(NOBODY);
    let theirs = Locks::open_or_create(scratch.key, 2, 0o600, &trust).unwrap();
    assert!(theirs.sender().unwrap().is_some());
    peer.end();
}

#[test]
fn a_closed_set_says_whose_it_is() {
    if !is_root() {
        return;
    }
    let scratch = Scratch::new();
    let locks = open(&scratch, 1).unwrap();
    let mut peer = Peer::start_as_nobody("tries", scratch.key);
    let said = peer.hear();
    assert!(
        said.contains("belongs to uid 0, mode 0600, and you, uid 65534, may not open it"),
        "{said}"
    );
    assert_eq!(
        peer.hear(),
        format!(
            "the set of semaphores of key {} is not yours to remove; \
         see whose with `ipcs -s`, or use another `--key`",
            scratch.key
        )
    );
    peer.end();
    locks.try_sender().unwrap();
}

#[test]
#[ignore = "a role, run as another user by the test above"]
fn tries() {
    let Some(key) = given_key() else { return };
    let opened = Locks::open_or_create(key, 1, 0o600, &Trust::current_user());
    say(&hints::of(&opened.unwrap_err()));
    say(&hints::of(&ramframe_host::locks::remove(key).unwrap_err()));
    told_to_end();
}
