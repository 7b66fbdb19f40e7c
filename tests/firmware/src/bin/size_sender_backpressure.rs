//! What does a sender of a backpressure channel take?
#![no_std]
#![no_main]

use ramframe_core::channel::{Backpressure, Channel, Sender};
use ramframe_core::memory::Memory;
use ramframe_firmware::measure::{Place, message, or_stop, used};
use ramframe_firmware::memory::shared;

static SENDER: Place<Sender<Memory<'static>, Backpressure>> = Place::new();

#[unsafe(no_mangle)]
extern "C" fn main() -> ! {
    let region = or_stop(shared().ok_or(()));
    // SAFETY: once.
    let sender = unsafe { SENDER.put(or_stop(Channel::backpressure(region).sender())) };
    loop {
        used(sender.try_send(message()));
    }
}
