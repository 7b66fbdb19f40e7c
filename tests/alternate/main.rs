//! Does the sender send its messages in turn? One test for each cell of the table in `alternate.rs`.

use Outcome::{Refused, Restarted, Sent};
use ramframe_core::alternate::{Alternate, Outcome, TUTORIAL};

const LIST: [&[u8]; 3] = [b"a", b"b", b"c"];

/// The machine with this message's turn come.
fn at(message: &[u8]) -> Alternate<'static> {
    let mut turn = Alternate::new(&LIST).unwrap();
    for _ in LIST.iter().take_while(|before| **before != message) {
        turn.on(Sent);
    }
    assert_eq!(turn.current(), message);
    turn
}

/// Whose turn it is after one event.
fn after(message: &[u8], event: Outcome) -> &'static [u8] {
    let mut turn = at(message);
    turn.on(event);
    turn.current()
}

#[test]
fn not_the_last_and_sent_gives_the_next() {
    assert_eq!(after(b"a", Sent), b"b");
    assert_eq!(after(b"b", Sent), b"c");
}

#[test]
fn not_the_last_and_refused_gives_the_same() {
    assert_eq!(after(b"a", Refused), b"a");
    assert_eq!(after(b"b", Refused), b"b");
}

#[test]
fn not_the_last_and_restarted_gives_the_first() {
    assert_eq!(after(b"a", Restarted), b"a");
    assert_eq!(after(b"b", Restarted), b"a");
}

#[test]
fn the_last_and_sent_gives_the_first() {
    assert_eq!(after(b"c", Sent), b"a");
}

#[test]
fn the_last_and_refused_gives_the_same() {
    assert_eq!(after(b"c", Refused), b"c");
}

#[test]
fn the_last_and_restarted_gives_the_first() {
    assert_eq!(after(b"c", Restarted), b"a");
}

#[test]
fn a_list_of_one_stays_with_it() {
    let list: [&[u8]; 1] = [b"only"];
    let mut turn = Alternate::new(&list).unwrap();
    for event in [Sent, Refused, Restarted, Sent] {
        turn.on(event);
        assert_eq!(turn.current(), b"only");
    }
}

#[test]
fn a_list_of_none_is_refused() {
    assert!(Alternate::new(&[]).is_none());
}

#[test]
fn an_empty_message_has_its_turn() {
    let list: [&[u8]; 2] = [b"", b"b"];
    let mut turn = Alternate::new(&list).unwrap();
    assert_eq!(turn.current(), b"");
    turn.on(Sent);
    assert_eq!(turn.current(), b"b");
}

#[test]
fn the_default_is_the_tutorial() {
    let mut turn = Alternate::default();
    for message in TUTORIAL.iter().cycle().take(7) {
        assert_eq!(turn.current(), *message);
        turn.on(Refused);
        assert_eq!(turn.current(), *message);
        turn.on(Sent);
    }
    assert_eq!(TUTORIAL, [&b"CIEPLO"[..], b"ZIMNO"]);
}
