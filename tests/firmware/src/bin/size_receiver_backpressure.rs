//! What does a receiver of a backpressure channel take?
#![no_std]
#![no_main]

use ramframe_core::channel::{Backpressure, Channel, Receiver};
use ramframe_core::memory::Memory;
use ramframe_firmware::measure::{Place, buffer, or_stop, used};
use ramframe_firmware::memory::shared;

static RECEIVER: Place<Receiver<Memory<'static>, Backpressure>> = Place::new();

#[unsafe(no_mangle)]
extern "C" fn main() -> ! {
    let region = or_stop(shared().ok_or(()));
    // SAFETY: once.
    let receiver = unsafe { RECEIVER.put(or_stop(Channel::backpressure(region).receiver(0))) };
    // SAFETY: once.
    let buffer = unsafe { buffer() };
    loop {
        used(receiver.try_recv(buffer));
        used(&*buffer);
    }
}
