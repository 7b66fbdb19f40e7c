//! The sender's state machine: the order in which it sends a list of messages.
//!
//! | the current message is | [`Sent`](Outcome::Sent) | [`Refused`](Outcome::Refused) | [`Restarted`](Outcome::Restarted) |
//! |---|---|---|---|
//! | not the last | the next one | the same again | the first |
//! | the last | the first | the same again | the first |

/// The two messages of the original: WARM and COLD.
pub const TUTORIAL: [&[u8]; 2] = [b"CIEPLO", b"ZIMNO"];

/// The result of sending the current message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Outcome {
    /// It was sent.
    Sent,
    /// It was not sent, because there was no room. It stays the current message.
    Refused,
    /// The sender restarted.
    Restarted,
}

/// The place of the current message in the list. In a list of one message it is the last.
#[derive(Clone, Copy)]
enum Place {
    Before,
    Last,
}

#[derive(Clone, Copy)]
enum Step {
    Next,
    Same,
    First,
}

/// The table at the top of this file.
#[rustfmt::skip]
const fn step(place: Place, event: Outcome) -> Step {
    match (place, event) {
        (Place::Before, Outcome::Sent)      => Step::Next,
        (Place::Before, Outcome::Refused)   => Step::Same,
        (Place::Before, Outcome::Restarted) => Step::First,
        (Place::Last,   Outcome::Sent)      => Step::First,
        (Place::Last,   Outcome::Refused)   => Step::Same,
        (Place::Last,   Outcome::Restarted) => Step::First,
    }
}

/// The sender's state machine: repeats a list of messages in order, without end.
///
/// ```
/// use ramframe_core::alternate::{Alternate, Outcome};
///
/// let mut turn = Alternate::default();
/// assert_eq!(turn.current(), b"CIEPLO");
/// turn.on(Outcome::Sent);
/// assert_eq!(turn.current(), b"ZIMNO");
/// turn.on(Outcome::Refused);
/// assert_eq!(turn.current(), b"ZIMNO");
/// turn.on(Outcome::Sent);
/// assert_eq!(turn.current(), b"CIEPLO");
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Alternate<'a> {
    list: &'a [&'a [u8]],
    /// Index of the current message, always inside the list.
    at: usize,
}

impl<'a> Alternate<'a> {
    /// Begins with the first message of the list; `None` if there is none.
    ///
    /// ```
    /// use ramframe_core::alternate::{Alternate, Outcome};
    ///
    /// let list: [&[u8]; 3] = [b"one", b"two", b"three"];
    /// let mut turn = Alternate::new(&list).unwrap();
    /// turn.on(Outcome::Sent);
    /// assert_eq!(turn.current(), b"two");
    /// turn.on(Outcome::Restarted);
    /// assert_eq!(turn.current(), b"one");
    /// assert!(Alternate::new(&[]).is_none());
    /// ```
    pub const fn new(list: &'a [&'a [u8]]) -> Option<Self> {
        if list.is_empty() {
            return None;
        }
        Some(Alternate { list, at: 0 })
    }

    /// The current message.
    pub fn current(&self) -> &'a [u8] {
        self.list.get(self.at).copied().unwrap_or_default()
    }

    /// Takes the step that the table gives for `event`.
    pub fn on(&mut self, event: Outcome) {
        self.at = match step(self.place(), event) {
            Step::Next => self.at.saturating_add(1),
            Step::Same => self.at,
            Step::First => 0,
        };
    }

    fn place(&self) -> Place {
        // `at` is below the length of a slice, so this does not overflow.
        if self.at.saturating_add(1) < self.list.len() {
            Place::Before
        } else {
            Place::Last
        }
    }
}

/// Over [`TUTORIAL`].
impl Default for Alternate<'_> {
    fn default() -> Self {
        Alternate {
            list: &TUTORIAL,
            at: 0,
        }
    }
}
