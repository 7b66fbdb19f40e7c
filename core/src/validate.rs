//! What is each received message, against what was expected?
//!
//! | | the expected message | the previous again | another of the list | not in the list | a gap of `n` | sender restarted |
//! |---|---|---|---|---|---|---|
//! | fresh | - | - | Received, follow it | Invalid, fresh | Lagged(n), fresh | fresh |
//! | following | Received, follow it | Repeated, stay | OutOfTurn, follow it | Invalid, stay | Lagged(n), fresh | fresh |
//!
//! *Fresh*: nothing was seen yet, or nothing since a gap or a restart, so any message of the list may come.
//! *Following*: a certain message of the list comes next; *follow it* means the one after the message just seen, and
//! after the last the first.
//!
//! The columns are tried from the left: in a list of one the same message again is the expected one. Where a text stands
//! more than once in the list, the place nearest after the expected one is meant, and in *fresh* the first. So where the
//! turn is fixed by a text that stands twice, one `OutOfTurn` too many can follow, and it puts the turn right.

/// What a received message is. Small and `Copy`; printing it is the caller's business.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Verdict {
    /// As expected.
    Received,
    /// The message before this one, a second time.
    Repeated,
    /// A message of the list, but another one's turn. The turn now follows the one received.
    OutOfTurn {
        /// Index in the list of the message whose turn it was.
        expected: usize,
    },
    /// No message of the list.
    Invalid,
    /// So many messages were not received.
    Lagged(u64),
}

/// Which messages a receiver expects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expect<'a> {
    /// Anything: every message is [`Verdict::Received`].
    Any,
    /// These, in turn, and after the last the first again. Of an empty list every message is [`Verdict::Invalid`].
    Turns(&'a [&'a [u8]]),
}

/// Over [`TUTORIAL`](crate::alternate::TUTORIAL), in turn.
impl Default for Expect<'_> {
    fn default() -> Self {
        Expect::Turns(&crate::alternate::TUTORIAL)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Fresh,
    /// The message of this index comes next.
    Following(usize),
}

/// A received message, by its index in the list.
#[derive(Clone, Copy)]
enum Seen {
    Expected(usize),
    Previous,
    Other(usize),
    Unknown,
}

/// The receiver's state machine.
///
/// A message costs at most one comparison with each of the list.
///
/// ```
/// use ramframe_core::validate::{Validate, Verdict};
///
/// let mut turn = Validate::default();
/// assert_eq!(turn.message(b"ZIMNO"), Verdict::Received);
/// assert_eq!(turn.message(b"CIEPLO"), Verdict::Received);
/// assert_eq!(turn.message(b"CIEPLO"), Verdict::Repeated);
/// assert_eq!(turn.message(b"LETNIO"), Verdict::Invalid);
/// assert_eq!(turn.expected(), Some(&b"ZIMNO"[..]));
/// assert_eq!(turn.missed(3), Verdict::Lagged(3));
/// assert_eq!(turn.expected(), None);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Validate<'a> {
    expect: Expect<'a>,
    state: State,
}

impl<'a> Validate<'a> {
    /// Begins fresh.
    pub const fn new(expect: Expect<'a>) -> Self {
        Validate {
            expect,
            state: State::Fresh,
        }
    }

    /// A message was received.
    pub fn message(&mut self, payload: &[u8]) -> Verdict {
        let Expect::Turns(list) = self.expect else {
            return Verdict::Received;
        };
        let seen = seen(list, self.state, payload);
        let (verdict, state) = step(list, self.state, seen);
        self.state = state;
        verdict
    }

    /// The channel said that `n` messages were missed.
    pub fn missed(&mut self, n: u64) -> Verdict {
        self.state = State::Fresh;
        Verdict::Lagged(n)
    }

    /// The channel said that the sender restarted.
    pub fn restarted(&mut self) {
        self.state = State::Fresh;
    }

    /// The message whose turn it is; `None` where several may come.
    pub fn expected(&self) -> Option<&'a [u8]> {
        match (self.expect, self.state) {
            (Expect::Turns(list), State::Following(index)) => list.get(index).copied(),
            _ => None,
        }
    }
}

/// Expects [`TUTORIAL`](crate::alternate::TUTORIAL).
impl Default for Validate<'_> {
    fn default() -> Self {
        Validate::new(Expect::default())
    }
}

/// The table of this file's head, as far as it is about messages.
#[rustfmt::skip]
fn step(list: &[&[u8]], state: State, seen: Seen) -> (Verdict, State) {
    let follow = |index| State::Following(after(list, index));
    match (state, seen) {
        (State::Fresh, Seen::Expected(it) | Seen::Other(it)) => (Verdict::Received, follow(it)),
        (State::Fresh, Seen::Previous | Seen::Unknown)       => (Verdict::Invalid, state),
        (State::Following(_), Seen::Expected(it))            => (Verdict::Received, follow(it)),
        (State::Following(_), Seen::Previous)                => (Verdict::Repeated, state),
        (State::Following(expected), Seen::Other(it))        => (Verdict::OutOfTurn { expected }, follow(it)),
        (State::Following(_), Seen::Unknown)                 => (Verdict::Invalid, state),
    }
}

/// Which column of the table a message falls into. Fresh, nothing is previous and the list is looked through from its
/// start.
fn seen(list: &[&[u8]], state: State, payload: &[u8]) -> Seen {
    let is = |index: &usize| list.get(*index) == Some(&payload);
    let (first, previous) = match state {
        State::Fresh => (0, None),
        State::Following(index) => (index, before(list, index)),
    };
    if is(&first) {
        return Seen::Expected(first);
    }
    if previous.as_ref().is_some_and(is) {
        return Seen::Previous;
    }
    let mut others = (first..list.len()).chain(0..first);
    others.find(is).map_or(Seen::Unknown, Seen::Other)
}

/// The index whose turn comes after this one's.
fn after(list: &[&[u8]], index: usize) -> usize {
    let next = index.saturating_add(1);
    if next < list.len() { next } else { 0 }
}

/// The index whose turn came before this one's.
fn before(list: &[&[u8]], index: usize) -> Option<usize> {
    index.checked_sub(1).or(list.len().checked_sub(1))
}
