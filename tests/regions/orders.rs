//! Which memory order does the code under test get, at each place where it asks for one?
//!
//! A place is where a verb of the region is called; `#[track_caller]` names it, so core need not know of this.

use std::panic::Location;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

/// A place that asks for an order stronger than `Relaxed`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Site {
    pub(crate) place: &'static Location<'static>,
    pub(crate) verb: &'static str,
    pub(crate) order: Ordering,
}

/// Hands out orders: those asked for, but at one place a weaker one; and takes down who asked.
#[derive(Debug, Default)]
pub(crate) struct Orders {
    weakened: Option<(Site, Ordering)>,
    asked: Mutex<Vec<Site>>,
    wide: AtomicBool,
}

impl Orders {
    /// Everyone gets what they ask for, except that `site` gets `order`.
    pub(crate) fn weakened(site: Site, order: Ordering) -> Self {
        Orders {
            weakened: Some((site, order)),
            ..Orders::default()
        }
    }

    /// Says of which machine the next regions are: one that accesses pairs at once, or word by word.
    pub(crate) fn set_wide(&self, wide: bool) {
        self.wide.store(wide, Ordering::Relaxed);
    }

    /// Whether pairs are accessed at once.
    pub(crate) fn are_wide(&self) -> bool {
        self.wide.load(Ordering::Relaxed)
    }

    /// What the caller of `verb` at `place` gets.
    pub(crate) fn grant(
        &self,
        place: &'static Location<'static>,
        verb: &'static str,
        order: Ordering,
    ) -> Ordering {
        if order == Ordering::Relaxed {
            return order;
        }
        let site = Site { place, verb, order };
        match self.weakened {
            Some((weak, order)) if weak == site => return order,
            Some(_) => {}
            None => self.note(site),
        }
        order
    }

    fn note(&self, site: Site) {
        let mut asked = self.asked.lock().unwrap();
        if !asked.contains(&site) {
            asked.push(site);
        }
    }

    /// Every place that has asked so far.
    pub(crate) fn asked(&self) -> Vec<Site> {
        self.asked.lock().unwrap().clone()
    }
}
