//! Bytes cross a link both ways, and a link that was not finished is none.

use embedded_io::{Read, Write};
use ramframe_core::channel::AttachError;
use ramframe_core::geometry::{Geometry, GeometryError};
use ramframe_core::stream::{DuplexGeometry, End, Link, OpenError};
use ramframe_core::wait::MaxWaits;

use super::Maker;
use super::between::at_each_access;
use super::interrupted::{Interrupted, Interruption};
use super::{die, dies};

const LINK: DuplexGeometry = DuplexGeometry::new(4, 48);

pub(crate) fn bytes_go_both_ways_over_a_link<M: Maker>() {
    let memory = M::new(LINK.size() as usize);
    LINK.format(&memory.formatter(), 0).unwrap();
    let mut a = Link::new(memory.end())
        .attach::<_, 48>(End::A, MaxWaits(0))
        .unwrap();
    let mut b = Link::new(memory.other_end())
        .attach::<_, 48>(End::B, MaxWaits(0))
        .unwrap();
    for round in 0..20_u8 {
        let question: Vec<u8> = (round..round + 100).collect();
        let answer: Vec<u8> = question.iter().rev().copied().collect();
        let mut got = [0; 100];
        a.write_all(&question).unwrap();
        b.read_exact(&mut got).unwrap();
        assert_eq!(got[..], question);
        b.write_all(&answer).unwrap();
        a.read_exact(&mut got).unwrap();
        assert_eq!(got[..], answer);
    }
    let mut a = a.close();
    assert_eq!(b.read(&mut [0; 48]), Ok(0));
    b.write_all(b"last").unwrap();
    assert_eq!(a.read(&mut [0; 48]), Ok(4));
}

fn sizes(geometry: Geometry) -> [u32; 2] {
    [geometry.slots(), geometry.capacity()]
}

/// A link in use, formatted anew by someone who dies.
pub(crate) fn a_link_formatted_halfway_is_none<M: Maker>() {
    at_each_access(|at| {
        let memory = M::new(LINK.size() as usize);
        LINK.format(&memory.formatter(), 0).unwrap();
        let by = Interruption::none();
        by.before(at, die);
        let other = DuplexGeometry::new(2, 100);
        let died = dies(|| {
            let region = Interrupted::new(memory.formatter(), &by);
            other.format(&region, 0).unwrap();
        });
        let unformatted = OpenError::Attach(AttachError::Geometry(GeometryError::Unformatted));
        let found = Link::new(memory.other_end()).attach::<_, 100>(End::A, MaxWaits(0));
        let each = found.map(|end| {
            let (writer, reader) = end.split();
            [*writer.sender().geometry(), *reader.receiver().geometry()].map(sizes)
        });
        let whole = |link: &DuplexGeometry| each == Ok([sizes(*link.each()); 2]);
        assert!(whole(&other) || died && (whole(&LINK) || each == Err(unformatted)));
        died
    });
}
