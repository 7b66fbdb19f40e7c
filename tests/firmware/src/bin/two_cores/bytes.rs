//! Do bytes go there and back over a duplex link with embedded-io?

use embedded_io::{Read, Write};
use ramframe_core::memory::Memory;
use ramframe_core::stream::{Duplex, DuplexGeometry, End, Link};
use ramframe_core::wait::{Forever, Spin};
use ramframe_firmware::semihosting::print;

use crate::meeting::{DONE, HERE, READY};
use crate::{fail, or_fail};

/// How often bytes go there and back, and how many at a time: more than a message holds.
const TIMES: u32 = 2_000;
const BYTES: usize = 100;

type Linked = Duplex<Memory<'static>, Spin, Forever, 48>;

/// The first core's half: the same bytes must come back.
pub fn ask(region: Memory<'static>) {
    or_fail(
        DuplexGeometry::new(4, 48).format_exclusive(&region, 1),
        "format the link",
    );
    let mut link = attached(region, End::A);
    READY.one_more();
    HERE.until(1);
    let (mut question, mut answer) = ([0; BYTES], [0; BYTES]);
    for time in 0..TIMES {
        for (index, byte) in question.iter_mut().enumerate() {
            *byte = (time as usize).wrapping_mul(7).wrapping_add(index) as u8;
        }
        write(&mut link, &question);
        let mut space = answer.as_mut_slice();
        while !space.is_empty() {
            let len = or_fail(link.read(space), "read");
            space = space.get_mut(len..).unwrap_or_default();
        }
        if answer != question {
            fail("other bytes came back");
        }
    }
    link.close();
    DONE.until(READY.now());
    print("duplex link, 100 bytes there and back: passed\n");
}

/// The second core's half: everything goes back until the other side closes.
pub fn answer(region: Memory<'static>) {
    READY.until(DONE.now().wrapping_add(1));
    let mut link = attached(region, End::B);
    HERE.one_more();
    let mut bytes = [0; 64];
    loop {
        let len = or_fail(link.read(&mut bytes), "read");
        if len == 0 {
            break;
        }
        write(&mut link, bytes.get(..len).unwrap_or_default());
    }
    DONE.one_more();
}

fn attached(region: Memory<'static>, side: End) -> Linked {
    or_fail(
        Link::new(region).attach::<_, 48>(side, Forever),
        "attach to the link",
    )
}

/// As embedded-io's `write_all`, without the panics that this one can come to.
fn write(link: &mut Linked, mut bytes: &[u8]) {
    while !bytes.is_empty() {
        let len = or_fail(link.write(bytes), "write");
        bytes = bytes.get(len..).unwrap_or_default();
    }
}
