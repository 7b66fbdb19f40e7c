//! Does a receiver follow its senders, whatever becomes of them and of the segment, and say so?

use nix::sys::signal::Signal;
use ramframe_host::sysv::segment;

use crate::processes::{Folder, Running};
use crate::{run, sending, status, turns, well};

/// A receiver of anything that has heard a first message.
fn receiving(folder: &Folder, args: &[&str]) -> Running {
    let mut receiver = folder.start(&[&["recv", "--any"], args].concat());
    receiver.line();
    receiver
}

fn hears(receiver: &mut Running, message: &str) {
    while receiver.line() != format!("Received: {message}") {}
}

fn stop(process: Running, signal: Signal) {
    process.signal(signal);
    process.end();
}

#[test]
fn a_sender_that_was_killed_and_restarted_is_followed() {
    let folder = Folder::new();
    let first = sending(&folder, &["old"]);
    let mut receiver = receiving(&folder, &[]);
    stop(first, Signal::SIGKILL);
    receiver
        .hear("host: the sender ended without closing the channel; waiting for the next sender\n");
    let sent = status(&folder)["sent"].as_u64().unwrap();
    let second = sending(&folder, &["new"]);
    receiver.hear("host: the sender restarted\n");
    hears(&mut receiver, "new");
    assert!(
        status(&folder)["sent"].as_u64().unwrap() > sent,
        "the sequence goes on"
    );
    stop(second, Signal::SIGTERM);
    receiver.hear("host: the sender closed the channel; waiting for the next sender\n");
    folder.assert_clean();
}

#[test]
fn a_sender_that_left_and_its_segment_made_anew_are_followed() {
    let folder = Folder::new();
    let first = sending(&folder, &["old"]);
    let mut receiver = receiving(&folder, &[]);
    stop(first, Signal::SIGTERM);
    receiver.hear(
        "host: the sender closed the channel; waiting for the next sender\nhost: waiting for a sender on ",
    );
    let _second = sending(&folder, &["new"]);
    hears(&mut receiver, "new");
    receiver.hear(&format!(
        "host: a new segment has key {}: following it\n",
        folder.key
    ));
}

#[test]
fn a_sender_that_comes_back_to_a_kept_segment_is_followed() {
    let folder = Folder::new();
    let first = sending(&folder, &["old", "--keep"]);
    let mut receiver = receiving(&folder, &[]);
    stop(first, Signal::SIGTERM);
    receiver.hear("host: the sender closed the channel; waiting for the next sender\n");
    let _second = sending(&folder, &["new"]);
    hears(&mut receiver, "new");
    receiver.hear("host: the sender restarted\n");
}

#[test]
fn a_segment_that_was_removed_and_made_anew_is_followed() {
    let folder = Folder::new();
    let first = sending(&folder, &["old"]);
    let mut receiver = receiving(&folder, &[]);
    // So that the receiver notices before the sender, who leaves when it does.
    first.signal(Signal::SIGSTOP);
    well(&folder, &["rm", "--force"]);
    receiver.hear("host: the segment was removed\n");
    first.signal(Signal::SIGCONT);
    let ended = first.end();
    assert_eq!(ended.code, Some(1));
    let told = format!(
        "host: the channel on key {} was removed by another process; start again\n",
        folder.key
    );
    assert!(ended.errors.ends_with(&told), "{}", ended.errors);
    let _second = sending(&folder, &["new"]);
    hears(&mut receiver, "new");
    receiver.hear("host: a new segment has key ");
}

#[test]
fn two_sides_do_not_stay_on_two_segments() {
    let folder = Folder::new();
    let first = sending(&folder, &["old"]);
    let mut receiver = receiving(&folder, &[]);
    // As `ipcrm -M` does: the segment alone, so that the first sender keeps its lock.
    segment::find(folder.key).and_then(segment::remove).unwrap();
    assert_eq!(first.end().code, Some(1));
    let _second = sending(&folder, &["new"]);
    hears(&mut receiver, "new");
}

#[test]
fn samples_follow_too() {
    let folder = Folder::new();
    let first = sending(&folder, &["old", "--keep"]);
    let mut receiver = receiving(&folder, &["--sample", "--interval", "5ms"]);
    stop(first, Signal::SIGTERM);
    receiver.hear("host: the sender closed the channel; waiting for the next sender\n");
    let second = sending(&folder, &["new"]);
    hears(&mut receiver, "new");
    receiver.hear("host: the sender restarted\n");
    stop(second, Signal::SIGKILL);
    receiver
        .hear("host: the sender ended without closing the channel; waiting for the next sender\n");
    well(&folder, &["rm"]);
    receiver.hear("host: the segment was removed\nhost: waiting for a sender on ");
    let _third = sending(&folder, &["newest"]);
    hears(&mut receiver, "newest");
}

