//! A channel keeps its promises over an array, and over memory as real as a heap's.

#[path = "../regions/array.rs"]
mod array;
mod fixed;
#[path = "../region/heap.rs"]
mod heap;
mod opening;
#[path = "../regions/roles.rs"]
mod roles_region;
mod steps;
mod suite;
#[path = "../support/mod.rs"]
mod support;
mod unfenced;

use crate::support::Words;
use ramframe_core::region::{Divide, RegionMut};

use array::Array;
use heap::Heap;
use roles_region::{Role, RoleRegion};
use suite::Maker;

impl Maker for Array {
    fn new(len: usize) -> Self {
        Array::new(len)
    }

    fn sender(&self) -> impl RegionMut + Divide + Send {
        self.words()
    }

    fn receiver(&self) -> impl RegionMut + Divide + Send {
        self.words()
    }

    fn reader(&self) -> impl Divide + Send {
        self.words()
    }
}

impl Maker for Heap {
    fn new(len: usize) -> Self {
        Heap::new(len)
    }

    fn sender(&self) -> impl RegionMut + Divide + Send {
        self.memory()
    }

    fn receiver(&self) -> impl RegionMut + Divide + Send {
        self.memory()
    }

    fn reader(&self) -> impl Divide + Send {
        self.memory().read_only()
    }
}

/// An array in which every side stores what is its own, and nothing else.
struct Roles(Array);

impl Roles {
    fn of(&self, role: Role) -> RoleRegion<Words<'_>> {
        RoleRegion::new(self.0.words(), role)
    }
}

impl Maker for Roles {
    fn new(len: usize) -> Self {
        Roles(Array::new(len))
    }

    fn sender(&self) -> impl RegionMut + Divide + Send {
        self.of(Role::Sender)
    }

    fn receiver(&self) -> impl RegionMut + Divide + Send {
        self.of(Role::Receiver)
    }

    fn reader(&self) -> impl Divide + Send {
        self.0.words()
    }

    fn formatter(&self) -> impl RegionMut + Divide + Send {
        self.of(Role::Formatter)
    }

    fn end(&self) -> impl RegionMut + Divide + Send {
        self.of(Role::End)
    }

    fn other_end(&self) -> impl RegionMut + Divide + Send {
        self.of(Role::End)
    }

    fn anybody(&self) -> impl RegionMut + Divide + Send {
        self.of(Role::Anybody)
    }
}

suite::claims!(words, crate::Array);
suite::claims!(roles, crate::Roles);
suite::claims!(ram, crate::Heap);
