//! Does the page agree with the code: each offset of its tables, each number, and its example?

use ramframe_core::channel::Channel;
use ramframe_core::wait::{Notify, Wait};
use ramframe_core::{frame, geometry};

use super::{dump, formatted, memory_of};
use crate::support::{Flat, FlatMessage};

const PAGE: &str = include_str!("../../core/LAYOUT.md");

const OFFSETS: [(&str, usize); 34] = [
    ("magic", geometry::MAGIC),
    ("version", geometry::VERSION),
    ("generation", geometry::GENERATION),
    ("first_epoch", geometry::FIRST_EPOCH),
    ("required_features", geometry::REQUIRED_FEATURES),
    ("optional_features", geometry::OPTIONAL_FEATURES),
    ("line", geometry::LINE),
    ("policy", geometry::POLICY),
    ("slots", geometry::SLOTS),
    ("stride", geometry::STRIDE),
    ("capacity", geometry::CAPACITY),
    ("receivers", geometry::RECEIVERS),
    ("slots_at", geometry::SLOTS_AT),
    ("extent", geometry::EXTENT),
    ("name", geometry::NAME),
    ("epoch", geometry::EPOCH),
    ("closed", geometry::CLOSED),
    ("notify_seq", geometry::NOTIFY_SEQ),
    ("sender_waiting", geometry::SENDER_WAITING),
    ("sender_notifies", geometry::SENDER_NOTIFIES),
    ("sender_beat", geometry::SENDER_BEAT),
    ("receiver_waiting", geometry::RECEIVER_WAITING),
    ("consumed", geometry::CONSUMED),
    ("attach_count", geometry::ATTACH_COUNT),
    ("detached_at", geometry::DETACHED_AT),
    ("discarding", geometry::DISCARDING),
    ("discarded_from", geometry::DISCARDED_FROM),
    ("receiver_notifies", geometry::RECEIVER_NOTIFIES),
    ("receiver_beat", geometry::RECEIVER_BEAT),
    ("lock_set", geometry::LOCK_SET),
    ("stamp_low", frame::STAMP_LOW),
    ("stamp_high", frame::STAMP_HIGH),
    ("length", frame::LENGTH),
    ("frame_epoch", frame::EPOCH),
];

#[test]
fn every_offset_is_that_of_the_code() {
    for (word, offset) in OFFSETS {
        let row = format!("| `{word}` | {offset} |");
        assert!(PAGE.contains(&row), "not on the page: {row}");
    }
    let rows = PAGE.lines().filter(|line| line.starts_with("| `"));
    assert_eq!(rows.count(), OFFSETS.len(), "a word that no offset is of");
    assert!(PAGE.contains(&format!("| payload | {} |", frame::PAYLOAD)));
}

#[test]
fn every_constant_is_that_of_the_code() {
    assert!(PAGE.contains(&format!("`{:#010X}`", geometry::MAGIC_WORD).replace("0X", "0x")));
    assert!(PAGE.contains(&format!("| `version` | 4 | {} |", geometry::VERSION_WORD)));
    assert_eq!(geometry::Overflow::Overwrite.word(), 1);
    assert_eq!(geometry::Overflow::Backpressure.word(), 2);
    assert!(PAGE.contains("| `policy` | 28 | 1 overwrite, 2 backpressure |"));
    assert_eq!(frame::Stamp::LAST_SEQUENCE, (1 << 63) - 2);
    assert!(PAGE.contains("2^63 - 2 is the last sequence"));
}

#[test]
fn every_line_is_where_the_page_says() {
    for line in [32, 64, 128] {
        let geometry = geometry::Geometry::backpressure(4, 48, 3).with_cache_line(line);
        let line = line as usize;
        assert_eq!(geometry.session_line(), 128);
        assert_eq!(geometry.head_line(), 128 + line);
        assert_eq!(geometry.requests_line(), 128 + 2 * line);
        for receiver in 0..3 {
            let at = 128 + (3 + receiver as usize) * line;
            assert_eq!(geometry.receiver_line(receiver), at);
        }
        let slots = 128 + (3 + 3) * line;
        assert_eq!(geometry.slots_at(), slots);
        assert_eq!(geometry.slot(2), slots + 2 * geometry.stride() as usize);
    }
}

/// The bytes of the page's example of this number.
fn example(number: usize, size: usize) -> Vec<u8> {
    let blocks = PAGE.split("```text\n").skip(1);
    let blocks = blocks.map(|block| block.split("```").next().unwrap());
    let dumps: Vec<_> = blocks.filter(|block| block.starts_with("0000  ")).collect();
    assert_eq!(dumps.len(), 2);
    dump(dumps[number], size)
}

#[test]
fn the_example_of_overwrite_is_true() {
    let memory = formatted(geometry::Geometry::overwrite(2, 48));
    let mut sender = Channel::overwrite(memory.words()).sender().unwrap();
    sender.try_send(b"CIEPLO").unwrap();
    sender.try_send(b"ZIMNO").unwrap();
    let found = memory_of(&memory);
    assert_eq!(found, example(0, found.len()));
    assert!(PAGE.contains(&format!("The channel takes {} bytes.\n", found.len())));
}

#[test]
fn the_example_of_backpressure_is_true() {
    let geometry = geometry::Geometry::backpressure(2, 16, 2).with_cache_line(32);
    let memory = formatted(geometry);
    let mut sender = Channel::backpressure(memory.words()).sender().unwrap();
    sender.try_send(b"CIEPLO").unwrap();
    sender.try_send(b"ZIMNO").unwrap();
    let mut first = Channel::backpressure(memory.words())
        .with_wait(Answers)
        .receiver(0)
        .unwrap();
    first.try_recv(&mut [0; 16]).header().unwrap();
    first.detach();
    let _dead = Channel::backpressure(memory.words())
        .with_wait(Answers)
        .receiver(1)
        .unwrap();
    let mut dead = Channel::backpressure(memory.words()).reclaim(1).unwrap();
    assert_eq!(dead.discard_pending().flat(), Ok(2));
    let found = memory_of(&memory);
    assert_eq!(found, example(1, found.len()));
    assert!(PAGE.contains(&format!("The channel takes {} bytes.\n", found.len())));
}

/// A receiver that answers requests, of which there are none.
struct Answers;

impl Wait for Answers {
    const NOTIFY: Notify = Notify::OnRequest;

    fn wait(&mut self, _word: *const u32, _seen: u32) {}

    fn notify(&mut self, _word: *const u32, _requested: bool) {}
}
