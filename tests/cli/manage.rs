//! Do `status`, `list`, `rm` and `demo` tell what is there, and touch nothing they should not?

use serde_json::json;

use crate::documented;
use crate::processes::{Folder, until};
use crate::{fails, leave, pausing, run, sending, status, turns, well};

#[test]
fn status_shows_a_channel_to_a_person() {
    let folder = Folder::new();
    let sender = pausing(&folder, &[]);
    let ended = run(&folder, &["status"]);
    let id = status(&folder)["id"].clone();
    let (key, pid) = (folder.key, sender.pid());
    let epoch = status(&folder)["epoch"].clone();
    assert_eq!(
        ended.lines,
        [
            format!("segment    {id} of key {key}, 1024 bytes, mode 0600"),
            "attached   1 time".into(),
            "channel    overwrite, 8 slots of 48 bytes".into(),
            format!("sender     sending (process {pid}), epoch {epoch}"),
            "sent       1 message".into(),
        ]
    );
}

#[test]
fn status_shows_a_channel_to_a_program() {
    let folder = Folder::new();
    let sender = pausing(&folder, &[]);
    let shown = status(&folder);
    let expected = json!({
        "version": 1, "key": folder.key.to_string(), "id": shown["id"], "map": null, "offset": null, "bytes": 1024, "uid": shown["uid"],
        "mode": "0600", "attached": 1, "creator_pid": sender.pid(), "name": null, "policy": "overwrite",
        "slots": 8, "capacity": 48, "cache_line": 64, "state": "sending", "sent": 1,
        "epoch": shown["epoch"], "restarts": 0, "closed": false, "sender_pid": sender.pid(), "receivers": [],
    });
    assert_eq!(shown, expected);
}

#[test]
fn status_shows_who_receives() {
    let folder = Folder::new();
    let send = ["--backpressure", "--receivers", "2"];
    let _sender = pausing(&folder, &send);
    let mut receiver = folder.start(&["recv"]);
    receiver.line();
    // What is printed is taken a moment later.
    until("it to be taken", || {
        status(&folder)["receivers"][0]["pending"] == 0
    });
    let receivers = status(&folder)["receivers"].clone();
    assert_eq!(
        receivers,
        json!([
            {"receiver": 0, "held": true, "pid": receiver.pid(), "pending": 0, "attach_count": 1, "detached": false, "discarded": 0},
            {"receiver": 1, "held": false, "pid": null, "pending": 1, "attach_count": 0, "detached": false, "discarded": 0},
        ])
    );
    let lines = run(&folder, &["status"]).lines;
    let pid = receiver.pid();
    assert_eq!(
        lines[5..],
        [
            format!("receiver   0: process {pid}, 0 messages to receive"),
            "receiver   1: nobody yet, 1 message to receive".into(),
        ]
    );
    drop(receiver);
    let gone = &run(&folder, &["status"]).lines[5];
    assert_eq!(
        gone,
        "receiver   0: ended without detaching, 0 messages to receive"
    );
    // A seat that nobody has taken comes first.
    run(&folder, &["recv", "--timeout", "0s"]);
    let left = &run(&folder, &["status"]).lines[6];
    assert_eq!(left, "receiver   1: left, 0 messages to receive");
}

#[test]
fn status_knows_how_the_sender_ended() {
    let folder = Folder::new();
    let killed = sending(&folder, &[]);
    drop(killed);
    assert_eq!(status(&folder)["state"], "no_sender");
    assert_eq!(status(&folder)["restarts"], 0);
    well(&folder, &["send", "--count", "1", "--keep"]);
    let closed = status(&folder);
    assert_eq!(closed["restarts"], 1);
    assert_eq!(
        (&closed["state"], &closed["closed"]),
        (&json!("closed"), &json!(true))
    );
}

#[test]
fn list_shows_our_segments() {
    let folder = Folder::new();
    leave(&folder, b"1\n2\n", &["--size", "5000", "--slot", "100"]);
    let id = status(&folder)["id"].clone();
    let ended = run(&folder, &["list"]);
    assert_eq!(ended.code, Some(0));
    assert!(ended.lines[0].starts_with("KEY "), "{}", ended.lines[0]);
    let key = folder.key.to_string();
    let ours = ended
        .lines
        .iter()
        .find(|line| line.starts_with(&key))
        .unwrap();
    let cells: Vec<&str> = ours.split_whitespace().collect();
    assert_eq!(
        [cells[1], cells[2], cells[3], cells[5], cells[6], cells[7]],
        [&id.to_string(), "5000", "0600", "overwrite", "closed", "2"]
    );
}

