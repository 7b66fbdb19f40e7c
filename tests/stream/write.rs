//! The sentences of `Write`, one test each.

use core::cell::Cell;

use embedded_io::{Read, Write, WriteFmtError};
use ramframe_core::channel::Channel;
use ramframe_core::stream::{StreamError, Writer};
use ramframe_core::wait::{Due, Notify, Wait};

use super::{CAPACITY, NOW, SLOTS, bytes, channel, memory, pair, receiver, shared, writer};
use crate::support::{Flat, FlatMessage};

#[test]
fn blocks_until_it_can_accept_a_byte_and_no_further() {
    let region = channel();
    let mut other = receiver(region);
    let mut asked = Vec::new();
    let mut writer = writer(region, |waits: u32| {
        asked.push(waits);
        if waits == 2 {
            other.skip().flat().unwrap();
        }
        true
    });
    for _ in 0..SLOTS {
        assert_eq!(writer.write(b"x"), Ok(1));
    }
    assert_eq!(writer.write(b"CIEPLO"), Ok(6));
    assert_eq!(asked, [0, 1, 2]);
}

#[test]
fn a_piece_from_the_beginning_is_written_and_its_length_returned() {
    let (mut writer, mut reader) = pair();
    let all = bytes(3 * CAPACITY);
    assert_eq!(writer.write(&all), Ok(CAPACITY), "with room for more");
    let mut buf = [0; 3 * CAPACITY];
    assert_eq!(reader.read(&mut buf), Ok(CAPACITY));
    assert_eq!(buf[..CAPACITY], all[..CAPACITY]);
}

#[test]
fn never_ok_0_unless_empty() {
    for len in 1..=2 * CAPACITY {
        let (mut writer, _reader) = pair();
        for _ in 0..SLOTS {
            assert_eq!(writer.write(&bytes(len)), Ok(len.min(CAPACITY)));
        }
        assert_eq!(writer.write(&bytes(len)), Err(StreamError::TimedOut));
    }
}

#[test]
fn an_empty_buf_returns_without_blocking_and_sends_nothing() {
    let (mut writer, _reader) = pair();
    for _ in 0..2 * SLOTS {
        assert_eq!(writer.write(b""), Ok(0));
    }
    assert_eq!(writer.sender().next_sequence(), 0);
    for _ in 0..SLOTS {
        writer.write_all(b"x").unwrap();
    }
    assert_eq!(writer.write(b""), Ok(0), "full");
}

#[test]
fn what_failed_was_not_written() {
    let (mut writer, mut reader) = pair();
    for _ in 0..SLOTS {
        writer.write_all(b"x").unwrap();
    }
    assert_eq!(writer.write(b"lost"), Err(StreamError::TimedOut));
    reader.read_exact(&mut [0; SLOTS]).unwrap();
    writer.write_all(b"next").unwrap();
    let mut buf = [0; 8];
    assert_eq!(reader.read(&mut buf), Ok(4));
    assert_eq!(&buf[..4], b"next");
}

#[test]
fn a_write_is_seen_without_a_flush() {
    let (mut writer, mut reader) = pair();
    writer.write_all(b"C").unwrap();
    assert_eq!(reader.read(&mut [0; 8]), Ok(1));
}

#[test]
fn a_flush_never_blocks_nor_sends() {
    let (mut writer, _reader) = pair();
    assert_eq!(writer.flush(), Ok(()));
    for _ in 0..SLOTS {
        writer.write_all(b"x").unwrap();
    }
    assert_eq!(writer.flush(), Ok(()));
    assert_eq!(writer.sender().next_sequence(), SLOTS as u64);
}

/// Rings unasked where `UNASKED`, but is never due.
struct Lazy<'a, const UNASKED: bool>(&'a Cell<u32>);

