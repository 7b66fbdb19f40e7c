//! Is a receiver woken that can only read, and so cannot say that it sleeps?

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use ramframe_core::channel::Start;
use ramframe_host::receiver::{End, Event, Receiver};
use ramframe_host::sender::{ChannelOptions, Sender};
use ramframe_host::trust::Trust;
use ramframe_host::wait::rate::NAP_LIMIT;

use crate::scratch::{LIMIT, Scratch, eventually};

const MESSAGES: usize = 20;

/// For whoever has begun a nap to fall asleep.
const MOMENT: Duration = Duration::from_millis(5);

/// Far more than a wake takes, and far less than what is left of a full nap after a moment.
const SOON: Duration = NAP_LIMIT.checked_div(4).unwrap();

/// Receives until the sender closes. Says when each message came, and counts the naps of full length as they begin.
fn receive(mut receiver: Receiver, naps: &AtomicU64, came: &mpsc::Sender<Instant>) {
    let (mut buffer, mut news) = ([0; 48], Instant::now());
    loop {
        match receiver.try_recv(&mut buffer) {
            Ok(Event::Message(_)) => {
                news = Instant::now();
                came.send(news).unwrap();
            }
            Ok(Event::Nothing) => {
                let full = news.elapsed() >= NAP_LIMIT;
                naps.fetch_add(full.into(), Ordering::Relaxed);
                receiver.wait(None);
            }
            Ok(Event::Closed) => return,
            other => panic!("{other:?}"),
        }
    }
}

/// Sends a message to a receiver that has just lain down for a full nap, and says how late it was heard.
fn lateness(sender: &mut Sender, naps: &AtomicU64, coming: &mpsc::Receiver<Instant>) -> Duration {
    let before = naps.load(Ordering::Relaxed);
    eventually(|| naps.load(Ordering::Relaxed) > before);
    thread::sleep(MOMENT);
    let sent = Instant::now();
    sender.try_send(b"CIEPLO").unwrap();
    coming.recv_timeout(LIMIT).unwrap() - sent
}

#[test]
fn a_message_ends_the_nap_of_a_receiver_that_cannot_ask() {
    let (scratch, mine) = (Scratch::new(), Trust::current_user());
    let mut sender = Sender::open(scratch.key, &ChannelOptions::overwrite(), &mine).unwrap();
    let mut receiver = Receiver::open(scratch.key, Start::Oldest, &mine).unwrap();
    assert!(
        matches!(receiver.end_mut(), Ok(End::Overwrite(_))),
        "it can write"
    );
    let naps = AtomicU64::new(0);
    let (came, coming) = mpsc::channel();
    let late: Vec<_> = thread::scope(|scope| {
        scope.spawn(|| receive(receiver, &naps, &came));
        let late = (0..MESSAGES).map(|_| lateness(&mut sender, &naps, &coming));
        let late = late.collect();
        sender.close().unwrap();
        late
    });
    let soon = late.iter().filter(|&&late| late < SOON).count();
    assert!(soon > MESSAGES / 2, "rings are lost: {late:?}");
}
