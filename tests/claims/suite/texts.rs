//! Does the original's text cross from side to side, and never a mixture of two?

use ramframe_core::region::{Region, RegionMut};
use ramframe_core::text::{ReadError, read, write};

use super::Maker;
use super::between::at_each_access;
use super::interrupted::{Interrupted, Interruption};

/// Two texts of several cache lines, of which no mixture is one of them.
const LONG: [&[u8]; 2] = [&[b'a'; 150], &[b'b'; 130]];
const SIZE: usize = 256;

fn text(region: &impl Region) -> Result<Vec<u8>, ReadError> {
    read(region, &mut [0xEE; SIZE]).map(<[u8]>::to_vec)
}

fn put(region: &impl RegionMut, text: &[u8]) {
    write(region, text).unwrap();
}

pub(crate) fn a_text_of_any_length_is_read<M: Maker>() {
    let memory = M::new(SIZE);
    let (region, reader) = (memory.sender(), memory.reader());
    for len in (0..SIZE).chain((0..SIZE).rev().step_by(7)) {
        let sent = vec![b'a' + len as u8 % 26; len];
        put(&region, &sent);
        assert_eq!(text(&reader), Ok(sent));
    }
}

fn judge(found: Result<Vec<u8>, ReadError>) {
    match found {
        Ok(text) => assert!(text.is_empty() || LONG.contains(&&text[..]), "{text:?}"),
        Err(error) => assert_eq!(error, ReadError::Unsettled),
    }
}

pub(crate) fn a_text_shows_whole_or_not_at_all<M: Maker>() {
    at_each_access(|at| {
        let memory = M::new(SIZE);
        let (region, reader) = (memory.sender(), memory.reader());
        let by = Interruption::none();
        put(&region, LONG[0]);
        assert_eq!(text(&reader).as_deref(), Ok(LONG[0]));
        by.before(at, || judge(text(&reader)));
        put(&Interrupted::new(region, &by), LONG[1]);
        assert_eq!(text(&reader).as_deref(), Ok(LONG[1]));
        by.is_over()
    });
}

pub(crate) fn a_text_is_read_whole_whatever_is_written_meanwhile<M: Maker>() {
    at_each_access(|at| {
        let memory = M::new(SIZE);
        let region = memory.sender();
        let by = Interruption::none();
        put(&region, LONG[0]);
        by.before(at, || put(&region, LONG[1]));
        judge(text(&Interrupted::new(memory.reader(), &by)));
        by.is_over()
    });
}
