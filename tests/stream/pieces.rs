//! Whatever the pieces in which bytes are written and read, the same bytes come out, in order.

use std::collections::VecDeque;

use embedded_io::{BufRead, Read, Write};
use ramframe_core::stream::{Reader, StreamError};
use ramframe_core::wait::MaxWaits;

use super::{CAPACITY, Dice, NOW, Put, Take, bytes, channel, reader, receiver, shared, writer};

/// Writes `all` in pieces of `put` and reads it in pieces of `take`, each side as far as it can go.
fn carry<const N: usize>(all: &[u8], put: usize, take: usize, capacity: usize) -> Vec<u8> {
    let region = shared(2, capacity, 1);
    let mut writer = writer(region, NOW);
    let mut reader: Take<MaxWaits, N> = Reader::new(receiver(region), NOW).unwrap();
    let (mut left, mut got, mut buf) = (all, Vec::new(), vec![0; take]);
    while got.len() < all.len() {
        while let Ok(len @ 1..) = writer.write(&left[..left.len().min(put)]) {
            left = &left[len..];
        }
        let len = reader.read(&mut buf).unwrap();
        assert_ne!(len, 0);
        got.extend_from_slice(&buf[..len]);
    }
    got
}

#[test]
fn every_size_of_piece_on_both_sides() {
    let all = bytes(5 * CAPACITY + 1);
    for put in 1..=2 * CAPACITY {
        for take in 1..=2 * CAPACITY {
            assert_eq!(
                carry::<CAPACITY>(&all, put, take, CAPACITY),
                all,
                "{put} {take}"
            );
        }
    }
}

#[test]
fn every_capacity_from_a_single_byte() {
    let all = bytes(50);
    for capacity in 1..=20 {
        for take in [1, 3, capacity, 64] {
            assert_eq!(
                carry::<20>(&all, 50, take, capacity),
                all,
                "{capacity} {take}"
            );
        }
    }
}

/// What a reader should come to: bytes, and between them the ends and breaks of streams.
#[derive(Debug, PartialEq)]
enum Event {
    Byte(u8),
    End,
    Break,
}

struct Model {
    expected: VecDeque<Event>,
    writer: Option<Put<MaxWaits>>,
    sent: usize,
    news: News,
}

/// What the reader knows of the last change of writers. A writer that comes and goes before it is seen is not told.
#[derive(PartialEq)]
enum News {
    Unseen,
    /// The end of the last stream was read, the next writer not yet seen.
    EndSeen,
    Seen,
}

impl Model {
    fn write(&mut self, len: usize) {
        let Some(writer) = &mut self.writer else {
            return;
        };
        let data: Vec<u8> = bytes(self.sent + len).split_off(self.sent);
        let written = writer.write(&data).unwrap_or(0);
        self.expected
            .extend(data[..written].iter().map(|&byte| Event::Byte(byte)));
        self.sent += written;
    }

    /// Another writer takes over, after the one before closed or died.
    fn replace(&mut self, region: super::Region, close: bool) {
        if self.news != News::Seen {
            return;
        }
        match self.writer.take() {
            Some(old) if close => {
                old.close();
                self.expected.push_back(Event::End);
            }
            Some(_) => self.expected.push_back(Event::Break),
            None => return,
        }
        self.writer = Some(writer(region, NOW));
        self.news = News::Unseen;
    }

    /// What the reader came to is what was expected.
    fn check(&mut self, got: Result<&[u8], StreamError>) {
        let events: Vec<Event> = match got {
            Ok([]) => vec![Event::End],
            Ok(got) => got.iter().map(|&byte| Event::Byte(byte)).collect(),
            Err(StreamError::SenderRestarted) => vec![Event::Break],
            Err(StreamError::TimedOut) => vec![],
            Err(other) => panic!("{other}"),
        };
        self.news = match (events.first(), &self.news) {
            (Some(Event::End), News::Unseen) => News::EndSeen,
            (Some(Event::Byte(_)), News::Unseen) => News::Unseen,
            _ => News::Seen,
        };
        if events.is_empty() {
            assert_eq!(self.expected.front(), None);
        }
        for event in events {
            assert_eq!(self.expected.pop_front(), Some(event));
        }
    }
}

#[test]
fn any_order_of_calls_closes_and_deaths() {
    for seed in 1..200 {
        let (region, mut dice) = (channel(), Dice(seed));
        let mut model = Model {
            expected: VecDeque::new(),
            writer: Some(writer(region, NOW)),
            sent: 0,
            news: News::Seen,
        };
        // The reader knows of the first sender: who comes between unknown ones is not told.
        let mut reader = reader(region, NOW);
        model.check(reader.fill_buf());
        for _ in 0..400 {
            step(&mut model, &mut reader, region, &mut dice);
        }
    }
}

fn step(model: &mut Model, reader: &mut Take<MaxWaits>, region: super::Region, dice: &mut Dice) {
    let mut buf = [0; 2 * CAPACITY];
    match dice.roll(20) {
        0 => model.replace(region, true),
        1 => model.replace(region, false),
        2 => drop(
            model
                .writer
                .as_mut()
                .map(|writer| writer.sender_mut().try_send(b"")),
        ),
        3..8 => model.write(1 + dice.roll(2 * CAPACITY)),
        8 => drop(embedded_io::ReadReady::read_ready(reader)),
        9..13 => take_some(model, reader, dice.roll(CAPACITY + 1)),
        _ => {
            let len = 1 + dice.roll(buf.len());
            let got = reader.read(&mut buf[..len]);
            model.check(got.map(|len| &buf[..len]));
        }
    }
}

/// Fills the buffer, and consumes up to `take` bytes of it.
fn take_some(model: &mut Model, reader: &mut Take<MaxWaits>, take: usize) {
    let filled = reader.fill_buf().map(Vec::from);
    reader.consume(take);
    match filled {
        Ok(bytes) if bytes.is_empty() => model.check(Ok(&[])),
        Ok(bytes) if take == 0 => assert_eq!(reader.buffered(), bytes),
        Ok(bytes) => model.check(Ok(&bytes[..take.min(bytes.len())])),
        Err(error) => model.check(Err(error)),
    }
}
