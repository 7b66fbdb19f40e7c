//! The sentences of embedded-io-async's `Read`, `BufRead` and `Write`, and the same between two tasks.

use std::thread;

use buffered_io::asynch::BufferedWrite;
use embedded_io_async::{BufRead, Read, ReadExactError, Write};
use futures_lite::future::{block_on, poll_once, zip};
use ramframe_core::stream::{Duplex, DuplexGeometry, End, Link, Reader, StreamError, Writer};
use ramframe_core::wait::{Forever, MaxWaits};

use super::{
    CAPACITY, Local, Mailbox, Region, SLOTS, channel, mailboxes, memory, receiver, sender,
};

type Put = Writer<Region, Local, Forever>;
type Take = Reader<Region, Local, Forever, CAPACITY>;

fn pair() -> (Put, Take) {
    let region = channel();
    let side = Local::default();
    let writer = Writer::new(sender(region, side.other_side()), Forever);
    let reader = Reader::new(receiver(region, side), Forever).unwrap();
    (writer, reader)
}

/// The outcome, if the call does not wait.
fn now<T>(future: impl Future<Output = T>) -> Option<T> {
    block_on(poll_once(future))
}

fn bytes(count: usize) -> Vec<u8> {
    (0..count).map(|at| (at * 7 + at / 251) as u8).collect()
}

#[test]
fn a_read_waits_for_a_byte_and_no_further() {
    let (mut writer, mut reader) = pair();
    let mut buf = [0; 64];
    assert_eq!(now(reader.read(&mut buf)), None);
    let got = block_on(zip(reader.read(&mut buf), writer.write(b"CIEPLO")));
    assert_eq!(got, (Ok(6), Ok(6)));
    now(writer.write(b"ZIMNO")).unwrap().unwrap();
    assert_eq!(now(reader.read(&mut buf[..2])), Some(Ok(2)));
    assert_eq!(now(reader.fill_buf()), Some(Ok(&b"MNO"[..])));
    BufRead::consume(&mut reader, 2);
    assert_eq!(now(reader.read(&mut buf)), Some(Ok(1)));
    assert_eq!(now(reader.fill_buf()), None);
}

#[test]
fn an_empty_buf_never_waits() {
    let (mut writer, mut reader) = pair();
    assert_eq!(now(reader.read(&mut [])), Some(Ok(0)));
    for _ in 0..SLOTS {
        now(writer.write(b"x")).unwrap().unwrap();
    }
    assert_eq!(now(writer.write(&[])), Some(Ok(0)));
    assert_eq!(writer.sender().next_sequence(), SLOTS as u64);
}

#[test]
fn never_ok_0_from_a_write_that_is_not_empty() {
    for len in 1..=2 * CAPACITY {
        let (mut writer, mut reader) = pair();
        for _ in 0..SLOTS {
            let written = now(writer.write(&bytes(len)));
            assert_eq!(written, Some(Ok(len.min(CAPACITY))));
        }
        assert_eq!(now(writer.write(&bytes(len))), None, "full");
        now(reader.read(&mut [0; CAPACITY])).unwrap().unwrap();
        assert_eq!(now(writer.write(&bytes(len))), Some(Ok(len.min(CAPACITY))));
    }
}

#[test]
fn the_end_is_said_after_a_close_alone() {
    let (mut writer, mut reader) = pair();
    now(writer.write(b"CIE")).unwrap().unwrap();
    let mut buf = [0; 64];
    assert_eq!(now(reader.read(&mut buf)), Some(Ok(3)));
    assert_eq!(now(reader.read(&mut buf)), None, "silence is no end");
    writer.close();
    for _ in 0..2 {
        assert_eq!(now(reader.read(&mut buf)), Some(Ok(0)));
        assert_eq!(now(reader.fill_buf()), Some(Ok(&[][..])));
    }
}

#[test]
fn a_close_wakes_a_reader() {
    let (writer, mut reader) = pair();
    let close = async { writer.close() };
    assert_eq!(block_on(zip(reader.read(&mut [0; 3]), close)).0, Ok(0));
}

#[test]
fn a_sender_that_left_without_closing_is_an_error() {
    let region = channel();
    let side = Local::default();
    let mut reader: Take = Reader::new(receiver(region, side.clone()), Forever).unwrap();
    let mut first = Writer::new(sender(region, side.other_side()), Forever);
    now(first.write(b"C")).unwrap().unwrap();
    assert_eq!(now(reader.read(&mut [0; 64])), Some(Ok(1)));
    let mut next = Writer::new(sender(region, side.other_side()), Forever);
    let restarted = Err(StreamError::SenderRestarted);
    assert_eq!(now(reader.read(&mut [0; 64])), Some(restarted));
    now(next.write(b"CIE")).unwrap().unwrap();
    assert_eq!(now(reader.read(&mut [0; 64])), Some(Ok(3)));
}

