//! Does a text cross the original's wire whole, and is everything else on that wire an error?

mod fakes;
#[path = "../support/mod.rs"]
mod support;

use std::cell::Cell;
use std::sync::atomic::AtomicU32;

use crate::support::Words;
use fakes::{Diary, Stale, WORD};
use ramframe_core::region::{Region, RegionMut};
use ramframe_core::text::{READS, ReadError, WriteError, read, write};

/// Texts of one word and more, among them two that begin alike, one a beginning of another, and none.
const TEXTS: [&[u8]; 10] = [
    b"",
    b"CIEPLO",
    b"ZIMNO",
    b"CIEPLO ",
    b"CIEPLO I SUCHO",
    b"CIEPLO I MOKRO",
    b"ZIMNO, A POTEM MROZNIEJ",
    b"CIEPLO I SUCHO, ALE KROTKO",
    b"0123456701234567",
    b"ABCDEFGHabcdefgh",
];

fn memory(text: &[u8]) -> [AtomicU32; 10] {
    let memory = Words::array();
    write(&Words::new(&memory), text).unwrap();
    memory
}

/// What is read with a buffer of more than any size.
fn text(region: &impl Region) -> Result<Vec<u8>, ReadError> {
    read(region, &mut [0xEE; 2048]).map(<[u8]>::to_vec)
}

fn bytes(region: &impl Region) -> Vec<u8> {
    let mut bytes = vec![0xEE; region.len()];
    region.copy_out(0, &mut bytes);
    bytes
}

#[test]
fn a_text_of_every_length_comes_back() {
    let memory = Words::array::<256>();
    let region = Words::new(&memory);
    for len in (0..1024).chain((0..1024).rev()) {
        let sent = vec![b'a' + u8::try_from(len % 26).unwrap(); len];
        write(&region, &sent).unwrap();
        assert_eq!(text(&region), Ok(sent));
    }
}

#[test]
fn the_bytes_are_those_of_the_original() {
    let memory = Words::array::<8>();
    let region = Words::new(&memory);
    region.copy_in(0, &[0xAA; 32]);
    write(&region, b"CIEPLO").unwrap();
    assert_eq!(&bytes(&region)[..7], b"CIEPLO\0");
    write(&region, b"CIEPLO I SUCHO").unwrap();
    assert_eq!(&bytes(&region)[..15], b"CIEPLO I SUCHO\0");
    assert_eq!(&bytes(&region)[16..], [0xAA; 16]);
}

#[test]
fn a_text_written_by_the_original_is_read() {
    let memory = Words::array::<256>();
    let region = Words::new(&memory);
    for sent in ["CIEPLO", "ZIMNO"] {
        // As strcpy does: the text and its NUL, and the rest as it was.
        let mut old = bytes(&region);
        old[..=sent.len()].copy_from_slice(&[sent.as_bytes(), b"\0"].concat());
        region.copy_in(0, &old);
        assert_eq!(text(&region), Ok(sent.into()));
    }
}

#[test]
fn new_memory_holds_the_empty_text() {
    assert_eq!(text(&Words::new(&Words::array::<256>())), Ok(vec![]));
}

#[test]
fn a_text_too_long_is_refused_and_the_old_one_stays() {
    let memory = memory(b"ZIMNO");
    let region = Words::new(&memory);
    write(&region, &[b'a'; 39]).unwrap();
    for len in [40, 41, 1000] {
        let refused = write(&region, &vec![b'b'; len]);
        assert_eq!(refused, Err(WriteError::TooLong { capacity: 39 }));
        assert_eq!(text(&region), Ok(vec![b'a'; 39]));
    }
}

#[test]
fn a_nul_inside_is_refused_and_the_old_text_stays() {
    let memory = memory(b"ZIMNO");
    for (sent, at) in [(&b"\0"[..], 0), (b"CIE\0PLO", 3), (b"CIEPLO\0", 6)] {
        let refused = write(&Words::new(&memory), sent);
        assert_eq!(refused, Err(WriteError::InteriorNul { at }));
        assert_eq!(text(&Words::new(&memory)), Ok(b"ZIMNO".into()));
    }
}

