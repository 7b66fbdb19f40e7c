//! Memory of a segment or a map as a region that keeps it mapped.

pub use crate::sys::shared::{MappedMemory, ReadOnlySharedMemory, SharedMemory};
