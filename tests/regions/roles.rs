//! A region in which every word has one writing role for the region's life; a store by anybody else is an error.
//!
//! | words | who stores |
//! |---|---|
//! | constants | whoever formats |
//! | session | the sender; `notify_seq` whoever formats too |
//! | head, slots | the sender |
//! | requests | receivers and the sender |
//! | line of receiver r | receiver r; its tagged words whoever formats too |
//! | between the last receiver's line and the slots | the sender: slots may have begun there, in a channel without receivers |
#![allow(dead_code)] // each test asks its own part
#![allow(unsafe_code)] // the region

use std::cell::Cell;
use std::sync::atomic::Ordering;

use ramframe_core::geometry::{
    CONSTANTS, DISCARDING, LINE, NOTIFY_SEQ, RECEIVERS, SLOTS_AT, VERSION, VERSION_WORD,
};
use ramframe_core::region::{Divide, Region, RegionMut};

/// Who stores.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Formatter,
    Sender,
    /// The line of its first store is its own.
    Receiver,
    /// An end of a link: the sender of one channel, and receiver 0 of the other.
    End,
    /// A test that plants what nobody would store.
    Anybody,
}

/// A region of which this side has one role.
#[derive(Clone, Debug)]
pub(crate) struct RoleRegion<R> {
    region: R,
    role: Role,
    /// The receiver's line, once it is known.
    own: Cell<Option<usize>>,
}

impl<R: RegionMut> RoleRegion<R> {
    pub(crate) fn new(region: R, role: Role) -> Self {
        let own = Cell::new(None);
        RoleRegion { region, role, own }
    }

    /// Judges a store by the places of the channel that stands there. Memory that is none yet is anybody's.
    fn judge(&self, at: usize) {
        let (line, slots_at) = (
            self.region.load(LINE) as usize,
            self.region.load(SLOTS_AT) as usize,
        );
        let is_channel = self.region.load(VERSION) == VERSION_WORD && [32, 64, 128].contains(&line);
        let role = self.role;
        if !is_channel || role == Role::Anybody {
            return;
        }
        let is_fair = match at.checked_sub(CONSTANTS) {
            None => role == Role::Formatter,
            _ if at >= slots_at => matches!(role, Role::Sender | Role::End),
            Some(behind) => self.owns_control(behind / line, behind % line),
        };
        assert!(
            is_fair,
            "{role:?} stores at {at}, with lines of {line} and slots at {slots_at}"
        );
    }

    fn owns_control(&self, line: usize, word: usize) -> bool {
        match (self.role, line) {
            (Role::Sender | Role::End, 0..=2) => true,
            (Role::Formatter, 0) => word == NOTIFY_SEQ,
            (Role::Receiver, 2) => word == 0,
            (Role::Sender, 3..) => line as u32 >= 3 + self.region.load(RECEIVERS),
            (Role::Receiver, 3..) => {
                let own = self.own.get().unwrap_or(line);
                self.own.set(Some(own));
                own == line
            }
            (Role::End, 3) => true,
            (Role::Formatter, 3..) => word <= DISCARDING,
            _ => false,
        }
    }
}

// SAFETY: every verb is that of `region`.
unsafe impl<R: RegionMut> Region for RoleRegion<R> {
    fn len(&self) -> usize {
        self.region.len()
    }

    fn load(&self, at: usize) -> u32 {
        self.region.load(at)
    }

    fn load_pair(&self, at: usize) -> [u32; 2] {
        self.region.load_pair(at)
    }

    fn fence(&self, order: Ordering) {
        self.region.fence(order);
    }

    fn copy_out(&self, at: usize, to: &mut [u8]) {
        self.region.copy_out(at, to);
    }

    fn address(&self, at: usize) -> *const u32 {
        self.region.address(at)
    }

    #[track_caller]
    fn invalidate(&self, at: usize, len: usize) {
        self.region.invalidate(at, len);
    }
}

// SAFETY: as for `Region`.
unsafe impl<R: RegionMut> RegionMut for RoleRegion<R> {
    fn store(&self, at: usize, word: u32, order: Ordering) {
        self.judge(at);
        self.region.store(at, word, order);
    }

    fn store_pair(&self, at: usize, pair: [u32; 2], order: Ordering) {
        self.judge(at);
        self.judge(at + 4);
        self.region.store_pair(at, pair, order);
    }

    fn copy_in(&self, at: usize, from: &[u8]) {
        (at..at + from.len())
            .step_by(4)
            .for_each(|at| self.judge(at));
        self.region.copy_in(at, from);
    }

    #[track_caller]
    fn clean(&self, at: usize, len: usize) {
        self.region.clean(at, len);
    }
}

// SAFETY: as for `Region`: a part lies inside of the whole.
unsafe impl<R: RegionMut + Divide> Divide for RoleRegion<R> {
    unsafe fn duplicate(&self) -> Self {
        // SAFETY: this function's contract is that one's.
        let region = unsafe { self.region.duplicate() };
        RoleRegion::new(region, self.role)
    }

    unsafe fn part(&self, at: usize, len: usize) -> Option<Self> {
        // SAFETY: this function's contract is that one's.
        let region = unsafe { self.region.part(at, len) };
        region.map(|region| RoleRegion::new(region, self.role))
    }
}
