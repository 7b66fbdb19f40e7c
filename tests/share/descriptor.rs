//! A worker that waits by its descriptor gets each message, and one that it refused again.

use std::time::Instant;

use rustix::event::{PollFd, PollFlags, Timespec, poll};

use super::{Base, Event, PATIENCE, Worker, thread};

/// The next payload, or `None` at the end. The first of each message is refused.
fn next(worker: &mut Worker, refuses: bool) -> Option<Result<u8, u8>> {
    let begun = Instant::now();
    loop {
        let found = worker.recv_now_with(|message| match (refuses, message.payload[0]) {
            (true, number) => Err(number),
            (false, number) => Ok(number),
        });
        match found.unwrap() {
            Ok(Event::Message(number)) => return Some(Ok(number)),
            Err(number) => return Some(Err(number)),
            Ok(Event::Closed | Event::Gone) => return None,
            Ok(_) => {}
        }
        assert!(begun.elapsed() < PATIENCE);
        let descriptor = worker.as_fd().unwrap();
        let limit = Timespec::try_from(PATIENCE).unwrap();
        poll(&mut [PollFd::new(&descriptor, PollFlags::IN)], Some(&limit)).unwrap();
    }
}

#[test]
fn a_descriptor_is_readable_for_each_message_and_for_the_end() {
    let base = Base::new();
    let mut share = base.share(1, 4);
    let mut worker = base.worker();
    thread::scope(|scope| {
        scope.spawn(move || {
            for number in 0..100 {
                share.send(&[number], &super::limit()).unwrap();
            }
            share.drain(&super::limit()).unwrap();
            share.close().unwrap();
        });
        for number in 0..100 {
            assert_eq!(next(&mut worker, true), Some(Err(number)));
            assert_eq!(next(&mut worker, false), Some(Ok(number)));
        }
        assert_eq!(next(&mut worker, false), None);
    });
    worker.detach();
    base.assert_clean();
}
