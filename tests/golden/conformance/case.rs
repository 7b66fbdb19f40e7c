//! One case of the suite, run by the core: `README.md` says what the steps mean.

#[path = "events.rs"]
mod events;
#[path = "port.rs"]
mod port;

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::array::Array;
use crate::dying::{DyingRegion, Life};
use crate::support::{Flat, Words};
use ramframe_core::channel::{AttachError, Channel, Start};
use ramframe_core::geometry::{Geometry, Name, Overflow};
use ramframe_core::wait::Wait;

use events::{AnyReceiver, AnySender, attached, formatted};
use port::{Answers, Log, Silent, Unrequested};

/// Decimal, or hexadecimal after `0x`.
pub(crate) fn number(text: &str) -> u64 {
    match text.strip_prefix("0x") {
        Some(digits) => u64::from_str_radix(digits, 16).unwrap(),
        None => text.parse().unwrap(),
    }
}

fn word(text: &str) -> u32 {
    number(text).try_into().unwrap()
}

fn bytes(hex: &str) -> Vec<u8> {
    let digits = hex.trim_start_matches('-');
    let pairs = (0..digits.len()).step_by(2);
    pairs
        .map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap())
        .collect()
}

/// One case, on memory of its own.
pub(crate) struct Case<'m> {
    memory: &'m Array,
    life: &'m Life,
    log: Rc<Log>,
    sender: Option<Box<dyn AnySender + 'm>>,
    receivers: BTreeMap<u32, Box<dyn AnyReceiver + 'm>>,
}

impl<'m> Case<'m> {
    /// A case whose sides store as long as `life` says.
    pub(crate) fn on(memory: &'m Array, life: &'m Life) -> Self {
        Self {
            memory,
            life,
            log: Log::of(memory),
            sender: None,
            receivers: BTreeMap::new(),
        }
    }

    fn region(&self) -> DyingRegion<'m, Words<'m>> {
        DyingRegion::new(self.memory.words(), self.life)
    }

    /// The event that a step gives.
    pub(crate) fn step(&mut self, step: &str, words: &[&str]) -> String {
        match step {
            "put" => self.put(words),
            "expect" => self.expect(words),
            "read" => formatted(Geometry::read(&self.region()).map(drop)),
            "format" | "format_exclusive" => self.format(step, words, &Name::EMPTY),
            "format_named" => {
                let text = String::from_utf8(bytes(words[0])).unwrap();
                match Name::new(&text) {
                    Ok(name) => self.format(step, &words[1..], &name),
                    Err(_) => "constants".into(),
                }
            }
            "name" => self.name(),
            "sender" => self.attach_sender(words[0]),
            "send" => self.sender().send(&bytes(words[0])),
            "wait_for_room" => self.waits(|this| this.sender().wait_for_room(word(words[0]))),
            "close" => {
                self.sender.take().unwrap().close();
                String::new()
            }
            "receiver" => self.attach_receiver(word(words[0]), words[1]),
            "recv" => self.receiver(words).recv(),
            "latest" => self.receiver(words).latest(),
            "wait" => self.waits(|this| this.receiver(words).wait()),
            "detach" => {
                self.receivers.remove(&word(words[0])).unwrap().detach();
                String::new()
            }
            "reclaim" => self.reclaim(word(words[0])),
            "woke" => self.log.take_woken(),
            _ => panic!("no such step: {step}"),
        }
    }

    fn put(&self, words: &[&str]) -> String {
        let mut memory = self.memory.snapshot();
        let first = number(words[0]) as usize / 4;
        for (index, text) in words[1..].iter().enumerate() {
            memory[first + index] = word(text).to_le();
        }
        self.memory.restore(&memory);
        String::new()
    }

    fn expect(&self, words: &[&str]) -> String {
        let first = number(words[0]) as usize / 4;
        let found = &self.memory.snapshot()[first..];
        let differs = |(&found, text): (&u32, &&str)| u32::from_le(found) != word(text);
        match found.iter().zip(&words[1..]).position(differs) {
            Some(index) => {
                let value = u32::from_le(found[index]);
                format!("{:#x} holds {value:#010x}", (first + index) * 4)
            }
            None => String::new(),
        }
    }

