//! Memory of a segment or a map as a region that keeps it mapped.

pub(crate) use crate::sys::shared::{Keeper, Word};
pub use crate::sys::shared::{MappedMemory, ReadOnlySharedMemory, SharedMemory};
