//! The core in C: the functions of `side.c`, which is compiled apart.

use ramframe_core::geometry::Geometry;
use ramframe_firmware::memory::bounds;

use crate::fail;
use crate::phase::Phase;
use crate::roles::{Heard, Receiving, Sending};

/// Of `ramframe.h`.
const EMPTY: i32 = 0;
const MESSAGE: i32 = 1;
const LAGGED: i32 = 2;
const RESTARTED: i32 = 4;
const CLOSED: i32 = 5;
const BUSY: i32 = 6;
const FULL: i32 = -1;
const ATTACH_BUSY: i32 = -18;

unsafe extern "C" {
    fn c_format(memory: *mut u8, len: usize, slots: u32, capacity: u32, overwrite: bool) -> i32;
    fn c_attach_sender(memory: *mut u8, len: usize, sleeps: bool) -> i32;
    safe fn c_next_to_send() -> u64;
    fn c_send(message: *const u8, len: u32) -> i32;
    safe fn c_wait_for_room();
    safe fn c_close();
    fn c_attach_receiver(memory: *mut u8, len: usize, sleeps: bool) -> i32;
    safe fn c_next_to_receive() -> u64;
    fn c_receive(buffer: *mut u8, size: u32) -> i32;
    safe fn c_sequence() -> u64;
    safe fn c_length() -> u32;
    safe fn c_lagged() -> u64;
    safe fn c_wait_for_news();
}

/// The sender, which `side.c` keeps.
pub struct Sends(());

impl Sending for Sends {
    fn format(phase: &Phase) {
        let geometry: &Geometry = &phase.geometry;
        let (memory, len) = bounds();
        let [slots, capacity] = [geometry.slots(), geometry.capacity()];
        // SAFETY: these bytes are the channel's, as the linker script says; this core alone calls what `side.c` has.
        let result = unsafe { c_format(memory, len, slots, capacity, !phase.is_lossless()) };
        if result != 0 {
            fail("C cannot format");
        }
    }

    fn attach(phase: &Phase) -> Self {
        let (memory, len) = bounds();
        // SAFETY: as above.
        if unsafe { c_attach_sender(memory, len, phase.sleeps) } != 0 {
            fail("C cannot attach a sender");
        }
        Sends(())
    }

    fn next(&self) -> u32 {
        c_next_to_send() as u32
    }

    fn try_send(&mut self, message: &[u8]) -> bool {
        // SAFETY: so many bytes are there to be read.
        match unsafe { c_send(message.as_ptr(), message.len() as u32) } {
            0 => true,
            FULL => false,
            _ => fail("C cannot send"),
        }
    }

    fn wait_for_room(&mut self) {
        c_wait_for_room();
    }

    fn close(self) {
        c_close();
    }
}

/// The receiver, which `side.c` keeps.
pub struct Receives(());

impl Receiving for Receives {
    fn attach(phase: &Phase) -> Self {
        let (memory, len) = bounds();
        loop {
            // SAFETY: these bytes are the channel's, as the linker script says; this core alone calls what `side.c` has.
            match unsafe { c_attach_receiver(memory, len, phase.sleeps) } {
                0 => return Receives(()),
                ATTACH_BUSY => {}
                _ => fail("C cannot attach a receiver"),
            }
        }
    }

    fn next(&self) -> u32 {
        c_next_to_receive() as u32
    }

    fn try_recv<'b>(&mut self, buffer: &'b mut [u8]) -> Heard<'b> {
        // SAFETY: so many bytes are there to be written.
        match unsafe { c_receive(buffer.as_mut_ptr(), buffer.len() as u32) } {
            MESSAGE => {
                let payload = buffer.get(..c_length() as usize);
                let payload = payload.unwrap_or_else(|| fail("C receives more than there is"));
                Heard::Message(c_sequence() as u32, payload)
            }
            LAGGED => Heard::Lagged(c_lagged() as u32),
            RESTARTED => Heard::Restarted,
            CLOSED => Heard::Closed,
            EMPTY | BUSY => Heard::Nothing,
            _ => fail("C cannot receive"),
        }
    }

    fn wait(&mut self) {
        c_wait_for_news();
    }
}
