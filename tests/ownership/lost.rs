//! Locks that are removed under a living sender and living receivers.

use std::thread;
use std::time::Duration;

use nix::sys::signal::Signal;
use ramframe_core::channel::Start;
use ramframe_host::locks;
use ramframe_host::receiver::{Event, Receiver, RecvError};
use ramframe_host::sender::{ChannelOptions, SendError, Sender};
use ramframe_host::sysv::segment;
use ramframe_host::tenure;
use ramframe_host::trust::Trust;

use crate::processes::{Folder, until};
use crate::scratch::Scratch;
use crate::{lines, log_out, receiver, run};

fn sender(scratch: &Scratch) -> Sender {
    Sender::open(
        scratch.key,
        &ChannelOptions::backpressure(1),
        &Trust::current_user(),
    )
    .unwrap()
}

#[test]
fn a_sender_and_its_receiver_go_on_under_new_locks() {
    let folder = Folder::new();
    let mut sender = lines(&folder, &[]);
    let mut receiver = receiver(&folder, &["--until-close"]);
    sender.feed(b"1\n2\n");
    assert_eq!([receiver.line(), receiver.line()], ["1", "2"]);
    log_out(&folder);
    receiver.hear("were removed; attaching again");
    sender.feed(b"3\n4\n");
    sender.hear("were removed; going on with new ones");
    assert_eq!([receiver.line(), receiver.line()], ["3", "4"]);
    receiver.hear("attached again to key ");
    assert_eq!(sender.end().code, Some(0));
    assert_eq!(receiver.end().code, Some(0));
    folder.assert_clean();
}

#[test]
fn a_receiver_that_is_slow_is_not_taken_for_dead() {
    let folder = Folder::new();
    let mut sender = lines(&folder, &["--reclaim-after", "50ms", "--slot", "48"]);
    let mut receiver = receiver(&folder, &["--until-close"]);
    sender.feed(b"0\n");
    assert_eq!(receiver.line(), "0");
    receiver.signal(Signal::SIGSTOP);
    log_out(&folder);
    let rest: Vec<_> = (1..100).map(|line| line.to_string()).collect();
    sender.feed((rest.join("\n") + "\n").as_bytes());
    sender.hear("going on with new ones");
    thread::sleep(Duration::from_millis(500));
    let status = run(&folder, &["status"]).lines.join("\n");
    assert!(
        status.contains("whether it runs cannot be known"),
        "{status}"
    );
    receiver.signal(Signal::SIGCONT);
    let sent = sender.end();
    assert_eq!((sent.code, sent.errors.contains("died")), (Some(0), false));
    let received = receiver.end();
    assert_eq!((received.code, received.lines), (Some(0), rest));
}

#[test]
fn two_receivers_never_sit_in_one_seat() {
    let folder = Folder::new();
    let mut first = lines(&folder, &["--slot", "48"]);
    let mut early = receiver(&folder, &["--timeout", "3s"]);
    first.feed(b"begun\n");
    assert_eq!(early.line(), "begun");
    first.signal(Signal::SIGKILL);
    first.end();
    log_out(&folder);
    let mut second = lines(&folder, &["--slot", "48"]);
    let late = receiver(&folder, &["--timeout", "3s"]);
    let all: Vec<_> = (100..200).map(|line| line.to_string()).collect();
    for line in &all {
        second.feed(format!("{line}\n").as_bytes());
        thread::sleep(Duration::from_millis(5));
    }
    assert_eq!(second.end().code, Some(0));
    let mut received = early.end().lines;
    received.extend(late.end().lines);
    received.sort();
    assert_eq!(received, all);
}

#[test]
fn a_sender_leaves_its_successor_alone() {
    let folder = Folder::new();
    let mut first = folder.start(&["send", "--lines", "--overwrite", "--slot", "48"]);
    first.hear("sending on ");
    log_out(&folder);
    let second = folder.start(&["send", "--interval", "10ms", "--slot", "48", "new"]);
    second.hear("Sent: new");
    first.feed(b"late\n");
    let ended = first.end();
    assert_eq!(ended.code, Some(1));
    assert!(
        ended.errors.contains(&format!(
            "were removed, and process {} already sends",
            second.pid()
        )),
        "{}",
        ended.errors
    );
    let received = run(
        &folder,
        &["recv", "--any", "--raw", "--from-now", "--count", "3"],
    );
    assert_eq!(received.lines, ["new"; 3]);
    second.signal(Signal::SIGTERM);
    second.end();
    folder.assert_clean();
}

