//! Does the page agree with the code: each offset of its tables, each number, and its example?

use ramframe_core::channel::Sender;
use ramframe_core::{frame, geometry};

use super::{dump, formatted, memory_of};

const PAGE: &str = include_str!("../../core/LAYOUT.md");

const OFFSETS: [(&str, usize); 24] = [
    ("magic", geometry::MAGIC),
    ("version", geometry::VERSION),
    ("line", geometry::LINE),
    ("policy", geometry::POLICY),
    ("slots", geometry::SLOTS),
    ("stride", geometry::STRIDE),
    ("capacity", geometry::CAPACITY),
    ("receivers", geometry::RECEIVERS),
    ("formatted", geometry::GENERATION),
    ("epoch", geometry::EPOCH),
    ("closed", geometry::CLOSED),
    ("bell", geometry::NOTIFY_SEQ),
    ("sender_asleep", geometry::SENDER_WAITING),
    ("head", geometry::HEAD),
    ("asleep", geometry::RECEIVER_WAITING),
    ("taken", geometry::CONSUMED),
    ("joined", geometry::ATTACH_COUNT),
    ("dropping", geometry::DISCARDING),
    ("dropped_from", geometry::DISCARDED_FROM),
    ("left", geometry::LEFT),
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
    assert!(PAGE.contains("| `policy` | 12 | 1 overwrite, 2 backpressure |"));
    assert_eq!(frame::Stamp::LAST_SEQUENCE, (1 << 63) - 2);
    assert!(PAGE.contains("2^63 - 2 is the last\nsequence"));
}

#[test]
fn every_line_is_where_the_page_says() {
    for line in [32, 64, 128, 256] {
        let geometry = geometry::Geometry::backpressure(4, 48, 3).with_cache_line(line);
        let (session, line) = ((line as usize).max(64), line as usize);
        assert_eq!(geometry.session(), session);
        assert_eq!(geometry.head(), session + line);
        assert_eq!(geometry.asks(), session + 2 * line);
        for receiver in 0..3 {
            let at = session + (3 + receiver as usize) * line;
            assert_eq!(geometry.receiver(receiver), at);
        }
        let slots = session + (3 + 3) * line;
        assert_eq!(geometry.slot(2), slots + 2 * geometry.stride() as usize);
    }
}

/// The lines of the example: those that begin with four digits of an offset.
#[test]
fn the_example_is_true() {
    let is_dump = |line: &&str| line.get(4..6) == Some("  ") && line.as_bytes()[0] == b'0';
    let lines: Vec<_> = PAGE.lines().filter(is_dump).collect();
    assert_eq!(lines.len(), 10);
    let memory = formatted(geometry::Geometry::overwrite(2, 48));
    let mut sender = Sender::overwrite(memory.words()).unwrap();
    sender.send(b"CIEPLO").unwrap();
    sender.send(b"ZIMNO").unwrap();
    let found = memory_of(&memory);
    assert_eq!(found, dump(&lines.join("\n"), found.len()));
}
