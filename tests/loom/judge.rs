//! Is everything that a receiver was told, from first to last, what the channel promises?

use ramframe_core::channel::{Receive, Receiver};
use ramframe_core::frame::Header;
use ramframe_core::wait::Wait;

use crate::channel::{CAPACITY, message};
use crate::region::LoomRegion;
use crate::support::{FlatMessage, Miss};

/// What came of one step of a receiver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Heard {
    Message,
    News,
    Nothing,
    Closed,
    Busy,
}

/// The whole history of one receiver.
#[derive(Debug)]
pub(crate) struct Judge {
    /// Messages delivered or missed, counted from the start of the channel.
    pub(crate) position: u64,
    pub(crate) missed: u64,
    pub(crate) delivered: Vec<Header>,
    pub(crate) restarts: usize,
    pub(crate) closes: usize,
    /// Incarnation of the last message.
    epoch: u32,
    restarted: bool,
    closed: bool,
    /// Sequence of the first message that `message` made; those before it are empty.
    first: u64,
}

impl Judge {
    pub(crate) fn of<P: Receive<LoomRegion>, W: Wait>(
        receiver: &Receiver<LoomRegion, P, W>,
    ) -> Self {
        Judge {
            position: receiver.next_sequence(),
            missed: 0,
            delivered: vec![],
            restarts: 0,
            closes: 0,
            epoch: 0,
            restarted: false,
            closed: false,
            first: receiver.next_sequence(),
        }
    }

    /// Messages before `first` are of earlier times, and empty.
    pub(crate) fn earlier(&mut self, first: u64) {
        self.first = first;
    }

    /// Lets the receiver take a step, and judges what it says.
    pub(crate) fn step<P: Receive<LoomRegion>, W: Wait>(
        &mut self,
        receiver: &mut Receiver<LoomRegion, P, W>,
    ) -> Heard {
        let mut buffer = [0; CAPACITY as usize];
        let heard = match receiver.try_recv(&mut buffer).header() {
            Ok(header) => self.message(header, &buffer),
            Err(error) => self.news(error),
        };
        assert_eq!(
            self.position,
            receiver.next_sequence(),
            "delivered + missed"
        );
        heard
    }

    fn message(&mut self, header: Header, buffer: &[u8]) -> Heard {
        assert_eq!(header.sequence, self.position, "in order");
        self.position += 1;
        if header.sequence < self.first {
            assert_eq!(header.len, 0, "foreign");
            return Heard::Message;
        }
        whole(header, buffer);
        assert!(!self.closed, "a message after Closed");
        if self.epoch == header.epoch {
            assert!(!self.restarted, "a message of before the restart");
        } else if self.epoch != 0 {
            assert!(header.epoch > self.epoch, "an earlier sender's message");
            assert!(self.restarted, "another sender, and not a word of it");
        }
        (self.epoch, self.restarted, self.closed) = (header.epoch, false, false);
        self.delivered.push(header);
        Heard::Message
    }

    fn news(&mut self, error: Miss) -> Heard {
        match error {
            Miss::Empty => Heard::Nothing,
            Miss::Busy => Heard::Busy,
            Miss::ProgressLost => panic!("nobody took this receiver's seat"),
            Miss::Reformatted => panic!("nobody formats this region"),
            Miss::Lagged(count) => {
                assert!(count > 0, "missed nothing");
                self.position += count;
                self.missed += count;
                Heard::News
            }
            Miss::SenderRestarted => {
                self.restarted = true;
                self.closed = false;
                self.restarts += 1;
                Heard::News
            }
            Miss::Closed => {
                self.closed = true;
                self.closes += 1;
                Heard::Closed
            }
            Miss::BufferTooSmall { .. } | Miss::Corrupt { .. } => panic!("{error:?}"),
        }
    }

    /// Takes everything there is, now that every sender is at rest.
    pub(crate) fn drain<P: Receive<LoomRegion>, W: Wait>(
        &mut self,
        receiver: &mut Receiver<LoomRegion, P, W>,
    ) {
        let mut last = Heard::Nothing;
        for _ in 0..16 {
            match self.step(receiver) {
                Heard::Nothing => return,
                Heard::Closed if last == Heard::Closed => return,
                Heard::Busy => panic!("busy, with nobody there"),
                heard => last = heard,
            }
        }
        panic!("no end of it");
    }
}

/// Holds a message against the one that was sent.
pub(crate) fn whole(header: Header, buffer: &[u8]) {
    let expected = message(header.sequence, header.epoch);
    assert_eq!(buffer[..header.len], expected, "torn");
}
