//! One sender and its workers: `share FILE` shares twelve jobs among two processes of itself, of which one crashes, and does them all.

use std::process::{Child, Command, abort};
use std::time::Duration;
use std::{convert::Infallible, env, error, io};

use ramframe_host::share::{Share, Worker};
use ramframe_host::sysv::key::Key;
use ramframe_host::{ChannelOptions, Event, Limit, Trust};

fn send(key: Key, file: &str, limit: &Limit) -> Result<(), Box<dyn error::Error>> {
    let options = ChannelOptions::backpressure(1);
    let mut share = Share::open(key, 2, &options, &Trust::current_user())?;
    let worker = |name: &str| -> io::Result<Child> {
        Command::new(env::current_exe()?).args([file, name]).spawn()
    };
    let workers = [worker("crashes")?, worker("works")?];
    while share.workers() < 2 {
        if limit.reached().is_some() {
            return Err("the workers did not come in time".into());
        }
        limit.pause(Duration::from_millis(10));
    }
    for job in 0..12_u8 {
        share.send(&[job], limit)?;
    }
    // What the worker that crashed did not do goes to the other one.
    share.drain(limit)?;
    share.close()?;
    for mut worker in workers {
        worker.wait()?;
    }
    Ok(())
}

/// Does jobs until the share is closed. A job counts as taken once it is done.
fn work(key: Key, name: &str, limit: &Limit) -> Result<(), Box<dyn error::Error>> {
    let mut worker = Worker::wait_open(key, &Trust::current_user(), limit)?;
    loop {
        let done = worker.recv_with(limit, |job| {
            if name == "crashes" {
                abort();
            }
            println!("did job {}", job.payload[0]);
            Ok::<_, Infallible>(())
        })?;
        match done {
            Ok(Event::Closed | Event::Gone) => break,
            Ok(Event::Nothing) => return Err("no job came in time".into()),
            Ok(_) => {}
        }
    }
    worker.detach();
    Ok(())
}

fn main() -> Result<(), Box<dyn error::Error>> {
    let file = env::args().nth(1).ok_or("FILE")?;
    let key = Key::of_path(&file, b'W')?;
    let limit = Limit::within(Duration::from_secs(60));
    match env::args().nth(2) {
        None => send(key, &file, &limit),
        Some(name) => work(key, &name, &limit),
    }
}
