//! Does a name survive whatever stands in its bytes?

use ramframe_core::channel::ChannelStatus;
use ramframe_core::geometry::{Geometry, GeometryError, NAME, NAME_LEN, Name, NameError};
use ramframe_core::wait::Spin;

use super::{fill, memory_of};
use crate::array::Array;

/// A channel whose name's bytes are these.
fn with_bytes(bytes: [u8; NAME_LEN]) -> Array {
    let memory = super::formatted(Geometry::overwrite(2, 16));
    let mut all = memory_of(&memory);
    all[NAME..NAME + NAME_LEN].copy_from_slice(&bytes);
    fill(&memory, &all);
    memory
}

fn padded(text: &[u8]) -> [u8; NAME_LEN] {
    let mut bytes = [0; NAME_LEN];
    bytes[..text.len()].copy_from_slice(text);
    bytes
}

#[test]
fn bytes_that_are_no_name_are_none() {
    let cases: [&[u8]; 8] = [
        b"\0hidden",
        b"cut\0off",
        b"\xff",
        b"half \xc5",
        b"two\nlines",
        b"\x7f",
        b"c1 \xc2\x80",
        b"c1 \xc2\x9f",
    ];
    for bytes in cases {
        let memory = with_bytes(padded(bytes));
        let region = memory.words();
        assert_eq!(Name::read(&region), Ok(None), "{bytes:?}");
        assert_eq!(ChannelStatus::of(&region).unwrap().name, None);
    }
}

#[test]
fn a_name_is_what_was_stored() {
    for text in ["", "a", "\u{a0}", "abcdefghijklmnopqrstuvwx", "żółw 🐢"] {
        let name = Name::new(text).unwrap();
        assert_eq!((name.as_str(), name.is_empty()), (text, text.is_empty()));
        let memory = with_bytes(padded(text.as_bytes()));
        let region = memory.words();
        assert_eq!(Name::read(&region), Ok(Some(name)));
        let other = Array::new(Geometry::overwrite(2, 16).size() as usize);
        let geometry = Geometry::overwrite(2, 16);
        geometry
            .format_named(&other.words(), &name, 0, &mut Spin)
            .unwrap();
        assert_eq!(memory_of(&other), memory_of(&memory));
        let alone = Array::new(geometry.size() as usize);
        let region = alone.words();
        geometry.format_exclusive_named(&region, &name, 1).unwrap();
        assert_eq!(Name::read(&region), Ok(Some(name)));
        assert_eq!(text.parse(), Ok(name));
    }
}

#[test]
fn a_text_that_is_no_name_says_why() {
    assert_eq!(
        Name::new("abcdefghijklmnopqrstuvwxy"),
        Err(NameError::TooLong { len: 25 })
    );
    for (text, at) in [("\0", 0), ("a\u{1f}", 1), ("\u{7f}", 0), ("ż\u{85}", 2)] {
        assert_eq!(Name::new(text), Err(NameError::Control { at }), "{text:?}");
    }
}

/// Its maker may have died with a part of the name stored.
#[test]
fn a_named_channel_that_is_half_made_is_known_as_such() {
    let geometry = Geometry::backpressure(2, 16, 1);
    let name = Name::new("abcdefghijklmnopqrstuvwx").unwrap();
    let memory = Array::new(geometry.size() as usize);
    let region = memory.words();
    geometry.format_named(&region, &name, 0, &mut Spin).unwrap();
    let whole = memory_of(&memory);
    for stored in 0..=NAME_LEN / 4 {
        let mut half = whole.clone();
        // Magic and generation are stored last.
        for byte in (0..4)
            .chain(8..12)
            .chain(NAME + 4 * stored..NAME + NAME_LEN)
        {
            half[byte] = 0;
        }
        fill(&memory, &half);
        assert!(Geometry::is_half_formatted(&region), "{stored}");
        assert_eq!(Name::read(&region), Err(GeometryError::Unformatted));
    }
    let mut foreign = memory_of(&memory);
    foreign[NAME + NAME_LEN] = 1;
    fill(&memory, &foreign);
    assert!(!Geometry::is_half_formatted(&region));
}
