//! What the next side finds when one dies between any two stores. Every place is tried, and whole histories are judged.

#[path = "../regions/aged.rs"]
mod aged;
#[path = "../regions/array.rs"]
mod array;
mod drops;
#[path = "../regions/dying.rs"]
mod dying;
mod formats;
mod history;
mod receivers;
#[path = "../regions/roles.rs"]
mod roles;
mod senders;
#[path = "../support/mod.rs"]
mod support;

#[test]
fn an_overwrite_sender_dies_at_every_store() {
    let crashes = senders::overwrite_dies(2, 0) + senders::overwrite_dies(4, 0);
    assert!(crashes > 100, "{crashes} crashes");
}

#[test]
fn a_backpressure_sender_dies_at_every_store() {
    let crashes = senders::backpressure_dies(2, 0) + senders::backpressure_dies(4, 0);
    assert!(crashes > 100, "{crashes} crashes");
}

#[test]
fn two_overwrite_senders_die_one_after_the_other() {
    let crashes = senders::two_overwrite_die(2, 0);
    assert!(crashes > 1000, "{crashes} crashes");
}

#[test]
fn two_backpressure_senders_die_one_after_the_other() {
    let crashes = senders::two_backpressure_die(2, 0);
    assert!(crashes > 1000, "{crashes} crashes");
}

#[test]
fn a_backpressure_receiver_dies_at_every_store() {
    let crashes = receivers::receiver_dies(2, 0) + receivers::receiver_dies(4, 0);
    assert!(crashes > 25, "{crashes} crashes");
}

#[test]
fn whoever_drops_for_a_dead_receiver_dies_at_every_store() {
    let crashes = drops::dropping_dies(0);
    assert!(crashes > 100, "{crashes} crashes");
}

#[test]
fn formatting_dies_at_every_store() {
    for overwrite in [true, false] {
        let crashes = formats::fresh_format_dies(overwrite) + formats::reformat_dies(overwrite);
        assert!(crashes > 100, "{crashes} crashes");
    }
}

/// Just below each place where a half of a stamp, the head, or what is taken runs over.
const WRAPS: [u64; 5] = [
    (1 << 31) - 3,
    (1 << 32) - 4,
    (1 << 32) - 2,
    (1 << 33) - 3,
    ramframe_core::frame::Stamp::LAST_SEQUENCE - 40,
];

#[test]
fn every_crash_at_every_wrap() {
    for first in WRAPS {
        for slots in [2, 4] {
            assert!(senders::overwrite_dies(slots, first) > 50);
            assert!(senders::backpressure_dies(slots, first) > 50);
            assert!(receivers::receiver_dies(slots, first) > 12);
        }
        assert!(drops::dropping_dies(first) > 100);
    }
}

#[test]
fn two_senders_die_at_a_wrap() {
    for first in [(1 << 31) - 5, (1 << 32) - 5] {
        assert!(senders::two_overwrite_die(2, first) > 2000);
        assert!(senders::two_backpressure_die(2, first) > 2000);
    }
}
