//! Where a stream ends, where it breaks, and what comes after.

use embedded_io::{BufRead, Read, Write};
use ramframe_core::channel::{Channel, Corruption};
use ramframe_core::frame::LENGTH;
use ramframe_core::geometry::{CONSUMED, GENERATION, Geometry};
use ramframe_core::region::{Region as _, RegionMut};
use ramframe_core::stream::{OpenError, Reader, StreamError};
use ramframe_core::wait::Spin;
use std::sync::atomic::Ordering::Relaxed;

use super::{CAPACITY, NOW, Region, SLOTS, Take, channel, pair, reader, receiver, sender, writer};
use crate::support::Flat;
use ramframe_core::wait::MaxWaits;

/// All that can be read now, and what stopped it.
fn drain(reader: &mut Take<MaxWaits>) -> (Vec<u8>, Result<usize, StreamError>) {
    let (mut all, mut buf) = (Vec::new(), [0; 5]);
    loop {
        match reader.read(&mut buf) {
            Ok(len) if len > 0 => all.extend_from_slice(&buf[..len]),
            stop => return (all, stop),
        }
    }
}

#[test]
fn silence_is_no_end() {
    let region = channel();
    let mut reader = reader(region, NOW);
    assert_eq!(
        drain(&mut reader).1,
        Err(StreamError::TimedOut),
        "before the first sender"
    );
    let mut writer = writer(region, NOW);
    assert_eq!(
        drain(&mut reader).1,
        Err(StreamError::TimedOut),
        "before its first byte"
    );
    writer.write_all(b"CIEPLO").unwrap();
    assert_eq!(
        drain(&mut reader),
        (b"CIEPLO".to_vec(), Err(StreamError::TimedOut))
    );
    let _left = writer.into_sender();
    assert_eq!(
        drain(&mut reader).1,
        Err(StreamError::TimedOut),
        "gone is not closed"
    );
}

#[test]
fn the_end_comes_after_every_byte() {
    let (mut writer, mut reader) = pair();
    for _ in 0..SLOTS {
        writer.write_all(b"CIEPLO").unwrap();
    }
    writer.close();
    assert_eq!(drain(&mut reader), (b"CIEPLO".repeat(SLOTS), Ok(0)));
    assert_eq!(drain(&mut reader), (vec![], Ok(0)));
}

#[test]
fn empty_messages_are_no_end() {
    let region = channel();
    let (mut reader, mut sender) = (reader(region, NOW), sender(region));
    for message in [&b""[..], b"", b"CIE", b""] {
        sender.try_send(message).unwrap();
    }
    assert_eq!(
        drain(&mut reader),
        (b"CIE".to_vec(), Err(StreamError::TimedOut))
    );
    sender.try_send(b"").unwrap();
    assert_eq!(reader.fill_buf(), Err(StreamError::TimedOut));
    sender.try_send(b"PLO").unwrap();
    assert_eq!(drain(&mut reader).0, b"PLO");
}

#[test]
fn a_restart_is_an_error_once_and_then_the_next_stream() {
    let region = channel();
    let mut reader = reader(region, NOW);
    writer(region, NOW).write_all(b"CIEP").unwrap();
    let mut next = writer(region, NOW);
    next.write_all(b"ZIMNO").unwrap();
    assert_eq!(
        drain(&mut reader),
        (b"CIEP".to_vec(), Err(StreamError::SenderRestarted))
    );
    assert_eq!(
        drain(&mut reader),
        (b"ZIMNO".to_vec(), Err(StreamError::TimedOut))
    );
    next.close();
    assert_eq!(drain(&mut reader), (vec![], Ok(0)));
}

#[test]
fn a_restart_is_told_before_the_next_sender_says_a_word() {
    let region = channel();
    let mut reader = reader(region, NOW);
    writer(region, NOW).write_all(b"CIEP").unwrap();
    let _next = writer(region, NOW);
    assert_eq!(
        drain(&mut reader),
        (b"CIEP".to_vec(), Err(StreamError::SenderRestarted))
    );
    assert_eq!(drain(&mut reader).1, Err(StreamError::TimedOut));
}

#[test]
fn a_stream_after_one_that_was_closed_breaks_nothing() {
    let region = channel();
    let mut reader = reader(region, NOW);
    for round in 0..3 * SLOTS {
        let mut writer = writer(region, NOW);
        let text = [b'a' + round as u8; 3];
        writer.write_all(&text).unwrap();
        writer.close();
        assert_eq!(drain(&mut reader), (text.to_vec(), Ok(0)));
    }
}

#[test]
fn the_end_is_told_although_the_next_stream_has_begun() {
    let region = channel();
    let mut reader = reader(region, NOW);
    let mut first = writer(region, NOW);
    first.write_all(b"CIEPLO").unwrap();
    first.close();
    writer(region, NOW).write_all(b"ZIMNO").unwrap();
    assert_eq!(drain(&mut reader), (b"CIEPLO".to_vec(), Ok(0)));
    assert_eq!(
        drain(&mut reader),
        (b"ZIMNO".to_vec(), Err(StreamError::TimedOut))
    );
}

