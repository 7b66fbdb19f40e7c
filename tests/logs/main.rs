//! Can defmt log every outcome, and does the log tell them apart? As bytes: what a chip sends is these, after its index of the
//! type's name in the image.

use std::collections::HashSet;

use defmt::Format;
use ramframe_core::alternate;
use ramframe_core::channel::{
    AttachError, ChannelStatus, Corruption, DiscardError, Event, Message, ReceiverStatus,
    RecvError, SendError, Start,
};
use ramframe_core::frame::{Header, Stamp};
use ramframe_core::geometry::{Field, Geometry, GeometryError, Name, NameError, Overflow};
use ramframe_core::stream::{DuplexGeometry, End, OpenError, StreamError};
use ramframe_core::text::{ReadError, WriteError};
use ramframe_core::validate::Verdict;

/// What the log holds of a value, behind the index of its type.
fn logged<T: Format>(value: T) -> Vec<u8> {
    defmt::export::fetch_bytes();
    value._format_data();
    defmt::export::fetch_bytes()
}

/// Checks that each value leaves bytes of its own.
fn differ<T: Format, const N: usize>(values: [T; N]) {
    let all: HashSet<Vec<u8>> = values.into_iter().map(logged).collect();
    assert_eq!(all.len(), N);
}

#[test]
fn an_outcome_is_its_variant_and_what_it_carries() {
    let missed = [&[5][..], &7u64.to_le_bytes()].concat();
    assert_eq!(logged(Event::<u64>::Lagged(7)), missed);
    let full = [&[1][..], &3u32.to_le_bytes()].concat();
    assert_eq!(logged(SendError::Full { receiver: 3 }), full);
}

#[test]
fn each_outcome_of_a_step_differs() {
    let what = Corruption::Head;
    let geometry = GeometryError::Unformatted;
    differ([
        Corruption::Head,
        Corruption::Stamp,
        Corruption::Length,
        Corruption::Consumed { receiver: 0 },
        Corruption::Consumed { receiver: 1 },
    ]);
    differ([
        AttachError::Geometry(geometry),
        AttachError::Policy,
        AttachError::NoSuchReceiver { receivers: 1 },
        AttachError::Busy,
    ]);
    differ([
        SendError::TooLong { capacity: 48 },
        SendError::Full { receiver: 48 },
        SendError::Reformatted,
    ]);
    let message = |payload| {
        let header = Header {
            len: 1,
            ..Header::default()
        };
        Event::Message(Message::of(header, payload))
    };
    differ([
        message(b"C"),
        message(b"Z"),
        Event::Empty,
        Event::Lagged(1),
        Event::Lagged(2),
        Event::ProgressLost,
        Event::SenderRestarted,
        Event::Closed,
        Event::Busy,
    ]);
    differ([
        RecvError::BufferTooSmall { required: 1 },
        RecvError::BufferTooSmall { required: 2 },
        RecvError::Reformatted,
    ]);
    differ([
        DiscardError::ProgressLost,
        DiscardError::Busy,
        DiscardError::Reformatted,
        DiscardError::Corrupt { what },
    ]);
    differ([
        StreamError::TimedOut,
        StreamError::SenderRestarted,
        StreamError::Lagged(1),
    ]);
    let nested = [
        logged(AttachError::Corrupt { what }),
        logged(SendError::Corrupt { what }),
        logged(RecvError::Corrupt { what }),
        logged(StreamError::Corrupt { what }),
        logged(OpenError::Attach(AttachError::Busy)),
        logged(OpenError::BufferTooSmall { required: 48 }),
    ];
    assert!(nested.iter().all(|bytes| !bytes.is_empty()));
}

#[test]
fn each_fault_of_a_region_differs() {
    let field = Field::Line;
    differ([
        GeometryError::Unformatted,
        GeometryError::Foreign { magic: 1 },
        GeometryError::Version { found: 1 },
        GeometryError::Field { field, value: 1 },
        GeometryError::RegionTooSmall { required: 1 },
    ]);
    differ([
        Field::Line,
        Field::Policy,
        Field::Slots,
        Field::Stride,
        Field::Capacity,
        Field::Receivers,
    ]);
    differ([
        WriteError::TooLong { capacity: 1 },
        WriteError::InteriorNul { at: 1 },
    ]);
    differ([
        ReadError::Unterminated,
        ReadError::BufferTooSmall { required: 1 },
    ]);
}

#[test]
fn what_is_no_error_can_be_logged_too() {
    differ([
        Verdict::Received,
        Verdict::Repeated,
        Verdict::OutOfTurn { expected: 0 },
        Verdict::Invalid,
        Verdict::Lagged(0),
    ]);
    differ([
        alternate::Outcome::Sent,
        alternate::Outcome::Refused,
        alternate::Outcome::Restarted,
    ]);
    differ([Start::Oldest, Start::Next]);
    differ([End::A, End::B]);
    differ([Overflow::Overwrite, Overflow::Backpressure]);
    differ([Stamp::UNUSED, Stamp::writing(0), Stamp::published(0)]);
    differ([0, 1].map(|sequence| Header {
        sequence,
        ..Header::default()
    }));
    // Types within types: what stands for the inner one's name is another number each time.
    let geometry = Geometry::overwrite(8, 48);
    let (pending, joined, left) = (None, 0, false);
    let (sent, epoch, closed) = (0, 1, false);
    let nested = [
        logged(geometry),
        logged(NameError::Control { at: 3 }),
        logged(DuplexGeometry::new(8, 48)),
        logged(ReceiverStatus {
            pending,
            attach_count: joined,
            detached: left,
            discarded: 0,
        }),
        logged(ChannelStatus {
            geometry,
            name: Name::new("log").ok(),
            sent,
            epoch,
            restarts: 0,
            closed,
            generation: 1,
        }),
    ];
    assert!(nested.iter().all(|bytes| !bytes.is_empty()));
}
