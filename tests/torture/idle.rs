//! What does a receiver cost that has nothing to do?

use std::fs;
use std::thread;
use std::time::Duration;

use crate::is_deep;
use crate::processes::{Folder, Running};

/// What a process has used so far.
#[derive(Clone, Copy, Debug)]
struct Usage {
    cpu: Duration,
    /// How often one of its threads went to sleep.
    naps: u64,
}

impl Usage {
    fn of(pid: u32) -> Self {
        let threads = fs::read_dir(format!("/proc/{pid}/task")).unwrap();
        let mut usage = Self {
            cpu: Duration::ZERO,
            naps: 0,
        };
        for thread in threads {
            let thread = thread.unwrap().path();
            let schedule = fs::read_to_string(thread.join("schedstat")).unwrap();
            let nanos = schedule.split(' ').next().unwrap();
            usage.cpu += Duration::from_nanos(nanos.parse().unwrap());
            let status = fs::read_to_string(thread.join("status")).unwrap();
            let naps = status
                .lines()
                .find_map(|line| line.strip_prefix("voluntary_ctxt_switches:"));
            usage.naps += naps.unwrap().trim().parse::<u64>().unwrap();
        }
        usage
    }
}

/// A sender that has sent one message and has no more, and a receiver that has it.
fn quiet_pair(folder: &Folder, options: &[&str]) -> (Running, Running) {
    let sender = folder.start(&[&["send", "--interval", "1h"][..], options].concat());
    let mut receiver = folder.start(&["recv"]);
    assert_eq!(receiver.line(), "Received: CIEPLO");
    (sender, receiver)
}

#[test]
fn a_receiver_with_nothing_to_do_sleeps() {
    let seconds = if is_deep() { 10 } else { 3 };
    let folders = [(); 3].map(|()| Folder::new());
    let (_sender, overwrite) = quiet_pair(&folders[0], &[]);
    let (_other, backpressure) = quiet_pair(&folders[1], &["--backpressure"]);
    let alone = folders[2].start(&["recv"]);
    alone.hear("waiting for a sender");
    // The first naps after a message are short, as are those between the first looks for a sender.
    thread::sleep(Duration::from_millis(1500));
    let idle = [
        // Ten naps a second, or looks for a sender where there is none. What each costs is up to the machine: it is printed.
        ("overwrite", overwrite.pid()),
        ("backpressure", backpressure.pid()),
        ("no sender", alone.pid()),
    ];
    let before = idle.map(|(_, pid)| Usage::of(pid));
    thread::sleep(Duration::from_secs(seconds));
    for ((name, pid), before) in idle.into_iter().zip(before) {
        let after = Usage::of(pid);
        let (cpu, slept) = (after.cpu - before.cpu, after.naps - before.naps);
        println!("host recv, {name}, idle for {seconds} s: {cpu:?} of CPU, {slept} naps");
        assert!(slept <= 12 * seconds, "{name}: {slept} naps");
    }
}