#[test]
fn write_all_and_read_exact_wait_as_often_as_they_must() {
    let (mut writer, mut reader) = pair();
    let all = bytes(100 * CAPACITY + 3);
    let mut got = vec![0; all.len()];
    let both = zip(writer.write_all(&all), reader.read_exact(&mut got));
    assert_eq!(block_on(both), (Ok(()), Ok(())));
    assert!(got == all);
    now(writer.write_all(b"CIE")).unwrap().unwrap();
    writer.close();
    let early = now(reader.read_exact(&mut [0; 4]));
    assert_eq!(early, Some(Err(ReadExactError::UnexpectedEof)));
}

#[test]
fn a_flush_never_waits_and_a_drain_does() {
    let (mut writer, mut reader) = pair();
    now(writer.write_all(b"CIE")).unwrap().unwrap();
    assert_eq!(now(writer.flush()), Some(Ok(())));
    assert_eq!(now(writer.drain_async()), None);
    let mut buf = [0; 3];
    let both = zip(writer.drain_async(), reader.read_exact(&mut buf));
    assert_eq!(block_on(both), (Ok(()), Ok(())));
    assert_eq!(now(writer.drain_async()), Some(Ok(())));
}

#[test]
fn patience_is_asked_before_each_sleep() {
    let region = channel();
    let side = Local::default();
    let mut writer = Writer::new(sender(region, side.other_side()), MaxWaits(0));
    let receiver = receiver(region, side);
    let mut reader = Reader::<_, _, _, CAPACITY>::new(receiver, MaxWaits(0)).unwrap();
    let late = Some(Err(StreamError::TimedOut));
    assert_eq!(now(reader.read(&mut [0; 3])), late);
    for _ in 0..SLOTS {
        now(writer.write(b"x")).unwrap().unwrap();
    }
    assert_eq!(now(writer.write(b"x")), late);
    assert_eq!(now(writer.drain_async()), Some(Err(StreamError::TimedOut)));
}

/// One end of a link asks, the other answers: each way more than the link holds.
#[test]
fn both_ways_between_two_threads() {
    const ROUNDS: usize = 300;
    let link = DuplexGeometry::new(SLOTS as u32, CAPACITY as u32);
    let region = memory(link.size());
    link.format(&region, 0).unwrap();
    let (a_out, b_in) = mailboxes();
    let (a_in, b_out) = mailboxes();
    let a = side(region, End::A, a_out, a_in);
    let b = side(region, End::B, b_out, b_in);
    let echo = thread::spawn(move || block_on(echo(b)));
    block_on(async {
        let mut a = a;
        for round in 0..ROUNDS {
            let all = bytes(1 + round % 90);
            let mut got = vec![0; all.len()];
            a.write_all(&all).await.unwrap();
            a.read_exact(&mut got).await.unwrap();
            assert_eq!(got, all);
        }
        let mut reader = a.close();
        assert_eq!(reader.read(&mut [0; 1]).await, Ok(0));
    });
    echo.join().unwrap();
}

type Ends = Duplex<Region, Mailbox, Forever, CAPACITY>;

fn side(region: Region, side: End, outward: Mailbox, inward: Mailbox) -> Ends {
    let link = Link::new(region).with_wait(outward, inward);
    link.attach(side, Forever).unwrap()
}

async fn echo(mut link: Ends) {
    let mut buf = [0; 5];
    loop {
        match link.read(&mut buf).await.unwrap() {
            0 => break,
            len => link.write_all(&buf[..len]).await.unwrap(),
        }
    }
    link.close();
}

/// Code that others wrote for embedded-io-async: short writes gathered into messages that fill a slot, and read by pieces.
#[test]
fn what_others_buffer_arrives() {
    let (writer, mut reader) = pair();
    let (all, mut gather) = (bytes(500), [0; CAPACITY]);
    let mut got = vec![0; all.len()];
    let mut writer = BufferedWrite::new(writer, &mut gather);
    let write = async {
        for piece in all.chunks(3) {
            writer.write_all(piece).await.unwrap();
        }
        writer.flush().await.unwrap();
    };
    let both = zip(write, reader.read_exact(&mut got));
    assert_eq!(block_on(both).1, Ok(()));
    assert!(got == all);
    let messages = reader.receiver().next_sequence();
    assert!(messages < 2 * 500 / CAPACITY as u64, "gathered: {messages}");
}
