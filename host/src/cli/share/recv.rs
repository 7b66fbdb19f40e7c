//! `host recv --share`: takes the place of a worker, and receives what is shared.

use std::time::Instant;

use ramframe_core::frame::Header;

use crate::cli::exit::{Exit, Outcome};
use crate::cli::hints;
use crate::cli::print::Shared;
use crate::cli::session::{End, Reported, Session};
use crate::cli::stderr::note;
use crate::error::Kind;
use crate::share::{Message, Worker, WorkerError};
use crate::sysv::key::Key;
use crate::wait::limit::{Limit, between_looks};

/// Receives as one worker after the other, each of another sender.
pub(crate) fn run(session: &mut Session<'_>) -> Outcome {
    loop {
        let worker = match open(session)? {
            Ok(worker) => worker,
            Err(exit) => return Ok(exit),
        };
        session.reported = Reported::default();
        if let End::Exit(exit) = follow(session, worker)? {
            return Ok(exit);
        }
        session.printer.restarted()?;
    }
}

/// Waits for a share, and for a place in it.
fn open(session: &mut Session<'_>) -> Outcome<Result<Worker, Exit>> {
    let trust = session.args.trust.trust(0o666);
    let since = Instant::now();
    let mut stands_by = false;
    loop {
        let base = session.args.location.key()?;
        let error = match Worker::open(base, &trust) {
            Ok(worker) => return Ok(Ok(begin(session, base, worker))),
            Err(error) => error,
        };
        match error.kind {
            Kind::NoFreeReceiver(places) if !stands_by => {
                stands_by = true;
                note!(
                    "{base:#} has {places} workers, and no place for one more; waiting until one ends"
                );
            }
            Kind::NoFreeReceiver(_) => {}
            _ if error.is_absent() => session.say_waiting(),
            _ => return Err(hints::of(&error).into()),
        }
        if let Some(exit) = session.idle()? {
            return Ok(Err(exit));
        }
        session.follow_path();
        session.limits.pause(between_looks(since));
    }
}

fn begin(session: &mut Session<'_>, base: Key, mut worker: Worker) -> Worker {
    session.waiting.over();
    worker.set_spin(session.args.spin.time);
    note!("receiving as worker {} of {base:#}", worker.number());
    worker
}

/// Receives until the share is no more, or enough has come.
fn follow(
    session: &mut Session<'_>,
    mut worker: Worker,
) -> Result<End, Box<dyn std::error::Error>> {
    let end = take(session, &mut worker);
    worker.detach();
    end
}

fn take(session: &mut Session<'_>, worker: &mut Worker) -> Result<End, Box<dyn std::error::Error>> {
    let mut limit = session.limits.slice();
    loop {
        if let Some(end) = step(session, worker, &limit)? {
            return Ok(end);
        }
        limit = session.limits.slice();
    }
}

/// One message, or whatever else there is. A message is taken when it has been printed, so that this process can be killed and lose none.
fn step(
    session: &mut Session<'_>,
    worker: &mut Worker,
    limit: &Limit,
) -> Result<Option<End>, Box<dyn std::error::Error>> {
    let printer = &mut session.printer;
    let received = worker.recv_with(limit, |message| {
        printer.shared(shared(&message), header(&message), message.payload)?;
        printer.flush()
    });
    let channel = worker.receiver();
    match received {
        Ok(received) => session.received(channel, Ok(received)),
        Err(WorkerError::Recv(error)) => session.received(channel, Err(error)),
        Err(error) => Err(format!(
            "worker {} of {:#}: {error}",
            worker.number(),
            session.args.location.key()?
        )
        .into()),
    }
}

fn shared(message: &Message<'_>) -> Shared {
    Shared {
        worker: message.id.worker,
        generation: message.id.generation,
        attempts: message.attempts,
    }
}

fn header(message: &Message<'_>) -> Header {
    Header {
        sequence: message.id.sequence,
        epoch: message.id.epoch,
        len: message.payload.len(),
    }
}
