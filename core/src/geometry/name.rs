//! The name of a channel: up to 24 bytes of text in its constants, for people, and for two programs that agree on one.

use core::fmt;
use core::str::FromStr;

use super::{Geometry, GeometryError, NAME, NAME_LEN};
use crate::generation;
use crate::region::{Region, RegionMut};
use crate::wait::Wait;

/// The name of a channel: 0 to 24 bytes of UTF-8 without control characters. The empty name means that the channel has none.
///
/// ```
/// use ramframe_core::geometry::{Geometry, Name};
/// use ramframe_core::memory::AtomicWords;
/// use ramframe_core::wait::Spin;
///
/// const NAME: Name = match Name::new("sensors/temperature") {
///     Ok(name) => name,
///     Err(_) => panic!("at most 24 bytes"),
/// };
///
/// let memory = AtomicWords::array::<256>();
/// let region = AtomicWords::new(&memory);
/// Geometry::overwrite(4, 48).format_named(&region, &NAME, 0, &mut Spin)?;
/// assert_eq!(Name::read(&region)?, Some(NAME));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Name([u8; NAME_LEN]);

/// Why a text is no name.
///
/// ```
/// use ramframe_core::geometry::{Name, NameError};
///
/// assert_eq!(Name::new("twenty-five bytes are long"), Err(NameError::TooLong { len: 26 }));
/// assert_eq!(Name::new("two\nlines"), Err(NameError::Control { at: 3 }));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum NameError {
    /// It has more than 24 bytes. A character may have up to four.
    TooLong {
        /// How many bytes it has.
        len: usize,
    },
    /// It has a control character.
    Control {
        /// The offset of that character.
        at: usize,
    },
}

impl Name {
    /// No name.
    pub const EMPTY: Self = Self([0; NAME_LEN]);

    /// The name with this text.
    pub const fn new(text: &str) -> Result<Self, NameError> {
        let text = text.as_bytes();
        if text.len() > NAME_LEN {
            return Err(NameError::TooLong { len: text.len() });
        }
        let mut name = [0; NAME_LEN];
        let mut at = 0;
        while at < text.len() {
            if is_control(text, at) {
                return Err(NameError::Control { at });
            }
            name[at] = text[at];
            at += 1;
        }
        Ok(Self(name))
    }

    /// The text.
    pub const fn as_str(&self) -> &str {
        let mut len = 0;
        while len < NAME_LEN && self.0[len] != 0 {
            len += 1;
        }
        match core::str::from_utf8(self.0.split_at(len).0) {
            Ok(text) => text,
            Err(_) => "",
        }
    }

    /// Whether this is no name.
    pub const fn is_empty(&self) -> bool {
        self.0[0] == 0
    }

    /// Reads the name of the channel in `region`: the empty name if it has none, `None` if the bytes at its place are no name.
    /// Checks neither the version nor the geometry, which [`Geometry::read`] does. At most eleven loads.
    pub fn read<R: Region>(region: &R) -> Result<Option<Self>, GeometryError> {
        let generation = generation::read(region)?;
        let name = Self::load(region);
        generation.confirm(region)?;
        Ok(name)
    }

    /// The name in the constants of `region`, which may be of two generations.
    pub(crate) fn load<R: Region>(region: &R) -> Option<Self> {
        let mut bytes = [0; NAME_LEN];
        for (word, at) in bytes.chunks_exact_mut(4).zip((NAME..).step_by(4)) {
            word.copy_from_slice(&region.load(at).to_le_bytes());
        }
        let found = Self(bytes);
        // The text ends at the first 0. A byte behind that, or one that is no UTF-8, makes another name.
        Self::new(found.as_str()).ok().filter(|name| *name == found)
    }

    /// The word at offset `at` of the constants: of the name, or else 0.
    fn word(&self, at: usize) -> u32 {
        let word = at.checked_sub(NAME).and_then(|at| self.0.get(at..at + 4));
        let word = word.and_then(|word| word.try_into().ok());
        word.map_or(0, u32::from_le_bytes)
    }
}

/// Whether `text`, which is UTF-8, has a control character at `at`: one of U+0000 to U+001F, or of U+007F to U+009F.
const fn is_control(text: &[u8], at: usize) -> bool {
    match text[at] {
        0..0x20 | 0x7f => true,
        0xc2 => text[at + 1] < 0xa0,
        _ => false,
    }
}

impl Geometry {
    /// As [`format_and_notify`](Self::format_and_notify), for a channel with a name.
    pub fn format_named<R: RegionMut, W: Wait>(
        &self,
        region: &R,
        name: &Name,
        seed: u32,
        notifier: &mut W,
    ) -> Result<(), GeometryError> {
        self.format_as(region, seed, 0, |at| name.word(at), notifier)
    }

    /// As [`format_exclusive`](Self::format_exclusive), for a channel with a name.
    ///
    /// ```
    /// use ramframe_core::channel::ChannelStatus;
    /// use ramframe_core::geometry::{Geometry, Name};
    /// use ramframe_core::memory::AtomicWords;
    ///
    /// let memory = AtomicWords::array::<256>();
    /// let region = AtomicWords::new(&memory);
    /// let name = Name::new("motor")?;
    /// Geometry::overwrite(4, 48).format_exclusive_named(&region, &name, 1)?;
    /// assert_eq!(ChannelStatus::of(&region)?.name, Some(name));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn format_exclusive_named<R: RegionMut>(
        &self,
        region: &R,
        name: &Name,
        seed: u32,
    ) -> Result<(), GeometryError> {
        self.format_exclusive_as(region, seed, 0, |at| name.word(at))
    }
}

impl Default for Name {
    fn default() -> Self {
        Self::EMPTY
    }
}

impl FromStr for Name {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        Self::new(text)
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Name({:?})", self.as_str())
    }
}

#[cfg(feature = "defmt")]
impl defmt::Format for Name {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "{=str}", self.as_str());
    }
}

impl fmt::Display for NameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NameError::TooLong { len } => {
                write!(f, "a name of {len} bytes, and the longest has {NAME_LEN}")
            }
            NameError::Control { at } => {
                write!(f, "a name with a control character at byte {at}")
            }
        }
    }
}

impl core::error::Error for NameError {}
