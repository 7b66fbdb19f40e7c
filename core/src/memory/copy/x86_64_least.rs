//! The features of every x86-64 processor. A program without an operating system, or a kernel, may not save the registers of
//! more.

pub(super) const AVX: u8 = 1;
pub(super) const STRING: u8 = 2;
pub(super) const AVX512: u8 = 4;

pub(super) fn known() -> u8 {
    0
}

pub(super) fn found() -> u8 {
    0
}
