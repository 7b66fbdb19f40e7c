//! Do two cores of one machine talk over RAM that both see: every policy, every way to wait, streams, and plain text?
//!
//! The first core sends, the second receives and checks. The exit code says whether everything came as it should.
#![no_std]
#![no_main]

mod bytes;
mod meeting;
mod messages;
mod receiving;
mod texts;

use ramframe_core::geometry::Geometry;
use ramframe_core::memory::Memory;
use ramframe_core::wait::Spin;
use ramframe_firmware::memory::shared;
use ramframe_firmware::semihosting::{exit, print};
use ramframe_firmware::start;
#[cfg(any(target_arch = "arm", target_arch = "aarch64"))]
use ramframe_firmware::wait::Event;
#[cfg(not(target_arch = "aarch64"))]
use ramframe_firmware::wait::Mailbox;

use messages::{LONG, Phase};
use ramframe_core::alternate::TUTORIAL;

/// Messages that are received in each phase.
const ROUNDS: u32 = 20_000;

const OVERWRITE: Geometry = Geometry::overwrite(64, 240);
const BACKPRESSURE: Geometry = Geometry::backpressure(8, 240, 1);

const PHASES: [Phase; 4] = [
    Phase {
        name: "overwrite, CIEPLO and ZIMNO",
        geometry: OVERWRITE,
        list: &TUTORIAL,
    },
    Phase {
        name: "overwrite, 200 bytes",
        geometry: OVERWRITE,
        list: &LONG,
    },
    Phase {
        name: "backpressure, CIEPLO and ZIMNO",
        geometry: BACKPRESSURE,
        list: &TUTORIAL,
    },
    Phase {
        name: "backpressure, 200 bytes",
        geometry: BACKPRESSURE,
        list: &LONG,
    },
];

/// What the first core does after reset.
#[unsafe(no_mangle)]
extern "C" fn main() -> ! {
    be_strict();
    start::second(second);
    for phase in &PHASES {
        phase.send(region(), "spinning", Spin);
        #[cfg(any(target_arch = "arm", target_arch = "aarch64"))]
        phase.send(region(), "WFE and SEV", Event);
        #[cfg(not(target_arch = "aarch64"))]
        phase.send(region(), "mailbox interrupt", Mailbox::<0>::new());
    }
    bytes::ask(region());
    texts::write(region());
    print("passed\n");
    exit(0)
}

/// What the second core does: the other half of each of these.
fn second() -> ! {
    be_strict();
    for phase in &PHASES {
        phase.receive(region(), Spin);
        #[cfg(any(target_arch = "arm", target_arch = "aarch64"))]
        phase.receive(region(), Event);
        #[cfg(not(target_arch = "aarch64"))]
        phase.receive(region(), Mailbox::<1>::new());
    }
    bytes::answer(region());
    texts::read(region());
    loop {
        core::hint::spin_loop();
    }
}

/// As strict as a Cortex-M0+, in the image that is built for one.
fn be_strict() {
    #[cfg(all(target_arch = "arm", not(target_has_atomic = "32")))]
    start::trap_unaligned();
}

/// The shared memory: each end of a phase has a handle of its own.
fn region() -> Memory<'static> {
    or_fail(shared().ok_or(()), "the shared memory is not aligned")
}

/// The region, formatted; both cores may attach.
fn formatted(region: Memory<'static>, geometry: &Geometry) -> Memory<'static> {
    or_fail(geometry.format(&region, 0), "format");
    region
}

fn or_fail<T, E>(result: Result<T, E>, what: &str) -> T {
    match result {
        Ok(value) => value,
        Err(_) => fail(what),
    }
}

fn fail(what: &str) -> ! {
    print("failed: ");
    print(what);
    print("\n");
    exit(1)
}
