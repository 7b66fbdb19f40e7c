//! What does an image take that does nothing? The start code alone.
#![no_std]
#![no_main]

use ramframe_firmware::measure::stop;

#[unsafe(no_mangle)]
extern "C" fn main() -> ! {
    #[cfg(feature = "planted")]
    ramframe_firmware::measure::used([0_u8; 4][core::hint::black_box(4)]);
    stop()
}