impl<const UNASKED: bool> Wait for Lazy<'_, UNASKED> {
    const NOTIFY: Notify = if UNASKED {
        Notify::Always
    } else {
        Notify::OnRequest
    };

    fn wait(&mut self, _word: *const u32, _seen: u32) {}

    fn notify(&mut self, _word: *const u32, _asked: bool) {
        self.0.set(self.0.get() + 1);
    }

    fn due(&mut self) -> Due {
        Due {
            notify: false,
            again: 1,
        }
    }
}

#[test]
fn a_flush_rings_where_a_write_may_have_left_it_out() {
    let rings = Cell::new(0);
    let sender = Channel::backpressure(channel())
        .with_wait(Lazy::<true>(&rings))
        .sender();
    let mut writer = Writer::new(sender.unwrap(), NOW);
    rings.set(0);
    writer.write_all(b"C").unwrap();
    assert_eq!(rings.get(), 0);
    writer.flush().unwrap();
    assert_eq!(rings.get(), 1);
}

#[test]
fn a_flush_rings_for_nobody_who_did_not_ask() {
    let rings = Cell::new(0);
    let sender = Channel::backpressure(channel())
        .with_wait(Lazy::<false>(&rings))
        .sender();
    let mut writer = Writer::new(sender.unwrap(), NOW);
    rings.set(0);
    writer.write_all(b"C").unwrap();
    writer.flush().unwrap();
    assert_eq!(rings.get(), 0);
}

#[test]
fn write_all_loops_and_blocks() {
    let region = channel();
    let (mut other, mut got) = (receiver(region), Vec::new());
    let all = bytes(10 * CAPACITY + 3);
    let mut piece = [0; CAPACITY];
    let mut writer = writer(region, |_: u32| {
        let len = other.try_recv(&mut piece).header().unwrap().len;
        got.extend_from_slice(&piece[..len]);
        true
    });
    writer.write_all(&all).unwrap();
    while let Ok(header) = other.try_recv(&mut piece).header() {
        got.extend_from_slice(&piece[..header.len]);
    }
    assert_eq!(got, all);
}

#[test]
fn write_fmt_writes_all_of_it_or_says_why_not() {
    let (mut writer, mut reader) = pair();
    write!(writer, "CIEPLO at {:>3}", 21).unwrap();
    let mut text = [0; 13];
    reader.read_exact(&mut text).unwrap();
    assert_eq!(&text, b"CIEPLO at  21");
    let long = "x".repeat(CAPACITY * (SLOTS + 1));
    let done = CAPACITY * SLOTS;
    let late = WriteFmtError::Other(StreamError::TimedOutAfter { done });
    assert_eq!(write!(writer, "{long}"), Err(late));
}

#[test]
fn the_slowest_of_several_receivers_sets_the_pace() {
    let region = shared(SLOTS, CAPACITY, 2);
    let mut quick = Channel::backpressure(region).receiver(0).unwrap();
    let mut slow = Channel::backpressure(region).receiver(1).unwrap();
    let mut writer = writer(region, NOW);
    for _ in 0..SLOTS {
        writer.write_all(b"x").unwrap();
        quick.skip().flat().unwrap();
    }
    assert_eq!(writer.write(b"x"), Err(StreamError::TimedOut));
    slow.skip().flat().unwrap();
    assert_eq!(writer.write(b"x"), Ok(1));
}

#[test]
fn a_message_may_be_as_large_as_the_slots_allow() {
    const LARGE: usize = 1 << 20;
    let geometry = ramframe_core::geometry::Geometry::backpressure(2, LARGE as u32, 1);
    let region = memory(geometry.size());
    geometry.format(&region, 0).unwrap();
    let mut writer = writer(region, NOW);
    assert_eq!(writer.write(&bytes(LARGE + 1)), Ok(LARGE));
    let mut all = vec![0; LARGE];
    assert_eq!(
        receiver(region)
            .try_recv(&mut all)
            .header()
            .map(|header| header.len),
        Ok(LARGE)
    );
    assert!(all == bytes(LARGE));
}
