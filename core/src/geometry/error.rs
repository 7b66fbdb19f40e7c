//! Why a region is not a channel of this version, or cannot become the one asked for.

use core::fmt::{Display, Formatter, Result};

use super::VERSION_WORD;

/// A word of the constants that can be wrong.
///
/// ```
/// use ramframe_core::geometry::{Field, Geometry, GeometryError};
///
/// let error = Geometry::overwrite(3, 48).check(1024).unwrap_err();
/// assert_eq!(error, GeometryError::Field { field: Field::Slots, value: 3 });
/// assert_eq!(error.to_string(), "constants: Slots cannot be 3");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Field {
    /// The cache line size is not 32, 64 or 128.
    Line,
    /// The policy is not 1 or 2.
    Policy,
    /// The number of slots is not a power of two from 2 to 2^20.
    Slots,
    /// The slot size is not a multiple of the line, or above 2^30.
    Stride,
    /// The capacity is 0, or does not fit the slot.
    Capacity,
    /// The number of receivers does not fit the policy.
    Receivers,
    /// The slots begin inside the control lines, not at a multiple of the line, or above 2^30.
    SlotsAt,
}

/// Why a region is not a channel of this version, or cannot become the one asked for.
///
/// ```
/// use ramframe_core::geometry::{Geometry, GeometryError};
/// use ramframe_core::memory::AtomicWords;
///
/// let memory = AtomicWords::array::<64>();
/// let region = AtomicWords::new(&memory);
/// assert_eq!(Geometry::read(&region), Err(GeometryError::Unformatted));
/// let error = Geometry::overwrite(4, 48).format(&region, 0).unwrap_err();
/// assert_eq!(error, GeometryError::RegionTooSmall { required: 576 });
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum GeometryError {
    /// The magic is zero: the region was never formatted, or is being formatted at this moment. Try again, or format it.
    Unformatted,
    /// The magic is another word: the memory belongs to another program. Do not use it.
    Foreign {
        /// The word at offset 0.
        magic: u32,
    },
    /// The channel has another version of the wire. Use a program of that version, or format the region again.
    Version {
        /// The version found.
        found: u32,
    },
    /// The channel uses features that this program does not know. Use a newer program, or format the region again.
    Features {
        /// The bits of the required features that are not known.
        unknown: u32,
    },
    /// A word of the constants has a value that no format stores. Format the region again.
    Field {
        /// Which word.
        field: Field,
        /// Its value.
        value: u32,
    },
    /// The channel has another geometry than the one that this program was built for. Build both sides for one geometry.
    Mismatch {
        /// Offset of the first word that differs.
        at: u32,
        /// Its value.
        found: u32,
    },
    /// The region is shorter than its geometry says. Map all of it, or use fewer or smaller slots.
    RegionTooSmall {
        /// Bytes needed.
        required: u64,
    },
    /// The new geometry would move lines or slots, and a side that is still attached may store to them. Keep the cache line, and
    /// use no more receivers than the control lines have room for. Or detach every side, and use
    /// [`format_exclusive`](super::Geometry::format_exclusive).
    MovesPlaces,
}

impl Display for GeometryError {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            GeometryError::Unformatted => f.write_str("not formatted, or being formatted now"),
            GeometryError::Foreign { magic } => {
                write!(f, "not a ramframe channel (first word {magic:#010x})")
            }
            GeometryError::Version { found } => {
                write!(f, "wire version {found}, not {VERSION_WORD}")
            }
            GeometryError::Features { unknown } => {
                write!(
                    f,
                    "uses features that this program does not know ({unknown:#x})"
                )
            }
            GeometryError::Field { field, value } => {
                write!(f, "constants: {field:?} cannot be {value}")
            }
            GeometryError::Mismatch { at, found } => write!(
                f,
                "a channel of another geometry than this program's: {found} at offset {at}"
            ),
            GeometryError::RegionTooSmall { required } => {
                write!(f, "the channel needs {required} bytes of memory")
            }
            GeometryError::MovesPlaces => f.write_str(
                "the new geometry moves lines or slots that an attached side may still store to",
            ),
        }
    }
}

impl core::error::Error for GeometryError {}
