//! Does the original's wire, a NUL-terminated string at offset 0, work between two cores?

use ramframe_core::alternate::TUTORIAL;
use ramframe_core::memory::Memory;
use ramframe_core::text;
use ramframe_firmware::semihosting::print;

use crate::meeting::{DONE, READY};
use crate::or_fail;

/// Texts written, one after the other: the wire itself cannot tell one from the next, so the cores take turns.
const TIMES: usize = 2_000;

/// The first core's half.
pub fn write(region: Memory<'static>) {
    for word in TUTORIAL.iter().cycle().take(TIMES) {
        or_fail(text::write(&region, word), "write a text");
        READY.one_more();
        DONE.until(READY.now());
    }
    print("plain text in turn: passed\n");
}

/// The second core's half.
pub fn read(region: Memory<'static>) {
    let mut buffer = [0; 32];
    for word in TUTORIAL.iter().cycle().take(TIMES) {
        READY.until(DONE.now().wrapping_add(1));
        let found = or_fail(text::read(&region, &mut buffer), "read a text");
        or_fail((found == *word).then_some(()).ok_or(()), "another text");
        DONE.one_more();
    }
}