#[test]
fn list_shows_the_same_to_a_program() {
    let folder = Folder::new();
    leave(&folder, b"1\n2\n", &[]);
    let ended = run(&folder, &["list", "--json"]);
    assert_eq!((ended.code, &*ended.errors), (Some(0), ""));
    let all = ended.lines.iter();
    let mut all = all.map(|line| documented::object("channel", line));
    let key = folder.key.to_string();
    let ours = all.find(|segment| segment["key"] == key.as_str());
    assert_eq!(ours.unwrap(), status(&folder));
}

#[test]
fn rm_removes_what_is_ours_and_says_so() {
    let folder = Folder::new();
    leave(&folder, b"", &[]);
    let removed = format!("host: removed key {} (path ., id S)\n", folder.key);
    assert_eq!(well(&folder, &["rm"]), removed);
    folder.assert_clean();
    assert_eq!(
        fails(&folder, &["rm"]),
        "nothing to remove: no segment has key KEY (path ., id S)"
    );
    assert_eq!(
        fails(&folder, &["rm", "--force"]),
        "nothing to remove: no segment has key KEY (path ., id S)"
    );
}

#[test]
fn rm_does_not_remove_what_is_in_use() {
    let folder = Folder::new();
    let sender = pausing(&folder, &["--backpressure"]);
    assert_eq!(
        fails(&folder, &["rm"]),
        format!(
            "process {} is the sender on key KEY; stop it, or use `--force`",
            sender.pid()
        )
    );
    let mut receiver = folder.start(&["recv"]);
    receiver.line();
    drop(sender);
    assert_eq!(
        fails(&folder, &["rm"]),
        format!(
            "process {} is a receiver on key KEY; stop it, or use `--force`",
            receiver.pid()
        )
    );
    well(&folder, &["rm", "--force"]);
    folder.assert_clean();
    receiver.hear("host: the segment was removed\n");
}

/// The key that a demo says it is on.
fn demo_key(errors: &str) -> ramframe_host::sysv::key::Key {
    let told = errors.strip_prefix("host: two processes on key ").unwrap();
    let (key, rest) = told.split_once(": ").unwrap();
    assert!(rest.starts_with("`host recv` prints what `host send` sends\n"));
    key.parse().unwrap()
}

fn assert_nothing_on(key: ramframe_host::sysv::key::Key) {
    assert!(ramframe_host::sysv::segment::find(key).is_err());
    let locks =
        ramframe_host::locks::Locks::open(key, &ramframe_host::trust::Trust::current_user());
    assert!(locks.is_err(), "semaphores are left");
}

#[test]
fn demo_shows_both_sides_and_leaves_nothing() {
    let folder = Folder::new();
    let ended = run(&folder, &["demo", "--count", "5", "--interval", "10ms"]);
    assert_eq!(
        (ended.code, ended.lines),
        (Some(0), turns(5)),
        "{}",
        ended.errors
    );
    assert_nothing_on(demo_key(&ended.errors));
    assert_eq!(well(&folder, &["demo", "--count", "0"]), "");
}

#[test]
fn demo_ends_quietly_when_nobody_looks() {
    let folder = Folder::new();
    let ended = crate::shell(
        &folder,
        "{ \"$HOST\" demo --interval 10ms --count 100; echo $? >code; } | head -2",
    );
    assert_eq!(ended.lines, turns(2), "{}", ended.errors);
    let code = std::fs::read_to_string(folder.path().join("code")).unwrap();
    assert_eq!(code, "0\n");
    // Whether the receiver had to wait for the sender depends on the moment.
    assert!(ended.errors.lines().count() <= 3, "{}", ended.errors);
}

#[test]
fn demo_ends_cleanly_when_it_is_interrupted() {
    let folder = Folder::new();
    let mut demo = folder.start(&["demo", "--interval", "50ms", "--count", "1000"]);
    demo.line();
    let key = demo_key(&demo.errors());
    assert!(ramframe_host::sysv::segment::find(key).is_ok());
    demo.signal(nix::sys::signal::Signal::SIGINT);
    assert_eq!(demo.end().by, Some(nix::sys::signal::Signal::SIGINT));
    assert_nothing_on(key);
}
