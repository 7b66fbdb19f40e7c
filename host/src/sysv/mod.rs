//! System V shared memory and semaphores, as values.
//!
//! - [`key`]: which key names a segment; [`segment`]: the segment; [`list`]: all of them, as `/proc` shows them.
//! - [`receiver_slots`]: which slot a receiver takes, and under which locks each was taken.
//! - [`stat`]: what the kernel knows of a segment.

pub mod key;
pub mod list;
pub mod receiver_slots;
pub mod segment;
pub mod stat;
