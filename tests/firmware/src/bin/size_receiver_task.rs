//! What does a receiver take that a task polls?
#![no_std]
#![no_main]

use core::task::{Context, Waker};

use ramframe_core::channel::{Backpressure, Channel, Receiver};
use ramframe_core::memory::Memory;
use ramframe_core::wait::{Notify, Wait};
use ramframe_core::wake::Wake;
use ramframe_firmware::measure::{Place, buffer, or_stop, used};
use ramframe_firmware::memory::shared;

/// Rings when asked, and keeps no waker: the loop below polls.
struct Polled;

impl Wait for Polled {
    const NOTIFY: Notify = Notify::OnRequest;

    fn wait(&mut self, _word: *const u32, _seen: u32) {}

    fn notify(&mut self, word: *const u32, asked: bool) {
        used((word, asked));
    }
}

impl Wake for Polled {
    fn register(&mut self, waker: &Waker) {
        used(waker);
    }
}

static RECEIVER: Place<Receiver<Memory<'static>, Backpressure, Polled>> = Place::new();

#[unsafe(no_mangle)]
extern "C" fn main() -> ! {
    let region = or_stop(shared().ok_or(()));
    let receiver = or_stop(Channel::backpressure(region).with_wait(Polled).receiver(0));
    // SAFETY: once.
    let receiver = unsafe { RECEIVER.put(receiver) };
    // SAFETY: once.
    let buffer = unsafe { buffer() };
    let mut context = Context::from_waker(Waker::noop());
    loop {
        used(receiver.poll_recv(&mut context, buffer));
        used(&*buffer);
    }
}
