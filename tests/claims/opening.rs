//! How an end is opened: by halves, again after a failure, again after a format, and over memory that is borrowed.

use ramframe_core::channel::{AttachError, Channel, Event, RecvError, SendError, Start};
use ramframe_core::geometry::{ConstGeometry, Geometry, GeometryError};
use ramframe_core::memory::{AtomicWords, SharedStatic};
use ramframe_core::stream::{ConstDuplexGeometry, DuplexGeometry, Link, OpenError, Reader, Writer};
use ramframe_core::wait::MaxWaits;

use embedded_io::{Read, Write};

const OVERWRITE: Geometry = Geometry::overwrite(4, 48);
const BACKPRESSURE: Geometry = Geometry::backpressure(4, 48, 1);
const UNFORMATTED: AttachError = AttachError::Geometry(GeometryError::Unformatted);

#[test]
fn one_handle_becomes_both_ends() {
    let memory = AtomicWords::array::<256>();
    let region = AtomicWords::new(&memory);
    BACKPRESSURE.format(&region, 0).unwrap();
    let (sender, receiver) = Channel::backpressure(region).split();
    let (mut sender, mut receiver) = (sender.attach().unwrap(), receiver.attach(0).unwrap());
    let mut buffer = [0; 48];
    for number in 0..10 {
        sender.try_send(&[number]).unwrap();
        let message = receiver.try_recv(&mut buffer).unwrap().message().unwrap();
        assert_eq!(message.payload, [number]);
    }
}

#[test]
fn a_half_that_could_not_attach_comes_back() {
    let memory = AtomicWords::array::<256>();
    let (sender, receiver) = Channel::overwrite(AtomicWords::new(&memory)).split();
    let (error, sender) = sender.attach_or_keep().unwrap_err();
    assert_eq!(error, UNFORMATTED);
    let (error, receiver) = receiver.attach_or_keep(Start::Next).unwrap_err();
    assert_eq!(error, UNFORMATTED);
    sender.format(&OVERWRITE, 0).unwrap();
    assert!(sender.attach_or_keep().is_ok());
    assert!(receiver.attach_or_keep(Start::Next).is_ok());
}

#[test]
fn an_end_attaches_again_after_a_format() {
    let memory = AtomicWords::array::<256>();
    let other = AtomicWords::new(&memory);
    BACKPRESSURE.format(&other, 0).unwrap();
    let (sender, receiver) = Channel::backpressure(AtomicWords::new(&memory)).split();
    let (mut sender, mut receiver) = (sender.attach().unwrap(), receiver.attach(0).unwrap());
    BACKPRESSURE.format(&other, 0).unwrap();
    let mut buffer = [0; 48];
    assert_eq!(sender.try_send(b"lost"), Err(SendError::Reformatted));
    assert_eq!(receiver.try_recv(&mut buffer), Err(RecvError::Reformatted));
    let mut sender = sender.into_half().attach().unwrap();
    let mut receiver = receiver.into_half().attach(0).unwrap();
    sender.try_send(b"CIEPLO").unwrap();
    let message = receiver.try_recv(&mut buffer).unwrap().message().unwrap();
    assert_eq!((message.sequence, message.payload), (0, &b"CIEPLO"[..]));
}

#[test]
fn an_end_over_borrowed_memory_gives_it_back() {
    let memory = AtomicWords::array::<256>();
    let mut region = AtomicWords::new(&memory);
    OVERWRITE.format(&region, 0).unwrap();
    for sequence in 0..3 {
        let mut sender = Channel::overwrite(&mut region).sender().unwrap();
        assert_eq!(sender.try_send(b"CIEPLO"), Ok(sequence));
    }
    let mut receiver = Channel::overwrite(&mut region)
        .receiver(Start::Oldest)
        .unwrap();
    assert_eq!(receiver.pending(), Ok(3));
}

