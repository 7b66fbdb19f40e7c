//! The core in Rust, by `ramframe-core`.

use ramframe_core::channel::{
    AttachError, Backpressure, Channel, Event, Overwrite, Receive, Receiver, SendError, Sender,
    Start,
};
use ramframe_core::memory::Memory;
use ramframe_core::wait::{Notify, Wait};
use ramframe_firmware::memory::shared;
#[cfg(target_arch = "aarch64")]
use ramframe_firmware::wait::Event as Sleep;
#[cfg(not(target_arch = "aarch64"))]
type Sleep = ramframe_firmware::wait::Mailbox<0>;

use crate::fail;
use crate::phase::Phase;
use crate::roles::{Heard, Receiving, Sending, or_fail};

/// Spins, or sleeps until the other core's interrupt or event.
pub struct Waits(Option<Sleep>);

impl Waits {
    fn of(phase: &Phase) -> Self {
        #[cfg(target_arch = "aarch64")]
        let sleep = || Sleep;
        #[cfg(not(target_arch = "aarch64"))]
        let sleep = Sleep::new;
        Waits(phase.sleeps.then(sleep))
    }
}

impl Wait for Waits {
    const NOTIFY: Notify = Notify::OnRequest;

    fn wait(&mut self, word: *const u32, seen: u32) {
        match &mut self.0 {
            Some(sleep) => sleep.wait(word, seen),
            None => core::hint::spin_loop(),
        }
    }

    fn notify(&mut self, word: *const u32, requested: bool) {
        if let Some(sleep) = &mut self.0 {
            sleep.notify(word, requested);
        }
    }
}

fn region() -> Memory<'static> {
    or_fail(shared().ok_or(()), "the shared memory is not aligned")
}

/// The sender, by policy.
pub enum Sends {
    Overwrite(Sender<Memory<'static>, Overwrite, Waits>),
    Backpressure(Sender<Memory<'static>, Backpressure, Waits>),
}

impl Sending for Sends {
    fn format(phase: &Phase) {
        or_fail(phase.geometry.format(&region(), 0), "Rust cannot format");
    }

    fn attach(phase: &Phase) -> Self {
        let (region, wait) = (region(), Waits::of(phase));
        let what = "Rust cannot attach a sender";
        if phase.is_lossless() {
            let channel = Channel::backpressure(region).with_wait(wait);
            Sends::Backpressure(or_fail(channel.sender(), what))
        } else {
            let channel = Channel::overwrite(region).with_wait(wait);
            Sends::Overwrite(or_fail(channel.sender(), what))
        }
    }

    fn next(&self) -> u32 {
        match self {
            Sends::Overwrite(sender) => sender.next_sequence() as u32,
            Sends::Backpressure(sender) => sender.next_sequence() as u32,
        }
    }

    fn try_send(&mut self, message: &[u8]) -> bool {
        let sent = match self {
            Sends::Overwrite(sender) => sender.try_send(message),
            Sends::Backpressure(sender) => sender.try_send(message),
        };
        match sent {
            Ok(_) => true,
            Err(SendError::Full { .. }) => false,
            Err(_) => fail("Rust cannot send"),
        }
    }

    fn wait_for_room(&mut self) {
        if let Sends::Backpressure(sender) = self {
            sender.wait_for_room(0);
        }
    }

    fn close(self) {
        match self {
            Sends::Overwrite(sender) => sender.close(),
            Sends::Backpressure(sender) => sender.close(),
        };
    }
}

/// The receiver, by policy.
pub enum Receives {
    Overwrite(Receiver<Memory<'static>, Overwrite, Waits>),
    Backpressure(Receiver<Memory<'static>, Backpressure, Waits>),
}

impl Receiving for Receives {
    fn attach(phase: &Phase) -> Self {
        loop {
            let attached = attached(phase);
            match attached {
                Ok(receiver) => return receiver,
                Err(AttachError::Busy) => {}
                Err(_) => fail("Rust cannot attach a receiver"),
            }
        }
    }

    fn next(&self) -> u32 {
        match self {
            Receives::Overwrite(receiver) => receiver.next_sequence() as u32,
            Receives::Backpressure(receiver) => receiver.next_sequence() as u32,
        }
    }

    fn try_recv<'b>(&mut self, buffer: &'b mut [u8]) -> Heard<'b> {
        match self {
            Receives::Overwrite(receiver) => heard(receiver, buffer),
            Receives::Backpressure(receiver) => heard(receiver, buffer),
        }
    }

    fn wait(&mut self) {
        match self {
            Receives::Overwrite(receiver) => receiver.wait(),
            Receives::Backpressure(receiver) => receiver.wait(),
        }
    }
}

fn attached(phase: &Phase) -> Result<Receives, AttachError> {
    let (region, wait) = (region(), Waits::of(phase));
    Ok(if phase.is_lossless() {
        Receives::Backpressure(Channel::backpressure(region).with_wait(wait).receiver(0)?)
    } else {
        let channel = Channel::overwrite(region).with_wait(wait);
        Receives::Overwrite(channel.receiver(Start::Oldest)?)
    })
}

fn heard<'b, P: Receive<Memory<'static>>>(
    receiver: &mut Receiver<Memory<'static>, P, Waits>,
    buffer: &'b mut [u8],
) -> Heard<'b> {
    match or_fail(receiver.try_recv(buffer), "Rust cannot receive") {
        Event::Message(message) => Heard::Message(message.sequence as u32, message.payload),
        Event::Lagged(count) => Heard::Lagged(count as u32),
        Event::SenderRestarted => Heard::Restarted,
        Event::Closed => Heard::Closed,
        Event::Empty | Event::Busy => Heard::Nothing,
        Event::ProgressLost => fail("Rust lost its progress"),
    }
}
