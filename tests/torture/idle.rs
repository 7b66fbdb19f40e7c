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
    // The first naps after a message are short; and what was the start's is not the idling's.
    thread::sleep(Duration::from_millis(300));
    let idle = [
        // At most ten naps a second, and as many looks for a sender where there is none.
        ("overwrite", overwrite.pid()),
        ("backpressure", backpressure.pid()),
        ("no sender", alone.pid()),
    ];
    // Not the first time, perhaps: what a wake-up costs is up to what else the machine does.
    assert!(
        (0..5).any(|_| idles_cheaply(idle, seconds)),
        "10 ms each time"
    );
}

/// Whether all of them use less than 10 ms meanwhile. None may look more often than it says.
fn idles_cheaply(idle: [(&str, u32); 3], seconds: u64) -> bool {
    let before = idle.map(|(_, pid)| Usage::of(pid));
    thread::sleep(Duration::from_secs(seconds));
    let mut cheap = true;
    for ((name, pid), before) in idle.into_iter().zip(before) {
        let after = Usage::of(pid);
        let (cpu, slept) = (after.cpu - before.cpu, after.naps - before.naps);
        println!("host recv, {name}, idle for {seconds} s: {cpu:?} of CPU, {slept} naps");
        assert!(slept <= 2 * 10 * seconds, "{name}: {slept} naps");
        cheap &= cpu < Duration::from_millis(10);
    }
    cheap
}
