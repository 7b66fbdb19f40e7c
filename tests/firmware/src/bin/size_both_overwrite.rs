//! What does a sender and a receiver of overwrite channels take?
#![no_std]
#![no_main]

use ramframe_core::channel::{Channel, Overwrite, Receiver, Sender, Start};
use ramframe_core::memory::Memory;
use ramframe_firmware::measure::{Place, buffer, message, or_stop, used};
use ramframe_firmware::memory::shared;

static SENDER: Place<Sender<Memory<'static>, Overwrite>> = Place::new();
static RECEIVER: Place<Receiver<Memory<'static>, Overwrite>> = Place::new();

#[unsafe(no_mangle)]
extern "C" fn main() -> ! {
    let region = or_stop(shared().ok_or(()));
    let (sender, receiver) = Channel::overwrite(region).split();
    // SAFETY: once.
    let sender = unsafe { SENDER.put(or_stop(sender.attach())) };
    // SAFETY: once.
    let receiver = unsafe { RECEIVER.put(or_stop(receiver.attach(Start::Oldest))) };
    // SAFETY: once.
    let buffer = unsafe { buffer() };
    loop {
        used(sender.try_send(message()));
        used(receiver.try_recv(buffer));
        used(&*buffer);
    }
}
