//! Tasks sleep, wake and stop as threads do. Between two of them an interrupt is a thread that wakes what is registered.

mod cancel;
mod lost;
mod messages;
mod stream;
#[path = "../support/mod.rs"]
mod support;

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{self, SyncSender};
use std::sync::{Arc, Mutex};
use std::task::{self, Waker};
use std::thread;

use crate::support::Words;
use ramframe_core::channel::{Backpressure, Channel, Receiver, Sender};
use ramframe_core::geometry::Geometry;
use ramframe_core::wait::{Notify, Wait};
use ramframe_core::wake::Wake;

const CAPACITY: usize = 16;
const SLOTS: usize = 4;

type Region = Words<'static>;

/// An empty backpressure channel of one receiver, for as long as the test runs.
fn channel() -> Region {
    let geometry = Geometry::backpressure(SLOTS as u32, CAPACITY as u32, 1);
    let region = memory(geometry.size());
    geometry.format(&region, 0).unwrap();
    region
}

fn memory(bytes: u64) -> Region {
    let words = usize::try_from(bytes).unwrap().div_ceil(4);
    let cells: Vec<AtomicU32> = (0..words).map(|_| AtomicU32::new(0)).collect();
    Words::new(Vec::leak(cells))
}

fn sender<W: Wait>(region: Region, wait: W) -> Sender<Region, Backpressure, W> {
    Channel::backpressure(region)
        .with_wait(wait)
        .sender()
        .unwrap()
}

fn receiver<W: Wait>(region: Region, wait: W) -> Receiver<Region, Backpressure, W> {
    Channel::backpressure(region)
        .with_wait(wait)
        .receiver(0)
        .unwrap()
}

/// One side of a pair of mailboxes: it keeps its own waker, and raises the other side's interrupt.
struct Mailbox {
    mine: Arc<Mutex<Option<Waker>>>,
    theirs: SyncSender<()>,
}

/// Two mailboxes, and the interrupt handler of each: a thread, which ends when the other side is gone.
fn mailboxes() -> (Mailbox, Mailbox) {
    let (to_one, one) = interrupt();
    let (to_other, other) = interrupt();
    let one = Mailbox {
        mine: one,
        theirs: to_other,
    };
    let other = Mailbox {
        mine: other,
        theirs: to_one,
    };
    (one, other)
}

/// What raises an interrupt, and the place of the waker that its handler wakes.
fn interrupt() -> (SyncSender<()>, Arc<Mutex<Option<Waker>>>) {
    // Room for one: an interrupt that is pending cannot become more so.
    let (raise, raised) = mpsc::sync_channel(1);
    let place = Arc::new(Mutex::new(None::<Waker>));
    let kept = Arc::clone(&place);
    thread::spawn(move || {
        for () in raised {
            if let Some(waker) = kept.lock().unwrap().take() {
                waker.wake();
            }
        }
    });
    (raise, place)
}

impl Wait for Mailbox {
    const NOTIFY: Notify = Notify::OnRequest;

    fn wait(&mut self, _word: *const u32, _seen: u32) {
        unreachable!("a task never waits here");
    }

    fn notify(&mut self, _word: *const u32, _asked: bool) {
        // Pending already, or nobody is left to be interrupted.
        let _ = self.theirs.try_send(());
    }
}

impl Wake for Mailbox {
    fn register(&mut self, waker: &Waker) {
        *self.mine.lock().unwrap() = Some(waker.clone());
    }
}

/// Within one thread: a side's waker is kept where the other side's ring finds it.
#[derive(Clone, Default)]
struct Local {
    mine: Place,
    theirs: Place,
    rings: Rc<RefCell<u32>>,
}

type Place = Rc<RefCell<Option<Waker>>>;

impl Local {
    fn other_side(&self) -> Local {
        Local {
            mine: self.theirs.clone(),
            theirs: self.mine.clone(),
            rings: self.rings.clone(),
        }
    }
}

impl Wait for Local {
    const NOTIFY: Notify = Notify::OnRequest;

    fn wait(&mut self, _word: *const u32, _seen: u32) {
        unreachable!("a task never waits here");
    }

    fn notify(&mut self, _word: *const u32, _asked: bool) {
        *self.rings.borrow_mut() += 1;
        if let Some(waker) = self.theirs.take() {
            waker.wake();
        }
    }
}

impl Wake for Local {
    fn register(&mut self, waker: &Waker) {
        self.mine.replace(Some(waker.clone()));
    }
}

/// An executor that only counts: how often was the task woken?
#[derive(Default)]
struct Woken(AtomicU32);

impl task::Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

impl Woken {
    /// How often since it was last asked.
    fn seen(&self) -> u32 {
        self.0.swap(0, Ordering::SeqCst)
    }
}
