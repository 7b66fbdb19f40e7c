//! Beside Linux, for a person to look at: CIEPLO and ZIMNO, each of them kept until it is taken.
#![no_std]
#![no_main]

use ramframe_core::channel::{Backpressure, Channel};
use ramframe_core::geometry::Geometry;
use ramframe_firmware::pair::{Outward, SHORT, run};

#[unsafe(no_mangle)]
extern "C" fn main() -> ! {
    run::<Backpressure>(&Outward {
        geometry: Geometry::backpressure(64, 48, 1),
        attach: |region| Channel::backpressure(region).sender().ok(),
        list: SHORT,
    })
}
