//! A stream's step, with a format and a new peer before each of its accesses.

use crate::support::Words;
use embedded_io::{BufRead, Read, ReadExactError, ReadReady, Write, WriteReady};
use ramframe_core::channel::{Backpressure, Channel};
use ramframe_core::geometry::Geometry;
use ramframe_core::region::RegionMut;
use ramframe_core::stream::{Reader, StreamError, Writer};
use ramframe_core::wait::MaxWaits;
use ramframe_core::wait::Spin;

use super::at_each;
use super::interrupted::{Interrupted, Interruption};
use super::judge::{NEW, OLD, World, places};

/// So few waits that no call outlasts the format for long.
pub(crate) const FEW: MaxWaits = MaxWaits(3);

/// Byte `position` of what a generation writes.
pub(crate) fn byte(generation: u64, position: usize) -> u8 {
    (generation << 6) as u8 | (position % 61) as u8
}

pub(crate) fn bytes(generation: u64, from: usize, count: usize) -> Vec<u8> {
    (from..from + count)
        .map(|position| byte(generation, position))
        .collect()
}

/// What a call may say when there was a format.
pub(crate) fn is_fair(error: StreamError) {
    let fair = matches!(
        error,
        StreamError::Reformatted | StreamError::TimedOut | StreamError::TimedOutAfter { .. }
    );
    assert!(fair, "{error:?}");
}

/// What a side does with bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Call {
    Read,
    ReadShort,
    ReadExact,
    Fill,
    ReadReady,
    Write,
    WriteAll,
    WriteReady,
}

pub(crate) const READS: [Call; 5] = [
    Call::Read,
    Call::ReadShort,
    Call::ReadExact,
    Call::Fill,
    Call::ReadReady,
];
pub(crate) const WRITES: [Call; 2] = [Call::Write, Call::WriteAll];

/// Makes one call on a reader: the bytes that came, and what was said.
pub(crate) fn read(
    call: Call,
    reader: &mut (impl BufRead<Error = StreamError> + ReadReady),
) -> (Vec<u8>, Result<(), StreamError>) {
    let mut buffer = [0; 256];
    let result = match call {
        Call::Read => reader.read(&mut buffer),
        Call::ReadShort => reader.read(&mut buffer[..3]),
        Call::ReadExact => reader
            .read_exact(&mut buffer[..40])
            .map(|()| 40)
            .map_err(|error| match error {
                ReadExactError::UnexpectedEof => panic!("there was no end"),
                ReadExactError::Other(error) => error,
            }),
        Call::Fill => {
            let filled = reader.fill_buf().map(<[u8]>::to_vec);
            return filled.map_or_else(|error| (vec![], Err(error)), |bytes| (bytes, Ok(())));
        }
        _ => return (vec![], reader.read_ready().map(drop)),
    };
    match (call, result) {
        (_, Ok(len)) => (buffer[..len].to_vec(), Ok(())),
        (Call::ReadExact, Err(StreamError::TimedOutAfter { done })) => (
            buffer[..done].to_vec(),
            Err(StreamError::TimedOutAfter { done }),
        ),
        (_, Err(error)) => (vec![], Err(error)),
    }
}

/// Makes one call on a writer: how many bytes it says were written.
pub(crate) fn write(
    call: Call,
    writer: &mut (impl Write<Error = StreamError> + WriteReady),
) -> Result<usize, StreamError> {
    let bytes = bytes(OLD, 0, 60);
    match call {
        Call::Write => writer.write(&bytes),
        Call::WriteAll => writer.write_all(&bytes).map(|()| bytes.len()),
        _ => writer.write_ready().map(|_| 0),
    }
}

/// A new writer and a new reader understand each other.
fn begin_anew<R: RegionMut + Copy>(region: R, capacity: usize) {
    let mut writer = Writer::new(Channel::backpressure(region).sender().unwrap(), FEW);
    assert!(capacity >= 16);
    writer.write_all(&bytes(NEW, 0, 16)).unwrap();
}

fn judge_anew(region: Words<'_>, written: bool) {
    let receiver = Channel::backpressure(region).receiver(0).unwrap();
    let mut reader = Reader::<_, Spin, _, 256>::new(receiver, FEW).unwrap();
    if written {
        let mut sixteen = [0; 16];
        reader.read_exact(&mut sixteen).unwrap();
        assert_eq!(sixteen[..], bytes(NEW, 0, 16));
    }
    assert_eq!(reader.read(&mut [0; 256]), Err(StreamError::TimedOut));
    let mut writer = Writer::new(Channel::backpressure(region).sender().unwrap(), FEW);
    for round in 0..20 {
        let sent = bytes(NEW, round, 16);
        let mut got = [0; 16];
        writer.write_all(&sent).unwrap();
        if round == 0 && written {
            assert_eq!(reader.read(&mut got), Err(StreamError::SenderRestarted));
        }
        reader.read_exact(&mut got).unwrap();
        assert_eq!(got[..], sent);
    }
}

