//! Does a sleeper wake at once whose other side has left out its fences: for a message, and for room? Whether a wake can be lost is
//! asked by the models of `tests/loom`.

use std::sync::Mutex;
use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, Instant};

use ramframe_core::geometry::{ANSWERS_UNFENCED, RECEIVER_NOTIFIES, SENDER_NOTIFIES};
use ramframe_core::region::Region;
use ramframe_host::sysv::segment::{ReadOnly, Segment};
use ramframe_host::{Event, Limit, Receiver, Sender, Trust};

use crate::ends::ends;
use crate::filter;
use crate::scratch::{LIMIT, Scratch};

/// More than a burst has messages: its sender does not wait.
const SLOTS: u32 = 4096;

/// Messages of a burst, enough for both sides to leave out their fences.
const BURST: u32 = 2500;

/// One test after the other: two that spin on the same cores let each other sleep.
static ALONE: Mutex<()> = Mutex::new(());

/// How long a side spins, and after a burst lets the other one wait.
const SPIN: Duration = Duration::from_millis(1);
const PAUSE: Duration = Duration::from_millis(4);

/// Far less than a nap of 100 ms that nobody ends, and far more than a wake needs.
const SOON: Duration = Duration::from_millis(50);

/// So many wakes that come soon, from a side without fences, are enough. The first one could be chance.
const ENOUGH: u32 = 10;

/// Whether the side whose word this is says that it makes no fence.
fn is_unfenced(scratch: &Scratch, word: usize) -> bool {
    let segment = Segment::<ReadOnly>::attach(scratch.key, &Trust::current_user()).unwrap();
    segment.memory().load(word) & ANSWERS_UNFENCED != 0
}

fn receive(receiver: &mut Receiver, messages: u32) {
    let (mut buffer, limit) = ([0; 48], Limit::within(LIMIT));
    for _ in 0..messages {
        let event = receiver.recv(&mut buffer, &limit).unwrap();
        assert!(matches!(event, Event::Message(_)), "{event:?}");
    }
}

fn send(sender: &mut Sender, messages: u32) {
    let limit = Limit::within(LIMIT);
    for number in 0..messages {
        sender.send(&number.to_le_bytes(), &limit).unwrap();
    }
}

/// Plays rounds until enough of them are good.
fn until_enough(mut round: impl FnMut() -> bool) {
    let (start, mut good) = (Instant::now(), 0);
    while good < ENOUGH {
        good += u32::from(round());
        assert!(start.elapsed() < LIMIT, "only {good} rounds were good");
    }
}

/// A burst, a pause in which the receiver falls asleep, and a message that wakes it. A round is good if the sender made no fence, and
/// the receiver had the message soon.
fn wake_a_receiver(prepare: impl FnOnce() + Send) {
    let _alone = ALONE.lock();
    let scratch = Scratch::new();
    let (mut sender, mut receiver) = ends(&scratch, SLOTS, SPIN);
    let word = sender.geometry().session_line() + SENDER_NOTIFIES;
    let (received, awake) = channel();
    thread::scope(|scope| {
        scope.spawn(move || {
            prepare();
            loop {
                receive(&mut receiver, BURST + 1);
                if received.send(Instant::now()).is_err() {
                    return receiver.detach();
                }
            }
        });
        until_enough(|| {
            send(&mut sender, BURST);
            sender.drain(&Limit::within(LIMIT)).unwrap();
            let unfenced = is_unfenced(&scratch, word);
            thread::sleep(PAUSE);
            let sent = Instant::now();
            send(&mut sender, 1);
            let took = awake.recv().unwrap() - sent;
            unfenced && took < SOON
        });
        drop(awake);
        send(&mut sender, BURST + 1);
        sender.drain(&Limit::within(LIMIT)).unwrap();
    });
    sender.close().unwrap();
}

#[test]
fn a_sender_without_fences_wakes_a_sleeping_receiver() {
    wake_a_receiver(|| {});
}

/// Its kernel, or a filter, has forbidden the call since it attached.
#[test]
fn a_receiver_without_membarrier_polls() {
    wake_a_receiver(|| filter::refuse([libc::SYS_membarrier]));
}

#[test]
fn a_receiver_without_fences_wakes_a_sleeping_sender() {
    let _alone = ALONE.lock();
    let scratch = Scratch::new();
    let (mut sender, mut receiver) = ends(&scratch, SLOTS, SPIN);
    let word = receiver.geometry().receiver_line(0) + RECEIVER_NOTIFIES;
    let (found, awake) = channel();
    thread::scope(|scope| {
        scope.spawn(move || {
            loop {
                // The last one waits for room.
                send(&mut sender, BURST + SLOTS + 1);
                if found.send(Instant::now()).is_err() {
                    return sender.close().unwrap();
                }
            }
        });
        let round = |receiver: &mut Receiver| {
            receive(receiver, BURST);
            let unfenced = is_unfenced(&scratch, word);
            thread::sleep(PAUSE);
            let given = Instant::now();
            receive(receiver, 1);
            (unfenced, given)
        };
        until_enough(|| {
            let (unfenced, given) = round(&mut receiver);
            let took = awake.recv().unwrap() - given;
            receive(&mut receiver, SLOTS);
            unfenced && took < SOON
        });
        drop(awake);
        round(&mut receiver);
        receive(&mut receiver, SLOTS);
    });
    receiver.detach();
}
