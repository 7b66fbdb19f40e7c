//! Do two sides that are busy make no system call, idle ones sleep at once, and two on one core hardly ever spin?

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;
use std::thread;
use std::time::{Duration, Instant};

use ramframe_core::channel::{Backpressure, Channel, Receiver, SendError, Sender};
use ramframe_core::geometry::Geometry;
use ramframe_core::wait::{Due, Notify, Wait};
use ramframe_host::shared::SharedMemory;
use ramframe_host::sysv::segment::Segment;
use ramframe_host::wait::OnRequest;
use ramframe_host::wait::rate::NAP_LIMIT;

use crate::cores::{self, pin};
use crate::scratch::{LIMIT, Scratch, asked};
use crate::support::{Flat, FlatMessage, Miss};

/// Round trips that are counted together.
const ROUNDS: u64 = 100;

/// What one side, or both, did.
#[derive(Debug, Default)]
struct Counts {
    /// Waits that began with a spin.
    spins: AtomicU64,
    sleeps: AtomicU64,
    wakes: AtomicU64,
    fences: AtomicU64,
}

impl Counts {
    fn forget(&self) {
        for count in [&self.spins, &self.sleeps, &self.wakes, &self.fences] {
            count.store(0, Relaxed);
        }
    }

    fn system_calls(&self) -> u64 {
        let calls = [&self.sleeps, &self.wakes, &self.fences];
        calls.iter().map(|count| count.load(Relaxed)).sum()
    }
}

/// The library's way of waiting, counted.
#[derive(Clone, Default)]
struct Counted {
    wait: OnRequest,
    counts: Arc<Counts>,
}

impl Wait for Counted {
    const NOTIFY: Notify = OnRequest::NOTIFY;
    const UNFENCED_AFTER: u32 = OnRequest::UNFENCED_AFTER;

    fn can_fence_all(&self) -> bool {
        self.wait.can_fence_all()
    }

    fn fence_all(&mut self) -> bool {
        self.counts.fences.fetch_add(1, Relaxed);
        self.wait.fence_all()
    }

    fn poll(&mut self) {
        self.counts.sleeps.fetch_add(1, Relaxed);
        self.wait.poll();
    }

    fn spins(&mut self, looks: u32) -> bool {
        let spins = self.wait.spins(looks);
        if spins && looks == 0 {
            self.counts.spins.fetch_add(1, Relaxed);
        }
        spins
    }

    fn wait(&mut self, word: *const u32, seen: u32) {
        self.counts.sleeps.fetch_add(1, Relaxed);
        self.wait.wait(word, seen);
    }

    fn notify(&mut self, word: *const u32, requested: bool) {
        self.counts.wakes.fetch_add(1, Relaxed);
        self.wait.notify(word, requested);
    }

    fn due(&mut self) -> Due {
        self.wait.due()
    }
}

type Tx = Sender<SharedMemory, Backpressure, Counted>;
type Rx = Receiver<SharedMemory, Backpressure, Counted>;

fn channel(wait: &Counted) -> (Tx, Rx) {
    let geometry = Geometry::backpressure(4, 8, 1);
    let bytes = usize::try_from(geometry.size()).unwrap();
    let scratch = Scratch::new();
    let segment = Arc::new(Segment::create(scratch.key, bytes, 0o600).unwrap());
    let memory = || segment.shared();
    geometry.format(&memory(), 0).unwrap();
    let channel = || Channel::backpressure(memory()).with_wait(wait.clone());
    (channel().sender().unwrap(), channel().receiver(0).unwrap())
}

fn put(sender: &mut Tx, number: u64) {
    while let Err(error) = sender.try_send(&number.to_le_bytes()) {
        assert_eq!(error, SendError::Full { receiver: 0 });
        sender.wait_for_room(0);
    }
}

fn take(receiver: &mut Rx) -> u64 {
    let mut bytes = [0; 8];
    loop {
        match receiver.try_recv(&mut bytes).header() {
            Ok(_) => return u64::from_le_bytes(bytes),
            Err(Miss::Empty) => receiver.wait(),
            Err(error) => panic!("{error:?}"),
        }
    }
}

/// Sent when the game is over.
const END: u64 = u64::MAX;

/// Plays round trips between two threads until `is_good` of the counts of [`ROUNDS`] of them.
fn play(on: [usize; 2], is_good: impl Fn(&Counts) -> bool + Send) {
    let wait = Counted::default();
    let counts = Arc::clone(&wait.counts);
    let [(mut there, mut asked), (mut back, mut answered)] = [channel(&wait), channel(&wait)];
    thread::scope(|scope| {
        scope.spawn(move || {
            pin(on[1]);
            loop {
                match take(&mut asked) {
                    END => break,
                    number => put(&mut back, number),
                }
            }
        });
        // Its own thread, so that the pin ends with it.
        scope.spawn(move || {
            pin(on[0]);
            let start = Instant::now();
            loop {
                counts.forget();
                for number in 0..ROUNDS {
                    put(&mut there, number);
                    assert_eq!(take(&mut answered), number);
                }
                if is_good(&counts) || start.elapsed() > LIMIT {
                    break;
                }
            }
            // Before the verdict: the other side would play for ever.
            put(&mut there, END);
            assert!(is_good(&counts), "at last {counts:?}");
        });
    });
}

#[test]
fn two_busy_sides_make_no_system_call() {
    let cores = cores::allowed();
    if !asked(cores.len() > 1, "two cores") {
        return;
    }
    // Each with one core alone, as programs that want every nanosecond are run; and so that a busy kernel does not move both to
    // one core.
    play([cores[0], cores[1]], |counts| counts.system_calls() == 0);
}

#[test]
fn two_sides_on_one_core_hardly_ever_spin() {
    let core = cores::allowed()[0];
    play([core; 2], |counts| {
        counts.sleeps.load(Relaxed) >= ROUNDS && counts.spins.load(Relaxed) <= ROUNDS / 100
    });
}

#[test]
fn an_idle_receiver_spins_once_then_sleeps_at_once() {
    let wait = Counted::default();
    let counts = Arc::clone(&wait.counts);
    let (_sender, mut receiver) = channel(&wait);
    while receiver.skip().flat() != Err(Miss::Empty) {}
    for naps in 1..5 {
        receiver.wait();
        assert_eq!(counts.spins.load(Relaxed), 1);
        assert_eq!(counts.sleeps.load(Relaxed), naps);
    }
}

#[test]
fn no_spin_goes_past_a_deadline() {
    let mut wait = OnRequest::new();
    wait.set_spin(Some(NAP_LIMIT));
    wait.set_deadline(Some(Instant::now()));
    assert!(wait.spins(0));
    assert!((1..=64).any(|looks| !wait.spins(looks)));
}

/// So that whoever waits hears a signal.
#[test]
fn no_spin_is_longer_than_a_nap() {
    let mut wait = OnRequest::new();
    wait.set_spin(Some(Duration::MAX));
    let start = Instant::now();
    let mut looks = 0;
    while wait.spins(looks) {
        looks += 1;
        assert!(start.elapsed() < LIMIT, "it spins for ever");
    }
}

#[test]
fn a_side_that_is_not_to_spin_sleeps_at_once() {
    let mut wait = OnRequest::new();
    wait.set_spin(Some(Duration::ZERO));
    assert!(!wait.spins(0));
    assert!(
        !OnRequest::polling_if(true).spins(0),
        "it has a pace of its own"
    );
}
