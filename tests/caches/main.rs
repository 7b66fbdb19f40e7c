//! Does every promise hold where caches do not cohere, and is each hook that core calls for it needed?
//!
//! All claims of the suite run over memory whose every handle has a cache of its own. The last test then leaves out each hook call in
//! core, one at a time: some claim must fail. `RAMFRAME_SEED`, a number, has the caches do other things on their own.

#[path = "../regions/hooks.rs"]
mod hooks;
#[path = "../regions/incoherent.rs"]
mod incoherent;
mod late;
mod left_out;
mod own;
mod sites;
#[path = "../claims/suite.rs"]
mod suite;
#[path = "../support/mod.rs"]
mod support;
#[allow(dead_code, reason = "each test uses its own part")]
#[path = "../regions/xorshift.rs"]
mod xorshift;

use ramframe_core::geometry::Geometry;
use ramframe_core::region::{Divide, RegionMut};

use hooks::Hooks;
use incoherent::{Kind, Memory};
use suite::Maker;

/// The shortest line of a layout.
const SHORT: usize = 32;

/// Memory in which every handle that a claim asks for is another side: a receiver here, and a sender that comes after
/// another, run on a core that has not seen what was done before.
struct Caches<const SENDER: usize, const RECEIVER: usize, const RESTLESS: bool> {
    memory: Memory,
    /// The longest line that the layout allows.
    longest: usize,
}

impl<const S: usize, const R: usize, const RESTLESS: bool> Caches<S, R, RESTLESS> {
    fn side(&self, line: usize) -> impl RegionMut + Divide + Send + use<S, R, RESTLESS> {
        self.memory.side(Kind {
            line: line.min(self.longest),
            stale: if RESTLESS { 0xEEEE_EEEE } else { 0 },
            seed: RESTLESS.then(|| Hooks::now().seed()),
        })
    }
}

impl<const S: usize, const R: usize, const RESTLESS: bool> Maker for Caches<S, R, RESTLESS> {
    fn new(len: usize) -> Self {
        Caches {
            memory: Memory::new(len),
            longest: 64,
        }
    }

    fn fitting(geometry: &Geometry) -> Self {
        Caches {
            longest: geometry.cache_line() as usize,
            ..Self::new(geometry.size() as usize)
        }
    }

    fn sender(&self) -> impl RegionMut + Divide + Send {
        self.side(S)
    }

    fn receiver(&self) -> impl RegionMut + Divide + Send {
        self.side(R)
    }

    fn reader(&self) -> impl Divide + Send {
        self.side(R)
    }
}

/// Does nothing on its own, so what is not cleaned never arrives.
type Still = Caches<SHORT, SHORT, false>;
/// Does anything, and began with garbage.
type Restless = Caches<SHORT, SHORT, true>;
/// The same with longer lines.
type Long = Caches<64, 64, true>;

suite::claims!(still, crate::Still);
suite::claims!(restless, crate::Restless);
suite::claims!(long, crate::Long);
suite::claims!(long_sender, crate::Caches<64, 32, true>);
suite::claims!(long_receiver, crate::Caches<32, 64, true>);
