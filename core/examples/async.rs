//! Tasks: a sender and a receiver in two tasks of one executor. A task sleeps until the other side notifies it.

use std::error::Error;
use std::sync::{Arc, Mutex};
use std::task::Waker;

use futures_lite::future;
use ramframe_core::channel::{Channel, Event};
use ramframe_core::geometry::Geometry;
use ramframe_core::memory::AtomicWords;
use ramframe_core::wait::{Notify, Wait};
use ramframe_core::wake::Wake;

/// The place of one side's waker. On a chip it is a critical section or an `AtomicWaker`.
type Place = Arc<Mutex<Option<Waker>>>;

/// One side's way to wait. A program on a chip raises an interrupt, and the handler on the other side wakes the task.
struct Mailbox {
    own: Place,
    other: Place,
}

impl Wait for Mailbox {
    const NOTIFY: Notify = Notify::OnRequest;

    fn wait(&mut self, _word: *const u32, _seen: u32) {
        std::hint::spin_loop(); // for calls that block; a task does not use it
    }

    fn notify(&mut self, _word: *const u32, _requested: bool) {
        if let Some(waker) = self.other.lock().expect("no panic").take() {
            waker.wake();
        }
    }
}

impl Wake for Mailbox {
    fn register(&mut self, waker: &Waker) {
        *self.own.lock().expect("no panic") = Some(waker.clone());
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let memory = AtomicWords::array::<256>();
    let region = AtomicWords::new(&memory);
    Geometry::backpressure(2, 48, 1).format(&region, 0)?;

    let (a, b) = (Place::default(), Place::default());
    let (sender, receiver) = Channel::backpressure(region).split();
    let sending = Mailbox {
        own: a.clone(),
        other: b.clone(),
    };
    let receiving = Mailbox { own: b, other: a };
    let mut sender = sender.with_wait(sending).attach()?;
    let mut receiver = receiver.with_wait(receiving).attach(0)?;

    let send = async {
        for number in 0..5_u8 {
            sender.send_async(&[number]).await?; // sleeps while both slots are full
        }
        sender.close();
        Ok::<_, Box<dyn Error>>(())
    };
    let receive = async {
        let mut buffer = [0; 48];
        loop {
            match receiver.recv_async(&mut buffer).await? {
                Event::Message(message) => println!("received {}", message.payload[0]),
                Event::Closed => return Ok::<_, Box<dyn Error>>(()),
                event => println!("{event}"),
            }
        }
    };
    let (sent, received) = future::block_on(future::zip(send, receive));
    sent.and(received)
}
