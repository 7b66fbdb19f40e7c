//! Senders that write down each message after it is sent, in memory of their own, until they are killed.

use std::env;
use std::process::{Command, Stdio};
use std::sync::atomic::Ordering;
use std::thread;
use std::time::{Duration, Instant};

use ramframe_core::channel::{Message, Start};
use ramframe_core::geometry::Overflow;
use ramframe_core::region::{Region, RegionMut};
use ramframe_host::receiver::{Event, Receiver};
use ramframe_host::sender::{ChannelOptions, Sender};
use ramframe_host::sysv::key::Key;
use ramframe_host::sysv::segment::{ReadWrite, Segment};
use ramframe_host::trust::Trust;
use ramframe_host::wait::limit::Limit;

use crate::block::{Blocks, LONGEST};
use crate::mortal::Mortal;
use crate::processes::{Folder, LIMIT, until};
use crate::records::{Record, Senders};
use crate::xorshift::Xorshift;
use crate::{an_instant, chance, rounds, watch};

fn wanted(overflow: Overflow) -> ChannelOptions {
    let (wanted, slots) = match overflow {
        Overflow::Overwrite => (ChannelOptions::overwrite(), 8),
        // Not full within a sender's life, which would else be spent waiting, where dying is easy.
        Overflow::Backpressure => (ChannelOptions::backpressure(1), 256),
    };
    ChannelOptions {
        slot: u32::try_from(LONGEST).ok(),
        slots: Some(slots),
        ..wanted
    }
}

/// One message, waiting for room as long as it takes.
fn send(channel: &mut Sender, message: &[u8]) {
    channel.send(message, &Limit::NEVER).unwrap();
}

/// Senders on one key, one after the other, and what they wrote down.
struct Torture {
    folder: Folder,
    ledger: Segment<ReadWrite>,
    _ledger_folder: Folder,
    overflow: Overflow,
    chance: Xorshift,
    senders: Senders,
}

impl Torture {
    fn new(test: &str, overflow: Overflow) -> Self {
        let ledger_folder = Folder::new();
        Self {
            folder: Folder::new(),
            ledger: Segment::create(ledger_folder.key, 64, 0o600).unwrap(),
            _ledger_folder: ledger_folder,
            overflow,
            chance: chance(test),
            senders: Senders::default(),
        }
    }

    /// Makes the channel and sends one message, so that a receiver can be there from the first on; then dies, as it were.
    fn first(&mut self) -> Receiver {
        let wanted = wanted(self.overflow);
        let mut channel = Sender::open(self.folder.key, &wanted, &Trust::current_user()).unwrap();
        send(&mut channel, Blocks::of(0).get(0));
        self.senders.ended(1);
        Receiver::open(self.folder.key, Start::Oldest, &Trust::current_user()).unwrap()
    }

    /// The role below, to send `count` messages.
    fn command(&self, count: u64) -> Command {
        self.ledger.memory().store(0, 0, Ordering::Relaxed);
        let mut command = Command::new(env::current_exe().unwrap());
        command
            .args(["--exact", "acknowledged::sends", "--ignored", "--nocapture"])
            .env("KEY", self.folder.key.to_string())
            .env("LEDGER", self.ledger.id().to_string())
            .env("POLICY", self.overflow.word().to_string())
            .env("SENDER", self.senders.next().to_string())
            .env("COUNT", count.to_string())
            .stdout(Stdio::null());
        command
    }

    fn life_and_death(&mut self) {
        let mut sender = Mortal::spawn(&mut self.command(u64::MAX));
        if self.chance.below(8) != 0 {
            until("a new sender's first message", || self.written_down() > 0);
        }
        an_instant(&self.chance, Duration::from_millis(2));
        sender.die();
        let sent = self.folder.sent().unwrap();
        let published = sent - self.senders.sent();
        let acknowledged = self.written_down();
        assert!(
            (acknowledged..=acknowledged + 1).contains(&published),
            "{acknowledged} were sent, and {published} are there"
        );
        let mut blocks = Blocks::of(self.senders.next());
        let begun = watch::had_begun(self.folder.key, blocks.get(published));
        self.senders.mid_write += usize::from(begun);
        self.senders.ended(sent);
    }

    fn written_down(&self) -> u64 {
        let count = self.ledger.memory().load(0);
        self.ledger.memory().fence(Ordering::Acquire);
        count.into()
    }