#[test]
fn two_ends_before_a_look_are_a_restart_never_one_stream() {
    let region = channel();
    let mut reader = reader(region, NOW);
    for text in [b"CIEPLO", b" ZIMNO"] {
        let mut writer = writer(region, NOW);
        writer.write_all(text).unwrap();
        writer.close();
    }
    assert_eq!(
        drain(&mut reader),
        (b"CIEPLO".to_vec(), Err(StreamError::SenderRestarted))
    );
    assert_eq!(drain(&mut reader), (b" ZIMNO".to_vec(), Ok(0)));
}

#[test]
fn a_sender_that_dies_after_one_that_closed_is_a_break_again() {
    let region = channel();
    let mut reader = reader(region, NOW);
    writer(region, NOW).close();
    assert_eq!(drain(&mut reader), (vec![], Ok(0)));
    writer(region, NOW).write_all(b"ZIM").unwrap();
    let _next = writer(region, NOW);
    assert_eq!(
        drain(&mut reader),
        (b"ZIM".to_vec(), Err(StreamError::SenderRestarted))
    );
}

#[test]
fn a_reader_of_a_finished_channel_is_at_the_end() {
    let region = channel();
    writer(region, NOW).close();
    assert_eq!(drain(&mut reader(region, NOW)), (vec![], Ok(0)));
}

#[test]
fn a_reader_goes_on_where_a_dead_one_stopped() {
    let region = channel();
    let mut writer = writer(region, NOW);
    writer.write_all(b"CIEPLO").unwrap();
    writer.write_all(b"ZIMNO").unwrap();
    reader(region, NOW).read_exact(&mut [0; 2]).unwrap();
    let rest = drain(&mut reader(region, NOW)).0;
    assert_eq!(
        rest, b"ZIMNO",
        "what the dead one had buffered is gone with it"
    );
}

#[test]
fn messages_dropped_on_behalf_are_an_error_that_counts_them() {
    let region = channel();
    let mut writer = writer(region, NOW);
    for _ in 0..3 {
        writer.write_all(b"gone").unwrap();
    }
    Channel::backpressure(region)
        .reclaim(0)
        .unwrap()
        .discard_pending()
        .flat()
        .unwrap();
    writer.write_all(b"CIEPLO").unwrap();
    let mut reader = reader(region, NOW);
    assert_eq!(drain(&mut reader), (vec![], Err(StreamError::Lagged(3))));
    assert_eq!(
        drain(&mut reader),
        (b"CIEPLO".to_vec(), Err(StreamError::TimedOut))
    );
}

#[test]
fn a_frame_longer_than_its_slot_is_corrupt_until_it_is_skipped() {
    let region = channel();
    let (mut reader, mut writer) = (reader(region, NOW), writer(region, NOW));
    let slot = writer.sender().geometry().slot(0);
    writer.write_all(b"CIEPLO").unwrap();
    writer.write_all(b"ZIMNO").unwrap();
    region.store(slot + LENGTH, CAPACITY as u32 + 1, Relaxed);
    let corrupt = StreamError::Corrupt {
        what: Corruption::Length,
    };
    for _ in 0..2 {
        assert_eq!(reader.read(&mut [0; 64]), Err(corrupt));
        assert_eq!(reader.fill_buf(), Err(corrupt));
    }
    reader.receiver_mut().skip().flat().unwrap();
    assert_eq!(drain(&mut reader).0, b"ZIMNO");
}

#[test]
fn a_region_formatted_anew_is_corrupt_and_no_end() {
    let region = channel();
    let mut reader = reader(region, NOW);
    writer(region, NOW).write_all(b"C").unwrap();
    assert_eq!(drain(&mut reader).0, b"C");
    Geometry::read(&region).unwrap().format(&region, 0).unwrap();
    writer(region, NOW).close();
    let corrupt = StreamError::Reformatted;
    assert_eq!(drain(&mut reader), (vec![], Err(corrupt)));
}

#[test]
fn a_receiver_that_took_what_was_never_sent_is_corrupt() {
    let region = channel();
    let (mut writer, _receiver) = (writer(region, NOW), receiver(region));
    let taken = writer.sender().geometry().receiver_line(0) + CONSUMED;
    let tag = region.load_fresh(GENERATION) << 21;
    region.store(taken, tag | 77, Relaxed);
    let corrupt = StreamError::Corrupt {
        what: Corruption::Consumed { receiver: 0 },
    };
    assert_eq!(writer.write(b"C"), Err(corrupt));
    assert_eq!(writer.drain(), Err(corrupt));
    assert_eq!(
        embedded_io::WriteReady::write_ready(&mut writer),
        Err(corrupt)
    );
}

#[test]
fn a_buffer_that_a_message_might_not_fit_is_refused() {
    fn open<const N: usize>(region: Region) -> Option<OpenError> {
        Reader::<_, Spin, _, N>::new(receiver(region), NOW).err()
    }
    let narrow = Some(OpenError::BufferTooSmall {
        required: CAPACITY as u32,
    });
    assert_eq!(open::<0>(channel()), narrow);
    assert_eq!(open::<{ CAPACITY - 1 }>(channel()), narrow);
    assert_eq!(open::<CAPACITY>(channel()), None);
    assert_eq!(open::<{ CAPACITY + 1 }>(channel()), None);
}
