//! How a [`Select`](super::Select) waits: it spins, then sleeps on all its words itself, or has threads do it.

use std::hint;
use std::sync::Arc;
use std::task::{Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use super::entry::{Entry, State};
use crate::wait::Sleep;
use crate::wait::any::{AnyOf, MOST};
use crate::wait::limit::Limit;
use crate::wait::rate::NAP_LIMIT;
use crate::wait::spin::{CLOCK_LOOKS, QUICK, Spins};
use crate::wait::watch::Waiter;

#[derive(Debug, Default)]
pub(super) struct Sleeper {
    spins: Spins,
    any: AnyOf,
    words: Vec<(usize, u32)>,
}

impl Sleeper {
    pub(super) fn set_spin(&mut self, time: Option<Duration>) {
        self.spins = Spins::of(time);
    }

    /// Something came.
    pub(super) fn news(&mut self) {
        self.any.news();
    }

    /// Waits once for news of any, at most 100 ms and not past the limit.
    pub(super) fn wait(&mut self, entries: &mut [Entry], limit: &Limit) {
        if self.spin(entries, limit) {
            return;
        }
        let now = Instant::now();
        let left = |end: Instant| end.saturating_duration_since(now);
        let nap = self.spins.nap_limit();
        let most = limit.deadline().map_or(nap, |end| left(end).min(nap));
        let waiting = entries
            .iter_mut()
            .filter(|entry| entry.state != State::Over);
        let Some(time) = waiting.map(|entry| left(entry.due)).min() else {
            return;
        };
        let time = time.min(most);
        let count = entries
            .iter()
            .filter(|entry| entry.state == State::Waits)
            .count();
        match count <= MOST {
            true => self.sleep(entries, time),
            false => park(entries, time),
        }
        let took = now.elapsed();
        // A sleep that a near deadline ended says nothing of how soon news comes.
        if took < time || time >= QUICK {
            self.spins.slept(took);
        }
    }

    /// Looks at all, as long as that pays; says whether a message is there.
    fn spin(&mut self, entries: &[Entry], limit: &Limit) -> bool {
        if !self.spins.begin() {
            return false;
        }
        let waiting = entries.iter().filter(|entry| entry.state == State::Waits);
        let mut looks: u32 = 0;
        loop {
            for entry in waiting.clone() {
                if entry.receiver.is_ready() {
                    return true;
                }
                looks += 1;
            }
            looks += 1;
            hint::spin_loop();
            if looks >= CLOCK_LOOKS {
                looks = 0;
                if limit.reached().is_some() {
                    self.spins.cut();
                    return false;
                }
                if !self.spins.lasts(Instant::now()) {
                    return false;
                }
            }
        }
    }

    /// Sleeps on all words, unless one has news.
    fn sleep(&mut self, entries: &mut [Entry], mut time: Duration) {
        self.words.clear();
        for entry in entries
            .iter_mut()
            .filter(|entry| entry.state == State::Waits)
        {
            entry.waiter = Waiter::default();
            let Some(sleep) = entry.receiver.prepare_at_once() else {
                return entry.look_next();
            };
            time = time.min(sleep.time);
            self.words.extend(sleep.word);
        }
        match time.is_zero() {
            true => thread::yield_now(),
            false => self.any.wait(&self.words, time),
        }
    }
}

/// How long a thread sleeps that a [`Select`](super::Select) does not need for its looks around.
const QUIET: Duration = Duration::from_secs(4);

/// A sleep of a thread: this side looks around by itself, so a thread need not wake it for that.
fn quiet(sleep: Sleep) -> Sleep {
    let time = match sleep.time >= NAP_LIMIT {
        true => QUIET,
        false => sleep.time,
    };
    Sleep { time, ..sleep }
}

/// Sleeps while threads wait for more words than one call takes.
fn park(entries: &mut [Entry], time: Duration) {
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    for entry in entries
        .iter_mut()
        .filter(|entry| entry.state == State::Waits)
    {
        if entry.waiter.renew(&waker) {
            continue;
        }
        match entry.receiver.prepare_at_once().map(quiet) {
            Some(sleep) => entry.waiter.arm(sleep, entry.receiver.keeper(), &waker),
            None => return entry.look_next(),
        }
    }
    thread::park_timeout(time);
}

/// Wakes the thread that sleeps.
struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}
