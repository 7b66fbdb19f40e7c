//! What does a sender of an overwrite channel take, if its geometry is known when it is built?
#![no_std]
#![no_main]

use ramframe_core::channel::{Channel, Overwrite, Sender};
use ramframe_core::geometry::{Const, ConstGeometry, Geometry};
use ramframe_core::wait::Spin;
use ramframe_firmware::measure::{Place, SizedMemory, message, or_stop, sized, used};

struct Mailbox;

impl ConstGeometry for Mailbox {
    const GEOMETRY: Geometry = Geometry::overwrite(8, 48);
}

static SENDER: Place<Sender<SizedMemory, Overwrite, Spin, Const<Mailbox>>> = Place::new();

#[unsafe(no_mangle)]
extern "C" fn main() -> ! {
    let region = or_stop(sized().ok_or(()));
    // SAFETY: once.
    let sender = unsafe {
        SENDER.put(or_stop(
            Channel::overwrite(region)
                .with_geometry::<Mailbox>()
                .sender(),
        ))
    };
    loop {
        used(sender.try_send(message()));
    }
}
