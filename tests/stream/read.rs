//! The sentences of `Read` and `BufRead`, one test each.

use embedded_io::{BufRead, Read, ReadExactError, Write};
use ramframe_core::stream::StreamError;

use super::{CAPACITY, NOW, bytes, channel, pair, reader, sender, writer};

#[test]
fn blocks_until_a_byte_becomes_available_and_no_further() {
    let region = channel();
    let mut other = sender(region);
    let mut asked = Vec::new();
    let mut reader = reader(region, |waits: u32| {
        asked.push(waits);
        if waits == 2 {
            other.try_send(b"C").unwrap();
        }
        true
    });
    let mut buf = [0; 10];
    assert_eq!(reader.read(&mut buf), Ok(1));
    assert_eq!(
        buf, *b"C\0\0\0\0\0\0\0\0\0",
        "at the beginning of buf, the rest untouched"
    );
    assert_eq!(asked, [0, 1, 2]);
}

#[test]
fn what_is_available_is_returned_without_blocking() {
    let (mut writer, mut reader) = pair();
    writer.write_all(b"CIEPLO").unwrap();
    let mut buf = [0; 10];
    assert_eq!(reader.read(&mut buf), Ok(6), "no waiting for four more");
    assert_eq!(&buf[..6], b"CIEPLO");
}

#[test]
fn fewer_bytes_than_available_may_be_returned() {
    let (mut writer, mut reader) = pair();
    writer.write_all(b"CIEPLO").unwrap();
    writer.write_all(b"ZIMNO").unwrap();
    let mut buf = [0; 64];
    assert_eq!(reader.read(&mut buf), Ok(6), "one message at a time");
    assert_eq!(reader.read(&mut buf[..4]), Ok(4));
    assert_eq!(
        reader.read(&mut buf[4..]),
        Ok(1),
        "what is left of a message, alone"
    );
    assert_eq!(&buf[..5], b"ZIMNO");
}

#[test]
fn the_end_is_ok_0_and_need_not_last() {
    let region = channel();
    let mut reader = reader(region, NOW);
    writer(region, NOW).close();
    let mut buf = [0; 4];
    for _ in 0..3 {
        assert_eq!(reader.read(&mut buf), Ok(0));
    }
    let mut next = writer(region, NOW);
    assert_eq!(
        reader.read(&mut buf),
        Err(StreamError::TimedOut),
        "no longer at the end"
    );
    next.write_all(b"more").unwrap();
    assert_eq!(reader.read(&mut buf), Ok(4));
}

#[test]
fn an_empty_buf_returns_without_blocking_and_means_no_end() {
    let (mut writer, mut reader) = pair();
    assert_eq!(reader.read(&mut []), Ok(0), "nothing there");
    writer.write_all(b"C").unwrap();
    assert_eq!(reader.read(&mut []), Ok(0), "a byte there");
    assert_eq!(reader.read(&mut [0; 1]), Ok(1), "and it stays");
    assert_eq!(reader.read(&mut []), Ok(0));
}

#[test]
fn read_exact_loops_and_blocks() {
    let region = channel();
    let mut other = sender(region);
    let mut pieces = bytes(40)
        .chunks(7)
        .map(Vec::from)
        .collect::<Vec<_>>()
        .into_iter();
    let mut reader = reader(region, |_: u32| {
        other.try_send(&pieces.next().unwrap()).unwrap();
        true
    });
    let mut all = [0; 40];
    reader.read_exact(&mut all).unwrap();
    assert_eq!(all[..], bytes(40));
}

#[test]
fn read_exact_tells_the_end_from_an_error() {
    let (mut writer, mut reader) = pair();
    writer.write_all(b"CIE").unwrap();
    let late = ReadExactError::Other(StreamError::TimedOutAfter { done: 3 });
    assert_eq!(reader.read_exact(&mut [0; 6]), Err(late));
    writer.write_all(b"PLO").unwrap();
    writer.close();
    assert_eq!(
        reader.read_exact(&mut [0; 6]),
        Err(ReadExactError::UnexpectedEof)
    );
}

#[test]
fn fill_buf_fills_only_if_its_buffer_is_empty() {
    let (mut writer, mut reader) = pair();
    writer.write_all(b"CIEPLO").unwrap();
    writer.write_all(b"ZIMNO").unwrap();
    assert_eq!(reader.fill_buf(), Ok(&b"CIEPLO"[..]));
    assert_eq!(
        reader.fill_buf(),
        Ok(&b"CIEPLO"[..]),
        "until it is consumed"
    );
    reader.consume(2);
    assert_eq!(reader.fill_buf(), Ok(&b"EPLO"[..]));
    reader.consume(0);
    assert_eq!(reader.fill_buf(), Ok(&b"EPLO"[..]));
    reader.consume(4);
    assert_eq!(reader.fill_buf(), Ok(&b"ZIMNO"[..]));
}

#[test]
fn fill_buf_blocks_until_a_byte_becomes_available() {
    let region = channel();
    let mut other = sender(region);
    let mut reader = reader(region, |waits: u32| {
        if waits == 1 {
            other.try_send(b"C").unwrap();
        }
        true
    });
    assert_eq!(reader.fill_buf(), Ok(&b"C"[..]));
}

#[test]
fn fill_buf_is_empty_at_the_end_which_need_not_last() {
    let region = channel();
    let mut reader = reader(region, NOW);
    writer(region, NOW).close();
    assert_eq!(reader.fill_buf(), Ok(&b""[..]));
    assert_eq!(reader.fill_buf(), Ok(&b""[..]));
    writer(region, NOW).write_all(b"more").unwrap();
    assert_eq!(reader.fill_buf(), Ok(&b"more"[..]));
}

#[test]
fn consumed_bytes_are_not_read_again() {
    let (mut writer, mut reader) = pair();
    writer.write_all(b"CIEPLO").unwrap();
    reader.fill_buf().unwrap();
    reader.consume(3);
    let mut buf = [0; 64];
    assert_eq!(reader.read(&mut buf), Ok(3));
    assert_eq!(&buf[..3], b"PLO");
}

#[test]
fn consuming_more_than_there_is_consumes_what_there_is() {
    let (mut writer, mut reader) = pair();
    reader.consume(usize::MAX);
    writer.write_all(b"CIEPLO").unwrap();
    reader.fill_buf().unwrap();
    reader.consume(usize::MAX);
    reader.consume(1);
    writer.write_all(b"ZIMNO").unwrap();
    assert_eq!(
        reader.fill_buf(),
        Ok(&b"ZIMNO"[..]),
        "none of the next message's"
    );
}

#[test]
fn buffered_is_what_a_read_would_not_look_for() {
    let (mut writer, mut reader) = pair();
    writer.write_all(&bytes(CAPACITY)).unwrap();
    assert_eq!(reader.buffered(), b"");
    reader.read_exact(&mut [0; 5]).unwrap();
    assert_eq!(reader.buffered(), &bytes(CAPACITY)[5..]);
}
