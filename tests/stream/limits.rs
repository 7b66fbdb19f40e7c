//! No call waits longer than its caller allowed, whatever the other side does.

use std::cell::Cell;

use embedded_io::{BufRead, Error, ErrorKind, Read, ReadExactError, ReadReady, Write};
use ramframe_core::channel::Channel;
use ramframe_core::channel::Corruption;
use ramframe_core::stream::{OpenError, StreamError};
use ramframe_core::stream::{Reader, Writer};
use ramframe_core::wait::{Forever, MaxWaits, RetryPolicy};
use ramframe_core::wait::{Notify, Wait};

use super::{CAPACITY, NOW, SLOTS, Send, bytes, channel, reader, receiver, sender, writer};
use crate::support::Flat;

#[test]
fn a_read_waits_as_often_as_allowed() {
    for limit in [0, 1, 7] {
        let mut waits = 0;
        let mut reader = reader(channel(), |count: u32| {
            waits += u32::from(count < limit);
            count < limit
        });
        assert_eq!(reader.read(&mut [0; 1]), Err(StreamError::TimedOut));
        assert_eq!(waits, limit);
    }
}

#[test]
fn a_call_that_timed_out_can_be_made_again() {
    let region = channel();
    let (mut reader, mut writer) = (reader(region, MaxWaits(3)), writer(region, MaxWaits(3)));
    assert_eq!(reader.read(&mut [0; 1]), Err(StreamError::TimedOut));
    for _ in 0..SLOTS {
        writer.write_all(b"x").unwrap();
    }
    assert_eq!(writer.write(b"x"), Err(StreamError::TimedOut));
    assert_eq!(reader.read(&mut [0; 1]), Ok(1));
    assert_eq!(writer.write(b"x"), Ok(1));
}

/// With the rest, no byte is sent twice, and none is read over.
#[test]
fn a_call_that_timed_out_in_the_middle_goes_on_with_the_rest() {
    let region = channel();
    let (mut reader, mut writer) = (reader(region, NOW), writer(region, NOW));
    let all = bytes(CAPACITY * (SLOTS + 3) + 5);
    let (mut sent, mut got) = (0, vec![0; all.len()]);
    let mut read = 0;
    for _ in 0..3 * SLOTS {
        match writer.write_all(&all[sent..]) {
            Ok(()) => sent = all.len(),
            Err(StreamError::TimedOutAfter { done }) => sent += done,
            Err(error) => assert_eq!(error, StreamError::TimedOut),
        }
        match reader.read_exact(&mut got[read..]) {
            Ok(()) => read = all.len(),
            Err(ReadExactError::Other(StreamError::TimedOutAfter { done })) => read += done,
            Err(error) => assert_eq!(error, ReadExactError::Other(StreamError::TimedOut)),
        }
    }
    assert_eq!((sent, read), (all.len(), all.len()));
    assert_eq!(got, all);
}

#[test]
fn each_call_counts_anew() {
    let mut asked = Vec::new();
    let mut reader = reader(channel(), |waits: u32| {
        asked.push(waits);
        waits < 2
    });
    assert_eq!(reader.fill_buf(), Err(StreamError::TimedOut));
    assert_eq!(reader.fill_buf(), Err(StreamError::TimedOut));
    assert_eq!(asked, [0, 1, 2, 0, 1, 2]);
}

#[test]
fn a_sender_of_empty_messages_cannot_hold_a_reader() {
    let region = channel();
    let mut other = sender(region);
    let mut reader = reader(region, move |waits: u32| {
        while other.try_send(b"").is_ok() {}
        waits < 100
    });
    assert_eq!(reader.read(&mut [0; 1]), Err(StreamError::TimedOut));
}

/// Answers each message taken with an empty one: there is always another.
struct Feed(Send);

impl Wait for Feed {
    const NOTIFY: Notify = Notify::Always;

    fn wait(&mut self, _word: *const u32, _seen: u32) {}

    fn notify(&mut self, _word: *const u32, _asked: bool) {
        self.0.try_send(b"").unwrap();
    }
}

