//! A worker that is stopped holds up nobody.

use std::collections::HashSet;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::ledger::Ledger;
use super::{Base, limit, until};

#[test]
fn a_stopped_worker_does_not_stop_the_others() {
    let (base, ledger) = (Base::new(), Ledger::new());
    let mut share = base.share(2, 8);
    let workers = [ledger.worker(base.key()), ledger.worker(base.key())];
    until("both workers", || share.workers() == 2);
    let stopped = Pid::from_raw(workers[0].id().cast_signed());
    kill(stopped, Signal::SIGSTOP).unwrap();
    for message in 0..1000_u64 {
        share.send(&message.to_le_bytes(), &limit()).unwrap();
    }
    // What the stopped one has, nobody else gets: it is not dead.
    let handled = || {
        let done = ledger.entries().into_iter().filter(|entry| entry.is_done);
        done.map(|entry| entry.message).collect::<HashSet<_>>()
    };
    until("the other worker", || handled().len() >= 1000 - 9);
    assert_eq!((share.workers(), share.moved()), (2, 0));
    kill(stopped, Signal::SIGCONT).unwrap();
    share.drain(&limit()).unwrap();
    assert_eq!(handled().len(), 1000);
    assert!(ledger.entries().iter().all(|entry| entry.attempts == 0));
    share.close().unwrap();
    base.assert_clean();
}
