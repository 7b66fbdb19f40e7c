//! What does a program need to run on a bare chip, beside the core? Start code, a way out, and ways to wait.
#![no_std]

pub mod count;
mod guide;
pub mod measure;
pub mod memory;
pub mod pair;
mod panic;
pub mod semihosting;
pub mod start;
pub mod wait;
