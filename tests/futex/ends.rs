//! The two ends of a library channel, as the tests of busy sides need them.

use std::time::Duration;

use ramframe_host::{ChannelOptions, Receiver, Sender, Start, Trust};

use crate::scratch::Scratch;

/// Both ends of a backpressure channel of so many slots. Each wait spins for `spin` before it sleeps.
pub(crate) fn ends(scratch: &Scratch, slots: u32, spin: Duration) -> (Sender, Receiver) {
    let trust = Trust::current_user();
    let options = ChannelOptions {
        slots: Some(slots),
        ..ChannelOptions::backpressure(1)
    };
    let mut sender = Sender::open(scratch.key, &options, &trust).unwrap();
    let mut receiver = Receiver::open(scratch.key, Start::Oldest, &trust).unwrap();
    sender.set_spin(Some(spin));
    receiver.set_spin(Some(spin));
    (sender, receiver)
}
