//! How does a case learn on what a side waits, and whom it wakes? The way of waiting writes it down, and returns.

use std::cell::RefCell;
use std::rc::Rc;

use ramframe_core::region::Region;
use ramframe_core::wait::{Notify, Wait};

use crate::array::Array;

/// What the sides of a case did beside storing.
pub(super) struct Log {
    base: usize,
    wait: RefCell<String>,
    woken: RefCell<Vec<usize>>,
}

impl Log {
    pub(super) fn of(memory: &Array) -> Rc<Self> {
        Rc::new(Self {
            base: memory.words().address(0).addr(),
            wait: RefCell::default(),
            woken: RefCell::default(),
        })
    }

    /// The words that were woken since this was last asked.
    pub(super) fn take_woken(&self) -> String {
        let woken = self.woken.take().into_iter();
        let woken: String = woken.map(|at| format!(" 0x{at:X}")).collect();
        match woken.is_empty() {
            true => "woke none".into(),
            false => format!("woke{woken}"),
        }
    }

    pub(super) fn forget_wait(&self) {
        self.wait.replace("ready".into());
    }

    pub(super) fn wait(&self) -> String {
        self.wait.borrow().clone()
    }
}

/// A way of waiting that does neither wait nor wake.
pub(super) struct Recorder<const ANSWERS: bool, const UNREQUESTED: bool>(Rc<Log>);

pub(super) type Silent = Recorder<false, false>;
pub(super) type Answers = Recorder<true, false>;
pub(super) type Unrequested = Recorder<false, true>;

impl<const ANSWERS: bool, const UNREQUESTED: bool> Recorder<ANSWERS, UNREQUESTED> {
    pub(super) fn to(log: &Rc<Log>) -> Self {
        Self(Rc::clone(log))
    }
}

impl<const ANSWERS: bool, const UNREQUESTED: bool> Wait for Recorder<ANSWERS, UNREQUESTED> {
    const NOTIFY: Notify = match (ANSWERS, UNREQUESTED) {
        (false, false) => Notify::Never,
        (true, false) => Notify::OnRequest,
        (false, true) => Notify::Always,
        (true, true) => Notify::AlwaysAndOnRequest,
    };

    fn wait(&mut self, word: *const u32, seen: u32) {
        let at = word.addr() - self.0.base;
        let seen = u32::from_le(seen);
        let waits = format!("waits 0x{at:X} 0x{seen:08X}");
        self.0.wait.replace(waits);
    }

    fn poll(&mut self) {
        self.0.wait.replace("polls".into());
    }

    fn notify(&mut self, word: *const u32, _requested: bool) {
        let at = word.addr() - self.0.base;
        self.0.woken.borrow_mut().push(at);
    }
}
