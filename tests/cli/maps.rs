//! Does `--map` do over a file what a key does over a segment, and what only a file can do wrong?

use std::fs::{self, OpenOptions};
use std::os::unix::fs::{FileExt, PermissionsExt};
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::signal::Signal;
use ramframe_core::geometry::{GENERATION, MAGIC};
use serde_json::{Value, json};

use crate::documented;
use crate::processes::{Ended, Folder, Running, until};
use crate::{fails, run, turns};

const MAP: [&str; 2] = ["--map", "ram"];
/// Where the head stands, on lines of 64 bytes.
const HEAD: usize = 128;
const SIZE: u64 = 64 * 1024;

/// A folder with a file of zeros in it.
fn ram() -> Folder {
    let folder = Folder::new();
    write(&folder, 0, &[]);
    folder
}

fn write(folder: &Folder, at: u64, bytes: &[u8]) {
    let mut options = OpenOptions::new();
    let file = options.write(true).create(true).truncate(false);
    let file = file.open(folder.path().join("ram")).unwrap();
    file.set_len(SIZE).unwrap();
    file.write_all_at(bytes, at).unwrap();
}

fn contents(folder: &Folder) -> Vec<u8> {
    fs::read(folder.path().join("ram")).unwrap()
}

fn start(folder: &Folder, args: &[&str]) -> Running {
    folder.start(&[args, &MAP].concat())
}

fn end(folder: &Folder, args: &[&str]) -> Ended {
    run(folder, &[args, &MAP].concat())
}

fn refused(folder: &Folder, args: &[&str]) -> String {
    fails(folder, &[args, &MAP].concat())
}

fn send(folder: &Folder, args: &[&str]) -> Running {
    let sender = start(folder, &[&["send", "--interval", "2ms"], args].concat());
    sender.hear("Sent: ");
    sender
}

fn shown(folder: &Folder, args: &[&str]) -> Value {
    let ended = end(folder, &[&["status", "--json"], args].concat());
    assert_eq!(ended.code, Some(0), "{ended:?}");
    documented::object("channel", &ended.lines[0])
}

fn kill(process: Running) {
    process.signal(Signal::SIGKILL);
    process.end();
}

#[test]
fn a_receiver_takes_what_a_sender_sends() {
    let folder = ram();
    let receiver = start(&folder, &["recv", "--until-close"]);
    receiver.hear("host: waiting for a sender on ram at offset 0\n");
    let send = ["send", "--count", "20", "--interval", "5ms", "--size", "4K"];
    let sender = start(&folder, &send);
    sender.hear("host: sending on ram at offset 0\n");
    let ended = receiver.end();
    assert_eq!((ended.code, ended.lines), (Some(0), turns(20)));
    assert_eq!(sender.end().code, Some(0));
    folder.assert_clean();
}

#[test]
fn nothing_is_lost_under_backpressure() {
    let folder = ram();
    let send = ["send", "--backpressure", "--count", "5000", "--interval"];
    let sender = start(&folder, &[&send[..], &["0s"]].concat());
    sender.hear("host: waiting for receiver 0 on ram at offset 0\n");
    let ended = end(&folder, &["recv", "--until-close"]);
    assert_eq!((ended.code, ended.lines), (Some(0), turns(5000)));
    assert_eq!(sender.end().code, Some(0));
    folder.assert_clean();
}

#[test]
fn a_killed_sender_is_followed_by_the_next() {
    let folder = ram();
    let mut receiver = start(&folder, &["recv", "--any"]);
    kill(send(&folder, &["old"]));
    assert_eq!(receiver.line(), "Received: old");
    let before = shown(&folder, &[]);
    assert_eq!(before["state"], "no_process");
    let _next = send(&folder, &["new"]);
    receiver.hear("host: the sender restarted\n");
    until("the new one", || receiver.line() == "Received: new");
    assert!(shown(&folder, &[])["sent"].as_u64() > before["sent"].as_u64());
    // Whether a silent side is dead cannot be known.
    assert!(!receiver.errors().contains("gone"), "{}", receiver.errors());
}