#[test]
fn nor_can_one_that_is_as_fast_as_the_reader() {
    let region = channel();
    let mut other = sender(region);
    other.try_send(b"").unwrap();
    let receiver = Channel::backpressure(region)
        .with_wait(Feed(other))
        .receiver(0);
    let mut reader = Reader::<_, _, _, CAPACITY>::new(receiver.unwrap(), MaxWaits(5)).unwrap();
    assert_eq!(reader.read_ready(), Ok(false));
    assert_eq!(reader.read(&mut [0; 1]), Err(StreamError::TimedOut));
    assert_eq!(reader.receiver().next_sequence(), 7 * (SLOTS as u64 + 1));
}

/// Counts how often it is waited with.
#[derive(Clone, Copy)]
struct Counting<'a>(&'a Cell<u32>);

impl Wait for Counting<'_> {
    const NOTIFY: Notify = Notify::OnRequest;

    fn wait(&mut self, _word: *const u32, _seen: u32) {
        self.0.set(self.0.get() + 1);
    }

    fn notify(&mut self, _word: *const u32, _asked: bool) {}
}

#[test]
fn each_time_the_patience_lasts_is_one_wait() {
    let (region, waits) = (channel(), Cell::new(0));
    let channel = || Channel::backpressure(region).with_wait(Counting(&waits));
    let mut writer = Writer::new(channel().sender().unwrap(), MaxWaits(7));
    let receiver = channel().receiver(0).unwrap();
    let mut reader = Reader::<_, _, _, CAPACITY>::new(receiver, MaxWaits(7)).unwrap();
    assert_eq!(reader.read(&mut [0; 1]), Err(StreamError::TimedOut));
    assert_eq!(waits.take(), 7);
    let too_much = writer.write_all(&[0; CAPACITY * (SLOTS + 1)]);
    let done = CAPACITY * SLOTS;
    let late = Err(StreamError::TimedOutAfter { done });
    assert_eq!((too_much, waits.take()), (late, 7));
    assert_eq!(
        (writer.drain(), waits.take()),
        (Err(StreamError::TimedOut), 7)
    );
}

#[test]
fn empty_messages_before_a_byte_cost_no_wait() {
    let region = channel();
    let (mut reader, mut sender) = (reader(region, NOW), sender(region));
    for _ in 1..SLOTS {
        sender.try_send(b"").unwrap();
    }
    sender.try_send(b"C").unwrap();
    assert_eq!(reader.read(&mut [0; 64]), Ok(1));
}

#[test]
fn a_drain_waits_for_every_byte_to_be_taken() {
    let region = channel();
    let mut other = receiver(region);
    let mut writer = writer(region, |_: u32| {
        other.skip().flat().unwrap();
        true
    });
    writer.drain().unwrap();
    writer.write_all(b"CIEPLO").unwrap();
    writer.write_all(b"ZIMNO").unwrap();
    writer.drain().unwrap();
    assert_eq!(writer.sender().pending(0), Some(0));
}

#[test]
fn a_drain_gives_up_too() {
    let mut writer = writer(channel(), MaxWaits(5));
    writer.write_all(b"C").unwrap();
    assert_eq!(writer.drain(), Err(StreamError::TimedOut));
    assert_eq!(writer.sender().pending(0), Some(1), "and loses nothing");
}

#[test]
fn endless_never_gives_up() {
    for waits in [0, 1, u32::MAX] {
        assert!(Forever.waits_again(waits));
        assert!(!MaxWaits(waits).waits_again(waits));
    }
}

#[test]
fn each_error_has_a_kind_and_words() {
    let corrupt = StreamError::Corrupt {
        what: Corruption::Length,
    };
    let source = std::error::Error::source(&corrupt).unwrap();
    assert!(source.to_string().contains("longer than its slot"));
    for (error, kind, word) in [
        (StreamError::TimedOut, ErrorKind::TimedOut, "too long"),
        (
            StreamError::SenderRestarted,
            ErrorKind::ConnectionReset,
            "restarted",
        ),
        (
            StreamError::Lagged(7),
            ErrorKind::ConnectionAborted,
            "7 messages",
        ),
        (corrupt, ErrorKind::InvalidData, "contradicts itself"),
    ] {
        assert_eq!(error.kind(), kind);
        assert!(error.to_string().contains(word), "{error}");
        assert_ne!(
            kind,
            ErrorKind::Interrupted,
            "callers would try again for ever"
        );
    }
    let narrow = OpenError::BufferTooSmall {
        required: CAPACITY as u32,
    };
    assert!(narrow.to_string().contains("16 bytes"));
}
