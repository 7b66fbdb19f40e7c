//! A step of a link's end, with a format of both channels and a new peer before each of its accesses.

use crate::support::Words;
use embedded_io::{BufRead, Read, ReadReady, Write};
use ramframe_core::channel::AttachError;
use ramframe_core::geometry::GeometryError;
use ramframe_core::stream::{DuplexGeometry, End, Link, OpenError, StreamError};

use super::array::Array;
use super::at_each;
use super::interrupted::{Interrupted, Interruption};
use super::judge::{NEW, OLD};
use super::streams::{Call, FEW, READS, WRITES, bytes, is_fair, read, write};

const LINKS: [DuplexGeometry; 3] = [
    DuplexGeometry::new(4, 48),
    DuplexGeometry::new(2, 112),
    DuplexGeometry::new(4, 176),
];

/// The other end formats the link, and both ends of the new generation talk, as far as `talks` says.
fn link_anew(region: Words<'_>, link: DuplexGeometry) {
    link.format(&region, 0).unwrap();
    let mut b = Link::new(region).attach::<_, 256>(End::B, FEW).unwrap();
    b.write_all(&bytes(NEW, 0, 16)).unwrap();
}

fn judge_link(region: Words<'_>) {
    let mut a = Link::new(region).attach::<_, 256>(End::A, FEW).unwrap();
    let mut sixteen = [0; 16];
    a.read_exact(&mut sixteen).unwrap();
    assert_eq!(sixteen[..], bytes(NEW, 0, 16));
    let mut b = Link::new(region).attach::<_, 256>(End::B, FEW).unwrap();
    a.write_all(b"question").unwrap();
    assert_eq!(b.read(&mut sixteen), Ok(8));
}

fn link(call: Call, anew: DuplexGeometry, at: usize) -> bool {
    let memory = Array::new(4096);
    let region = memory.words();
    LINKS[0].format(&region, 0).unwrap();
    let by = Interruption::none();
    let mut a = Link::new(Interrupted::new(region, &by))
        .attach::<_, 256>(End::A, FEW)
        .unwrap();
    let mut b = Link::new(region).attach::<_, 256>(End::B, FEW).unwrap();
    b.write_all(&bytes(OLD, 0, 20)).unwrap();
    by.before(at, || link_anew(region, anew));
    let is_read = READS.iter().any(|read| *read as usize == call as usize);
    if is_read {
        let (came, said) = read(call, &mut a);
        assert_eq!(came, bytes(OLD, 0, came.len()));
        said.map_or_else(is_fair, drop);
    } else {
        write(call, &mut a).map_or_else(is_fair, drop);
    }
    let goes_on = by.is_over();
    by.before(usize::MAX, || {});
    if goes_on {
        while a.read_ready() == Ok(true) && a.fill_buf().is_ok() {
            let len = a.fill_buf().map_or(0, <[u8]>::len);
            a.consume(len);
        }
        assert_eq!(a.read(&mut [0; 256]), Err(StreamError::Reformatted));
        assert_eq!(a.write(b"late"), Err(StreamError::Reformatted));
        drop(a);
        judge_link(region);
    }
    goes_on
}

#[test]
fn no_end_of_a_link_mixes_two_generations() {
    for anew in LINKS {
        for call in READS {
            at_each(|at| link(call, anew, at));
        }
        for call in WRITES {
            at_each(|at| link(call, anew, at));
        }
    }
}

#[test]
fn no_end_attaches_to_two_generations() {
    for anew in LINKS {
        at_each(|at| {
            let memory = Array::new(4096);
            let region = memory.words();
            LINKS[0].format(&region, 0).unwrap();
            Link::new(region)
                .attach::<_, 256>(End::B, FEW)
                .unwrap()
                .write_all(&bytes(OLD, 0, 20))
                .unwrap();
            let by = Interruption::none();
            by.before(at, || link_anew(region, anew));
            let attached = Link::new(Interrupted::new(region, &by)).attach::<_, 256>(End::A, FEW);
            let goes_on = by.is_over();
            by.before(usize::MAX, || {});
            let unformatted = AttachError::Geometry(GeometryError::Unformatted);
            match attached {
                Err(error) => assert_eq!(error, OpenError::Attach(unformatted), "at {at}"),
                Ok(mut a) => {
                    let mut buffer = [0; 256];
                    let got = a.read(&mut buffer);
                    let of = |generation| {
                        got.is_ok_and(|len| buffer[..len] == bytes(generation, 0, len))
                    };
                    let fair = match goes_on {
                        false => of(OLD),
                        true => got == Err(StreamError::Reformatted) || of(NEW),
                    };
                    assert!(fair, "at {at}: {got:?} {buffer:?}");
                    let (writer, reader) = a.split();
                    let both = [
                        writer.sender().was_reformatted(),
                        reader.receiver().was_reformatted(),
                    ];
                    assert_eq!(both[0], both[1], "at {at}: of two generations");
                    return goes_on;
                }
            }
            judge_link(region);
            goes_on
        });
    }
}