#[test]
fn a_killed_receiver_is_followed_by_the_next_and_nothing_is_dropped() {
    let folder = ram();
    let send = ["send", "--backpressure", "--lines"];
    let mut sender = start(&folder, &send);
    let mut first = start(&folder, &["recv", "--any"]);
    sender.feed(b"1\n");
    assert_eq!(first.line(), "Received: 1");
    kill(first);
    sender.feed(b"2\n3\n");
    let mut next = start(&folder, &["recv", "--any", "--until-close"]);
    let line = next.line();
    // The one at which the first was killed may come again.
    assert!(["Received: 1", "Received: 2"].contains(&&*line), "{line}");
    assert_eq!(sender.end().code, Some(0));
    let ended = next.end();
    assert_eq!(ended.lines.last().unwrap(), "Received: 3");
    assert_eq!(ended.errors, "");
}

#[test]
fn status_says_that_it_cannot_know_whether_the_other_side_runs() {
    let folder = ram();
    let mut sender = start(&folder, &["send", "--backpressure", "--lines"]);
    let mut receiver = start(&folder, &["recv", "--any"]);
    sender.feed(b"1\n");
    receiver.line();
    // As firmware, which holds no lock.
    kill(receiver);
    let ended = end(&folder, &["status"]);
    let line = ended.lines.last().unwrap();
    let told = "receiver   0: no process of this machine: whether it runs cannot be known, ";
    assert!(line.starts_with(told), "{line}");
}

#[test]
fn there_is_one_sender_and_one_receiver_a_seat() {
    let folder = ram();
    let first = send(&folder, &["--backpressure"]);
    let mut receiver = start(&folder, &["recv"]);
    receiver.line();
    assert_eq!(
        refused(&folder, &["send", "--backpressure"]),
        "another process already sends in ram at offset 0; stop it (`fuser ram` shows which processes have the file open), or use another `--offset`"
    );
    assert_eq!(
        refused(&folder, &["recv"]),
        "the channel in ram at offset 0 has no free receiver slot: 1 of 1 are in use; stop a receiver (`fuser ram` shows which processes have the file open), or start the sender with a larger `--receivers`"
    );
    let channel = shown(&folder, &[]);
    assert_eq!(channel["state"], "sending");
    assert_eq!(channel["receivers"][0]["held"], true);
    kill(first);
    kill(receiver);
    let _second = send(&folder, &["--backpressure"]);
    start(&folder, &["recv"]).line();
}

#[test]
fn two_channels_stand_in_one_file() {
    let folder = ram();
    let parts = ["0", "0x8000"].map(|offset| ["--offset", offset, "--size", "0x8000"]);
    let senders = parts.map(|part| send(&folder, &part));
    for part in parts {
        let ended = end(&folder, &[&["recv", "--count", "4"][..], &part].concat());
        assert_eq!(ended.code, Some(0), "{ended:?}");
    }
    assert_eq!(shown(&folder, &parts[0])["offset"], 0);
    assert_eq!(shown(&folder, &parts[1])["offset"], 0x8000);
    assert_eq!(shown(&folder, &parts[1])["slots"], 256);
    drop(senders);
}

#[test]
fn what_is_not_ours_is_neither_believed_nor_changed() {
    let folder = ram();
    let cases = [
        (
            0,
            &b"ELF"[..],
            "ram at offset 0 is not a ramframe channel (first word 0x00464c45): it belongs to another program and is left alone; use another `--offset`, or fill it with zeros if it is yours",
        ),
        // The beginning alone is zero.
        (
            700,
            b"something",
            "ram at offset 0 is not formatted, or being formatted now; if this stays so, fill it with zeros if it is yours, or use another `--offset`",
        ),
    ];
    for (at, bytes, told) in cases {
        write(&folder, 0, &[0; 1024]);
        write(&folder, at, bytes);
        let before = contents(&folder);
        assert_eq!(refused(&folder, &["send"]), told);
        assert_eq!(refused(&folder, &["status"]), told);
        assert!(contents(&folder) == before);
    }
}

#[test]
fn a_channel_of_others_leaves_what_is_behind_it() {
    let folder = ram();
    write(&folder, 1024, b"behind");
    let count = ["send", "--count", "100", "--interval", "0s"];
    assert_eq!(end(&folder, &count).code, Some(0));
    assert!(contents(&folder)[1024..].starts_with(b"behind"));
}

