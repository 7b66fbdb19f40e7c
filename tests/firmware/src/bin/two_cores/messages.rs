//! What does the first core send? A list of messages in turn, over either kind of channel.

use ramframe_core::alternate::{Alternate, Outcome as Turn};
use ramframe_core::channel::{Channel, SendError};
use ramframe_core::geometry::{Geometry, Overflow};
use ramframe_core::memory::Memory;
use ramframe_core::wait::Wait;
use ramframe_firmware::semihosting::{print, print_number};

use crate::meeting::{DONE, MISSED, READY, RECEIVED, SENT};
use crate::{ROUNDS, fail, formatted, or_fail};

/// Three messages of 200 bytes that share none: one mixed of two is none of them. Three, because a number of slots is even:
/// with two every slot would hold the same message for ever, and nobody could see it torn.
pub const LONG: [&[u8]; 3] = [&[0x55; 200], &[0xAA; 200], &[0x33; 200]];

/// One run of a channel from format to close.
pub struct Phase {
    pub name: &'static str,
    pub geometry: Geometry,
    pub list: &'static [&'static [u8]],
}

impl Phase {
    /// The first core's half.
    pub fn send<W: Wait>(&self, region: Memory<'static>, waiting: &str, wait: W) {
        let region = formatted(region, &self.geometry);
        RECEIVED.say(0);
        match self.geometry.overflow() {
            Overflow::Overwrite => self.overwrite(region, wait),
            Overflow::Backpressure => self.backpressure(region, wait),
        }
        DONE.until(READY.now());
        self.report(waiting);
    }

    fn overwrite<W: Wait>(&self, region: Memory<'static>, wait: W) {
        let mut sender = or_fail(
            Channel::overwrite(region).with_wait(wait).sender(),
            "attach the sender",
        );
        READY.one_more();
        let mut turn = self.turn();
        // However many that takes: a sender that never waits is far ahead of a receiver that has yet to start.
        while RECEIVED.now() < ROUNDS {
            or_fail(sender.try_send(turn.current()), "send");
            turn.on(Turn::Sent);
        }
        SENT.say(sender.next_sequence() as u32);
        sender.close();
    }

    fn backpressure<W: Wait>(&self, region: Memory<'static>, wait: W) {
        let mut sender = or_fail(
            Channel::backpressure(region).with_wait(wait).sender(),
            "attach the sender",
        );
        READY.one_more();
        let mut turn = self.turn();
        let mut sent = 0;
        while sent < ROUNDS {
            match sender.try_send(turn.current()) {
                Ok(_) => {
                    sent += 1;
                    turn.on(Turn::Sent);
                }
                Err(SendError::Full { receiver }) => {
                    turn.on(Turn::Refused);
                    sender.wait_for_room(receiver);
                }
                Err(_) => fail("send"),
            }
        }
        SENT.say(sent);
        sender.close();
    }

    fn turn(&self) -> Alternate<'static> {
        or_fail(Alternate::new(self.list).ok_or(()), "an empty list")
    }

    fn report(&self, waiting: &str) {
        print(self.name);
        print(", ");
        print(waiting);
        print(": received ");
        print_number(u64::from(RECEIVED.now()));
        print(", missed ");
        print_number(u64::from(MISSED.now()));
        print("\n");
    }
}
