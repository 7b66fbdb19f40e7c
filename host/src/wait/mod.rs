//! What a side does on Linux when there is nothing to do: it spins where that pays, then sleeps on the word that will change, and
//! is woken.
//!
//! How long it spins it [learns](spin). It requests a notification only after that, so two sides that are both busy make no
//! system call.
//!
//! An idle receiver uses no CPU to speak of: ten naps a second. A nap ends with the other side's notification, a signal, a
//! deadline or [`NAP_LIMIT`]. After each nap a side looks for what it waits for, and at its signal flag, its deadline, and
//! [`Name::state`](crate::name::Name::state).
//!
//! Where no notification comes, a side [polls](poll): in a mapped file, whose other side may be on another machine, and where
//! [`Wait::poll`] says.

pub(crate) mod alarm;
pub(crate) mod any;
pub mod limit;
pub mod poll;
pub mod rate;
pub mod spin;
pub(crate) mod watch;

use std::hint;
use std::mem;
use std::thread;
use std::time::{Duration, Instant};

use ramframe_core::wait::{Due, Notify, Wait};

use crate::sys::{futex, membarrier};
use crate::wait::poll::{Pause, PollBackoff};
use crate::wait::rate::{IdleBackoff, NAP_LIMIT, WakeLimiter};
use crate::wait::spin::{CLOCK_LOOKS, QUICK, Spins};

/// After this many messages without a request a side stops making fences. They have taken about as long as the kernel then takes for the
/// one at the other side's next wait: 5 to 10 ns each, and up to 9 µs. So leaving them out never costs much more than it saves.
const UNFENCED_AFTER: u32 = 1024;

/// For backpressure channels: all sides can write, and request a notification before they sleep. Notifies only then, at once. A message
/// costs a full fence until nobody has waited for 1,024 of them. After that a side that waits has the kernel make the fence, if the
/// kernel can.
pub type OnRequest = Futex<true, false>;

/// For overwrite channels: receivers need not be able to write, and so cannot all make requests. Notifies at a bounded rate
/// ([`rate`]), at once on a request, and naps short after a message. A send pays a comparison, and no
/// fence: a request that crosses a message on its way waits for the next notification or the end of the nap.
pub type RateLimited = Futex<false, true>;

/// For overwrite channels with receivers that make requests: overlooks none, and notifies the other receivers as [`RateLimited`]. A
/// send costs a full fence, as with [`OnRequest`]: 5 to 10 ns, as much again as a small send itself.
pub type Both = Futex<true, true>;

/// Waits on a futex, and wakes by one; see [`OnRequest`], [`RateLimited`] and [`Both`]. One for each sender and each
/// receiver, of the same kind on both sides.
#[derive(Clone, Copy, Debug, Default)]
pub struct Futex<const REQUESTED: bool, const UNREQUESTED: bool> {
    gate: WakeLimiter,
    naps: IdleBackoff,
    /// Instead of the futex, where that reaches nobody.
    looks: Option<PollBackoff>,
    /// How often this side looks where no notification will come.
    unwoken: Option<PollBackoff>,
    /// How far this side had come before the last wait.
    progress: Option<u64>,
    deadline: Option<Instant>,
    spins: Spins,
    sleeps: u64,
    defers: bool,
    /// The next wait does not spin.
    skips_spin: bool,
    deferred: Option<Sleep>,
    slept_since: Option<Instant>,
}

/// A sleep that the caller does in this side's place: on a word, or only for a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sleep {
    /// The address of the word, and what it holds while there is nothing.
    pub(crate) word: Option<(usize, u32)>,
    /// The longest.
    pub(crate) time: Duration,
}

impl Sleep {
    /// A sleep on no word.
    pub(crate) fn only(time: Duration) -> Self {
        Self { word: None, time }
    }
}

impl<const REQUESTED: bool, const UNREQUESTED: bool> Futex<REQUESTED, UNREQUESTED> {
    /// One that has no deadline and has notified nobody yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// One that, if it `polls`, neither sleeps on a futex nor wakes anybody: each wait is one pause between two looks.
    pub fn polling_if(polls: bool) -> Self {
        Self {
            looks: polls.then(PollBackoff::default),
            ..Self::default()
        }
    }

    /// Whether it polls.
    pub fn polls(&self) -> bool {
        self.looks.is_some()
    }

    /// Each wait spins for `time` before it sleeps, at most for [`NAP_LIMIT`], and not at all if it is zero. In a call that waits, the
    /// spin and the nap together take no longer than that; a task naps after its spin. `None`, as at first: spins as long as it pays.
    pub fn set_spin(&mut self, time: Option<Duration>) {
        self.spins = Spins::of(time);
    }

    /// How often this side has gone to sleep, or paused where it polls. A wait that did neither made no system call, except that it
    /// may have had the kernel make a fence.
    pub fn sleeps(&self) -> u64 {
        self.sleeps
    }

    /// Neither a nap nor a spin goes past `deadline`. Once it is past, waiting returns at once: looking at the clock is the caller's.
    pub fn set_deadline(&mut self, deadline: Option<Instant>) {
        self.deadline = deadline;
    }

    /// Says before each wait how far this side has come, by a number that changes with each message. After a message the next naps and
    /// pauses are short again; a side that never says it takes all that passes for one silence.
    pub fn set_progress(&mut self, progress: u64) {
        if self.progress.replace(progress) != Some(progress) {
            self.naps.news();
            if let Some(looks) = &mut self.looks {
                looks.news();
            }
            self.unwoken = None;
        }
    }

    /// This sender is going to pause: its next send notifies, even if one has done so just now.
    pub fn idle(&mut self) {
        self.gate.idle();
    }