fn reader(call: Call, anew: Geometry, at: usize) -> bool {
    let world = World::new::<Backpressure>(anew);
    let by = Interruption::none();
    let receiver = Channel::backpressure(Interrupted::new(world.region(), &by))
        .receiver(0)
        .unwrap();
    let mut reader = Reader::<_, Spin, _, 256>::new(receiver, FEW).unwrap();
    let mut writer = Writer::new(Channel::backpressure(world.region()).sender().unwrap(), FEW);
    writer.write_all(&bytes(OLD, 0, 30)).unwrap();
    reader.read_exact(&mut [0; 30]).unwrap();
    writer.write_all(&bytes(OLD, 30, 20)).unwrap();
    by.before(at, || {
        world.format();
        begin_anew(world.region(), anew.capacity() as usize);
    });
    let (came, said) = read(call, &mut reader);
    let goes_on = by.is_over();
    assert_eq!(came, bytes(OLD, 30, came.len()));
    said.map_or_else(is_fair, drop);
    by.before(usize::MAX, || {});
    if goes_on {
        // What was buffered before is still there; then it is told, each time.
        let buffered = reader.buffered().len();
        reader.consume(buffered);
        while reader.read_ready() == Ok(true) && !reader.buffered().is_empty() {
            assert_eq!(reader.buffered()[0] >> 6, OLD as u8);
            let buffered = reader.buffered().len();
            reader.consume(buffered);
        }
        for call in READS
            .into_iter()
            .filter(|call| !matches!(call, Call::ReadReady))
        {
            assert_eq!(
                read(call, &mut reader),
                (vec![], Err(StreamError::Reformatted))
            );
        }
        drop(reader);
        judge_anew(world.region(), true);
    }
    goes_on
}

#[test]
fn no_read_mixes_two_generations() {
    for anew in places::<Backpressure>() {
        for call in READS {
            at_each(|at| reader(call, anew, at));
        }
    }
}

fn writer(call: Call, full: bool, anew: Geometry, at: usize) -> bool {
    let world = World::new::<Backpressure>(anew);
    let by = Interruption::none();
    let sender = Channel::backpressure(Interrupted::new(world.region(), &by))
        .sender()
        .unwrap();
    let mut writer = Writer::new(sender, FEW);
    if full {
        while writer.write(b"full").is_ok() {}
    }
    by.before(at, || world.format());
    write(call, &mut writer).map_or_else(is_fair, drop);
    let goes_on = by.is_over();
    by.before(usize::MAX, || {});
    if goes_on {
        // No write is lost in silence.
        assert_eq!(writer.write(b"late"), Err(StreamError::Reformatted));
        assert_eq!(writer.write_all(b"late"), Err(StreamError::Reformatted));
        assert_eq!(writer.drain(), Err(StreamError::Reformatted));
        judge_anew(world.region(), false);
    }
    goes_on
}

#[test]
fn no_write_is_lost_in_silence() {
    for anew in places::<Backpressure>() {
        for full in [false, true] {
            for call in WRITES {
                at_each(|at| writer(call, full, anew, at));
            }
        }
        // Where there is room it makes no access.
        at_each(|at| writer(Call::WriteReady, true, anew, at));
    }
}

#[test]
fn no_drain_ends_as_if_the_bytes_were_taken() {
    for anew in places::<Backpressure>() {
        at_each(|at| {
            let world = World::new::<Backpressure>(anew);
            let by = Interruption::none();
            let sender = Channel::backpressure(Interrupted::new(world.region(), &by))
                .sender()
                .unwrap();
            let mut writer = Writer::new(sender, FEW);
            writer.write_all(b"CIEPLO").unwrap();
            by.before(at, || world.format());
            let drained = writer.drain();
            let goes_on = by.is_over();
            // The last access may have come too late to see it.
            let late = drained == Err(StreamError::TimedOut);
            assert!(
                drained == Err(StreamError::Reformatted) || late,
                "{drained:?}"
            );
            goes_on
        });
    }
}
