//! Which messages go between the two?

use ramframe_core::alternate::TUTORIAL;

/// What a person reads.
pub const SHORT: &[&[u8]] = &TUTORIAL;

/// What shows a mistake, and `sh/pair.sh` sends from Linux: longer than the 8 bytes that Linux copies at once, no two with a
/// word in common, and of three lengths, so that a frame mixed of two of them is none. Three, because a number of slots is
/// even: of two, a slot would hold the same one for ever, and one of a lap ago would pass for this lap's.
pub const LONG: &[&[u8]] = &[
    b"abcdefghijklmnopqrstuvwxyzabcdefghijklmn",
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJKLMNOPQRSTUV",
    b"01234567890123456789012345678901234567890123",
];
