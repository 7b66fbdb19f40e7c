//! What does a sender and a receiver of backpressure channels take, if their geometry is known when they are built?
#![no_std]
#![no_main]

use ramframe_core::channel::{Backpressure, Receiver, Sender};
use ramframe_core::geometry::{Const, ConstGeometry, Geometry};
use ramframe_core::wait::Spin;
use ramframe_firmware::measure::{Place, SizedMemory, buffer, message, or_stop, sized, used};

struct Mailbox;

impl ConstGeometry for Mailbox {
    const GEOMETRY: Geometry = Geometry::backpressure(8, 48, 1);
}

static SENDER: Place<Sender<SizedMemory, Backpressure, Spin, Const<Mailbox>>> = Place::new();
static RECEIVER: Place<Receiver<SizedMemory, Backpressure, Spin, Const<Mailbox>>> = Place::new();

#[unsafe(no_mangle)]
extern "C" fn main() -> ! {
    let region = or_stop(sized().ok_or(()));
    // SAFETY: once.
    let sender = unsafe { SENDER.put(or_stop(Channel::backpressure(region).with_geometry::<FIXME>().sender())) };
    // SAFETY: once.
    let receiver = unsafe { RECEIVER.put(or_stop(Channel::backpressure(region).with_geometry::<FIXME>().receiver(0))) };
    // SAFETY: once.
    let buffer = unsafe { buffer() };
    loop {
        used(&sender.send(message()));
        used(&receiver.recv(buffer));
        used(&*buffer);
    }
}
