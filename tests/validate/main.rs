//! Does each received message get the right verdict? One test for each cell of the table in `validate.rs`.

use Verdict::{Invalid, Lagged, OutOfTurn, Received, Repeated};
use ramframe_core::validate::{Expect, Validate, Verdict};

const LIST: [&[u8]; 4] = [b"a", b"b", b"c", b"d"];

fn fresh() -> Validate<'static> {
    Validate::new(Expect::Turns(&LIST))
}

/// The machine after `b`: the turn is `c`'s.
fn following() -> Validate<'static> {
    let mut turn = fresh();
    assert_eq!(turn.message(b"b"), Received);
    assert_eq!(turn.expected(), Some(&b"c"[..]));
    turn
}

/// Fresh shows no expectation, and takes any message of the list without a word.
fn assert_fresh(turn: Validate) {
    assert_eq!(turn.expected(), None);
    for message in LIST {
        assert_eq!({ turn }.message(message), Received);
    }
}

/// Takes `messages` and says the verdicts.
fn verdicts(list: &[&[u8]], messages: &[u8]) -> Vec<Verdict> {
    let mut turn = Validate::new(Expect::Turns(list));
    messages.chunks(1).map(|one| turn.message(one)).collect()
}

#[test]
fn fresh_and_of_the_list_is_received_and_fixes_the_turn() {
    for (index, message) in LIST.into_iter().enumerate() {
        let mut turn = fresh();
        assert_eq!(turn.message(message), Received);
        assert_eq!(turn.expected(), Some(LIST[(index + 1) % LIST.len()]));
    }
}

#[test]
fn fresh_and_not_in_the_list_is_invalid_and_stays_fresh() {
    let mut turn = fresh();
    assert_eq!(turn.message(b"x"), Invalid);
    assert_fresh(turn);
}

#[test]
fn fresh_and_a_gap_is_missed_and_stays_fresh() {
    let mut turn = fresh();
    assert_eq!(turn.missed(7), Lagged(7));
    assert_fresh(turn);
}

#[test]
fn fresh_and_a_restart_stays_fresh() {
    let mut turn = fresh();
    turn.restarted();
    assert_fresh(turn);
}

#[test]
fn following_and_the_expected_is_received_and_moves_on() {
    let mut turn = following();
    for message in LIST.iter().cycle().skip(2).take(9) {
        assert_eq!(turn.expected(), Some(*message));
        assert_eq!(turn.message(message), Received);
    }
}

#[test]
fn following_and_the_previous_is_repeated_and_stays() {
    let mut turn = following();
    for _ in 0..3 {
        assert_eq!(turn.message(b"b"), Repeated);
        assert_eq!(turn.expected(), Some(&b"c"[..]));
    }
}

#[test]
fn the_last_is_previous_to_the_first() {
    assert_eq!(verdicts(&LIST, b"dd"), [Received, Repeated]);
}

#[test]
fn following_and_another_is_out_of_turn_and_is_followed() {
    for (message, next) in [(b"a", b"b"), (b"d", b"a")] {
        let mut turn = following();
        assert_eq!(turn.message(message), OutOfTurn { expected: 2 });
        assert_eq!(turn.expected(), Some(&next[..]));
        assert_eq!(turn.message(message), Repeated);
        assert_eq!(turn.message(next), Received);
    }
}

#[test]
fn following_and_not_in_the_list_is_invalid_and_stays() {
    for message in [&b"x"[..], b"", b"cc", b"C"] {
        let mut turn = following();
        assert_eq!(turn.message(message), Invalid);
        assert_eq!(turn.expected(), Some(&b"c"[..]));
        assert_eq!(turn.message(b"b"), Repeated);
    }
}

#[test]
fn following_and_a_gap_is_missed_and_then_fresh() {
    for n in [1, 2, u64::MAX] {
        let mut turn = following();
        assert_eq!(turn.missed(n), Lagged(n));
        assert_fresh(turn);
    }
}

#[test]
fn following_and_a_restart_is_fresh() {
    let mut turn = following();
    turn.restarted();
    assert_fresh(turn);
}

#[test]
fn in_a_list_of_one_the_same_again_is_expected() {
    let got = verdicts(&[b"a"], b"aaxa");
    assert_eq!(got, [Received, Received, Invalid, Received]);
}

#[test]
fn a_list_of_none_finds_everything_invalid() {
    assert_eq!(verdicts(&[], b"aa"), [Invalid, Invalid]);
    let mut turn = Validate::new(Expect::Turns(&[]));
    assert_eq!(turn.message(b""), Invalid);
    assert_eq!(turn.missed(2), Lagged(2));
    assert_eq!(turn.expected(), None);
}

#[test]
fn a_text_that_stands_twice_in_a_row_is_taken_twice() {
    let got = verdicts(&[b"a", b"a", b"b"], b"aabaabaa");
    assert_eq!(got, [Received; 8]);
    let got = verdicts(&[b"a", b"a", b"b"], b"aaaba");
    assert_eq!(got, [Received, Received, Repeated, Received, Received]);
}

#[test]
fn a_text_that_stands_twice_is_the_nearest_after_the_expected() {
    let list: [&[u8]; 5] = [b"a", b"b", b"c", b"a", b"d"];
    // `c` is left out: the `a` is the one behind it, and not the first, so `d` is next.
    let skipped = OutOfTurn { expected: 2 };
    assert_eq!(verdicts(&list, b"bad"), [Received, skipped, Received]);
    // After `c` and the second `a` comes `d`; where `b` comes instead, it is followed by `c`.
    let back = OutOfTurn { expected: 4 };
    let got = verdicts(&list, b"cabca");
    assert_eq!(got, [Received, Received, back, Received, Received]);
}

#[test]
fn a_turn_fixed_by_a_text_that_stands_twice_puts_itself_right() {
    let got = verdicts(&[b"a", b"a", b"b"], b"abaab");
    let early = OutOfTurn { expected: 1 };
    assert_eq!(got, [Received, early, Received, Received, Received]);
}

#[test]
fn anything_goes_where_anything_is_expected() {
    let mut turn = Validate::new(Expect::Any);
    for message in [&b"a"[..], b"a", b"", &[0xFF; 100]] {
        assert_eq!(turn.message(message), Received);
        assert_eq!(turn.expected(), None);
    }
    assert_eq!(turn.missed(3), Lagged(3));
    turn.restarted();
    assert_eq!(turn.message(b"a"), Received);
}

#[test]
fn the_default_is_the_tutorial() {
    let mut turn = Validate::default();
    assert_eq!(turn.message(b"CIEPLO"), Received);
    assert_eq!(turn.message(b"ZIMNO"), Received);
    assert_eq!(turn.message(b"ZIMN"), Invalid);
    assert_eq!(turn.message(b"CIEPLO"), Received);
}

#[test]
fn a_verdict_is_small() {
    assert!(size_of::<Verdict>() <= 16);
}