#[test]
fn a_part_that_cannot_be_is_refused() {
    let folder = ram();
    let cases = [
        (
            &["recv", "--offset", "100"][..],
            "offset 100 of ram is not a multiple of 64; use `--offset 64` or `--offset 128`",
        ),
        (
            &["send", "--size", "65537"],
            "offset 0 of ram plus the size is past the end: the file has 65536 bytes; use a smaller `--size` or `--offset`",
        ),
        (
            &["recv", "--offset", "0x10000"],
            "offset 65536 of ram leaves no bytes to use: the file has 65536 bytes; use a smaller `--offset`, and a `--size` that is not 0",
        ),
        (
            &["status", "--size", "0"],
            "offset 0 of ram leaves no bytes to use: the file has 65536 bytes; use a smaller `--offset`, and a `--size` that is not 0",
        ),
    ];
    for (args, told) in cases {
        assert_eq!(refused(&folder, args), told);
    }
    let path = [
        (
            "none",
            "there is no file none, or it is empty; start the emulator whose RAM it is, or create it with `truncate --size 64K none`",
        ),
        (
            ".",
            ". is neither a file nor a device that can be mapped; name a file or a device with `--map`",
        ),
        (
            "/dev/zero",
            "/dev/zero is a device that does not tell its size; give it with `--size`",
        ),
    ];
    for (path, told) in path {
        assert_eq!(fails(&folder, &["send", "--map", path]), told);
    }
    assert!(contents(&folder).iter().all(|&byte| byte == 0));
}

#[test]
fn only_a_uio_device_has_maps() {
    let folder = ram();
    assert_eq!(
        refused(&folder, &["recv", "--uio-map", "1"]),
        "ram has no map 1; see /sys/class/uio/*/maps, and use another `--uio-map`"
    );
}

#[test]
fn a_file_that_others_may_write_is_not_believed() {
    let folder = ram();
    let path = folder.path().join("ram");
    fs::set_permissions(path, fs::Permissions::from_mode(0o666)).unwrap();
    let told = refused(&folder, &["send"]);
    assert!(
        told.ends_with(
            "so other users may write to it: it is not used; keep others out with `chmod go-w ram`"
        ),
        "{told}"
    );
}

