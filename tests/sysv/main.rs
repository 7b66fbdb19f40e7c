//! Does a channel keep its promises over a System V segment, each side with a mapping of its own?

mod newest;
mod read_only;
mod removed;
#[path = "../segment/scratch.rs"]
mod scratch;
#[path = "../claims/suite.rs"]
mod suite;
#[path = "../support/mod.rs"]
mod support;
mod waits;

use ramframe_core::region::{Divide, RegionMut};
use ramframe_host::sysv::segment::{ReadOnly, ReadWrite, Segment};
use ramframe_host::trust::Trust;

use scratch::Scratch;
use suite::Maker;

/// One segment at three addresses.
struct Mapped {
    sender: Segment<ReadWrite>,
    receiver: Segment<ReadWrite>,
    reader: Segment<ReadOnly>,
}

impl Mapped {
    fn map(sender: Segment<ReadWrite>) -> Self {
        let mine = Trust::current_user();
        let this = Self {
            receiver: Segment::attach_id(sender.id(), &mine).unwrap(),
            reader: Segment::attach_id(sender.id(), &mine).unwrap(),
            sender,
        };
        // It lives on as long as it is mapped, and no longer, however this test ends.
        this.sender.remove().unwrap();
        this
    }
}

impl Maker for Mapped {
    fn new(len: usize) -> Self {
        let scratch = Scratch::new();
        Self::map(Segment::create(scratch.key, len, 0o600).unwrap())
    }

    fn sender(&self) -> impl RegionMut + Divide + Send {
        self.sender.shared()
    }

    fn receiver(&self) -> impl RegionMut + Divide + Send {
        self.receiver.shared()
    }

    fn reader(&self) -> impl Divide + Send {
        self.reader.shared()
    }
}

suite::claims!(segment, crate::Mapped);
