//! Can defmt log every outcome, and does the log tell them apart? As bytes: what a chip sends is these, after its index of the
//! type's name in the image.

use std::collections::HashSet;

use defmt::Format;
use ramframe_core::alternate::Event;
use ramframe_core::channel::{AttachError, RecvError, Registered, SendError, Start, Survey, What};
use ramframe_core::frame::{Header, Stamp};
use ramframe_core::layout::{Field, Layout, LayoutError, Overflow};
use ramframe_core::stream::{Link, OpenError, Side, StreamError};
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
    assert_eq!(logged(RecvError::Empty), [0]);
    let missed = [&[1][..], &7u64.to_le_bytes()].concat();
    assert_eq!(logged(RecvError::Missed(7)), missed);
    let full = [&[1][..], &3u32.to_le_bytes()].concat();
    assert_eq!(logged(SendError::Full { receiver: 3 }), full);
}

#[test]
fn each_outcome_of_a_step_differs() {
    let what = What::Head;
    let layout = LayoutError::Unformatted;
    differ([
        What::Head,
        What::Stamp,
        What::Length,
        What::Taken { receiver: 0 },
        What::Taken { receiver: 1 },
        What::Formatted,
    ]);
    differ([
        AttachError::Layout(layout),
        AttachError::Policy,
        AttachError::NoSuchReceiver { receivers: 1 },
        AttachError::Busy,
    ]);
    differ([
        SendError::TooLong { capacity: 48 },
        SendError::Full { receiver: 48 },
    ]);
    differ([
        RecvError::Empty,
        RecvError::Missed(1),
        RecvError::Missed(2),
        RecvError::SenderRestarted,
        RecvError::Closed,
        RecvError::TooSmall { need: 1 },
        RecvError::Busy,
    ]);
    differ([
        StreamError::TimedOut,
        StreamError::SenderRestarted,
        StreamError::Missed(1),
    ]);
    let nested = [
        logged(AttachError::Corrupt { what }),
        logged(SendError::Corrupt { what }),
        logged(RecvError::Corrupt { what }),
        logged(StreamError::Corrupt { what }),
        logged(OpenError::Attach(AttachError::Busy)),
        logged(OpenError::Buffer { need: 48 }),
    ];
    assert!(nested.iter().all(|bytes| !bytes.is_empty()));
}

#[test]
fn each_fault_of_a_region_differs() {
    let field = Field::Line;
    differ([
        LayoutError::Unformatted,
        LayoutError::Foreign { magic: 1 },
        LayoutError::Version { found: 1 },
        LayoutError::Field { field, value: 1 },
        LayoutError::TooSmall { need: 1 },
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
    differ([ReadError::Unterminated, ReadError::TooSmall { need: 1 }]);
}

#[test]
fn what_is_no_error_can_be_logged_too() {
    differ([
        Verdict::Received,
        Verdict::Repeated,
        Verdict::OutOfTurn { expected: 0 },
        Verdict::Invalid,
        Verdict::Missed(0),
    ]);
    differ([Event::Sent, Event::Refused, Event::Restarted]);
    differ([Start::Oldest, Start::Next]);
    differ([Side::A, Side::B]);
    differ([Overflow::Overwrite, Overflow::Backpressure]);
    differ([Stamp::UNUSED, Stamp::writing(0), Stamp::published(0)]);
    differ([0, 1].map(|sequence| Header {
        sequence,
        ..Header::default()
    }));
    // Types within types: what stands for the inner one's name is another number each time.
    let layout = Layout::overwrite(8, 48);
    let (pending, joined, left) = (None, 0, false);
    let (sent, epoch, closed) = (0, 1, false);
    let nested = [
        logged(layout),
        logged(Link::new(8, 48)),
        logged(Registered {
            pending,
            joined,
            left,
        }),
        logged(Survey {
            layout,
            sent,
            epoch,
            closed,
        }),
    ];
    assert!(nested.iter().all(|bytes| !bytes.is_empty()));
}