    /// The last sender: ends in good order.
    fn last(&mut self) {
        let mut sender = Mortal::spawn(&mut self.command(50));
        until("the last sender's end", || {
            sender.try_wait().unwrap().is_some()
        });
        assert!(sender.wait().unwrap().success());
        self.senders.ended(self.senders.sent() + 50);
    }

    fn run(&mut self, test: &str, kills: u32) -> u64 {
        let incoming = self.first();
        let receiver = thread::spawn(move || Heard::all(incoming));
        while !self.senders.have_died(kills) {
            self.life_and_death();
        }
        self.last();
        let heard = receiver.join().unwrap();
        self.senders.check(&heard.records, heard.missed);
        self.senders.report(test, heard.records.len(), heard.missed);
        self.folder.assert_clean();
        heard.missed
    }
}

/// What one receiver got.
struct Heard {
    blocks: Blocks,
    records: Vec<Record>,
    missed: u64,
    /// Told since the last message.
    restarted: bool,
    epoch: u32,
    sender: u32,
}

impl Heard {
    /// Receives until the sender leaves in good order.
    fn all(mut channel: Receiver) -> Self {
        let mut this = Self {
            blocks: Blocks::of(0),
            records: Vec::new(),
            missed: 0,
            restarted: true,
            epoch: 0,
            sender: 0,
        };
        let mut buffer = vec![0; LONGEST];
        let mut news = Instant::now();
        loop {
            match channel.try_recv(&mut buffer) {
                Ok(Event::Message(message)) => this.message(message),
                Ok(Event::Lagged(count)) => this.missed += count,
                Ok(Event::SenderRestarted) => this.restarted = true,
                Ok(Event::Closed) => return this,
                Ok(Event::Nothing) => {
                    assert!(news.elapsed() < LIMIT, "nothing comes any more");
                    channel.wait(None);
                    continue;
                }
                other => panic!("{other:?}"),
            }
            news = Instant::now();
        }
    }

    fn message(&mut self, message: Message<'_>) {
        let place = self.blocks.place(message.payload);
        self.records.push(Record {
            sequence: message.sequence,
            place,
        });
        let Some((sender, _)) = place else { return };
        let anew = message.epoch != self.epoch;
        assert!(
            !anew || self.restarted,
            "nobody told of epoch {}",
            message.epoch
        );
        assert!(sender == self.sender || anew, "two senders in one epoch");
        (self.epoch, self.sender, self.restarted) = (message.epoch, sender, false);
    }
}

#[test]
fn with_backpressure_what_was_sent_arrives() {
    const NAME: &str = "senders of 64 KiB, backpressure";
    let mut torture = Torture::new(NAME, Overflow::Backpressure);
    assert_eq!(torture.run(NAME, rounds(100, 1000)), 0);
}

#[test]
fn with_overwrite_what_was_sent_arrives_or_is_told_missing() {
    const NAME: &str = "senders of 64 KiB, overwrite";
    let mut torture = Torture::new(NAME, Overflow::Overwrite);
    assert!(
        torture.run(NAME, rounds(100, 1000)) > 0,
        "nobody was lapped"
    );
}

#[test]
#[ignore = "a role, run and killed by the tests above"]
fn sends() {
    let Ok(key) = env::var("KEY") else { return };
    let number = |name| env::var(name).unwrap().parse::<u64>().unwrap();
    let ledger = i32::try_from(number("LEDGER")).unwrap();
    let ledger = Segment::<ReadWrite>::attach_id(ledger, &Trust::current_user()).unwrap();
    let overflow = match number("POLICY") {
        1 => Overflow::Overwrite,
        _ => Overflow::Backpressure,
    };
    let mut blocks = Blocks::of(u32::try_from(number("SENDER")).unwrap());
    let wanted = wanted(overflow);
    let mut channel =
        Sender::open(key.parse::<Key>().unwrap(), &wanted, &Trust::current_user()).unwrap();
    for index in 0..number("COUNT") {
        send(&mut channel, blocks.get(index));
        let count = u32::try_from(index + 1).unwrap();
        ledger.memory().store(0, count, Ordering::Release);
    }
    channel.drain(&Limit::NEVER).unwrap();
    channel.close().unwrap();
}
