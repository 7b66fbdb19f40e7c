//! One program of each kind on one channel: one sends, and each of the others receives everything, or knows what it missed.

use crate::dying::text;
use crate::kinds::{KINDS, Kind};
use crate::processes::Running;
use crate::{Both, Heard, a_message};

const COUNT: u64 = 10_000;

#[test]
fn each_gets_what_c_sends() {
    from(Kind::C);
}

#[test]
fn each_gets_what_the_library_sends() {
    from(Kind::Library);
}

#[test]
fn each_gets_what_host_sends() {
    from(Kind::Host);
}

fn from(kind: Kind) {
    for receivers in [2, 0] {
        let Some(both) = Both::compiled() else { return };
        let mut sender = both.sender_of(kind, receivers);
        let others = KINDS.into_iter().filter(|&other| other != kind);
        // C takes the last seat, so that it is out of the others' way.
        let mut heard: Vec<_> = others
            .map(|other| (other, both.receiver_of(other, 1), 0))
            .collect();
        // Until all are there, so that an overwrite channel cannot be gone before one of them came.
        sender.feed(&kind.input((0..1).map(text)));
        for (other, receiver, next) in &mut heard {
            hear(*other, receiver, next, 1);
        }
        sender.feed(&kind.input((1..COUNT).map(text)));
        for (other, receiver, next) in &mut heard {
            let missed = hear(*other, receiver, next, COUNT);
            assert!(receivers == 0 || missed == 0, "{other:?} missed {missed}");
        }
        assert_eq!(sender.end().code, Some(0));
    }
}

/// Receives until all before `end` were received, or missed; returns how many were missed.
fn hear(kind: Kind, receiver: &mut Running, next: &mut u64, end: u64) -> u64 {
    let mut missed = 0;
    while *next < end {
        match kind.heard(&receiver.line()) {
            Heard::Lagged(count) => {
                missed += count;
                *next += count;
            }
            Heard::Other(what) => panic!("{kind:?}: {what}"),
            message => {
                assert_eq!(message, a_message(*next, &text(*next)), "{kind:?}");
                *next += 1;
            }
        }
    }
    missed
}
