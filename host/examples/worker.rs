//! A worker that crashes and is started again: `worker FILE` gives it jobs, and none is lost.

use std::process::{Command, abort};
use std::time::Duration;
use std::{convert, env, error};

use ramframe_host::core::channel::Start;
use ramframe_host::sysv::key::Key;
use ramframe_host::{ChannelOptions, Event, Limit, Receiver, Sender, Trust};

/// Starts the worker until it ends well.
fn supervise(key: Key, file: &str, limit: &Limit) -> Result<(), Box<dyn error::Error>> {
    let options = ChannelOptions::backpressure(1);
    let mut sender = Sender::open(key, &options, &Trust::current_user())?;
    for job in 0..6_u8 {
        sender.send(&[job], limit)?;
    }
    let worker = |attempt: u32| {
        Command::new(env::current_exe()?)
            .args([file, &attempt.to_string()])
            .status()
    };
    let attempts = (0..).find_map(|attempt| {
        worker(attempt).map_or(None, |ended| ended.success().then_some(attempt))
    });
    println!("crashed {} times", attempts.unwrap_or_default());
    sender.drain(limit)?;
    Ok(sender.close()?)
}

/// Does the jobs. A job is taken once it is done, so that the next worker does the one that this one died of.
fn work(key: Key, attempt: &str, limit: &Limit) -> Result<(), Box<dyn error::Error>> {
    let mut receiver = Receiver::open(key, Start::Oldest, &Trust::current_user())?;
    let mut last = 0;
    while last < 5 {
        let done = receiver.recv_with(&mut [0; 48], limit, |job| {
            if job.payload == [3] && attempt == "0" {
                abort();
            }
            last = job.payload[0];
            println!("did job {last}");
            Ok::<_, convert::Infallible>(())
        })?;
        assert_ne!(done, Ok(Event::Nothing), "no job came in time");
    }
    receiver.detach();
    Ok(())
}

fn main() -> Result<(), Box<dyn error::Error>> {
    let file = env::args().nth(1).ok_or("FILE")?;
    let (key, limit) = (
        Key::of_path(&file, b'W')?,
        Limit::within(Duration::from_secs(10)),
    );
    match env::args().nth(2) {
        None => supervise(key, &file, &limit),
        Some(attempt) => work(key, &attempt, &limit),
    }
}