#[test]
fn a_region_of_one_word_holds_a_short_text() {
    let memory = Words::array::<{ WORD / 4 }>();
    let region = Words::new(&memory);
    let longest = vec![b'a'; WORD - 1];
    write(&region, &longest).unwrap();
    assert_eq!(text(&region), Ok(longest));
    let capacity = WORD - 1;
    let refused = write(&region, &[b'a'; WORD]);
    assert_eq!(refused, Err(WriteError::TooLong { capacity }));
}

#[test]
fn a_region_without_a_word_holds_nothing() {
    let memory = Words::array::<0>();
    let region = Words::new(&memory);
    let refused = Err(WriteError::TooLong { capacity: 0 });
    assert_eq!(write(&region, b""), refused);
    assert_eq!(text(&region), Err(ReadError::Unterminated));
}

#[test]
fn what_is_left_over_after_whole_words_is_not_used() {
    let memory = Words::array::<{ WORD / 4 + 1 }>();
    let region = Words::new(&memory);
    let whole = Words::new(&memory[..WORD / 4]);
    assert_eq!(
        write(&region, &[b'a'; WORD + 1]),
        write(&whole, &[b'a'; WORD + 1])
    );
}

#[test]
fn a_region_without_a_nul_is_an_error_that_says_so() {
    for len in [0, 4, 32, 64] {
        let memory = Words::array::<8>();
        let region = Words::new(&memory);
        region.copy_in(0, &[b'a'; 32]);
        let mut buffer = vec![0; len];
        assert_eq!(read(&region, &mut buffer), Err(ReadError::Unterminated));
    }
}

#[test]
fn a_buffer_of_the_length_will_do_and_one_less_will_not() {
    for sent in TEXTS {
        let memory = memory(sent);
        let region = Words::new(&memory);
        let required = sent.len();
        assert_eq!(read(&region, &mut vec![0; required]), Ok(sent));
        for len in 0..required {
            let mut buffer = vec![0; len];
            let small = read(&region, &mut buffer);
            assert_eq!(small, Err(ReadError::BufferTooSmall { required }));
        }
    }
}

#[test]
fn no_more_words_are_read_than_the_text_has() {
    for sent in TEXTS {
        let memory = memory(sent);
        let region = Stale::new(Words::new(&memory), |_| ());
        assert_eq!(text(&region), Ok(sent.into()));
        assert_eq!(region.loads(), 2 * (sent.len() / WORD + 1));
    }
}

/// Fails when either fence of `write` is left out or weakened, or the order of its stores changed.
#[test]
fn no_mix_is_seen_while_a_text_is_written_nor_if_its_writer_dies() {
    for (old, new) in TEXTS.iter().flat_map(|old| TEXTS.map(|new| (*old, new))) {
        let diary = Diary::new(40);
        write(&diary, new).unwrap();
        for sight in diary.sights() {
            let memory = memory(old);
            let region = Words::new(&memory);
            for (at, word) in sight {
                region.copy_in(at, &word);
            }
            let seen = text(&region).unwrap();
            assert!(
                seen == old || seen == new || seen.is_empty(),
                "{old:?} then {new:?}, seen as {seen:?}"
            );
        }
    }
}

/// Fails when the fence of `read` is left out or weakened.
#[test]
fn a_text_written_while_it_is_read_is_read_whole() {
    for (old, new) in TEXTS.iter().flat_map(|old| TEXTS.map(|new| (*old, new))) {
        for moment in 0..8 {
            let memory = memory(old);
            let words = Words::new(&memory);
            let region = Stale::new(words, |loads| {
                if loads == moment {
                    write(&words, new).unwrap();
                }
            });
            let seen = text(&region).unwrap();
            assert!(seen == old || seen == new, "a mix: {seen:?}");
        }
    }
}

#[test]
fn a_text_that_never_rests_is_an_error_after_a_bounded_time() {
    let memory = memory(b"");
    let words = Words::new(&memory);
    let turn = Cell::new(0_u8);
    let region = Stale::new(words, |_| {
        turn.set(turn.get() % 200 + 1);
        words.copy_in(0, &[turn.get(); 39]);
    });
    assert_eq!(text(&region), Err(ReadError::Unsettled));
    assert_eq!(region.loads(), READS * 40 / WORD);
}

#[test]
fn errors_say_what_is_wrong() {
    let long = WriteError::TooLong { capacity: 1023 };
    assert_eq!(long.to_string(), "a text is at most 1023 bytes");
    let small = ReadError::BufferTooSmall { required: 9 };
    assert_eq!(small.to_string(), "the text needs 9 bytes");
}