    fn format(&mut self, step: &str, words: &[&str], name: &Name) -> String {
        let [slots, capacity, receivers, line, slots_at, seed] =
            [1, 2, 3, 4, 5, 6].map(|index| word(words[index]));
        let geometry = match words[0] {
            "overwrite" => Geometry::overwrite(slots, capacity),
            _ => Geometry::backpressure(slots, capacity, receivers),
        };
        let mut geometry = geometry.with_cache_line(line);
        if slots_at != 0 {
            geometry = geometry.with_slots_at(slots_at);
        }
        let region = self.region();
        formatted(match step {
            "format" => geometry.format_and_notify(&region, seed, &mut Answers::to(&self.log)),
            "format_named" => {
                geometry.format_named(&region, name, seed, &mut Answers::to(&self.log))
            }
            _ => geometry.format_exclusive(&region, seed),
        })
    }

    fn name(&self) -> String {
        match Name::read(&self.region()) {
            Ok(name) => events::named(name.unwrap_or_default().as_str()),
            Err(error) => formatted(Err(error)),
        }
    }

    fn sender(&mut self) -> &mut (dyn AnySender + 'm) {
        self.sender.as_deref_mut().expect("a sender has attached")
    }

    fn receiver(&mut self, words: &[&str]) -> &mut (dyn AnyReceiver + 'm) {
        let receiver = self.receivers.get_mut(&word(words[0]));
        receiver.expect("the receiver has attached").as_mut()
    }

    fn waits(&mut self, wait: impl FnOnce(&mut Self)) -> String {
        self.log.forget_wait();
        wait(self);
        self.log.wait()
    }

    fn attach_sender(&mut self, notifies: &str) -> String {
        self.sender = None;
        let sender = match notifies {
            "answers" => self.new_sender(Answers::to(&self.log)),
            "unrequested" => self.new_sender(Unrequested::to(&self.log)),
            _ => self.new_sender(Silent::to(&self.log)),
        };
        match sender {
            Ok(sender) => self.sender.insert(sender).begins(),
            Err(error) => attached(error),
        }
    }

    fn new_sender<W: Wait + 'm>(&self, wait: W) -> Result<Box<dyn AnySender + 'm>, AttachError> {
        let region = self.region();
        Ok(match Geometry::read(&region)?.overflow() {
            Overflow::Overwrite => Box::new(Channel::overwrite(region).with_wait(wait).sender()?),
            Overflow::Backpressure => {
                Box::new(Channel::backpressure(region).with_wait(wait).sender()?)
            }
        })
    }

    fn attach_receiver(&mut self, number: u32, how: &str) -> String {
        self.receivers.remove(&number);
        let receiver = match how {
            "silent" => self.new_receiver(number, Start::Oldest, Silent::to(&self.log)),
            "next" => self.new_receiver(number, Start::Next, Answers::to(&self.log)),
            _ => self.new_receiver(number, Start::Oldest, Answers::to(&self.log)),
        };
        match receiver {
            Ok(receiver) => {
                let begins = receiver.begins();
                self.receivers.insert(number, receiver);
                begins
            }
            Err(error) => attached(error),
        }
    }

    fn new_receiver<W: Wait + 'm>(
        &self,
        number: u32,
        start: Start,
        wait: W,
    ) -> Result<Box<dyn AnyReceiver + 'm>, AttachError> {
        let region = self.region();
        Ok(match Geometry::read(&region)?.overflow() {
            Overflow::Overwrite => {
                Box::new(Channel::overwrite(region).with_wait(wait).receiver(start)?)
            }
            Overflow::Backpressure => Box::new(
                Channel::backpressure(region)
                    .with_wait(wait)
                    .receiver(number)?,
            ),
        })
    }

    fn reclaim(&self, number: u32) -> String {
        let channel = Channel::backpressure(self.region()).with_wait(Answers::to(&self.log));
        match channel
            .reclaim(number)
            .map(|mut dead| dead.discard_pending().flat())
        {
            Ok(discarded) => events::discarded(discarded),
            Err(error) => attached(error),
        }
    }
}
