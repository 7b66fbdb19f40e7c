//! `host send` killed at random instants and started again, with one `host recv` that hears it all.

use std::io::Write;
use std::process::{ChildStdin, Command, Stdio};
use std::thread;
use std::time::Duration;

use serde_json::Value;

use crate::line::{LONGEST, line, place};
use crate::mortal::Mortal;
use crate::processes::{Folder, Running, until};
use crate::records::{Record, Senders};
use crate::xorshift::Xorshift;
use crate::{an_instant, chance, rounds, watch};

/// Senders on one key, one after the other.
struct Torture {
    folder: Folder,
    chance: Xorshift,
    options: &'static [&'static str],
    senders: Senders,
}

impl Torture {
    fn new(test: &str, options: &'static [&'static str]) -> Self {
        Self {
            folder: Folder::new(),
            chance: chance(test),
            options,
            senders: Senders::default(),
        }
    }

    fn command(&self) -> Command {
        let common = ["send", "--lines", "--quiet"];
        self.folder.host(&[&common[..], self.options].concat())
    }

    fn sent_by_this_one(&self) -> bool {
        self.folder
            .sent()
            .is_some_and(|sent| sent > self.senders.sent())
    }

    /// One sender, from its start to its death.
    fn life_and_death(&mut self) {
        let mut sender = spawn(&mut self.command());
        let input = sender.stdin.take().unwrap();
        let number = self.senders.next();
        let feeder = thread::spawn(move || feed(input, number));
        // Some die young.
        if self.chance.below(8) != 0 {
            until("a new sender's first message", || self.sent_by_this_one());
        }
        an_instant(&self.chance, Duration::from_millis(2));
        sender.die();
        feeder.join().unwrap();
        self.bury();
    }

    fn bury(&mut self) {
        let before = self.senders.sent();
        let sent = self.folder.sent().unwrap_or(before);
        let begun = line((self.senders.next(), sent - before));
        self.senders.mid_write += usize::from(watch::had_begun(self.folder.key, &begun));
        self.senders.ended(sent);
    }

    /// The first sender: dies when it has sent one message and `receiver` has it, so that all counts from there.
    fn first(&mut self, receiver: &mut Running) -> Vec<u8> {
        let mut sender = spawn(&mut self.command());
        let input = sender.stdin.as_mut().unwrap();
        input.write_all(&with_newline(line((0, 0)))).unwrap();
        let heard = receiver.line().into_bytes();
        sender.die();
        self.senders.ended(1);
        heard
    }

    /// The last sender: ends in good order.
    fn last(&mut self) {
        let number = self.senders.next();
        let mut sender = Running::start(self.command());
        for index in 0..50 {
            sender.feed(&with_newline(line((number, index))));
        }
        let ended = sender.end();
        assert_eq!(ended.code, Some(0), "{ended:?}");
        self.senders.ended(self.senders.sent() + 50);
    }

    /// All of it. Returns the receiver's lines, and what it said beside.
    fn run(&mut self, kills: u32, options: &[&str]) -> (Vec<Vec<u8>>, String) {
        let common = ["recv", "--any", "--until-close"];
        let mut receiver = self.folder.start(&[&common[..], options].concat());
        let mut lines = vec![self.first(&mut receiver)];
        while !self.senders.have_died(kills) {
            self.life_and_death();
        }
        self.last();
        let ended = receiver.end();
        assert_eq!(ended.code, Some(0), "{ended:?}");
        lines.extend(ended.lines.into_iter().map(String::into_bytes));
        self.folder.assert_clean();
        (lines, ended.errors)
    }
}

fn spawn(command: &mut Command) -> Mortal {
    command.stdin(Stdio::piped()).stdout(Stdio::null());
    Mortal::spawn(command.stderr(Stdio::null()))
}

/// Gives a sender all its lines, until it is dead.
fn feed(mut input: ChildStdin, sender: u32) {
    let mut lines = (0..).map(|index| with_newline(line((sender, index))));
    while lines
        .next()
        .is_some_and(|line| input.write_all(&line).is_ok())
    {}
}

fn with_newline(mut line: Vec<u8>) -> Vec<u8> {
    assert!(line.len() <= LONGEST);
    line.push(b'\n');
    line
}

#[test]
fn with_backpressure_nothing_is_lost() {
    const NAME: &str = "host send --lines --backpressure";
    let mut torture = Torture::new(NAME, &["--backpressure", "--size", "4194304"]);
    let (lines, _) = torture.run(rounds(150, 1000), &["--raw"]);
    let records: Vec<_> = (0..)
        .zip(&lines)
        .map(|(sequence, line)| Record {
            sequence,
            place: place(line),
        })
        .collect();
    torture.senders.check(&records, 0);
    torture.senders.report(NAME, records.len(), 0);
}

#[test]
fn with_overwrite_each_loss_is_told() {
    const NAME: &str = "host send --lines --overwrite";
    let mut torture = Torture::new(NAME, &["--overwrite"]);
    let (lines, errors) = torture.run(rounds(150, 1000), &["--json"]);
    let records: Vec<_> = lines.iter().filter_map(|line| json_record(line)).collect();
    let missed = missed(&errors);
    assert!(missed > 0, "nobody was lapped");
    torture.senders.check(&records, missed);
    torture.senders.report(NAME, records.len(), missed);
}

/// `None` for what is no message.
fn json_record(line: &[u8]) -> Option<Record> {
    let line: Value = serde_json::from_slice(line).unwrap();
    if line["event"] != "message" {
        return None;
    }
    Some(Record {
        sequence: line["sequence"].as_u64().unwrap(),
        place: place(line["payload"].as_str().unwrap().as_bytes()),
    })
}

/// The sum of what a receiver said it missed.
fn missed(errors: &str) -> u64 {
    let counts = errors
        .lines()
        .filter_map(|line| line.strip_prefix("host: missed "));
    counts
        .map(|rest| rest.split(' ').next().unwrap().parse::<u64>().unwrap())
        .sum()
}
