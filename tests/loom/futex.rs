//! How does a side sleep in a model? On a futex as Linux has it, but without spurious wake-ups: if nobody rings, it sleeps
//! for ever, and loom calls that a deadlock.

use std::sync::Arc;

use loom::sync::{Condvar, Mutex};
use ramframe_core::region::Region;
use ramframe_core::wait::{Notify, Wait};

use crate::region::LoomRegion;

/// The kernel's part: who sleeps on one word.
pub(crate) struct Bed {
    at: usize,
    lock: Mutex<()>,
    rung: Condvar,
}

/// One side's view of the beds. `ASKED`: it rings only when asked, otherwise after every change.
#[derive(Clone)]
pub(crate) struct Futex<const ASKED: bool> {
    region: LoomRegion,
    beds: Arc<[Bed]>,
    looks: u32,
}

impl<const ASKED: bool> Futex<ASKED> {
    /// A futex for the words at these offsets.
    pub(crate) fn over(region: &LoomRegion, words: &[usize]) -> Self {
        let beds = words.iter().map(|&at| Bed {
            at,
            lock: Mutex::new(()),
            rung: Condvar::new(),
        });
        Futex {
            region: region.clone(),
            beds: beds.collect(),
            looks: 0,
        }
    }

    /// The same for a side that looks so often before it requests a notification.
    pub(crate) fn looking(mut self, looks: u32) -> Self {
        self.looks = looks;
        self
    }

    fn bed(&self, word: *const u32) -> &Bed {
        let bed = self
            .beds
            .iter()
            .find(|bed| bed.at == self.region.offset(word));
        bed.expect("a word that somebody sleeps on")
    }
}

impl<const ASKED: bool> Wait for Futex<ASKED> {
    const NOTIFY: Notify = if ASKED {
        Notify::OnRequest
    } else {
        Notify::Always
    };

    fn spins(&mut self, looks: u32) -> bool {
        looks < self.looks
    }

    fn wait(&mut self, word: *const u32, seen: u32) {
        let bed = self.bed(word);
        let locked = bed.lock.lock().unwrap();
        if self.region.load(bed.at) == seen {
            drop(bed.rung.wait(locked).unwrap());
        }
    }

    fn notify(&mut self, word: *const u32, _asked: bool) {
        let bed = self.bed(word);
        let locked = bed.lock.lock().unwrap();
        bed.rung.notify_all();
        drop(locked);
    }
}
