//! Beside Linux, with a channel to it of the overwrite kind.
#![no_std]
#![no_main]

use ramframe_core::channel::{Channel, Overwrite};
use ramframe_core::geometry::Geometry;
use ramframe_firmware::pair::{LONG, Outward, run};

#[unsafe(no_mangle)]
extern "C" fn main() -> ! {
    run::<Overwrite>(&Outward {
        geometry: Geometry::overwrite(64, 48),
        attach: |region| Channel::overwrite(region).sender().ok(),
        list: LONG,
    })
}