#[test]
fn status_shows_a_map() {
    let folder = ram();
    let ended = end(&folder, &["send", "--backpressure", "--count", "0"]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let ended = end(&folder, &["status"]);
    let epoch = shown(&folder, &[])["epoch"].clone();
    let expected = [
        "map        ram at offset 0, 65536 bytes, mode 0644".into(),
        "channel    backpressure, 8 slots of 48 bytes".into(),
        format!("sender     closed, epoch {epoch}"),
        "sent       0 messages".into(),
        "receiver   0: nobody yet, 0 messages to receive".into(),
    ];
    assert_eq!(ended.lines, expected);
    let shown = shown(&folder, &["--size", "4096"]);
    let expected = json!({"map": "ram", "offset": 0, "bytes": 4096, "mode": "0644", "sender_pid": null, "state": "closed"});
    for (name, value) in expected.as_object().unwrap() {
        assert_eq!(&shown[name], value, "{name}");
    }
    assert_eq!(shown["key"], Value::Null);
}

#[test]
fn a_file_that_takes_its_place_is_followed() {
    let folder = ram();
    let mut receiver = start(&folder, &["recv", "--any"]);
    let old = send(&folder, &["old"]);
    assert_eq!(receiver.line(), "Received: old");
    kill(old);
    fs::remove_file(folder.path().join("ram")).unwrap();
    receiver.hear("host: the file was replaced\n");
    write(&folder, 0, &[]);
    let _new = send(&folder, &["new"]);
    receiver.hear("host: a new channel is in ram at offset 0: following it\n");
    until("the new one", || receiver.line() == "Received: new");
}

#[test]
fn a_sender_whose_file_is_replaced_says_so() {
    let folder = ram();
    let sender = send(&folder, &[]);
    fs::remove_file(folder.path().join("ram")).unwrap();
    let ended = sender.end();
    assert_eq!(ended.code, Some(1));
    let told = "host: the channel in ram at offset 0 was formatted anew, or the file replaced; start again\n";
    assert!(ended.errors.ends_with(told), "{}", ended.errors);
}

/// As firmware does that finds garbage after its power was gone.
#[test]
fn a_channel_that_is_formatted_anew_is_followed() {
    for policy in [&[][..], &["--backpressure"]] {
        let folder = ram();
        let mut receiver = start(&folder, &["recv", "--any"]);
        let old = send(&folder, &[&["old"], policy].concat());
        assert_eq!(receiver.line(), "Received: old");
        old.signal(Signal::SIGSTOP);
        let count = u32::from_le_bytes(contents(&folder)[GENERATION..][..4].try_into().unwrap());
        write(&folder, MAGIC as u64, &[0; 1024]);
        thread::sleep(Duration::from_millis(50));
        write(&folder, GENERATION as u64, &(count ^ 1).to_le_bytes());
        old.signal(Signal::SIGCONT);
        old.end();
        write(&folder, 0, &[0; 1024]);
        let _new = send(&folder, &[&["new"], policy].concat());
        receiver.hear("host: a new channel is in ram at offset 0: following it\n");
        until("the new one", || receiver.line() == "Received: new");
    }
}

#[test]
fn samples_follow_a_channel_that_is_formatted_anew() {
    for policy in [&[][..], &["--backpressure"]] {
        let folder = ram();
        let sample = ["recv", "--any", "--sample", "--interval", "1ms"];
        let mut receiver = start(&folder, &sample);
        let old = send(&folder, &[&["old"], policy].concat());
        assert_eq!(receiver.line(), "Received: old");
        old.signal(Signal::SIGSTOP);
        // In the middle of it: no magic, another count, and a head that is of no message in the slots.
        let mut control = contents(&folder)[..HEAD + 4].to_vec();
        control[MAGIC..][..4].fill(0);
        control[GENERATION] ^= 1;
        control[HEAD..][..4].fill(0x55);
        write(&folder, 0, &control);
        receiver.hear("host: waiting for a sender on ram at offset 0\n");
        old.signal(Signal::SIGCONT);
        old.end();
        write(&folder, 0, &[0; 1024]);
        let _new = send(&folder, &[&["new"], policy].concat());
        until("the new one", || receiver.line() == "Received: new");
    }
}

#[test]
fn a_new_channel_begins_its_turns_anew() {
    let folder = ram();
    let mut receiver = start(&folder, &["recv", "--count", "2"]);
    for _ in 0..2 {
        assert_eq!(send(&folder, &["--count", "1"]).end().code, Some(0));
        assert_eq!(receiver.line(), "Received: CIEPLO");
        write(&folder, 0, &[0; 1024]);
    }
    let ended = receiver.end();
    assert_eq!(ended.code, Some(0));
    assert!(!ended.errors.contains("repeats"), "{}", ended.errors);
}

#[test]
fn idle_looks_once_in_two_milliseconds() {
    let folder = ram();
    let sender = start(&folder, &["send", "--interval", "1h"]);
    let mut receiver = start(&folder, &["recv"]);
    receiver.line();
    // Not at once: it looks often for a while after a message.
    until(
        "a second with 500 looks at most, in a fiftieth of it",
        || {
            let (since, before) = (Instant::now(), sleeps(receiver.pid()));
            let used = cpu(receiver.pid());
            thread::sleep(Duration::from_secs(1));
            let slept = sleeps(receiver.pid()) - before;
            let most = since.elapsed().as_millis() / 2 + 20;
            let used = cpu(receiver.pid()) - used;
            println!("{slept} sleeps, {most} allowed, {used:?}");
            u128::from(slept) <= most && used < Duration::from_millis(20)
        },
    );
    drop(sender);
}

fn cpu(pid: u32) -> Duration {
    let threads = fs::read_dir(format!("/proc/{pid}/task")).unwrap();
    let nanos = threads.map(|thread| {
        let schedule = fs::read_to_string(thread.unwrap().path().join("schedstat")).unwrap();
        schedule.split(' ').next().unwrap().parse::<u64>().unwrap()
    });
    Duration::from_nanos(nanos.sum())
}

/// How often the threads of a process have gone to sleep.
fn sleeps(pid: u32) -> u64 {
    let threads = fs::read_dir(format!("/proc/{pid}/task")).unwrap();
    let count = |thread: std::io::Result<fs::DirEntry>| {
        let status = fs::read_to_string(thread.unwrap().path().join("status")).unwrap();
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("voluntary_ctxt_switches:"));
        line.unwrap().trim().parse::<u64>().unwrap()
    };
    threads.map(count).sum()
}
