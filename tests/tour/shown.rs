//! What does the tour print?

use ramframe_host::error::Kind;
use ramframe_host::locks::Locks;
use ramframe_host::sysv::key::Key;
use ramframe_host::sysv::segment;
use ramframe_host::trust::Trust;

use crate::processes::{Ended, Folder};

const FAULTS: [&str; 5] = ["torn", "lost", "stays", "waits", "crash"];

/// The keys that it names.
pub(crate) fn keys(lines: &[String]) -> Vec<Key> {
    let named = lines.iter().filter_map(|line| line.split_once(" (key "));
    let named = named.map(|(_, key)| key.trim_end_matches(')').parse().unwrap());
    named.collect()
}

/// Whether neither a segment nor semaphores are on this key.
pub(crate) fn is_free(key: Key) -> bool {
    let locks = Locks::open(key, &Trust::current_user());
    segment::find(key).is_err() && locks.is_err_and(|error| matches!(error.kind, Kind::Absent))
}

fn tour(args: &[&str]) -> Ended {
    Folder::new().start(&[&["tour"], args].concat()).end()
}

/// What a process of one of the two acts says, from the start of its line on.
fn says(act: &[String], what: &str) -> usize {
    let count = act.iter().filter(|line| line.trim().starts_with(what));
    count.count()
}

/// The figure behind `what`.
fn figure(act: &[String], what: &str) -> u64 {
    let rests = act.iter().filter_map(|line| line.split(what).nth(1));
    let mut figures = rests.filter_map(|rest| rest.split([' ', ',']).next()?.parse().ok());
    let figure = figures.next();
    figure.unwrap_or_else(|| panic!("no figure behind {what:?} in {act:#?}"))
}

/// Runs the tour of one fault to its end: what it says of the tutorial, and of ramframe.
fn acts(fault: &str) -> [Vec<String>; 2] {
    let ended = tour(&[fault]);
    assert_eq!((ended.code, &*ended.errors), (Some(0), ""), "{ended:?}");
    let keys = keys(&ended.lines);
    assert_eq!(keys.len(), 2, "{ended:?}");
    assert!(keys.into_iter().all(is_free));
    let ramframe = ended.lines.iter().position(|l| l.starts_with(" ramframe"));
    let (tutorial, ramframe) = ended.lines.split_at(ramframe.unwrap());
    [tutorial.into(), ramframe.into()]
}

#[test]
fn a_text_is_torn_and_a_message_is_not() {
    let [tutorial, ramframe] = acts("torn");
    assert_eq!(
        says(
            &tutorial,
            "receiver: Error: Invalid message (the text is \"CIMNO\")"
        ),
        1
    );
    assert_eq!(says(&ramframe, "receiver: nothing new"), 1);
    assert_eq!(says(&ramframe, "receiver: Received: "), 2);
    let received = figure(&ramframe, "received ");
    let sent = figure(&ramframe, "sender:   sent ");
    let lost = figure(&ramframe, "lost: ");
    assert_eq!(figure(&ramframe, "torn: "), 0);
    assert!(received > 0 && received + lost == sent, "{ramframe:#?}");
}

#[test]
fn a_message_is_lost_and_one_comes_twice() {
    let [tutorial, ramframe] = acts("lost");
    let received = "receiver: Received: CIEPLO";
    assert_eq!(
        (
            says(&tutorial, received),
            says(&tutorial, "receiver: Received: ZIMNO")
        ),
        (3, 0)
    );
    let [cieplo, zimno] = ["CIEPLO", "ZIMNO"].map(|text| format!("receiver: Received: {text} "));
    assert_eq!((says(&ramframe, &cieplo), says(&ramframe, &zimno)), (2, 1));
    let lost = figure(&ramframe, "receiver: ");
    let left = figure(&ramframe, "receiver: received ");
    assert!(lost > 0 && lost + left == 100, "{ramframe:#?}");
    let room = "sender:   sent 8 messages; then the channel is full";
    assert_eq!(says(&ramframe, room), 1);
}

#[test]
fn a_segment_stays_and_another_does_not() {
    let [tutorial, ramframe] = acts("stays");
    let stays = "1024 bytes, 0 processes attached";
    let stays = |act: &[String]| act.iter().filter(|line| line.ends_with(stays)).count();
    assert_eq!((stays(&tutorial), stays(&ramframe)), (2, 0));
    assert_eq!(says(&tutorial, "receiver: Received: ZIMNO"), 1);
    assert_eq!(says(&ramframe, "kernel:   no segment"), 2);
    assert_eq!(
        says(&ramframe, "receiver: the sender closed the channel"),
        1
    );
    assert_eq!(
        says(&ramframe, "receiver: no process has the sender's lock"),
        1
    );
}

/// How much of a core the one burns depends on what else the machine does; that it sleeps through messages does not.
#[test]
fn a_receiver_sleeps_through_and_another_does_not() {
    let [tutorial, ramframe] = acts("waits");
    assert_eq!(
        tutorial
            .iter()
            .filter(|line| line.contains(" % of a core"))
            .count(),
        2
    );
    let slept = tutorial.iter().rfind(|line| line.contains("messages came"));
    let slept = figure(&[slept.unwrap().clone()], "receiver: ");
    assert!(slept < 10, "{tutorial:#?}");
    let came = ramframe
        .iter()
        .filter(|line| line.contains("messages came"))
        .cloned();
    assert!(figure(&came.collect::<Vec<_>>(), "receiver: ") > slept);
}

#[test]
fn a_dead_sender_tears_a_text_and_no_message() {
    let [tutorial, ramframe] = acts("crash");
    assert_eq!(says(&tutorial, "receiver: Error: Invalid message"), 2);
    assert_eq!(says(&tutorial, "receiver: still waits for the lock"), 1);
    assert_eq!(says(&ramframe, "receiver: Received: "), 2);
    assert_eq!(figure(&ramframe, "torn: ") + figure(&ramframe, "lost: "), 0);
    // Those that were killed, the one before them and the one after them.
    assert_eq!(figure(&ramframe, "senders: "), 10);
    let last = figure(&ramframe, "goes on with message ");
    assert!(last > 0, "{ramframe:#?}");
}

#[test]
fn the_faults_are_listed_in_the_order_in_which_they_are_shown() {
    let ended = tour(&["--list"]);
    assert_eq!(ended.code, Some(0));
    let names = ended
        .lines
        .iter()
        .map(|line| line.split(' ').next().unwrap());
    assert_eq!(names.collect::<Vec<_>>(), FAULTS);
    assert_eq!(tour(&["nothing"]).code, Some(2));
}
