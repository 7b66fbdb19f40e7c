//! What does one side of a duplex link with embedded-io take?
#![no_std]
#![no_main]

use core::hint::black_box;

use embedded_io::{Read, Write};
use ramframe_core::memory::Memory;
use ramframe_core::stream::{Duplex, End, Link};
use ramframe_core::wait::{MaxWaits, Spin};
use ramframe_firmware::measure::{Place, buffer, message, or_stop, used};
use ramframe_firmware::memory::shared;

static LINK: Place<Duplex<Memory<'static>, Spin, MaxWaits, 48>> = Place::new();

#[unsafe(no_mangle)]
extern "C" fn main() -> ! {
    let region = or_stop(shared().ok_or(()));
    let side = black_box(End::A);
    // SAFETY: once.
    let link = unsafe {
        LINK.put(or_stop(
            Link::new(region).attach::<_, 48>(side, MaxWaits(100)),
        ))
    };
    // SAFETY: once.
    let buffer = unsafe { buffer() };
    loop {
        used(link.write_all(message()));
        used(link.read_exact(buffer));
        used(&*buffer);
    }
}
