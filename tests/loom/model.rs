//! How is a model run: to its end, or until a weakened order makes it fail?

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Once};
use std::thread;
use std::time::Instant;

use crate::orders::Orders;
use crate::tell;

/// What the thread is called in which a failure is expected, so that the panic stays quiet.
const QUIET: &str = "weakened";

/// Executions of all cases of a model together, at most: more than any needs. With `RAMFRAME_DEEP` the largest need more than
/// there is time for; they are cut short, and say so.
const BUDGET: usize = 20_000_000;
const DEEP_BUDGET: usize = 600_000;

/// A claim about the protocol, to be held in every execution that loom finds.
pub(crate) struct Model {
    pub(crate) name: &'static str,
    /// Variants: starting points, crash points. Each is run on both machines: see [`Orders::set_wide`].
    pub(crate) cases: usize,
    /// Preemptions explored; `None` where all of them are.
    pub(crate) bound: Option<usize>,
    /// One execution of one case. Panics where the claim does not hold.
    pub(crate) run: fn(&Arc<Orders>, usize),
}

/// What came of a model.
#[derive(Debug)]
pub(crate) enum Verdict {
    /// Every execution was seen, and the claim held.
    Held,
    /// It held as far as it was explored.
    Cut,
    /// It failed in this execution.
    Failed(usize),
}

impl Model {
    /// Runs every case to its end, or as far as the budget goes; a panic passes through.
    pub(crate) fn prove(&self) {
        let most = if deep() { DEEP_BUDGET } else { BUDGET } / self.cases / 2;
        let (orders, start) = (Arc::new(Orders::default()), Instant::now());
        let (mut total, mut cut) = (0, 0);
        for case in 0..2 * self.cases {
            let runs = Arc::new(AtomicUsize::new(0));
            self.check(&orders, case, most, &runs);
            cut += usize::from(runs.load(Relaxed) + 1 >= most);
            total += runs.load(Relaxed);
            if std::env::var_os("EACH").is_some() {
                println!("case {case}: {} {:?}", runs.load(Relaxed), start.elapsed());
            }
        }
        let (name, cases, took) = (self.name, 2 * self.cases, start.elapsed());
        println!("{name}: {total} executions, {cut} of {cases} cases cut short, {took:.1?}");
        assert!(total > 20, "hardly anything was explored");
        assert!(cut == 0 || deep(), "not all was explored");
    }

    /// Runs one case until it fails, for at most `most` executions, and tells what happened in the last one: each event, and
    /// what was wrong in the end. `None` if it held.
    pub(crate) fn tell(
        &'static self,
        orders: &Arc<Orders>,
        case: usize,
        most: usize,
    ) -> Option<(Vec<tell::Event>, String)> {
        hush();
        let orders = Arc::clone(orders);
        let body = move || {
            tell::listen();
            let check = AssertUnwindSafe(|| self.check(&orders, case, most, &Arc::default()));
            let wrong = catch_unwind(check).err()?;
            Some((tell::events(), words(&*wrong)))
        };
        let thread = thread::Builder::new().name(QUIET.into()).spawn(body);
        thread.unwrap().join().unwrap()
    }

    /// Runs case by case, each for at most `most` executions, until one fails.
    pub(crate) fn refute(&'static self, orders: &Arc<Orders>, most: usize) -> Verdict {
        let (mut total, mut cut) = (0, false);
        for case in 0..2 * self.cases {
            let runs = Arc::new(AtomicUsize::new(0));
            let held = self.quietly(orders, case, most, &runs);
            total += runs.load(Relaxed);
            if !held {
                return Verdict::Failed(total);
            }
            // Loom stops before the last one.
            cut |= runs.load(Relaxed) + 1 >= most;
        }
        if cut { Verdict::Cut } else { Verdict::Held }
    }

    fn quietly(
        &'static self,
        orders: &Arc<Orders>,
        case: usize,
        most: usize,
        runs: &Arc<AtomicUsize>,
    ) -> bool {
        hush();
        let (orders, runs) = (Arc::clone(orders), Arc::clone(runs));
        let body = move || {
            let check = AssertUnwindSafe(|| self.check(&orders, case, most, &runs));
            catch_unwind(check).is_ok()
        };
        let thread = thread::Builder::new().name(QUIET.into()).spawn(body);
        thread.unwrap().join().unwrap()
    }

    fn check(&self, orders: &Arc<Orders>, case: usize, most: usize, runs: &Arc<AtomicUsize>) {
        let mut builder = loom::model::Builder::new();
        builder.max_branches = 100_000;
        builder.preemption_bound = self.bound.map(|bound| bound + usize::from(deep()));
        if most < usize::MAX {
            // Loom looks at its limit once in so many executions.
            builder.checkpoint_interval = most;
            builder.max_permutations = Some(most);
        }
        let (orders, runs, run) = (Arc::clone(orders), Arc::clone(runs), self.run);
        builder.check(move || {
            runs.fetch_add(1, Relaxed);
            tell::begin();
            orders.set_wide(case % 2 == 1);
            run(&orders, case / 2);
        });
    }
}

/// Runs senders beside a receiver. Of threads that may go on, loom first takes the oldest, and here that is the senders': then
/// it moves the receiver's steps forward, and none is hidden from it by one that comes later.
pub(crate) fn beside<T: 'static>(
    senders: impl FnOnce(),
    receiver: impl FnOnce() -> T + 'static,
) -> T {
    let receiver = loom::thread::spawn(|| {
        tell::role("receiver");
        receiver()
    });
    tell::role("sender");
    senders();
    let heard = receiver.join().unwrap();
    tell::role("judge");
    heard
}

/// As [`beside`], with senders one after the other; if `apart`, in threads of their own, so that the second knows nothing of
/// what the first has fenced.
pub(crate) fn in_turn<T: 'static>(
    apart: bool,
    first: impl FnOnce() + 'static,
    second: impl FnOnce(),
    receiver: impl FnOnce() -> T + 'static,
) -> T {
    if !apart {
        let senders = || {
            first();
            second();
        };
        return beside(senders, receiver);
    }
    let first = loom::thread::spawn(first);
    let senders = || {
        first.join().unwrap();
        second();
    };
    beside(senders, receiver)
}

/// What a panic said.
fn words(wrong: &(dyn Any + Send)) -> String {
    let text = wrong.downcast_ref::<&str>().map(|text| (*text).into());
    let text = text.or_else(|| wrong.downcast_ref::<String>().cloned());
    text.unwrap_or_default()
}

/// Whether there is time for one more preemption.
fn deep() -> bool {
    std::env::var_os("RAMFRAME_DEEP").is_some()
}

/// Keeps panics that are expected off the screen.
fn hush() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let loud = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if thread::current().name() != Some(QUIET) {
                loud(info);
            }
        }));
    });
}