#[test]
fn each_end_knows_it_before_its_next_step() {
    let scratch = Scratch::new();
    let mut sender = sender(&scratch);
    let mut receiver = Receiver::open(scratch.key, Start::Oldest, &Trust::current_user()).unwrap();
    sender.try_send(b"one").unwrap();
    sender.try_send(b"two").unwrap();
    let mut buffer = [0; 48];
    assert!(receiver.try_recv(&mut buffer).unwrap().message().is_some());
    locks::remove(scratch.key).unwrap();
    thread::sleep(tenure::LIMIT * 2);
    let lost = receiver.try_recv(&mut buffer);
    assert!(matches!(lost, Err(RecvError::Lost)), "{lost:?}");
    assert!(receiver.is_lost());
    let lost = sender.try_send(b"three");
    assert!(matches!(lost, Err(SendError::Lost)), "{lost:?}");
    assert!(!sender.is_current() && sender.end_mut().is_err());
    receiver.detach();
    assert!(!sender.has_detached(0), "a lost receiver has stored a word");
    sender.regain().unwrap();
    sender.try_send(b"three").unwrap();
    let mut receiver = Receiver::open(scratch.key, Start::Oldest, &Trust::current_user()).unwrap();
    for message in [b"two".as_slice(), b"three"] {
        let Event::Message(found) = receiver.try_recv(&mut buffer).unwrap() else {
            panic!("no message");
        };
        assert_eq!(found.payload, message);
    }
    sender.close().unwrap();
    assert!(segment::find(scratch.key).is_err());
}

#[test]
fn a_message_is_not_taken_by_who_lost_its_seat_while_it_used_it() {
    let scratch = Scratch::new();
    let mut sender = sender(&scratch);
    let mut receiver = Receiver::open(scratch.key, Start::Oldest, &Trust::current_user()).unwrap();
    sender.try_send(b"one").unwrap();
    let taken = receiver.try_recv_with(&mut [0; 48], |_| {
        locks::remove(scratch.key).unwrap();
        thread::sleep(tenure::LIMIT * 2);
        Ok::<_, ()>(())
    });
    assert!(matches!(taken, Err(RecvError::Lost)), "{taken:?}");
    assert_eq!(sender.pending_of(0), Some(1));
    assert!(receiver.regain().is_err(), "there are no locks yet");
    sender.regain().unwrap();
    receiver.regain().unwrap();
    assert_eq!(sender.pending_of(0), Some(0), "it was put to use");
    assert_eq!(receiver.next_sequence(), 1);
}

#[test]
fn a_seat_that_another_receiver_had_meanwhile_is_not_regained() {
    let scratch = Scratch::new();
    let mut sender = sender(&scratch);
    let mut early = Receiver::open(scratch.key, Start::Oldest, &Trust::current_user()).unwrap();
    locks::remove(scratch.key).unwrap();
    sender.regain().unwrap();
    let late = Receiver::open(scratch.key, Start::Oldest, &Trust::current_user()).unwrap();
    assert!(early.regain().is_err(), "somebody sits there");
    late.detach();
    assert!(early.regain().is_err(), "somebody sat there");
}

#[test]
fn what_others_were_the_sender_of_meanwhile_is_not_regained() {
    let scratch = Scratch::new();
    let mut first = sender(&scratch);
    first.try_send(b"one").unwrap();
    locks::remove(scratch.key).unwrap();
    let mut second = sender(&scratch);
    assert!(first.regain().is_err(), "there is another sender");
    second.try_send(b"two").unwrap();
    second.close_keeping().unwrap();
    assert!(first.regain().is_err(), "there was another sender");
    first.close().unwrap();
    assert!(segment::find(scratch.key).is_ok(), "it was another one's");
}

#[test]
fn what_is_gone_is_closed() {
    for locks_too in [false, true] {
        let scratch = Scratch::new();
        let sender = sender(&scratch);
        segment::remove(segment::find(scratch.key).unwrap()).unwrap();
        if locks_too {
            locks::remove(scratch.key).unwrap();
        }
        sender.close().unwrap();
    }
}

#[test]
fn a_channel_that_is_closed_is_read_to_its_end_without_its_locks() {
    let folder = Folder::new();
    let mut sender = lines(&folder, &[]);
    let receiver = receiver(&folder, &["--until-close"]);
    sender.feed(b"1\n2\n3\n");
    until("all to be sent", || folder.sent() == Some(3));
    assert_eq!(sender.end().code, Some(0));
    let ended = receiver.end();
    assert_eq!((ended.code, ended.lines.len()), (Some(0), 3));
}
