//! Overwrite: the sender never waits. A slow receiver loses the oldest messages, and learns how many.

use std::error::Error;

use ramframe_core::channel::{Channel, Event, Start};
use ramframe_core::geometry::Geometry;
use ramframe_core::memory::AtomicWords;

fn main() -> Result<(), Box<dyn Error>> {
    let memory = AtomicWords::array::<256>();
    let region = AtomicWords::new(&memory);
    Geometry::overwrite(4, 48).format(&region, 0)?; // 4 slots
    let (sender, receiver) = Channel::overwrite(region).split();
    let (mut sender, mut receiver) = (sender.attach()?, receiver.attach(Start::Oldest)?);

    for celsius in 20..30_u8 {
        sender.try_send(&[celsius])?; // always finds room
    }
    sender.close();

    // Only the newest measurement, without receiving it.
    let mut buffer = [0; 48];
    if let Event::Message(message) = receiver.latest(&mut buffer)? {
        println!("now {} °C", message.payload[0]);
    }

    // Every measurement that is left.
    loop {
        match receiver.try_recv(&mut buffer)? {
            Event::Message(message) => {
                println!("message {}: {} °C", message.sequence, message.payload[0]);
            }
            Event::Lagged(count) => println!("{count} messages lost"),
            Event::Closed => break,
            Event::Empty | Event::Busy => receiver.wait(),
            event => println!("{event}"),
        }
    }
    Ok(())
}
