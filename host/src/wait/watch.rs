//! Threads that sleep in the place of tasks, and wake them.
//!
//! One thread sleeps on up to [`PLACES`] words of other ends, and on one of its own, by which it is told of a new one. A thread starts
//! when somebody waits, and ends [`LINGER`] after nobody does any more.
//!
//! Who is woken and waits again soon costs the thread nothing: it goes on with the word's new value, until that changes with nobody
//! waiting.
//!
//! A waiting end is woken without news after each nap, to look around: as often as the nap says, but the more ends wait, the more
//! rarely. So 1,000 idle ends cost no more looks than some ten do, 1,000 each second.

use std::sync::atomic::AtomicU32;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Waker;
use std::thread;
use std::time::{Duration, Instant};

use super::Sleep;
use super::any::{AnyOf, MOST};
use super::rate::NAP_LIMIT;
use crate::shared::{Keeper, Word};
use crate::sys::fork::{self, PerProcess};
use crate::sys::{futex, thread as os_thread};

/// How many a thread waits for.
const PLACES: usize = MOST - 1;

/// How long a thread stays that nobody needs. Not longer than a nap, so that whoever waits again need not tell it when the nap ends.
const LINGER: Duration = NAP_LIMIT;

/// The part of a look's interval that one end has, of all that are watched.
const LOOK_SHARE: Duration = Duration::from_millis(1);

/// The groups of this process.
static GROUPS: PerProcess<Mutex<Vec<Arc<Group>>>> = PerProcess::new();

/// How many are watched in this process.
static WATCHES: PerProcess<AtomicUsize> = PerProcess::new();

/// How often each of `ends` that wait together looks around.
pub(crate) fn look_interval(ends: usize) -> Duration {
    let share = LOOK_SHARE.saturating_mul(u32::try_from(ends).unwrap_or(u32::MAX));
    share.max(NAP_LIMIT)
}

/// Waits in the place of one end. It takes a place when it is first needed, and another one in a child made by fork, which has no threads
/// of its parent.
#[derive(Debug, Default)]
pub(crate) struct Waiter(Option<Watch>);

impl Waiter {
    /// Wakes `waker` once: when the word of `sleep`, in the memory of `keeper`, changes or is woken, or after its time.
    pub(crate) fn arm(&mut self, sleep: Sleep, keeper: &Keeper, waker: &Waker) {
        self.0 = self.0.take().filter(Watch::is_own);
        let watch = self.0.get_or_insert_with(Watch::new);
        watch.arm(sleep, keeper, waker);
    }

    /// Whether its waker has not been woken yet. Then `waker` takes its place.
    pub(crate) fn renew(&self, waker: &Waker) -> bool {
        let watch = self.0.as_ref().filter(|watch| watch.is_own());
        watch.is_some_and(|watch| watch.renew(waker))
    }

    /// Forgets the waker.
    #[cfg(feature = "async")]
    pub(crate) fn disarm(&self) {
        if let Some(watch) = self.0.as_ref().filter(|watch| watch.is_own()) {
            watch.disarm();
        }
    }
}

/// A place among those that a thread waits for.
#[derive(Debug)]
struct Watch {
    group: Arc<Group>,
    index: usize,
}

impl Watch {
    /// A place that waits for nothing yet.
    fn new() -> Self {
        WATCHES.get().fetch_add(1, Relaxed);
        let mut groups = lock(GROUPS.get());
        let found = groups.iter().find_map(|group| Some((group, group.take()?)));
        if let Some((group, index)) = found {
            let group = Arc::clone(group);
            return Self { group, index };
        }
        let group = Arc::new(Group::new(fork::process()));
        groups.push(Arc::clone(&group));
        let index = group.take().unwrap_or_default();
        Self { group, index }
    }

    /// Whether this is a place in this process, and not in one that this was forked from.
    fn is_own(&self) -> bool {
        self.group.process == fork::process()
    }

    /// Wakes `waker` once: when the word of `sleep`, in the memory of `keeper`, changes or is woken, or after its time.
    fn arm(&self, sleep: Sleep, keeper: &Keeper, waker: &Waker) {
        if sleep.time.is_zero() {
            return waker.wake_by_ref();
        }
        let mut state = lock(&self.group.state);
        let due = self.group.due(sleep.time);
        let is_sooner = due < state.until;
        let Some(place) = state.places.get_mut(self.index).and_then(Option::as_mut) else {
            return waker.wake_by_ref();
        };
        let is_new = place.arm(sleep, keeper, due);
        // What a waker drops with it may use this lock.
        let _old = place.waker.replace(waker.clone());
        if !state.is_running {
            return self.group.start(state, waker);
        }
        drop(state);
        if is_new || is_sooner {
            self.group.interrupt();
        }
    }

    /// Whether its waker has not been woken yet. Then `waker` takes its place.
    fn renew(&self, waker: &Waker) -> bool {
        let old = self.with(|place| {
            let old = place.waker.take()?;
            place.waker = Some(waker.clone());
            Some(old)
        });
        old.is_some()
    }

    /// Forgets the waker.
    #[cfg(feature = "async")]
    fn disarm(&self) {
        drop(self.with(|place| place.waker.take()));
    }

    fn with<T: Default>(&self, change: impl FnOnce(&mut Place) -> T) -> T {
        let mut state = lock(&self.group.state);
        let place = state.places.get_mut(self.index).and_then(Option::as_mut);
        place.map(change).unwrap_or_default()
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        if !self.is_own() {
            // The lock may have been held, at the fork, by a thread that is not in this process.
            return;
        }
        WATCHES.get().fetch_sub(1, Relaxed);
        let mut state = lock(&self.group.state);
        let place = state.places.get_mut(self.index).and_then(Option::take);
        drop(state);
        // A waker may drop what its task holds, another watch perhaps: so not under the lock.
        drop(place);
    }
}

