//! Two threads and one channel. Each side waits with a time limit.

use std::error::Error;
use std::thread;
use std::time::{Duration, Instant};

use ramframe_core::channel::{Channel, Event};
use ramframe_core::geometry::Geometry;
use ramframe_core::memory::AtomicWords;
use ramframe_core::wait::RetryPolicy;

/// A limit for each call that waits. Core has no clock, so the program brings one.
fn seconds(limit: u64) -> impl RetryPolicy {
    let mut start = Instant::now();
    move |waits: u32| {
        if waits == 0 {
            start = Instant::now();
        }
        start.elapsed() < Duration::from_secs(limit)
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let memory = AtomicWords::array::<256>();
    let region = AtomicWords::new(&memory);
    Geometry::backpressure(4, 48, 1).format(&region, 0)?;
    let (sender, receiver) = Channel::backpressure(region).split();

    thread::scope(|scope| {
        scope.spawn(|| {
            let mut sender = sender.attach().expect("the channel is formatted");
            for number in 0..10 {
                let text = format!("message {number}");
                sender.send(text.as_bytes(), seconds(10)).expect("room");
            }
            sender.close();
        });

        let mut receiver = receiver.attach(0)?;
        let mut buffer = [0; 48];
        loop {
            match receiver.recv(&mut buffer, seconds(10))? {
                Event::Message(message) => println!("{}", str::from_utf8(message.payload)?),
                Event::Closed => break,
                Event::Empty | Event::Busy => return Err("the sender is silent".into()),
                event => println!("{event}"),
            }
        }
        println!("closed");
        Ok(())
    })
}
