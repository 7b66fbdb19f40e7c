//! Code that others wrote for embedded-io runs over a stream: postcard's, and std's through the official adapters.

use std::io::{BufRead, BufReader, Read, Write};

use embedded_io_adapters::std::ToStd;
use postcard2_eio::v0_7::{from_eio, to_eio};
use ramframe_core::stream::{DuplexGeometry, End, Link, Reader};
use ramframe_core::wait::MaxWaits;

use super::{CAPACITY, NOW, SLOTS, Take, bytes, memory, pair, receiver, sender, shared, writer};

type Reading<'a> = (u64, i32, &'a str, Option<[u16; 3]>);

#[test]
fn postcard_messages_of_any_length() {
    let region = shared(64, CAPACITY, 1);
    let mut writer = writer(region, NOW);
    let mut reader: Take<MaxWaits> = Reader::new(receiver(region), NOW).unwrap();
    let long = "CIEPLO ".repeat(20);
    let readings: [Reading; 3] = [
        (0, -40, "ZIMNO", None),
        (u64::MAX, 21, &long, Some([1, 300, u16::MAX])),
        (7, 0, "", Some([0; 3])),
    ];
    for reading in &readings {
        writer = to_eio(reading, writer).unwrap();
    }
    for reading in readings {
        let mut scratch = [0; 256];
        let (got, _) = from_eio::<Reading, _>((&mut reader, &mut scratch)).unwrap();
        assert_eq!(got, reading);
    }
}

#[test]
fn postcard_both_ways_over_a_link() {
    let link = DuplexGeometry::new(64, CAPACITY as u32);
    let region = memory(link.size());
    link.format(&region, 0).unwrap();
    let mut client = Link::new(region)
        .attach::<_, CAPACITY>(End::A, NOW)
        .unwrap();
    let mut server = Link::new(region)
        .attach::<_, CAPACITY>(End::B, NOW)
        .unwrap();
    to_eio(&(2u32, 40u32), &mut client).unwrap();
    let ((left, right), _) = from_eio::<(u32, u32), _>((&mut server, &mut [])).unwrap();
    to_eio(&(left + right), &mut server).unwrap();
    assert_eq!(from_eio::<u32, _>((&mut client, &mut [])).unwrap().0, 42);
}

#[test]
fn postcard_learns_that_the_stream_has_ended() {
    let (writer, reader) = pair();
    let writer = to_eio(&7u8, writer).unwrap();
    writer.close();
    let (first, (reader, _)) = from_eio::<u8, _>((reader, &mut [])).unwrap();
    assert_eq!(first, 7);
    assert!(from_eio::<u8, _>((reader, &mut [])).is_err());
}

#[test]
fn std_copies_from_end_to_end() {
    let all = bytes(CAPACITY * SLOTS - 1);
    let (writer, reader) = pair();
    let mut writer = ToStd::new(writer);
    std::io::copy(&mut &all[..], &mut writer).unwrap();
    writer.flush().unwrap();
    writer.into_inner().close();
    let mut got = Vec::new();
    ToStd::new(reader).read_to_end(&mut got).unwrap();
    assert_eq!(got, all);
}

#[test]
fn std_reads_lines() {
    let (mut writer, reader) = pair();
    embedded_io::Write::write_all(
        &mut writer,
        b"CIEPLO\nZIMNO\nand a line longer than a slot\n",
    )
    .unwrap();
    writer.close();
    let lines: Result<Vec<_>, _> = BufReader::new(ToStd::new(reader)).lines().collect();
    assert_eq!(
        lines.unwrap(),
        ["CIEPLO", "ZIMNO", "and a line longer than a slot"]
    );
}

#[test]
fn std_sees_the_kind_of_an_error() {
    let region = shared(SLOTS, CAPACITY, 1);
    let reader: Take<MaxWaits> = Reader::new(receiver(region), NOW).unwrap();
    let mut reader = ToStd::new(reader);
    let mut all = Vec::new();
    let late = reader.read_to_end(&mut all).unwrap_err();
    assert_eq!(late.kind(), std::io::ErrorKind::TimedOut);
    sender(region).try_send(b"CIE").unwrap();
    let _next = sender(region);
    let broken = reader.read_to_end(&mut all).unwrap_err();
    assert_eq!(
        (broken.kind(), &all[..]),
        (std::io::ErrorKind::ConnectionReset, &b"CIE"[..])
    );
}
