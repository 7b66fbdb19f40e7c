//! Does the core agree with the conformance suite, word for word? `conformance/README.md` says what the steps mean.

mod events;
mod port;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::rc::Rc;

use crate::support::{Flat, Words};
use ramframe_core::channel::{AttachError, Channel, Start};
use ramframe_core::geometry::{Geometry, Overflow};
use ramframe_core::wait::Wait;

use super::Array;
use events::{AnyReceiver, AnySender, attached, formatted};
use port::{Answers, Log, Silent, Unrequested};

/// Decimal, or hexadecimal after `0x`.
fn number(text: &str) -> u64 {
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
struct Case<'m> {
    memory: &'m Array,
    log: Rc<Log>,
    sender: Option<Box<dyn AnySender + 'm>>,
    receivers: BTreeMap<u32, Box<dyn AnyReceiver + 'm>>,
}

impl<'m> Case<'m> {
    fn on(memory: &'m Array) -> Self {
        Self {
            memory,
            log: Log::of(memory),
            sender: None,
            receivers: BTreeMap::new(),
        }
    }

    fn region(&self) -> Words<'m> {
        self.memory.words()
    }

    /// The event that a step gives.
    fn step(&mut self, step: &str, words: &[&str]) -> String {
        match step {
            "put" => self.put(words),
            "expect" => self.expect(words),
            "read" => formatted(Geometry::read(&self.region()).map(drop)),
            "format" | "format_exclusive" => self.format(step, words),
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

    fn format(&mut self, step: &str, words: &[&str]) -> String {
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
            _ => geometry.format_exclusive(&region, seed),
        })
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

/// Runs the steps of one case, each with its line.
fn run(file: &str, name: &str, steps: &[(usize, &str)]) {
    let (_, region) = steps[0];
    let length = region.strip_prefix("region ").expect("a case begins so");
    let memory = Array::new(number(length.trim()) as usize);
    let mut case = Case::on(&memory);
    for (line, text) in &steps[1..] {
        let (step, expected) = text.split_once(" -> ").unwrap_or((text, ""));
        let words: Vec<_> = step.split_whitespace().collect();
        let event = case.step(words[0], &words[1..]);
        assert_eq!(event, expected.trim(), "{file}:{line}: {name}: {step}");
    }
}

fn run_all(file: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden/conformance");
    let text = fs::read_to_string(folder.join(file)).unwrap();
    let lines = text.lines().zip(1..);
    let lines = lines.map(|(line, number)| (number, line.split('#').next().unwrap().trim_end()));
    let lines: Vec<_> = lines.filter(|(_, line)| !line.is_empty()).collect();
    let is_case = |(_, line): &(usize, &str)| line.starts_with("case ");
    for case in lines.chunk_by(|_, next| !is_case(next)) {
        let (_, name) = case[0];
        run(file, name, &case[1..]);
    }
}

#[test]
fn constants() {
    run_all("constants.txt");
}

#[test]
fn overwrite() {
    run_all("overwrite.txt");
}

#[test]
fn backpressure() {
    run_all("backpressure.txt");
}

#[test]
fn generations() {
    run_all("generations.txt");
}

#[test]
fn waiting() {
    run_all("waiting.txt");
}
