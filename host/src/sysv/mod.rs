//! System V shared memory and semaphores, as values.
//!
//! - [`key`]: which key names a segment; [`segment`]: the segment; [`list`]: all of them, as `/proc` shows them.
//! - [`locks`]: the one sender, and the receivers, by semaphores that the kernel gives back however their holder ends.
//! - [`receiver_slots`]: which slot a receiver takes, and under which locks each was taken.
//! - [`stat`]: what the kernel knows of a segment.

pub mod key;
pub mod list;
pub mod locks;
pub mod receiver_slots;
pub mod segment;
pub mod stat;
