//! A region that two generations use, with messages that say of which they are.

use crate::support::{FlatMessage, Miss, Words};
use ramframe_core::channel::SendError;
use ramframe_core::frame::Header;
use ramframe_core::geometry::Geometry;

use super::array::Array;
use super::roles::{Role, RoleRegion};
use super::sides::{Came, Rx, Side, Tx};

/// Who sent a message.
pub(crate) const OLD: u64 = 1;
pub(crate) const NEW: u64 = 2;

/// Slots of the channel before.
pub(crate) const SLOTS: u64 = 4;

/// Message `sequence` of `generation`: 16 to 40 bytes, of another length in each generation, no word like another's.
pub(crate) fn message(generation: u64, sequence: u64) -> Vec<u8> {
    let seed = generation << 32 | sequence;
    let word = |index: u64| seed.wrapping_mul(0x9E37_79B9_7F4A_7C15 ^ index) ^ index;
    let words = 2 + (sequence + generation) % 4;
    (0..words)
        .flat_map(|index| word(index).to_le_bytes())
        .collect()
}

/// Of which generation this message is, whole and under its own header.
pub(crate) fn generation_of((header, bytes): &Came) -> u64 {
    let is_of = |generation: &u64| message(*generation, header.sequence) == *bytes;
    let generation = [OLD, NEW].into_iter().find(is_of);
    generation.unwrap_or_else(|| panic!("torn or foreign: {header:?} {bytes:x?}"))
}

pub(crate) fn came(header: Header, buffer: &[u8]) -> Came {
    (header, buffer[..header.len].to_vec())
}

/// A format is no contradiction.
pub(crate) fn is_no_corruption(error: Miss) {
    let corrupt = matches!(error, Miss::Corrupt { .. });
    assert!(!corrupt, "{error:?}");
}

/// What an old sender may be told.
pub(crate) fn is_fair(sent: Result<u64, SendError>) {
    let fair = matches!(
        sent,
        Ok(_) | Err(SendError::Reformatted | SendError::Full { .. })
    );
    assert!(fair, "{sent:?}");
}

/// Memory, a channel in it, and the one that takes its place.
pub(crate) struct World {
    memory: Array,
    pub(crate) anew: Geometry,
}

impl World {
    pub(crate) fn new<P: Side>(anew: Geometry) -> Self {
        let memory = Array::new(4096);
        P::geometry(SLOTS as u32, 48)
            .format(&memory.words(), 0)
            .unwrap();
        World { memory, anew }
    }

    pub(crate) fn region(&self) -> Words<'_> {
        self.memory.words()
    }

    /// A sender's view: what it stores is its own.
    pub(crate) fn sending(&self) -> RoleRegion<Words<'_>> {
        RoleRegion::new(self.region(), Role::Sender)
    }

    /// A receiver's view.
    pub(crate) fn receiving(&self) -> RoleRegion<Words<'_>> {
        RoleRegion::new(self.region(), Role::Receiver)
    }

    pub(crate) fn format(&self) {
        let region = RoleRegion::new(self.region(), Role::Formatter);
        self.anew.format(&region, 0).unwrap();
    }

    /// The other side formats, and sends `count` messages.
    pub(crate) fn begin_anew<P: Side>(&self, count: u64) {
        self.format();
        let mut sender = P::local_sender(self.sending()).unwrap();
        send(&mut sender, NEW, count);
    }

    /// Whether a new receiver hears of `sent` messages of the new generation, each once, and of as many more as it is sent.
    pub(crate) fn judge_anew<P: Side>(&self, sent: u64) {
        let mut receiver = P::local_receiver(self.receiving()).unwrap();
        let slots = u64::from(self.anew.slots());
        let oldest = receiver.next();
        let mut next = hear(&mut receiver, oldest);
        assert_eq!(next, sent);
        let mut sender = P::local_sender(self.sending()).unwrap();
        for _ in 0..3 * slots {
            send(&mut sender, NEW, 1);
            next = hear(&mut receiver, next);
            assert_eq!(next, sender.next());
        }
    }
}

/// Sends so many messages of `generation`.
pub(crate) fn send(sender: &mut impl Tx, generation: u64, count: u64) {
    for _ in 0..count {
        let sequence = sender.next();
        assert_eq!(
            sender.try_send(&message(generation, sequence)),
            Ok(sequence)
        );
    }
}

/// Takes what there is of the new generation, from message `next` on; returns the message that comes next.
pub(crate) fn hear(receiver: &mut impl Rx, mut next: u64) -> u64 {
    let mut buffer = [0; 256];
    loop {
        match receiver.try_recv(&mut buffer).header() {
            Ok(header) => {
                assert_eq!(
                    (header.sequence, generation_of(&came(header, &buffer))),
                    (next, NEW)
                );
                next += 1;
            }
            Err(Miss::Lagged(count)) => next += count,
            Err(Miss::SenderRestarted) => {}
            Err(Miss::Empty) => return next,
            Err(Miss::Corrupt { what }) => panic!("{what:?}"),
            Err(error) => panic!("{error:?}"),
        }
    }
}

/// The same channel, and others that can take its place.
pub(crate) fn places<P: Side>() -> Vec<Geometry> {
    let sizes = [(4, 48), (2, 112), (8, 48), (2, 200)];
    let mut places: Vec<_> = sizes
        .map(|(slots, capacity)| P::geometry(slots, capacity))
        .into();
    if places[0].receivers() == 0 {
        // No receiver has a line, so the slots may begin later.
        places.extend([384, 512].map(|at| P::geometry(4, 48).with_slots_at(at)));
    }
    places
}