    /// The waits up to [`deferred`](Self::deferred) do not sleep, but say what they would sleep on.
    pub(crate) fn defer(&mut self) {
        self.defers = true;
        self.deferred = None;
    }

    /// The sleep that was deferred is over.
    pub(crate) fn woke(&mut self) {
        if let Some(since) = self.slept_since.take() {
            self.spins.slept(since.elapsed());
        }
    }

    /// The next wait does not spin.
    pub(crate) fn skip_spin(&mut self) {
        self.skips_spin = true;
    }

    /// What the wait since [`defer`](Self::defer) would sleep on; `None` if there may be news.
    pub(crate) fn deferred(&mut self) -> Option<Sleep> {
        self.defers = false;
        self.deferred.take()
    }

    /// The sleep that a wait comes to at `now`.
    fn sleep(&mut self, word: *const u32, seen: u32, now: Instant) -> Sleep {
        match &mut self.looks {
            Some(looks) => Sleep::only(match looks.pause(now) {
                Pause::Spin | Pause::Yield => Duration::ZERO,
                Pause::Sleep(pause) => pause,
            }),
            None => Sleep {
                word: (!word.is_null()).then_some((word.addr(), seen)),
                time: self.limit(now),
            },
        }
    }

    fn limit(&mut self, now: Instant) -> Duration {
        let nap = match UNREQUESTED {
            true => self.naps.limit(now),
            false => NAP_LIMIT,
        };
        let nap = match self.defers || self.polls() {
            // Whoever sleeps elsewhere looks around at times of its own. A side that polls does not spin.
            true => nap,
            false => nap.min(self.spins.nap_limit()),
        };
        let left = |deadline: Instant| deadline.saturating_duration_since(now);
        self.deadline
            .map_or(nap, |deadline| nap.min(left(deadline)))
    }

    /// Whether a spin goes on: not past the deadline, and not longer than it pays.
    #[cold]
    fn spins_on(&mut self) -> bool {
        let now = Instant::now();
        if self.deadline.is_some_and(|deadline| now >= deadline) {
            self.spins.cut();
            return false;
        }
        self.spins.lasts(now)
    }

    /// One pause, if this side polls.
    fn paused(&mut self) -> bool {
        let Some(looks) = &mut self.looks else {
            return false;
        };
        let now = Instant::now();
        match looks.pause(now) {
            Pause::Spin => hint::spin_loop(),
            Pause::Yield => thread::yield_now(),
            Pause::Sleep(pause) => thread::sleep(pause.min(self.limit(now))),
        }
        true
    }
}

impl<const REQUESTED: bool, const UNREQUESTED: bool> Wait for Futex<REQUESTED, UNREQUESTED> {
    const NOTIFY: Notify = match (REQUESTED, UNREQUESTED) {
        (false, false) => Notify::Never,
        (true, false) => Notify::OnRequest,
        (false, true) => Notify::Always,
        (true, true) => Notify::AlwaysAndOnRequest,
    };

    const UNFENCED_AFTER: u32 = if REQUESTED { UNFENCED_AFTER } else { 0 };

    /// Not if this side polls: the other side may then run on another machine, which `membarrier` does not reach.
    fn can_fence_all(&self) -> bool {
        !self.polls() && membarrier::is_there()
    }

    fn fence_all(&mut self) -> bool {
        !self.polls() && membarrier::fence_all()
    }

    #[inline]
    fn spins(&mut self, looks: u32) -> bool {
        match looks {
            0 if mem::take(&mut self.skips_spin) => false,
            0 => !self.polls() && self.spins.begin(),
            _ => !looks.is_multiple_of(CLOCK_LOOKS) || self.spins_on(),
        }
    }

    fn wait(&mut self, word: *const u32, seen: u32) {
        self.sleeps += 1;
        self.unwoken = None;
        if self.defers {
            let now = Instant::now();
            self.deferred = Some(self.sleep(word, seen, now));
            self.slept_since = Some(now);
            return;
        }
        if self.paused() {
            return;
        }
        let now = Instant::now();
        let limit = self.limit(now);
        if word.is_null() {
            // A region that is not memory: nothing to watch, so nap blindly.
            thread::sleep(limit);
        } else {
            // Woken, changed already, out of time, or interrupted: all the same to a caller who looks again.
            let _ = futex::wait(word, seen, limit);
        }
        let took = now.elapsed();
        // A sleep that a near deadline ended says nothing of how soon news comes.
        let left = self.deadline.map(|end| end.saturating_duration_since(now));
        if took < limit || left.is_none_or(|left| left >= QUICK) {
            self.spins.slept(took);
        }
    }

    fn poll(&mut self) {
        self.sleeps += 1;
        let now = Instant::now();
        let pause = self.unwoken.get_or_insert_default().pause(now);
        let time = match pause {
            Pause::Spin | Pause::Yield => Duration::ZERO,
            Pause::Sleep(pause) => pause.min(self.limit(now)),
        };
        match self.defers {
            true => self.deferred = Some(Sleep::only(time)),
            false if time.is_zero() => thread::yield_now(),
            false => thread::sleep(time),
        }
    }

    #[inline]
    fn is_deferred(&self) -> bool {
        self.defers
    }

    fn notify(&mut self, word: *const u32, _requested: bool) {
        if !word.is_null() && !self.polls() {
            // Can fail only for an address that is no word of shared memory, on which nobody waits.
            let _ = futex::wake(word);
        }
    }

    #[inline]
    fn due(&mut self) -> Due {
        self.gate.due(Instant::now())
    }
}
