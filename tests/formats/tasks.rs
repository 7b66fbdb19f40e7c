//! A task that sleeps in a channel or a stream learns of a format: it is woken, and told.

use std::cell::RefCell;
use std::future::Future;
use std::pin::pin;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::task::{self, Context, Poll, Waker};

use ramframe_core::channel::{Backpressure, Channel, Overwrite, SendError, Sender, Start};
use ramframe_core::region::Region;
use ramframe_core::stream::{Reader, StreamError, Writer};
use ramframe_core::wait::Forever;
use ramframe_core::wait::{Notify, Wait};
use ramframe_core::wake::Wake;

use super::at_each;
use super::interrupted::{Interrupted, Interruption};
use super::judge::{OLD, World, came, generation_of, message, places};
use crate::support::{Flat, FlatMessage, Miss};

/// Keeps a task's waker where whoever notifies finds it.
#[derive(Clone, Default)]
struct Bell(Rc<RefCell<Option<Waker>>>);

impl Wait for Bell {
    const NOTIFY: Notify = Notify::OnRequest;

    fn wait(&mut self, _: *const u32, _: u32) {
        unreachable!("a task never waits here");
    }

    fn notify(&mut self, _: *const u32, _: bool) {
        if let Some(waker) = self.0.take() {
            waker.wake();
        }
    }
}

impl Wake for Bell {
    fn register(&mut self, waker: &Waker) {
        self.0.replace(Some(waker.clone()));
    }
}

/// How often a task was woken.
#[derive(Default)]
struct Woken(AtomicU32);

impl task::Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, SeqCst);
    }
}

/// The other side formats, and notifies.
fn format(world: &World, bell: &Bell) {
    let mut bell = bell.clone();
    world
        .anew
        .format_and_notify(&world.region(), 0, &mut bell)
        .unwrap();
}

/// Polls a task as an executor does, only when it was woken, until it is done. The region is formatted before an access of the
/// first polls, or else when the task sleeps. Returns what it came to, and whether the format was in the middle.
fn run<T>(
    by: &Interruption<'_>,
    format: impl FnOnce(),
    task: impl Future<Output = T>,
) -> (T, bool) {
    let woken = Arc::new(Woken::default());
    let waker = Waker::from(woken.clone());
    let mut cx = Context::from_waker(&waker);
    let mut task = pin!(task);
    let mut format = Some(format);
    let mut goes_on = true;
    for _ in 0..10 {
        if let Poll::Ready(outcome) = task.as_mut().poll(&mut cx) {
            return (outcome, goes_on && by.is_over());
        }
        if woken.0.load(SeqCst) == 0 && !by.is_over() {
            goes_on = false;
            format.take().into_iter().for_each(|format| format());
        }
        assert!(woken.0.swap(0, SeqCst) > 0, "asleep for ever");
    }
    panic!("woken again and again");
}

/// A receiver's task, with nothing to take or with a message.
fn receives(overwrite: bool, messages: u64, world: &World, at: usize) -> bool {
    let bell = Bell::default();
    let by = Interruption::none();
    let region = Interrupted::new(world.region(), &by);
    let formats = || format(world, &bell);
    let mut buffer = [0; 256];
    macro_rules! run {
        ($channel:ident, $place:expr) => {{
            let sender = Channel::$channel(world.sending()).with_wait(bell.clone());
            let mut sender = sender.sender().unwrap();
            let receiver = Channel::$channel(region).with_wait(bell.clone());
            let mut receiver = receiver.receiver($place).unwrap();
            for number in 0..messages {
                sender.try_send(&message(OLD, number)).unwrap();
            }
            by.before(at, formats);
            let (got, goes_on) = run(&by, formats, async {
                receiver.recv_async(&mut buffer).await.header()
            });
            by.before(usize::MAX, || {});
            if got.is_ok() {
                assert_eq!(receiver.skip().flat().is_err(), goes_on || messages < 2);
            }
            (got, goes_on)
        }};
    }
    let (got, goes_on) = match overwrite {
        true => run!(overwrite, Start::Oldest),
        false => run!(backpressure, 0),
    };
    match got {
        Ok(header) => assert_eq!(generation_of(&came(header, &buffer)), OLD),
        Err(error) => assert_eq!(error, Miss::Reformatted),
    }
    goes_on
}

#[test]
fn a_task_that_waits_for_a_message_is_told() {
    for messages in [0, 1] {
        for anew in places::<Overwrite>() {
            at_each(|at| receives(true, messages, &World::new::<Overwrite>(anew), at));
        }
        for anew in places::<Backpressure>() {
            at_each(|at| receives(false, messages, &World::new::<Backpressure>(anew), at));
        }
    }
}

/// A full channel of a sender that notifies, and of a receiver that does.
fn full<R: ramframe_core::region::RegionMut>(
    world: &World,
    region: R,
    bell: &Bell,
) -> Sender<R, Backpressure, Bell> {
    let receiver = Channel::backpressure(world.receiving()).with_wait(bell.clone());
    drop(receiver.receiver(0).unwrap());
    let mut sender = Channel::backpressure(region)
        .with_wait(bell.clone())
        .sender()
        .unwrap();
    while sender.try_send(b"CIEPLO").is_ok() {}
    sender
}

#[test]
fn a_task_that_waits_for_room_is_told() {
    for anew in places::<Backpressure>() {
        at_each(|at| {
            let world = World::new::<Backpressure>(anew);
            let bell = Bell::default();
            let by = Interruption::none();
            let mut sender = full(&world, Interrupted::new(world.region(), &by), &bell);
            let formats = || format(&world, &bell);
            by.before(at, formats);
            let (sent, goes_on) = run(&by, formats, sender.send_async(b"ZIMNO"));
            assert_eq!(sent, Err(SendError::Reformatted));
            goes_on
        });
    }
}

#[test]
fn a_task_that_reads_writes_or_drains_a_stream_is_told() {
    use embedded_io_async::{Read, Write};
    for anew in places::<Backpressure>() {
        for drains in [false, true] {
            at_each(|at| {
                let world = World::new::<Backpressure>(anew);
                let bell = Bell::default();
                let by = Interruption::none();
                let sender = full(&world, Interrupted::new(world.region(), &by), &bell);
                let mut writer = Writer::new(sender, Forever);
                let formats = || format(&world, &bell);
                by.before(at, formats);
                let (outcome, goes_on) = match drains {
                    true => run(&by, formats, writer.drain_async()),
                    false => run(&by, formats, writer.write_all(&[7; 100])),
                };
                assert_eq!(outcome, Err(StreamError::Reformatted));
                goes_on
            });
        }
        at_each(|at| {
            let world = World::new::<Backpressure>(anew);
            let bell = Bell::default();
            let by = Interruption::none();
            drop(
                Channel::backpressure(world.sending())
                    .with_wait(bell.clone())
                    .sender()
                    .unwrap(),
            );
            let region = Interrupted::new(world.region(), &by);
            assert!(!region.address(0).is_null());
            let receiver = Channel::backpressure(region)
                .with_wait(bell.clone())
                .receiver(0)
                .unwrap();
            let mut reader = Reader::<_, _, _, 48>::new(receiver, Forever).unwrap();
            let formats = || format(&world, &bell);
            by.before(at, formats);
            let mut buffer = [0; 100];
            let (read, goes_on) = run(&by, formats, reader.read(&mut buffer));
            assert_eq!(read, Err(StreamError::Reformatted));
            goes_on
        });
    }
}
