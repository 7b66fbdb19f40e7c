//! Backpressure: no message is lost. A full channel stops the sender until the slowest receiver makes room.

use std::error::Error;

use ramframe_core::channel::{Channel, Event, SendError};
use ramframe_core::geometry::Geometry;
use ramframe_core::memory::AtomicWords;
use ramframe_core::wait::MaxWaits;

fn main() -> Result<(), Box<dyn Error>> {
    let memory = AtomicWords::array::<256>();
    let region = AtomicWords::new(&memory);
    Geometry::backpressure(2, 48, 2).format(&region, 0)?; // 2 slots, 2 receivers

    // One sender and two receivers need three handles to the memory. This program makes only one sender of them.
    let open = || Channel::backpressure(AtomicWords::new(&memory));
    let mut sender = open().sender()?;
    let mut receivers = [open().receiver(0)?, open().receiver(1)?];

    sender.try_send(b"CIEPLO")?;
    sender.try_send(b"ZIMNO")?;
    match sender.try_send(b"CIEPLO") {
        Err(SendError::Full { receiver }) => println!("full: receiver {receiver} is behind"),
        other => println!("{other:?}"),
    }

    // Each receiver gets every message.
    let mut buffer = [0; 48];
    for (index, receiver) in receivers.iter_mut().enumerate() {
        while let Event::Message(message) = receiver.try_recv(&mut buffer)? {
            println!("receiver {index}: {}", str::from_utf8(message.payload)?);
        }
    }

    sender.send(b"CIEPLO", MaxWaits(1000))?;
    println!(
        "pending for receiver 1: {}",
        sender.pending(1).unwrap_or_default()
    );
    Ok(())
}
