//! Does a channel keep its promises over a System V segment, each side with a mapping of its own?

mod newest;
mod read_only;
#[path = "../segment/scratch.rs"]
mod scratch;
#[path = "../claims/suite.rs"]
mod suite;
#[path = "../support/mod.rs"]
mod support;
mod waits;

use std::sync::Arc;

use ramframe_core::region::{Divide, RegionMut};
use ramframe_host::shared::{ReadOnlySharedMemory, SharedMemory};
use ramframe_host::sysv::segment::{ReadOnly, ReadWrite, Segment};
use ramframe_host::trust::Trust;

use scratch::Scratch;
use suite::Maker;

/// One segment at three addresses.
struct Mapped {
    sender: Arc<Segment<ReadWrite>>,
    receiver: Arc<Segment<ReadWrite>>,
    reader: Arc<Segment<ReadOnly>>,
}

impl Mapped {
    fn map(sender: Segment<ReadWrite>) -> Self {
        let mine = Trust::current_user();
        let this = Self {
            receiver: Arc::new(Segment::attach_id(sender.id(), &mine).unwrap()),
            reader: Arc::new(Segment::attach_id(sender.id(), &mine).unwrap()),
            sender: Arc::new(sender),
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
        SharedMemory::of(Arc::clone(&self.sender))
    }

    fn receiver(&self) -> impl RegionMut + Divide + Send {
        SharedMemory::of(Arc::clone(&self.receiver))
    }

    fn reader(&self) -> impl Divide + Send {
        ReadOnlySharedMemory::of(Arc::clone(&self.reader))
    }
}

suite::claims!(segment, crate::Mapped);
