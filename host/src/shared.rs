//! Memory of a segment as a region that keeps it mapped.

pub use crate::sys::shared::{Memory, ReadOnlyMemory, Shared};
