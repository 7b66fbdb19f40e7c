//! Does the C client notice that a sender left, that another came, and that the region was formatted?

use ramframe_core::channel::Channel;
use ramframe_core::geometry::Geometry;
use ramframe_host::sysv::segment::{ReadWrite, Segment};
use ramframe_host::trust::Trust;

use crate::{Both, a_message, step, word};

/// A sender that leaves in good order, and its segment behind.
fn send(both: &Both, texts: &[&str]) {
    let count = texts.len().to_string();
    let args = ["send", "--keep", "--interval", "0s", "--count", &count];
    let ended = both.host(&[&args[..], texts].concat()).end();
    assert_eq!(ended.code, Some(0), "{ended:?}");
}

#[test]
fn an_end_and_a_new_beginning() {
    let Some(both) = Both::compiled() else { return };
    send(&both, &["one", "two"]);
    let mut receiver = both.client(&["recv", "-x"]);
    assert_eq!(step(&mut receiver), a_message(0, b"one"));
    assert_eq!(step(&mut receiver), a_message(1, b"two"));
    assert_eq!(step(&mut receiver), word("closed"));
    assert_eq!(step(&mut receiver), word("closed"));
    send(&both, &["three"]);
    assert_eq!(step(&mut receiver), word("restarted"));
    assert_eq!(step(&mut receiver), a_message(2, b"three"));
    assert_eq!(step(&mut receiver), word("closed"));
}

/// Nobody looked between the one's end and the other's first message.
#[test]
fn an_end_that_is_noticed_late() {
    let Some(both) = Both::compiled() else { return };
    send(&both, &["one"]);
    let mut receiver = both.client(&["recv", "-x"]);
    assert_eq!(step(&mut receiver), a_message(0, b"one"));
    send(&both, &["two"]);
    // Only the last end is kept, and that is the second one's.
    assert_eq!(step(&mut receiver), word("restarted"));
    assert_eq!(step(&mut receiver), a_message(1, b"two"));
    assert_eq!(step(&mut receiver), word("closed"));
}

/// The second sender lives: the word of the first is still there.
#[test]
fn an_end_is_told_before_the_next_begins() {
    let Some(both) = Both::compiled() else { return };
    send(&both, &["one"]);
    let mut receiver = both.client(&["recv", "-x"]);
    assert_eq!(step(&mut receiver), a_message(0, b"one"));
    let sender = both.host(&["send", "two"]);
    sender.hear("Sent: two");
    assert_eq!(step(&mut receiver), word("closed"));
    assert_eq!(step(&mut receiver), word("restarted"));
    assert_eq!(step(&mut receiver), a_message(1, b"two"));
}

/// A new channel in the place of the one that the client is on, and `sent` messages in it.
fn formatted_under_a_client(sent: usize) {
    let Some(both) = Both::compiled() else { return };
    send(&both, &["one"]);
    let mut receiver = both.client(&["recv", "-x"]);
    assert_eq!(step(&mut receiver), a_message(0, b"one"));
    let segment = Segment::<ReadWrite>::attach(both.folder.key, &Trust::current_user()).unwrap();
    Geometry::overwrite(8, 48)
        .format(&segment.memory(), 7)
        .unwrap();
    let mut sender = Channel::overwrite(segment.memory()).sender().unwrap();
    for _ in 0..sent {
        sender.try_send(b"another channel's").unwrap();
    }
    assert_eq!(step(&mut receiver), word("reformatted"));
    assert_eq!(receiver.end().code, Some(0));
}

#[test]
fn a_new_channel_without_messages() {
    formatted_under_a_client(0);
}

/// The next message is there, as if the channel went on: it must not be given out.
#[test]
fn a_new_channel_that_is_as_far() {
    formatted_under_a_client(2);
}

#[test]
fn a_new_channel_that_is_laps_ahead() {
    formatted_under_a_client(50);
}
