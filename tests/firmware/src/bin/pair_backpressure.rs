//! Beside Linux, with a channel to it of the backpressure kind.
#![no_std]
#![no_main]

use ramframe_core::channel::{Backpressure, Channel};
use ramframe_core::geometry::Geometry;
use ramframe_firmware::pair::{LONG, Outward, run};

#[unsafe(no_mangle)]
extern "C" fn main() -> ! {
    run::<Backpressure>(&Outward {
        geometry: Geometry::backpressure(64, 48, 1),
        attach: |region| Channel::backpressure(region).sender().ok(),
        list: LONG,
    })
}
