//! What do the sides of a channel show when either is killed, stopped and started again at any instant?
//!
//! `RAMFRAME_DEEP=1` asks for 1,000 kills and more of each kind. `RAMFRAME_SEED=n` chooses the instants, as far as a test
//! can; each test prints its seed and its counts.

mod acknowledged;
mod block;
mod creation;
mod idle;
mod killed_receivers;
mod killed_senders;
mod line;
mod mortal;
mod pipes;
#[path = "../processes/mod.rs"]
mod processes;
mod records;
mod stopped;
mod watch;
#[allow(dead_code, reason = "each test uses its own part")]
#[path = "../regions/xorshift.rs"]
mod xorshift;

use std::env;
use std::thread;
use std::time::Duration;

use xorshift::Xorshift;

/// How often a test does its worst.
fn rounds(usually: u32, deep: u32) -> u32 {
    if is_deep() { deep } else { usually }
}

fn is_deep() -> bool {
    env::var("RAMFRAME_DEEP").is_ok_and(|deep| deep != "0")
}

/// Where a test's random numbers come from: the seed is given, or the same each time.
fn chance(test: &str) -> Xorshift {
    let given = env::var("RAMFRAME_SEED").ok();
    let seed: u64 = given.map_or(0x5EED_0001, |seed| seed.parse().unwrap());
    println!("{test}: RAMFRAME_SEED={seed}");
    let chance = Xorshift::new(seed.max(1));
    // Small seeds give small numbers at first.
    (0..16).for_each(|_| _ = chance.next());
    chance
}

/// Lets up to `most` pass: the instant at which something happens to a process.
fn an_instant(chance: &Xorshift, most: Duration) {
    let most = usize::try_from(most.as_nanos()).unwrap();
    thread::sleep(Duration::from_nanos(chance.below(most) as u64));
}
