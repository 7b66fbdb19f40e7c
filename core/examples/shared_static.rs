//! A static for two cores of one image, without `unsafe`. Here the second core is a thread.
#![forbid(unsafe_code)]

use std::error::Error;
use std::thread;

use ramframe_core::channel::{Channel, Event, Overwrite, SenderHalf, Start};
use ramframe_core::geometry::Geometry;
use ramframe_core::memory::{ConstLen, Memory, SharedStatic};
use ramframe_core::wait::Forever;

const CHANNEL: Geometry = Geometry::overwrite(8, 48);
const SIZE: usize = CHANNEL.size() as usize;

static SHARED: SharedStatic<SIZE> = SharedStatic::new();

/// The main function of the second core.
fn second_core(half: SenderHalf<Memory<'static, ConstLen<SIZE>>, Overwrite>) {
    let mut sender = half.attach().expect("the first core has formatted");
    sender
        .try_send(b"hello from the second core")
        .expect("it fits");
    sender.close();
}

fn main() -> Result<(), Box<dyn Error>> {
    // The first core takes the memory and formats it before it starts the second core.
    let memory = SHARED.take().ok_or("taken twice")?;
    CHANNEL.format(&memory, 0)?;
    let (sender, receiver) = Channel::overwrite(memory).split();
    let second = thread::spawn(|| second_core(sender));

    let mut receiver = receiver.attach(Start::Oldest)?;
    let mut buffer = [0; 48];
    while let Event::Message(message) = receiver.recv(&mut buffer, Forever)? {
        println!("{}", str::from_utf8(message.payload)?);
    }
    second.join().map_err(|_| "the second core panicked")?;
    Ok(())
}
