//! Senders killed while they make their channel, or take it down: the next one works, and leaves nothing.

use std::process::{Child, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::mortal::Mortal;
use crate::processes::{Folder, LIMIT};
use crate::xorshift::Xorshift;
use crate::{an_instant, chance, rounds, watch};

/// How long a sender lives that has nothing to send: long enough that most instants are in it, on a quiet machine.
const LIFE: Duration = Duration::from_millis(4);

struct Torture {
    folder: Folder,
    chance: Xorshift,
    options: &'static [&'static str],
    /// After one death of so many, a sender ends in good order.
    deaths: usize,
    kills: u32,
    half_made: u32,
    made: u32,
}

impl Torture {
    fn command(&self) -> Vec<&'static str> {
        let common = ["send", "--quiet", "--lines", "--count", "0"];
        [&common[..], self.options].concat()
    }

    fn life_and_death(&mut self) {
        let mut command = self.folder.host(&self.command());
        command.stdin(Stdio::null()).stderr(Stdio::null());
        let mut sender = Mortal::spawn(&mut command);
        let key = self.folder.key;
        match self.chance.below(4) {
            0 => an_instant(&self.chance, LIFE),
            1 => at_once_when(&mut sender, || self.folder.has_segment()),
            2 => at_once_when(&mut sender, || watch::is_half_made(key)),
            _ => {
                let mut watch = watch::Watch::new(key);
                at_once_when(&mut sender, || watch.is_closed());
            }
        }
        sender.die();
        self.kills += 1;
        self.half_made += u32::from(watch::is_half_made(key));
        self.made += u32::from(self.folder.sent().is_some());
        // Else the next one would take it for a channel that was kept, and leave it.
        assert!(
            !watch::Watch::new(key).is_closed(),
            "closed, and still there"
        );
    }

    /// Whether so many were killed, and have left both what there is to leave.
    fn is_over(&self, kills: u32) -> bool {
        assert!(self.kills < 20 * kills, "all died alike");
        self.kills >= kills && self.half_made > 0 && self.made > 0
    }

    /// A sender that ends in good order.
    fn end_well(&self) {
        let ended = self.folder.start(&self.command()).end();
        assert_eq!((ended.code, ended.errors.as_str()), (Some(0), ""));
        self.folder.assert_clean();
    }
}

/// Returns when `seen`, or `sender` has ended.
fn at_once_when(sender: &mut Child, mut seen: impl FnMut() -> bool) {
    let since = Instant::now();
    while !(0..64).any(|_| seen()) && sender.try_wait().unwrap().is_none() {
        assert!(since.elapsed() < LIMIT, "it neither works nor ends");
        thread::yield_now();
    }
}

fn killed_while_making(test: &str, options: &'static [&'static str], deaths: usize) {
    let mut torture = Torture {
        folder: Folder::new(),
        chance: chance(test),
        options,
        deaths,
        kills: 0,
        half_made: 0,
        made: 0,
    };
    let kills = rounds(150, 1000);
    while !torture.is_over(kills) {
        torture.life_and_death();
        // Others find what several have left.
        if torture.chance.below(torture.deaths) == 0 {
            torture.end_well();
        }
    }
    torture.end_well();
    println!(
        "{test}: {} killed, which left {} half-made segments and {} whole ones",
        torture.kills, torture.half_made, torture.made
    );
}

#[test]
fn of_an_overwrite_channel() {
    // In good order each lingers, a quarter of a second.
    killed_while_making("making an overwrite channel", &["--overwrite"], 8);
}

#[test]
fn of_a_backpressure_channel() {
    killed_while_making("making a backpressure channel", &["--backpressure"], 2);
}