#[test]
fn until_close_waits_on_where_a_sender_was_killed() {
    let folder = Folder::new();
    let first = sending(&folder, &["old"]);
    let receiver = receiving(&folder, &["--until-close"]);
    stop(first, Signal::SIGKILL);
    receiver.hear("ended without closing");
    well(&folder, &["send", "new", "--count", "1"]);
    let ended = receiver.end();
    assert_eq!(ended.code, Some(0));
    assert_eq!(ended.lines.last().unwrap(), "Received: new");
    folder.assert_clean();
}

#[test]
fn until_close_misses_no_end_however_soon_it_comes() {
    let folder = Folder::new();
    for _ in 0..20 {
        let mut receiver = folder.start(&["recv", "--until-close"]);
        let mut sender = folder.start(&["send", "--lines", "--overwrite"]);
        sender.feed(b"CIEPLO\n");
        assert_eq!(receiver.line(), "Received: CIEPLO");
        // It is there: the rest and the end come at once.
        sender.feed(b"ZIMNO\nCIEPLO\nZIMNO\n");
        assert_eq!(sender.end().code, Some(0));
        let ended = receiver.end();
        assert_eq!((ended.code, ended.lines), (Some(0), turns(4)[1..].into()));
    }
    folder.assert_clean();
}

#[test]
fn what_a_killed_sender_made_the_next_one_removes() {
    let folder = Folder::new();
    for _ in 0..3 {
        stop(sending(&folder, &[]), Signal::SIGKILL);
        assert!(folder.has_segment());
    }
    let sent = status(&folder)["sent"].as_u64().unwrap();
    well(
        &folder,
        &["send", "--count", "2", "--interval", "1ms", "--keep"],
    );
    assert_eq!(status(&folder)["sent"], sent + 2);
    stop(sending(&folder, &[]), Signal::SIGKILL);
    well(&folder, &["send", "--count", "1"]);
    folder.assert_clean();
}

#[test]
fn what_was_kept_on_purpose_stays_with_the_next_one() {
    let folder = Folder::new();
    well(&folder, &["send", "--count", "1", "--keep"]);
    well(&folder, &["send", "--count", "1"]);
    assert_eq!(status(&folder)["sent"], 2);
    let ended = run(&folder, &["rm"]);
    assert_eq!(ended.code, Some(0));
    folder.assert_clean();
}

#[test]
fn killed_at_any_moment_it_leaves_nothing_that_stops_the_next() {
    let folder = Folder::new();
    for delay in 0..40 {
        let sender = folder.start(&["send", "--interval", "0s", "-q"]);
        std::thread::sleep(std::time::Duration::from_micros(delay * 150));
        stop(sender, Signal::SIGKILL);
    }
    well(&folder, &["send", "--count", "1"]);
    folder.assert_clean();
}

#[test]
fn a_sender_that_never_pauses_learns_that_its_channel_is_gone() {
    let folder = Folder::new();
    let sender = folder.start(&["send", "--interval", "0s", "-q"]);
    crate::processes::until("its segment", || folder.has_segment());
    well(&folder, &["rm", "--force"]);
    let ended = sender.end();
    assert_eq!(ended.code, Some(1));
    assert!(
        ended.errors.contains("was removed by another process"),
        "{}",
        ended.errors
    );
    folder.assert_clean();
}

#[test]
fn a_sender_of_lines_learns_that_its_channel_is_gone() {
    let folder = Folder::new();
    let mut sender = folder.start(&["send", "--lines", "--overwrite"]);
    sender.feed(b"one\n");
    crate::processes::until("its message", || folder.sent() == Some(1));
    well(&folder, &["rm", "--force"]);
    // Without another line.
    sender.hear("was removed by another process");
    let ended = sender.end();
    assert_eq!(ended.code, Some(1));
    folder.assert_clean();
}

#[test]
fn a_sender_that_keeps_its_channel_leaves_no_locks_without_it() {
    let folder = Folder::new();
    let mut sender = folder.start(&["send", "--lines", "--keep"]);
    sender.feed(b"one\n");
    crate::processes::until("its message", || folder.sent() == Some(1));
    // As `ipcrm -M` does: the segment alone.
    segment::find(folder.key).and_then(segment::remove).unwrap();
    sender.hear("was removed by another process");
    assert_eq!(sender.end().code, Some(1));
    folder.assert_clean();
}

#[test]
fn a_sender_that_pauses_learns_that_its_channel_is_gone() {
    for args in [&["send", "--interval", "1h"][..], &["send", "--stream"]] {
        let folder = Folder::new();
        let sender = folder.start(args);
        crate::processes::until("its channel", || folder.sent().is_some());
        well(&folder, &["rm", "--force"]);
        sender.hear("another process");
        assert_eq!(sender.end().code, Some(1));
        folder.assert_clean();
    }
}
