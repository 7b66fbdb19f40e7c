//! The sentences of `ReadReady` and `WriteReady`: what was promised not to block, does not.

use embedded_io::{BufRead, Read, ReadReady, Write, WriteReady};
use ramframe_core::stream::StreamError;

use super::{NOW, SLOTS, channel, pair, reader, sender, writer};

#[test]
fn a_reader_is_not_ready_when_a_read_would_block() {
    let (mut writer, mut reader) = pair();
    assert_eq!(reader.read_ready(), Ok(false));
    writer.write_all(b"C").unwrap();
    reader.read_exact(&mut [0; 1]).unwrap();
    assert_eq!(reader.read_ready(), Ok(false));
}

#[test]
fn a_reader_is_ready_with_a_message_or_buffered_bytes() {
    let (mut writer, mut reader) = pair();
    writer.write_all(b"CIEPLO").unwrap();
    let mut letter = [0; 1];
    for expected in b"CIEPLO" {
        assert_eq!(reader.read_ready(), Ok(true));
        assert_eq!(
            reader.read_ready(),
            Ok(true),
            "asking twice changes nothing"
        );
        assert_eq!(reader.read(&mut letter), Ok(1));
        assert_eq!(letter[0], *expected);
    }
    assert_eq!(reader.read_ready(), Ok(false));
}

#[test]
fn asking_takes_nothing_from_a_large_read_or_a_fill() {
    let (mut writer, mut reader) = pair();
    for _ in 0..2 {
        writer.write_all(b"CIEPLO").unwrap();
    }
    let mut large = [0; 64];
    assert_eq!(reader.read_ready(), Ok(true));
    assert_eq!(reader.read(&mut large), Ok(6));
    assert_eq!(reader.read_ready(), Ok(true));
    assert_eq!(reader.fill_buf(), Ok(&b"CIEPLO"[..]));
}

#[test]
fn a_reader_is_ready_at_the_end_of_the_stream() {
    let (writer, mut reader) = pair();
    writer.close();
    assert_eq!(reader.read_ready(), Ok(true));
    assert_eq!(reader.read(&mut [0; 64]), Ok(0));
}

#[test]
fn an_end_that_was_noticed_is_said_even_if_another_sender_comes() {
    for large in [false, true] {
        let region = channel();
        let mut reader = reader(region, NOW);
        writer(region, NOW).close();
        assert_eq!(reader.read_ready(), Ok(true));
        let mut next = writer(region, NOW);
        let mut buf = vec![0; if large { 64 } else { 1 }];
        assert_eq!(
            reader.read(&mut buf),
            Ok(0),
            "as promised, without blocking"
        );
        assert_eq!(reader.read_ready(), Ok(false));
        next.write_all(b"C").unwrap();
        assert_eq!(reader.read(&mut buf), Ok(1));
    }
}

#[test]
fn a_break_that_was_noticed_is_kept_for_the_read() {
    let region = channel();
    let mut reader = reader(region, NOW);
    writer(region, NOW).write_all(b"C").unwrap();
    reader.read_exact(&mut [0; 1]).unwrap();
    let _next = writer(region, NOW);
    assert_eq!(reader.read_ready(), Ok(true));
    assert_eq!(reader.read_ready(), Ok(true));
    assert_eq!(reader.fill_buf(), Err(StreamError::SenderRestarted));
    assert_eq!(reader.read_ready(), Ok(false));
}

#[test]
fn an_empty_message_makes_no_reader_ready() {
    let region = channel();
    let mut reader = reader(region, NOW);
    let mut sender = sender(region);
    for _ in 0..3 * SLOTS {
        sender.try_send(b"").unwrap();
        assert_eq!(reader.read_ready(), Ok(false));
    }
    sender.try_send(b"").unwrap();
    sender.try_send(b"C").unwrap();
    assert_eq!(reader.read_ready(), Ok(true));
    assert_eq!(reader.read(&mut [0; 1]), Ok(1));
}

#[test]
fn a_writer_is_ready_while_there_is_room() {
    let (mut writer, mut reader) = pair();
    for _ in 0..3 * SLOTS {
        while writer.write_ready().unwrap() {
            assert_eq!(
                writer.write_ready(),
                Ok(true),
                "asking twice changes nothing"
            );
            assert_eq!(writer.write(b"x"), Ok(1), "as promised, without blocking");
        }
        assert_eq!(writer.write(b"x"), Err(StreamError::TimedOut));
        assert_eq!(reader.read(&mut [0; 1]), Ok(1));
    }
    assert_eq!(writer.sender().next_sequence(), 4 * SLOTS as u64 - 1);
}
