//! What is each outcome of the core called in the suite?

use crate::support::{FlatMessage, Miss};
use ramframe_core::channel::{
    AttachError, Backpressure, Corruption, Overwrite, Receiver, SendError, Sender,
};
use ramframe_core::frame::Header;
use ramframe_core::geometry::GeometryError;
use ramframe_core::region::RegionMut;
use ramframe_core::wait::Wait;

/// A sender of either policy.
pub(super) trait AnySender {
    fn begins(&self) -> String;
    fn send(&mut self, message: &[u8]) -> String;
    fn wait_for_room(&mut self, receiver: u32);
    fn close(self: Box<Self>);
}

/// A receiver of either policy.
pub(super) trait AnyReceiver {
    fn begins(&self) -> String;
    fn recv(&mut self) -> String;
    fn latest(&mut self) -> String;
    fn wait(&mut self);
    fn detach(self: Box<Self>);
}

macro_rules! sender {
    ($policy:ty, $this:ident, $receiver:ident, $wait:expr) => {
        impl<R: RegionMut, W: Wait> AnySender for Sender<R, $policy, W> {
            fn begins(&self) -> String {
                format!("next {} epoch {}", self.next_sequence(), self.epoch())
            }

            fn send(&mut self, message: &[u8]) -> String {
                sent(Sender::try_send(self, message))
            }

            fn wait_for_room(&mut self, $receiver: u32) {
                let $this = self;
                $wait
            }

            fn close(self: Box<Self>) {
                Sender::close(*self);
            }
        }
    };
}

macro_rules! receiver {
    ($policy:ty, $this:ident, $detach:expr) => {
        impl<R: RegionMut, W: Wait> AnyReceiver for Receiver<R, $policy, W> {
            fn begins(&self) -> String {
                format!("next {}", self.next_sequence())
            }

            fn recv(&mut self) -> String {
                let mut buffer = vec![0; self.geometry().capacity() as usize];
                let found = Receiver::try_recv(self, &mut buffer).header();
                received(found, &buffer)
            }

            fn latest(&mut self) -> String {
                let mut buffer = vec![0; self.geometry().capacity() as usize];
                let found = Receiver::latest(self, &mut buffer).header();
                received(found, &buffer)
            }

            fn wait(&mut self) {
                Receiver::wait(self);
            }

            fn detach(self: Box<Self>) {
                let $this = *self;
                $detach
            }
        }
    };
}

sender!(
    Overwrite,
    _sender,
    receiver,
    panic!("no room to wait for: {receiver}")
);
sender!(
    Backpressure,
    sender,
    receiver,
    Sender::wait_for_room(sender, receiver)
);
receiver!(Overwrite, receiver, drop(receiver));
receiver!(Backpressure, receiver, Receiver::detach(receiver));

fn corrupt(what: Corruption) -> String {
    let what = match what {
        Corruption::Head => "head",
        Corruption::Stamp => "stamp",
        Corruption::Length => "length",
        Corruption::Consumed { .. } => "consumed",
        other => panic!("{other:?} is new"),
    };
    format!("corrupt {what}")
}

fn sent(sent: Result<u64, SendError>) -> String {
    match sent {
        Ok(sequence) => format!("sent {sequence}"),
        Err(SendError::Full { receiver }) => format!("full {receiver}"),
        Err(SendError::TooLong { .. }) => "too long".into(),
        Err(SendError::Reformatted) => "reformatted".into(),
        Err(SendError::Corrupt { what }) => corrupt(what),
        Err(other) => panic!("{other:?} is new"),
    }
}

fn received(found: Result<Header, Miss>, buffer: &[u8]) -> String {
    match found {
        Ok(header) => {
            let payload = match &buffer[..header.len] {
                [] => "-".into(),
                bytes => bytes
                    .iter()
                    .map(|byte| format!("{byte:02x}"))
                    .collect::<String>(),
            };
            format!("message {} {} {payload}", header.sequence, header.epoch)
        }
        Err(error) => why(error),
    }
}

fn why(error: Miss) -> String {
    match error {
        Miss::Empty => "empty".into(),
        Miss::Lagged(count) => format!("lagged {count}"),
        Miss::ProgressLost => "progress lost".into(),
        Miss::SenderRestarted => "restarted".into(),
        Miss::Closed => "closed".into(),
        Miss::BufferTooSmall { .. } => "too long".into(),
        Miss::Busy => "busy".into(),
        Miss::Reformatted => "reformatted".into(),
        Miss::Corrupt { what } => corrupt(what),
    }
}

pub(super) fn discarded(discarded: Result<u64, Miss>) -> String {
    match discarded {
        Ok(count) => format!("discarded {count}"),
        Err(error) => why(error),
    }
}

pub(super) fn attached(error: AttachError) -> String {
    match error {
        AttachError::Geometry(error) => formatted(Err(error)),
        AttachError::Policy => "policy".into(),
        AttachError::NoSuchReceiver { .. } => "no such receiver".into(),
        AttachError::Corrupt { what } => corrupt(what),
        AttachError::Busy => "busy".into(),
        other => panic!("{other:?} is new"),
    }
}

pub(super) fn formatted(result: Result<(), GeometryError>) -> String {
    let what = match result {
        Ok(()) => "ok",
        Err(GeometryError::Unformatted) => "unformatted",
        Err(GeometryError::Foreign { .. }) => "foreign",
        Err(GeometryError::Version { .. }) => "version",
        Err(GeometryError::Features { .. }) => "features",
        Err(GeometryError::Field { .. } | GeometryError::Mismatch { .. }) => "constants",
        Err(GeometryError::RegionTooSmall { .. }) => "too small",
        Err(GeometryError::MovesPlaces) => "moves places",
        Err(other) => panic!("{other:?} is new"),
    };
    what.into()
}

/// The name of a channel, as `name` gives it.
pub(super) fn named(name: &str) -> String {
    let digits: String = name.bytes().map(|byte| format!("{byte:02X}")).collect();
    let digits = if digits.is_empty() { "-" } else { &digits };
    format!("name {digits}")
}
