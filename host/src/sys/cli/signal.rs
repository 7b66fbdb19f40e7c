//! The signals that ask a process to end: noted by a handler, and ended by in the end.
//!
//! No handler restarts a system call. A timer ticks from the first signal on, so that a call that blocks is interrupted
//! even if it began a moment after the signal.

use std::io;
use std::mem::MaybeUninit;
use std::ptr;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicI32, AtomicU32, Ordering::SeqCst};
use std::time::Duration;

use rustix::thread::{Timespec, nanosleep};

use crate::sys::checked;
use crate::wait::limit::StopToken;

/// Nothing was asked.
pub(crate) const NOTHING: u32 = 0;
/// End when everything was taken.
pub(crate) const DRAIN: u32 = 1;
/// End now.
pub(crate) const NOW: u32 = 2;

/// Between two ticks.
const TICK: Duration = Duration::from_millis(50);

/// Ticks after which a process that was asked to end now, and does not, is ended as if killed: 5 s.
const LAST_TICK: u32 = 100;

static ASKED: AtomicU32 = AtomicU32::new(NOTHING);
static BY: AtomicI32 = AtomicI32::new(0);
static TICKS: AtomicU32 = AtomicU32::new(0);

/// Stopped by the first request, and by the one to end now.
static TOKENS: OnceLock<[StopToken; 2]> = OnceLock::new();

/// The tokens that the signals stop: the first request to end, and the one to end now.
pub(crate) fn tokens() -> &'static [StopToken; 2] {
    TOKENS.get_or_init(Default::default)
}

/// Notes SIGINT, SIGTERM and SIGHUP from now on. A SIGHUP that this process was started to ignore (`nohup`) stays ignored. A
/// file that has come to its largest size is from now on an error, as a full disk is, and no signal.
pub(crate) fn watch() -> io::Result<()> {
    // Made here, since a handler must not allocate.
    tokens();
    set(libc::SIGXFSZ, libc::SIG_IGN)?;
    handle(libc::SIGALRM, tick)?;
    unblock(libc::SIGALRM)?;
    for signal in [libc::SIGINT, libc::SIGTERM] {
        handle(signal, note)?;
    }
    match action(libc::SIGHUP)?.sa_sigaction {
        libc::SIG_IGN => Ok(()),
        _ => handle(libc::SIGHUP, note),
    }
}

/// Does nothing about SIGINT, SIGTERM and SIGHUP from now on.
pub(crate) fn ignore() -> io::Result<()> {
    [libc::SIGINT, libc::SIGTERM, libc::SIGHUP]
        .into_iter()
        .try_for_each(|signal| set(signal, libc::SIG_IGN))
}

/// What was asked so far.
pub(crate) fn asked() -> u32 {
    ASKED.load(SeqCst)
}

/// The signal that asked last; 0 if none did.
pub(crate) fn asked_by() -> i32 {
    BY.load(SeqCst)
}

/// Interrupts system calls that block `after` this time, and then again at each tick.
pub(crate) fn tick_after(after: Duration) {
    let time = libc::itimerval {
        it_interval: interval(TICK),
        it_value: interval(after.max(Duration::from_millis(1))),
    };
    // SAFETY: one itimerval, which lives until the call returns. The call is one that a signal handler may make.
    unsafe { libc::setitimer(libc::ITIMER_REAL, &raw const time, ptr::null_mut()) };
}

/// Ends this process by `signal`. Returns only where the kernel does not end it so, as the first process of a container.
pub(crate) fn end_by(signal: i32) {
    if set(signal, libc::SIG_DFL).is_ok() && unblock(signal).is_ok() {
        // SAFETY: takes an integer and touches no memory.
        unsafe { libc::raise(signal) };
    }
}

/// Sleeps for `time`, or until a signal.
pub(crate) fn sleep(time: Duration) {
    if let Ok(time) = Timespec::try_from(time) {
        let _ = nanosleep(&time);
    }
}

extern "C" fn note(signal: libc::c_int) {
    if asked() == NOW {
        return;
    }
    let now = signal != libc::SIGINT || asked() == DRAIN;
    BY.store(signal, SeqCst);
    ASKED.store(if now { NOW } else { DRAIN }, SeqCst);
    if let Some([first, at_once]) = TOKENS.get() {
        first.stop();
        if now {
            at_once.stop();
        }
    }
    tick_after(TICK);
}

/// Its arrival is what it is for.
extern "C" fn tick(_: libc::c_int) {
    if asked() == NOW && TICKS.fetch_add(1, SeqCst) >= LAST_TICK {
        end_by(asked_by());
    }
}

fn handle(signal: i32, handler: extern "C" fn(libc::c_int)) -> io::Result<()> {
    set(signal, handler as *const () as libc::sighandler_t)
}

fn set(signal: i32, handler: libc::sighandler_t) -> io::Result<()> {
    // SAFETY: integers, for which all zero is no flag and an empty mask.
    let mut action: libc::sigaction = unsafe { MaybeUninit::zeroed().assume_init() };
    action.sa_sigaction = handler;
    // One handler at a time.
    // SAFETY: fills the mask, which lives until the call returns.
    unsafe { libc::sigfillset(&raw mut action.sa_mask) };
    // SAFETY: one sigaction, which lives until the call returns. Its handler is one of this file, which only stores to
    // atomics and makes calls that a handler may make, or one of the kernel's two.
    checked(unsafe { libc::sigaction(signal, &raw const action, ptr::null_mut()) }).map(drop)
}

fn action(signal: i32) -> io::Result<libc::sigaction> {
    let mut action = MaybeUninit::<libc::sigaction>::zeroed();
    // SAFETY: the kernel fills `action`, which lives until the call returns.
    checked(unsafe { libc::sigaction(signal, ptr::null(), action.as_mut_ptr()) })?;
    // SAFETY: every field is an integer or an optional function, all of them zero or the kernel's.
    Ok(unsafe { action.assume_init() })
}

fn unblock(signal: i32) -> io::Result<()> {
    let mut set = MaybeUninit::<libc::sigset_t>::zeroed();
    // SAFETY: both fill `set`, which lives until the call returns.
    unsafe { libc::sigemptyset(set.as_mut_ptr()) };
    // SAFETY: as above.
    unsafe { libc::sigaddset(set.as_mut_ptr(), signal) };
    // SAFETY: one set, filled above, which lives until the call returns.
    match unsafe { libc::pthread_sigmask(libc::SIG_UNBLOCK, set.as_ptr(), ptr::null_mut()) } {
        0 => Ok(()),
        error => Err(io::Error::from_raw_os_error(error)),
    }
}

fn interval(time: Duration) -> libc::timeval {
    libc::timeval {
        tv_sec: time.as_secs().try_into().unwrap_or(libc::c_int::MAX.into()),
        tv_usec: time.subsec_micros().cast_signed().into(),
    }
}
