//! Does a frame's header keep its wire form, and does a fixed buffer hand back exactly the message put into it?

use ramframe_core::frame::{EPOCH, Frame, Header, LENGTH, PAYLOAD, STAMP_HIGH, STAMP_LOW, Stamp};

/// Sequences on both sides of each power of two where a stamp or one of its halves could wrap.
const EDGES: [u64; 14] = [
    0,
    1,
    (1 << 31) - 2,
    (1 << 31) - 1,
    1 << 31,
    (1 << 31) + 1,
    (1 << 32) - 2,
    (1 << 32) - 1,
    1 << 32,
    (1 << 32) + 1,
    (1 << 62) - 1,
    1 << 62,
    Stamp::LAST_SEQUENCE - 1,
    Stamp::LAST_SEQUENCE,
];

fn header(sequence: u64, len: usize) -> Header {
    Header {
        sequence,
        epoch: 3,
        len,
    }
}

#[test]
fn offsets_are_those_of_the_wire() {
    let offsets = [STAMP_LOW, STAMP_HIGH, LENGTH, EPOCH, PAYLOAD];
    assert_eq!(offsets, [0, 4, 8, 12, 16]);
}

#[test]
fn stamps_have_the_values_of_the_wire() {
    assert_eq!(Stamp::writing(0), Stamp::from_halves(1, 0));
    assert_eq!(Stamp::published(0), Stamp::from_halves(2, 0));
    assert_eq!(Stamp::writing(5), Stamp::from_halves(11, 0));
    assert_eq!(
        Stamp::writing((1 << 31) - 1),
        Stamp::from_halves(0xFFFF_FFFF, 0)
    );
    assert_eq!(Stamp::published((1 << 31) - 1), Stamp::from_halves(0, 1));
    assert_eq!(Stamp::writing(1 << 32), Stamp::from_halves(1, 2));
}

#[test]
fn a_stamp_gives_back_its_sequence_at_every_edge() {
    for s in EDGES {
        assert_eq!(Stamp::writing(s).sequence(), Some(s));
        assert_eq!(Stamp::published(s).sequence(), Some(s));
        assert!(Stamp::writing(s).is_writing() && !Stamp::writing(s).is_published());
        assert!(Stamp::published(s).is_published() && !Stamp::published(s).is_writing());
    }
}

#[test]
fn stamps_grow_and_never_meet_at_every_edge() {
    for s in EDGES {
        assert!(Stamp::UNUSED < Stamp::writing(s));
        assert!(Stamp::writing(s) < Stamp::published(s));
        if s < Stamp::LAST_SEQUENCE {
            assert!(Stamp::published(s) < Stamp::writing(s + 1));
        }
    }
}

#[test]
fn halves_make_the_stamp_again() {
    for s in EDGES {
        for stamp in [Stamp::writing(s), Stamp::published(s)] {
            assert_eq!(Stamp::from_halves(stamp.low(), stamp.high()), stamp);
            assert_eq!(stamp.low() & 1 == 1, stamp.is_writing());
        }
    }
}

#[test]
fn the_unused_stamp_is_nobodys() {
    assert_eq!(Stamp::UNUSED, Stamp::from_halves(0, 0));
    assert_eq!(Stamp::UNUSED, Stamp::default());
    assert_eq!(Stamp::UNUSED.sequence(), None);
    assert!(!Stamp::UNUSED.is_published() && !Stamp::UNUSED.is_writing());
}

#[test]
fn the_sequence_after_the_last_would_look_unused() {
    let after = Stamp::LAST_SEQUENCE + 1;
    assert_eq!(Stamp::writing(after), Stamp::from_halves(!0, !0));
    assert_eq!(Stamp::published(after), Stamp::UNUSED);
}

#[test]
fn a_header_has_its_golden_words() {
    let words = header(1 << 31, 6).encode();
    assert_eq!(words, [2, 1, 6, 3]);
    assert_eq!(words[STAMP_LOW / 4], 2);
    assert_eq!(words[STAMP_HIGH / 4], 1);
    assert_eq!(words[LENGTH / 4], 6);
    assert_eq!(words[EPOCH / 4], 3);
}

#[test]
fn a_header_survives_its_words() {
    for s in EDGES {
        for len in [0, 1, 16 << 20, u32::MAX as usize] {
            assert_eq!(
                Header::decode(header(s, len).encode()),
                Some(header(s, len))
            );
        }
    }
}

#[test]
fn a_header_that_is_not_published_is_none() {
    for s in EDGES {
        let stamp = Stamp::writing(s);
        assert_eq!(Header::decode([stamp.low(), stamp.high(), 6, 3]), None);
    }
    assert_eq!(Header::decode([0, 0, 6, 3]), None);
}

#[test]
#[cfg(target_pointer_width = "64")]
fn a_length_no_word_holds_is_one_no_slot_has() {
    for len in [1 << 32, (1 << 32) + 6, usize::MAX] {
        assert_eq!(header(0, len).encode()[LENGTH / 4], u32::MAX);
    }
}

#[test]
fn a_new_frame_is_empty() {
    const FRAME: Frame<8> = Frame::new();
    assert_eq!(FRAME.payload(), b"");
    assert_eq!(FRAME.header(), Header::default());
    assert_eq!(FRAME, Frame::default());
}

#[test]
fn a_frame_gives_all_its_space_each_time() {
    let mut frame: Frame<8> = Frame::new();
    for len in [0, 8, 3, 1, 8] {
        assert_eq!(frame.space().len(), 8);
        frame.finish(header(9, len));
        assert_eq!(frame.payload().len(), len);
    }
}

#[test]
fn a_frame_holds_what_was_put_into_it() {
    let mut frame: Frame<8> = Frame::new();
    frame.space().copy_from_slice(b"CIEPLO__");
    frame.finish(header(9, 6));
    assert_eq!(frame.payload(), b"CIEPLO");
    assert_eq!((frame.sequence(), frame.epoch()), (9, 3));
    assert_eq!(frame.header(), header(9, 6));
    assert_eq!(frame.into_payload().as_slice(), b"CIEPLO");
}

#[test]
fn a_frame_is_empty_while_it_is_being_filled() {
    let mut frame: Frame<8> = Frame::new();
    frame.space();
    frame.finish(header(9, 6));
    frame.space();
    assert_eq!(frame.payload(), b"");
}

#[test]
fn a_length_above_the_space_is_cut_to_it() {
    let mut frame: Frame<4> = Frame::new();
    frame.finish(header(1, 4));
    assert_eq!(frame.header().len, 0, "no space was asked for");
    frame.space();
    frame.finish(header(1, usize::MAX));
    assert_eq!(frame.payload().len(), 4);
    assert_eq!(frame.header().len, 4);
}

#[test]
fn a_frame_of_no_bytes_works() {
    let mut frame: Frame<0> = Frame::new();
    assert!(frame.space().is_empty());
    frame.finish(header(1, 1));
    assert_eq!(frame.payload(), b"");
    assert_eq!(frame.sequence(), 1);
}

#[test]
fn frames_are_equal_by_message_alone() {
    let (mut one, mut other): (Frame<4>, Frame<4>) = (Frame::new(), Frame::new());
    one.space().copy_from_slice(b"abXX");
    other.space().copy_from_slice(b"abYY");
    one.finish(header(1, 2));
    other.finish(header(1, 2));
    assert_eq!(one, other);
    other.finish(header(1, 3));
    assert_ne!(one, other);
    assert!(format!("{one:?}").contains("[97, 98]"));
}