/// What one thread waits for.
#[derive(Debug)]
struct Group {
    /// A process that was forked has no threads of its parent.
    process: u64,
    begun: Instant,
    /// The word by which the thread is told to look again.
    word: AtomicU32,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    places: Vec<Option<Place>>,
    is_running: bool,
    /// Until when the thread sleeps.
    until: Instant,
    idle_since: Option<Instant>,
}

/// What one end waits for.
#[derive(Debug, Default)]
struct Place {
    word: Option<Word>,
    /// What the word holds while there is nothing.
    seen: Option<u32>,
    /// With what value the thread has the word.
    listed: Option<u32>,
    due: Option<Instant>,
    waker: Option<Waker>,
}

impl Group {
    fn new(process: u64) -> Self {
        let begun = Instant::now();
        Self {
            process,
            begun,
            word: AtomicU32::new(0),
            state: Mutex::new(State {
                places: Vec::new(),
                is_running: false,
                until: begun,
                idle_since: None,
            }),
        }
    }

    /// A free place, if there is one.
    fn take(&self) -> Option<usize> {
        let mut state = lock(&self.state);
        let free = state.places.iter().position(Option::is_none);
        let index = match free {
            Some(index) => index,
            None if state.places.len() < PLACES => {
                state.places.push(None);
                state.places.len() - 1
            }
            None => return None,
        };
        state.places[index] = Some(Place::default());
        Some(index)
    }

    /// When a sleep of `time` ends. The long ones end together, so that the thread wakes for many at once.
    fn due(&self, time: Duration) -> Instant {
        let now = Instant::now();
        if time < NAP_LIMIT {
            return now + time;
        }
        let interval = look_interval(WATCHES.get().load(Relaxed)).max(time);
        let grid = interval / 2;
        let end = (now - self.begun + interval).as_nanos();
        let beyond = grid.as_nanos() - end % grid.as_nanos();
        now + interval + Duration::from_nanos(u64::try_from(beyond).unwrap_or(0))
    }

    /// Starts the thread.
    fn start(self: &Arc<Self>, mut state: MutexGuard<'_, State>, waker: &Waker) {
        let group = Arc::clone(self);
        let thread = thread::Builder::new().name("ramframe-wait".into());
        state.is_running = thread.spawn(move || group.run()).is_ok();
        state.idle_since = None;
        let is_running = state.is_running;
        drop(state);
        if !is_running {
            // No more threads are to be had: the task looks again and again, at a bounded rate.
            thread::sleep(Duration::from_millis(1));
            waker.wake_by_ref();
        }
    }

    /// Has the thread look at its places again.
    fn interrupt(&self) {
        self.word.fetch_add(1, Release);
        // Cannot fail: the word is this process's.
        let _ = futex::wake(self.word.as_ptr());
    }

    /// The thread.
    fn run(&self) {
        os_thread::block_signals();
        let (mut any, mut words, mut woken) = (AnyOf::default(), Vec::new(), Vec::new());
        loop {
            let seen = self.word.load(Acquire);
            words.clear();
            words.push((self.word.as_ptr().addr(), seen));
            let Some(time) = self.round(&mut words, &mut woken) else {
                return;
            };
            if !woken.is_empty() {
                any.news();
            }
            woken.drain(..).for_each(Waker::wake);
            any.wait(&words, time);
        }
    }

    /// Gathers the words to sleep on and the wakers to wake, and returns the longest sleep; `None` if nobody has waited for long.
    fn round(&self, words: &mut Vec<(usize, u32)>, woken: &mut Vec<Waker>) -> Option<Duration> {
        let mut guard = lock(&self.state);
        let state = &mut *guard;
        let now = Instant::now();
        let mut due = None;
        for place in state.places.iter_mut().flatten() {
            woken.extend(place.fired(now));
            words.extend(place.word());
            due = [due, place.due].into_iter().flatten().min();
        }
        if due.is_some() || !woken.is_empty() {
            state.idle_since = None;
        }
        let until = match due {
            Some(due) => due,
            None => *state.idle_since.get_or_insert(now) + LINGER,
        };
        state.until = until;
        state.is_running = due.is_some() || now < until;
        state
            .is_running
            .then(|| until.saturating_duration_since(now))
    }
}

impl Place {
    /// Says whether the thread does not have the word yet.
    fn arm(&mut self, sleep: Sleep, keeper: &Keeper, due: Instant) -> bool {
        let address = sleep.word.map(|(address, _)| address);
        if self.word.as_ref().map(Word::address) != address {
            self.word = address.and_then(|address| keeper.word(address));
            self.listed = None;
        }
        self.seen = sleep
            .word
            .and_then(|(_, seen)| self.word.is_some().then_some(seen));
        self.due = Some(due);
        self.word.is_some() && self.listed.is_none()
    }

    /// The waker, if its time has come. Says by what value the thread has the word from now on.
    fn fired(&mut self, now: Instant) -> Option<Waker> {
        let holds = self.word.as_ref().map(Word::load);
        if self.waker.is_some() && holds == self.seen && self.due.is_none_or(|due| now < due) {
            self.listed = holds;
            return None;
        }
        // Nobody has waited since the last change: the word is left alone.
        let is_left = self.waker.is_none() && self.listed != holds;
        self.listed = if is_left { None } else { holds };
        self.due = None;
        self.waker.take()
    }

    fn word(&self) -> Option<(usize, u32)> {
        Some((self.word.as_ref()?.address(), self.listed?))
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
