//! A link of two channels: both ways at once, its halves apart, and its format.

use std::sync::atomic::Ordering::Relaxed;
use std::thread;

use embedded_io::{BufRead, Read, ReadReady, Write, WriteReady};
use ramframe_core::channel::AttachError;
use ramframe_core::geometry::{EXTENT, Field, Geometry, GeometryError};
use ramframe_core::region::{Region as _, RegionMut};
use ramframe_core::stream::{Duplex, DuplexGeometry, End, Link, OpenError, StreamError};
use ramframe_core::wait::Spin;
use ramframe_core::wait::{MaxWaits, RetryPolicy};

use super::dying::{DyingRegion, Life};
use super::{CAPACITY, NOW, Region, SLOTS, Yield, bytes, memory, patience};
use crate::support::part;

const LINK: DuplexGeometry = DuplexGeometry::new(SLOTS as u32, CAPACITY as u32);

type Both<P, W = Spin> = Duplex<Region, W, P, CAPACITY>;

fn link() -> Region {
    let region = memory(LINK.size());
    LINK.format(&region, 0).unwrap();
    region
}

fn side<P: RetryPolicy + Clone>(region: Region, side: End, patience: P) -> Both<P> {
    Link::new(region)
        .attach::<_, CAPACITY>(side, patience)
        .unwrap()
}

fn sides() -> (Both<MaxWaits>, Both<MaxWaits>) {
    let region = link();
    (side(region, End::A, NOW), side(region, End::B, NOW))
}

#[test]
fn each_side_reads_what_the_other_wrote_and_nothing_of_its_own() {
    let (mut a, mut b) = sides();
    a.write_all(b"CIEPLO").unwrap();
    b.write_all(b"ZIMNO").unwrap();
    let mut buf = [0; 64];
    assert_eq!(a.read(&mut buf), Ok(5));
    assert_eq!(&buf[..5], b"ZIMNO");
    assert_eq!(b.fill_buf(), Ok(&b"CIEPLO"[..]));
    b.consume(6);
    assert_eq!(a.read(&mut buf), Err(StreamError::TimedOut));
    assert_eq!(b.read(&mut buf), Err(StreamError::TimedOut));
}

#[test]
fn one_way_full_leaves_the_other_free() {
    let (mut a, mut b) = sides();
    while a.write_ready().unwrap() {
        a.write_all(b"x").unwrap();
    }
    assert_eq!(a.write(b"x"), Err(StreamError::TimedOut));
    assert_eq!((b.write_ready(), a.read_ready()), (Ok(true), Ok(false)));
    b.write_all(b"ZIMNO").unwrap();
    b.flush().unwrap();
    assert_eq!((a.read_ready(), b.read_ready()), (Ok(true), Ok(true)));
}

#[test]
fn one_side_can_end_and_go_on_reading() {
    let (mut a, mut b) = sides();
    a.write_all(b"last").unwrap();
    let mut a = a.close();
    let mut buf = [0; 64];
    assert_eq!(b.read(&mut buf), Ok(4));
    assert_eq!(b.read(&mut buf), Ok(0));
    b.write_all(b"answer").unwrap();
    assert_eq!(a.read(&mut buf), Ok(6));
}

#[test]
fn a_side_that_restarts_breaks_what_it_sends_and_no_more() {
    let region = link();
    let (mut a, mut b) = (side(region, End::A, NOW), side(region, End::B, NOW));
    a.write_all(b"CIE").unwrap();
    b.write_all(b"ZIMNO").unwrap();
    drop(a);
    let mut a = side(region, End::A, NOW);
    let mut buf = [0; 64];
    assert_eq!(a.read(&mut buf), Ok(5), "what was sent to it meanwhile");
    assert_eq!(b.read(&mut buf), Ok(3));
    assert_eq!(b.read(&mut buf), Err(StreamError::SenderRestarted));
    a.write_all(b"PLO").unwrap();
    assert_eq!(b.read(&mut buf), Ok(3));
}

/// Sends back whatever comes, to the end.
fn echo(mut side: Both<impl RetryPolicy, Yield>) {
    loop {
        let len = match side.fill_buf().unwrap() {
            [] => break,
            bytes => bytes.len(),
        };
        let mut copy = vec![0; len];
        side.read_exact(&mut copy).unwrap();
        side.write_all(&copy).unwrap();
    }
    side.close();
}

#[test]
fn an_echo_between_threads_comes_back_whole() {
    let region = link();
    let link = || Link::new(region).with_wait(Yield, Yield);
    let b = link().attach::<_, CAPACITY>(End::B, patience()).unwrap();
    let a = link().attach::<_, CAPACITY>(End::A, patience()).unwrap();
    let all = bytes(100_000);
    thread::scope(|scope| {
        scope.spawn(|| echo(b));
        let (mut writer, mut reader) = a.split();
        scope.spawn(|| {
            writer.write_all(&all).unwrap();
            writer.close();
        });
        let mut got = vec![0; all.len()];
        reader.read_exact(&mut got).unwrap();
        assert!(got == all);
        assert_eq!(reader.read(&mut [0; 1]), Ok(0));
    });
}

