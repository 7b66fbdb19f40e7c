//! The first bytes of a message in a share: which message it is, wherever it goes.

/// How many bytes come before the payload.
pub(super) const LEN: usize = 24;

/// The version of these bytes.
const VERSION: u16 = 1;

/// Which message this is. It stays the same when the message is moved to another worker, or comes again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MessageId {
    /// The place where it was sent first.
    pub worker: u16,
    /// The generation of the channel there.
    pub generation: u32,
    /// The epoch of the sender.
    pub epoch: u32,
    /// The sequence of the message there.
    pub sequence: u64,
}

/// What the sender tells a worker about a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Envelope {
    pub(super) id: MessageId,
    /// How many workers may have begun it and did not finish.
    pub(super) attempts: u32,
}

impl Envelope {
    pub(super) fn bytes(&self) -> [u8; LEN] {
        let mut bytes = [0; LEN];
        let id = &self.id;
        bytes[0..2].copy_from_slice(&VERSION.to_le_bytes());
        bytes[2..4].copy_from_slice(&id.worker.to_le_bytes());
        bytes[4..8].copy_from_slice(&id.generation.to_le_bytes());
        bytes[8..12].copy_from_slice(&id.epoch.to_le_bytes());
        bytes[12..16].copy_from_slice(&self.attempts.to_le_bytes());
        bytes[16..24].copy_from_slice(&id.sequence.to_le_bytes());
        bytes
    }

    /// What a message begins with, and its payload; `None` if no [`Share`](super::Share) sent it.
    pub(super) fn split(message: &[u8]) -> Option<(Self, &[u8])> {
        let (version, rest) = message.split_first_chunk()?;
        let (worker, rest) = rest.split_first_chunk()?;
        let (generation, rest) = rest.split_first_chunk()?;
        let (epoch, rest) = rest.split_first_chunk()?;
        let (attempts, rest) = rest.split_first_chunk()?;
        let (sequence, payload) = rest.split_first_chunk()?;
        let id = MessageId {
            worker: u16::from_le_bytes(*worker),
            generation: u32::from_le_bytes(*generation),
            epoch: u32::from_le_bytes(*epoch),
            sequence: u64::from_le_bytes(*sequence),
        };
        let attempts = u32::from_le_bytes(*attempts);
        (u16::from_le_bytes(*version) == VERSION).then_some((Self { id, attempts }, payload))
    }
}

#[cfg(test)]
mod tests {
    use super::{Envelope, LEN, MessageId};

    #[test]
    fn what_is_split_is_what_was_written() {
        let id = MessageId {
            worker: 0x1234,
            generation: 0x8765_4321,
            epoch: 7,
            sequence: u64::MAX - 1,
        };
        let envelope = Envelope { id, attempts: 3 };
        let mut message = envelope.bytes().to_vec();
        message.extend(b"CIEPLO");
        assert_eq!(Envelope::split(&message), Some((envelope, &b"CIEPLO"[..])));
        assert_eq!(Envelope::split(&message[..LEN]), Some((envelope, &b""[..])));
    }

    #[test]
    fn what_no_share_sent_is_refused() {
        assert_eq!(Envelope::split(b"too short for 24 bytes"), None);
        assert_eq!(Envelope::split(&[2; LEN]), None);
        assert_eq!(Envelope::split(&[]), None);
    }
}
