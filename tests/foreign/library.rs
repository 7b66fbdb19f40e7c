//! A program in Rust on the library alone, as a process of its own: this test's program, started again with one role to play.

use std::convert::Infallible;
use std::env;
use std::io::stdin;
use std::path::Path;
use std::process::Command;

use ramframe_core::channel::Start;
use ramframe_host::sysv::key::Key;
use ramframe_host::{ChannelOptions, Event, Limit, Receiver, Sender, Trust};

use crate::hex;

/// What a process is asked to be: `send` or `recv`.
const ROLE: &str = "FOREIGN_ROLE";
/// For how many receivers a sender makes its channel; 0 under overwrite.
const RECEIVERS: &str = "FOREIGN_RECEIVERS";
/// The first line of its own, behind what the test harness prints.
const BEGIN: &str = "begin";

/// Sends each line of its input, in this folder.
pub(crate) fn sender(receivers: u32) -> Command {
    let mut command = role("send");
    command.env(RECEIVERS, receivers.to_string());
    command
}

/// Prints what it receives, as the C client does, in this folder.
pub(crate) fn receiver() -> Command {
    role("recv")
}

fn role(role: &str) -> Command {
    let mut command = Command::new(env::current_exe().unwrap());
    command
        .args(["--exact", "library::plays_a_role", "--ignored"])
        .args(["--nocapture", "--test-threads", "2"])
        .env(ROLE, role);
    command
}

/// The lines before its own are the harness's.
pub(crate) fn is_begun(line: &str) -> bool {
    line == BEGIN
}

#[test]
#[ignore = "a role that other tests start as a process"]
fn plays_a_role() {
    let Ok(role) = env::var(ROLE) else { return };
    println!("{BEGIN}");
    let key = Key::of_path(Path::new("."), b'S').unwrap();
    match &*role {
        "send" => send(key),
        _ => receive(key),
    }
}

fn send(key: Key) {
    let options = match env::var(RECEIVERS).unwrap().parse().unwrap() {
        0 => ChannelOptions::overwrite(),
        receivers => ChannelOptions::backpressure(receivers),
    };
    let mut sender = Sender::open(key, &options, &Trust::current_user()).unwrap();
    eprintln!("attached");
    for line in stdin().lines() {
        let sequence = sender.send(line.unwrap().as_bytes(), &Limit::NEVER);
        println!("sent {}", sequence.unwrap());
    }
    sender.drain(&Limit::NEVER).unwrap();
    sender.close().unwrap();
}

/// A message counts as received when it was printed: the one at which this process is killed comes again.
fn receive(key: Key) {
    let trust = Trust::current_user();
    let mut receiver = Receiver::wait_open(key, Start::Oldest, &trust, &Limit::NEVER).unwrap();
    eprintln!("attached");
    let mut buffer = vec![0; receiver.geometry().capacity() as usize];
    loop {
        let found = receiver.recv_with(&mut buffer, &Limit::NEVER, |message| {
            let payload = hex(message.payload);
            println!("message {} {} {payload}", message.sequence, message.epoch);
            Ok::<_, Infallible>(())
        });
        let Ok(event) = found.unwrap();
        match event {
            Event::Message(()) => {}
            Event::Lagged(count) => println!("lagged {count}"),
            Event::SenderRestarted => println!("restarted"),
            Event::Closed => println!("closed"),
            Event::Gone => break println!("removed"),
            other => println!("{other:?}"),
        }
    }
    receiver.detach();
}
