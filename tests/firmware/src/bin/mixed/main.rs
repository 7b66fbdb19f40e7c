//! A core with a program in Rust and a core with one in C talk over RAM that both see: each sends to the other, by either policy,
//! spinning and sleeping, and each is restarted at any instruction.
//!
//! The first core is Rust's, the second C's. The exit code says whether everything came as it should.
#![no_std]
#![no_main]

mod in_c;
mod in_rust;
mod phase;
mod restart;
mod roles;
mod tally;

use ramframe_firmware::count::Count;
use ramframe_firmware::semihosting::{exit, print};
use ramframe_firmware::start;

use phase::{PHASES, Phase};

/// How many phases each core has behind it.
static DONE: [Count; 2] = [const { Count::new() }; 2];

/// What the first core does after reset.
#[unsafe(no_mangle)]
extern "C" fn main() -> ! {
    be_strict();
    start::second(second);
    begin(0)
}

/// What the second core does.
fn second() -> ! {
    be_strict();
    begin(1)
}

fn begin(core: usize) -> ! {
    restart::prepare(core);
    go_on(core)
}

/// Where a core goes on that was restarted: it knows nothing but which phase this is.
fn restarted(core: usize) -> ! {
    phase_of(core).tally.restarts.one_more();
    go_on(core)
}

fn go_on(core: usize) -> ! {
    let done = done_by(core);
    while (done.now() as usize) < PHASES.len() {
        let phase = phase_of(core);
        match core {
            0 => roles::play::<in_rust::Sends, in_rust::Receives>(phase, core),
            _ => roles::play::<in_c::Sends, in_c::Receives>(phase, core),
        }
        if core == 0 {
            phase.report();
        }
        done.one_more();
    }
    end(core)
}

fn end(core: usize) -> ! {
    if core != 0 {
        loop {
            core::hint::spin_loop();
        }
    }
    print("passed\n");
    exit(0)
}

fn phase_of(core: usize) -> &'static Phase {
    let number = done_by(core).now() as usize;
    PHASES
        .get(number)
        .unwrap_or_else(|| fail("there is no such phase"))
}

fn done_by(core: usize) -> &'static Count {
    DONE.get(core)
        .unwrap_or_else(|| fail("there is no such core"))
}

/// As strict as a Cortex-M0+, in the image that is built for one.
fn be_strict() {
    #[cfg(all(target_arch = "arm", not(target_has_atomic = "32")))]
    start::trap_unaligned();
}

fn fail(what: &str) -> ! {
    print("failed: ");
    print(what);
    print("\n");
    exit(1)
}
