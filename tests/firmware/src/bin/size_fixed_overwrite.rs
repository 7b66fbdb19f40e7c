//! What does a sender and a receiver of overwrite channels take, if their geometry is known when they are built?
#![no_std]
#![no_main]

use ramframe_core::channel::{Channel, Overwrite, Receiver, Sender, Start};
use ramframe_core::geometry::{Const, ConstGeometry, Geometry};
use ramframe_core::wait::Spin;
use ramframe_firmware::measure::{Place, SizedMemory, buffer, message, or_stop, sized, used};

struct Mailbox;

impl ConstGeometry for Mailbox {
    const GEOMETRY: Geometry = Geometry::overwrite(8, 48);
}

static SENDER: Place<Sender<SizedMemory, Overwrite, Spin, Const<Mailbox>>> = Place::new();
static RECEIVER: Place<Receiver<SizedMemory, Overwrite, Spin, Const<Mailbox>>> = Place::new();

#[unsafe(no_mangle)]
extern "C" fn main() -> ! {
    let region = or_stop(sized().ok_or(()));
    let (sender, receiver) = Channel::overwrite(region)
        .with_geometry::<Mailbox>()
        .split();
    // SAFETY: once.
    let sender = unsafe { SENDER.put(or_stop(sender.attach())) };
    // SAFETY: once.
    let receiver = unsafe { RECEIVER.put(or_stop(receiver.attach(Start::Oldest))) };
    // SAFETY: once.
    let buffer = unsafe { buffer() };
    loop {
        used(&sender.try_send(message()));
        used(&receiver.try_recv(buffer));
        used(&*buffer);
    }
}