/// The control lines of both stand in front, and each half of what remains holds the slots of one channel.
#[test]
fn the_places_of_a_link_do_not_depend_on_its_sizes() {
    for line in [32, 64, 128] {
        let places = [(2, 1), (8, 16), (2, 48), (4, 49), (2, 1000)].map(|(slots, capacity)| {
            let link = DuplexGeometry::new(slots, capacity).with_cache_line(line);
            let region = memory(8192);
            link.format(&region, 0).unwrap();
            let extent = region.load_fresh(EXTENT) as usize;
            assert_eq!(extent, link.each().receiver_line(1));
            let second = part(&region, extent, region.len() - extent).unwrap();
            let found = [region, second].map(|half| Geometry::read(&half).unwrap());
            for geometry in found {
                let sizes = |geometry: &Geometry| (geometry.slots(), geometry.capacity());
                assert_eq!(sizes(&geometry), (slots, capacity));
            }
            (extent, found.map(|geometry| geometry.slots_at()))
        });
        let (extent, [first, second]) = places[0];
        assert!(places.iter().all(|place| *place == places[0]), "{places:?}");
        assert_eq!(first, 2 * extent);
        assert!(extent + second >= first + (8192 - first) / 2 - line as usize);
    }
}

#[test]
fn a_region_of_the_very_size_will_do_and_none_below() {
    LINK.format(&memory(LINK.size()), 0).unwrap();
    for short in [4, 64, LINK.size() / 2, LINK.size() - 64] {
        let region = memory(LINK.size() - short);
        let offsets = || (0..region.len()).step_by(4);
        offsets().for_each(|at| region.store(at, 7, Relaxed));
        assert!(matches!(
            LINK.format(&region, 0),
            Err(GeometryError::RegionTooSmall { .. })
        ));
        let untouched = offsets().all(|at| region.load_fresh(at) == 7);
        assert!(untouched, "{short} too short");
    }
}

#[test]
fn a_format_that_dies_halfway_leaves_no_link() {
    let whole = Life::whole();
    LINK.format(&DyingRegion::new(link(), &whole), 0).unwrap();
    for stores in 1..whole.made() {
        let region = link();
        let life = Life::of(stores);
        LINK.format(&DyingRegion::new(region, &life), 0).unwrap();
        let unformatted = OpenError::Attach(AttachError::Geometry(GeometryError::Unformatted));
        assert_eq!(refused(region), unformatted, "{stores} stores");
    }
}

#[test]
fn a_geometry_that_cannot_be_is_refused() {
    let region = memory(4096);
    for (link, field) in [
        (DuplexGeometry::new(3, 16), Field::Slots),
        (DuplexGeometry::new(2, 0), Field::Capacity),
        (DuplexGeometry::new(2, 16).with_cache_line(0), Field::Line),
        (DuplexGeometry::new(2, 16).with_cache_line(48), Field::Line),
    ] {
        let error = link.format(&region, 0);
        assert!(matches!(error, Err(GeometryError::Field { field: found, .. }) if found == field));
    }
}

fn refused(region: Region) -> OpenError {
    Link::new(region)
        .attach::<_, CAPACITY>(End::A, NOW)
        .unwrap_err()
}

#[test]
fn attaching_to_what_is_no_link_says_why() {
    let geometry = |error| OpenError::Attach(AttachError::Geometry(error));
    assert_eq!(refused(memory(4096)), geometry(GeometryError::Unformatted));
    let half = part(&link(), 0, LINK.size() as usize / 2).unwrap();
    assert!(matches!(
        refused(half),
        OpenError::Attach(AttachError::Geometry(GeometryError::RegionTooSmall { .. }))
    ));
    let single = memory(LINK.size());
    LINK.each().format(&single, 0).unwrap();
    assert_eq!(
        refused(single),
        geometry(GeometryError::Mismatch {
            at: EXTENT as u32,
            found: 0
        }),
        "no second channel"
    );
}

#[test]
fn attaching_with_too_small_a_buffer_wastes_no_epoch() {
    let region = link();
    let narrow = Link::new(region).attach::<_, 15>(End::A, NOW).map(|_| ());
    assert_eq!(
        narrow,
        Err(OpenError::BufferTooSmall {
            required: CAPACITY as u32
        })
    );
    let (writer, _) = side(region, End::A, NOW).split();
    assert_eq!(writer.sender().epoch(), 2, "the first of its generation");
}
