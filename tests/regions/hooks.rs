//! Where is each cache hook called from, and what if it were not called there?
//!
//! A place is where core calls `clean`, `invalidate`, or a verb that calls one of these; `#[track_caller]` names it, so core need not know
//! of this. The thread that makes a memory says which hooks work in it.

use std::cell::RefCell;
use std::panic::Location;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex};

/// A place that calls a hook.
pub(crate) type Place = &'static Location<'static>;

/// Which hook calls work: all, or all but those of one place.
#[derive(Debug)]
pub(crate) struct Hooks {
    left_out: Option<Place>,
    called: Mutex<Vec<Place>>,
    /// Accesses left, so that who waits in vain comes to an end.
    left: AtomicUsize,
    /// Which run this is of those that differ in what restless caches do.
    run: u64,
    seeds: AtomicU64,
}

thread_local! {
    static NOW: RefCell<Arc<Hooks>> = RefCell::new(Arc::new(Hooks::without(None, usize::MAX, 0)));
}

impl Hooks {
    fn without(left_out: Option<Place>, accesses: usize, run: u64) -> Self {
        Hooks {
            left_out,
            called: Mutex::default(),
            left: AtomicUsize::new(accesses),
            run,
            seeds: AtomicU64::new(1),
        }
    }

    /// Those of memory that this thread makes.
    pub(crate) fn now() -> Arc<Self> {
        NOW.with_borrow(Arc::clone)
    }

    /// Runs `claim` with one place's hook left out, for at most so many accesses; in another `run` restless caches do other
    /// things. Returns the places that called one.
    pub(crate) fn run(
        left_out: Option<Place>,
        accesses: usize,
        run: u64,
        claim: fn(),
    ) -> Vec<Place> {
        let hooks = Arc::new(Hooks::without(left_out, accesses, run));
        NOW.set(Arc::clone(&hooks));
        claim();
        hooks.called.lock().unwrap().clone()
    }

    /// Whether the hook called at `place` works.
    pub(crate) fn work(&self, place: Place) -> bool {
        let mut called = self.called.lock().unwrap();
        if !called.contains(&place) {
            called.push(place);
        }
        self.left_out != Some(place)
    }

    /// Another seed each time, and the same ones in each run with the same `RAMFRAME_SEED`.
    pub(crate) fn seed(&self) -> u64 {
        let given: u64 = std::env::var("RAMFRAME_SEED").map_or(0, |seed| seed.parse().unwrap());
        let number = self.seeds.fetch_add(1, Relaxed) + (self.run << 24) + (given << 32);
        0x9E37_79B9_7F4A_7C15_u64.wrapping_mul(number)
    }

    /// Counts an access.
    pub(crate) fn spend(&self) {
        let left = self.left.load(Relaxed);
        self.left.store(left.saturating_sub(1), Relaxed);
        assert!(left > 0, "it goes on for ever");
    }
}
