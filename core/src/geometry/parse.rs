//! The constants as words: the words that a geometry stores, and the geometry that a region's words give.

use super::{
    CAPACITY, CONSTANTS, Field, Geometry, GeometryError, KNOWN_FEATURES, LINE, Overflow, POLICY,
    RECEIVERS, REQUIRED_FEATURES, SLOTS, SLOTS_AT, STRIDE, VERSION, VERSION_WORD,
};
use crate::generation;
use crate::region::Region;

impl Geometry {
    /// The words from [`LINE`] to [`SLOTS_AT`].
    pub(crate) const fn words(&self) -> [u32; 7] {
        [
            self.cache_line(),
            self.overflow.word(),
            self.slots,
            self.stride,
            self.capacity,
            self.receivers(),
            self.slots_at,
        ]
    }

    /// Reads and checks the constants of `region`. Believes no word without a check. Fourteen loads and three fences.
    ///
    /// ```
    /// use ramframe_core::geometry::Geometry;
    /// use ramframe_core::memory::AtomicWords;
    ///
    /// let memory = AtomicWords::array::<256>();
    /// let region = AtomicWords::new(&memory);
    /// Geometry::overwrite(4, 48).format(&region, 0)?;
    /// assert_eq!(Geometry::read(&region)?.capacity(), 48);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn read<R: Region>(region: &R) -> Result<Self, GeometryError> {
        generation::attach(region).map(|(geometry, _)| geometry)
    }

    /// The geometry that the constants give, whether or not it fits the region. Checks version and features too.
    pub(crate) fn parse<R: Region>(region: &R) -> Result<Self, GeometryError> {
        check_version(region)?;
        let word = |at| region.load(at);
        let (policy, line, receivers) = (word(POLICY), word(LINE), word(RECEIVERS));
        let fault = |field, value| GeometryError::Field { field, value };
        let geometry = Self {
            overflow: Overflow::from_word(policy).ok_or(fault(Field::Policy, policy))?,
            line: line.try_into().map_err(|_| fault(Field::Line, line))?,
            slots: word(SLOTS),
            stride: word(STRIDE),
            capacity: word(CAPACITY),
            slots_at: word(SLOTS_AT),
            receivers: (receivers.try_into()).map_err(|_| fault(Field::Receivers, receivers))?,
        };
        match geometry.fault() {
            Some((field, value)) => Err(fault(field, value)),
            None => Ok(geometry),
        }
    }
}

/// Checks that the constants of `region` are exactly `words`, from [`LINE`] on.
pub(super) fn compare<R: Region>(region: &R, words: &[u32; 7]) -> Result<(), GeometryError> {
    check_version(region)?;
    for (index, &word) in words.iter().enumerate() {
        let at = LINE + 4 * index;
        let found = region.load(at);
        if found != word {
            let at = at as u32;
            return Err(GeometryError::Mismatch { at, found });
        }
    }
    Ok(())
}

fn check_version<R: Region>(region: &R) -> Result<(), GeometryError> {
    match region.load(VERSION) {
        VERSION_WORD => {}
        found => return Err(GeometryError::Version { found }),
    }
    match region.load(REQUIRED_FEATURES) & !KNOWN_FEATURES {
        0 => Ok(()),
        unknown => Err(GeometryError::Features { unknown }),
    }
}

const _: () = assert!(SLOTS_AT + 4 <= CONSTANTS && SLOTS_AT == LINE + 4 * 6);