#[test]
fn a_static_is_taken_once() {
    static SHARED: SharedStatic<1024> = SharedStatic::new();
    let memory = SHARED.take().unwrap();
    assert!(SHARED.take().is_none());
    OVERWRITE.format(&memory, 0).unwrap();
    let (sender, receiver) = Channel::overwrite(memory).split();
    let mut receiver = receiver.attach(Start::Oldest).unwrap();
    let other = std::thread::spawn(|| sender.attach().unwrap().try_send(b"CIEPLO").unwrap());
    assert_eq!(other.join().unwrap(), 0);
    let mut buffer = [0; 48];
    let message = receiver.try_recv(&mut buffer).unwrap().message().unwrap();
    assert_eq!(message.payload, b"CIEPLO");
}

struct Fixed;

impl ConstGeometry for Fixed {
    const GEOMETRY: Geometry = BACKPRESSURE;
}

impl ConstDuplexGeometry for Fixed {
    const GEOMETRY: DuplexGeometry = DuplexGeometry::new(4, 48);
}

#[test]
fn streams_know_a_geometry_of_the_program() {
    let memory = AtomicWords::array::<256>();
    let region = AtomicWords::new(&memory);
    BACKPRESSURE.format(&region, 0).unwrap();
    let (sender, receiver) = Channel::backpressure(region)
        .with_geometry::<Fixed>()
        .split();
    let mut writer = Writer::new(sender.attach().unwrap(), MaxWaits(9));
    let mut reader =
        Reader::<_, _, _, 48, _>::new(receiver.attach(0).unwrap(), MaxWaits(9)).unwrap();
    writer.write_all(b"CIEPLO").unwrap();
    let mut text = [0; 6];
    reader.read_exact(&mut text).unwrap();
    assert_eq!(&text, b"CIEPLO");
}

#[test]
fn links_know_a_geometry_of_the_program() {
    const WORDS: usize = <Fixed as ConstDuplexGeometry>::SIZE / 4;
    let memory = AtomicWords::array::<WORDS>();
    let region = || AtomicWords::new(&memory);
    let other = DuplexGeometry::new(2, 48);
    let link = || Link::new(region()).with_geometry::<Fixed>();
    other.format(&region(), 0).unwrap();
    let refused = link().attach_a::<_, 48>(MaxWaits(9)).map(drop);
    assert!(
        matches!(refused, Err(OpenError::Attach(AttachError::Geometry(_)))),
        "{refused:?}"
    );
    <Fixed as ConstDuplexGeometry>::GEOMETRY
        .format(&region(), 0)
        .unwrap();
    let (mut a, mut b) = link().attach_both::<_, 48>(MaxWaits(9)).unwrap();
    let mut text = [0; 4];
    a.write_all(b"ping").unwrap();
    b.read_exact(&mut text).unwrap();
    b.write_all(b"pong").unwrap();
    a.read_exact(&mut text).unwrap();
    assert_eq!(&text, b"pong");
    // A side that reads the geometry takes over from one that knows it.
    let mut c = Link::new(region()).attach_b::<_, 48>(MaxWaits(9)).unwrap();
    a.write_all(b"next").unwrap();
    c.read_exact(&mut text).unwrap();
    assert_eq!(&text, b"next");
}

#[test]
fn a_channel_says_how_it_stands() {
    let memory = AtomicWords::array::<256>();
    let channel = || Channel::overwrite(AtomicWords::new(&memory));
    assert_eq!(
        channel().status().map(|status| status.sent),
        Err(UNFORMATTED)
    );
    OVERWRITE.format(&AtomicWords::new(&memory), 0).unwrap();
    channel().sender().unwrap().try_send(b"CIEPLO").unwrap();
    assert_eq!(channel().status().map(|status| status.sent), Ok(1));
    let mut buffer = [0; 48];
    let mut receiver = channel().receiver(Start::Next).unwrap();
    assert_eq!(receiver.try_recv(&mut buffer), Ok(Event::Empty));
}
