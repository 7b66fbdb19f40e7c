//! Restarts: a sender that restarts, a receiver that died, and a region that is formatted again.

use std::error::Error;

use ramframe_core::channel::{Backpressure, Channel, Event, Receiver, RecvError};
use ramframe_core::geometry::Geometry;
use ramframe_core::memory::AtomicWords;

type Receiving<'a> = Receiver<AtomicWords<'a>, Backpressure>;

const CHANNEL: Geometry = Geometry::backpressure(4, 48, 1);

/// Prints everything that is pending. Attaches again if the region was formatted.
fn print_pending(mut receiver: Receiving<'_>) -> Result<Receiving<'_>, Box<dyn Error>> {
    let mut buffer = [0; 48];
    loop {
        match receiver.try_recv(&mut buffer) {
            Ok(Event::Message(message)) => println!("  {}", str::from_utf8(message.payload)?),
            Ok(Event::Empty) => return Ok(receiver),
            Ok(event) => println!("  {event}"),
            Err(RecvError::Reformatted) => {
                println!("  formatted: attaching again");
                receiver = receiver.into_half().attach(0)?;
            }
            Err(error) => return Err(error.into()),
        }
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let memory = AtomicWords::array::<256>();
    // Each call stands for another process or core. The program keeps to one sender and one receiver at a time.
    let open = || Channel::backpressure(AtomicWords::new(&memory));
    CHANNEL.format(&AtomicWords::new(&memory), 0)?;
    let receiver = open().receiver(0)?;

    println!("a sender dies, and the next one continues");
    open().sender()?.try_send(b"from the first sender")?; // dies without a close
    let mut sender = open().sender()?;
    sender.try_send(b"from the second sender")?;
    print_pending(receiver)?; // dies without a detach

    println!("a receiver dies, and its messages are discarded");
    sender.try_send(b"lost")?;
    sender.try_send(b"lost too")?;
    let discarded = open().reclaim(0)?.discard_pending()?;
    println!("  {discarded} discarded, the sender has room");
    let mut receiver = open().receiver(0)?;
    sender.try_send(b"after the death")?;
    receiver = print_pending(receiver)?;

    println!("the region is formatted again");
    CHANNEL.format(&AtomicWords::new(&memory), 0)?;
    if sender.was_reformatted() {
        sender = sender.into_half().attach()?;
    }
    sender.try_send(b"in the new channel")?;
    print_pending(receiver)?;
    Ok(())
}
