//! The receiver's state machine: a verdict on each received message, compared with a list of expected ones.
//!
//! | | the expected message | the previous again | another of the list | not in the list | a gap of `n` | sender restarted |
//! |---|---|---|---|---|---|---|
//! | fresh | - | - | Received, follow it | Invalid, fresh | Lagged(n), fresh | fresh |
//! | following | Received, follow it | Repeated, stay | OutOfTurn, follow it | Invalid, stay | Lagged(n), fresh | fresh |
//!
//! *Fresh*: no message was seen yet, or none since a gap or a restart. Any message of the list may come next. *Following*: one
//! certain message of the list comes next. *Follow it* means that the next expected message is the one after the message just
//! seen; after the last comes the first.
//!
//! The first column from the left that applies counts. So in a list of one, the same message again is the expected one. If the
//! list has a text more than once, the place nearest after the expected one counts, and in *fresh* the first place. With
//! duplicate texts one spurious `OutOfTurn` is possible; it resynchronizes.

/// The verdict on a received message. The caller prints it.
///
/// ```
/// use ramframe_core::validate::{Validate, Verdict};
///
/// let mut turn = Validate::default();
/// let text = match turn.message(b"LETNIO") {
///     Verdict::Received => "as expected",
///     Verdict::Repeated | Verdict::OutOfTurn { .. } => "in the wrong order",
///     Verdict::Invalid => "not in the list",
///     Verdict::Lagged(_) => "a gap",
/// };
/// assert_eq!(text, "not in the list");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Verdict {
    /// The expected message.
    Received,
    /// The message before this one, a second time.
    Repeated,
    /// A message of the list, but not the expected one. The next expected message is the one after it.
    OutOfTurn {
        /// Index in the list of the expected message.
        expected: usize,
    },
    /// A message that is not in the list.
    Invalid,
    /// This many messages were missed.
    Lagged(u64),
}

/// The messages that a receiver expects.
///
/// ```
/// use ramframe_core::validate::{Expect, Validate, Verdict};
///
/// let mut any = Validate::new(Expect::Any);
/// assert_eq!(any.message(b"whatever"), Verdict::Received);
/// let mut turns = Validate::new(Expect::Turns(&[b"one", b"two", b"three"]));
/// assert_eq!(turns.message(b"one"), Verdict::Received);
/// assert_eq!(turns.message(b"three"), Verdict::OutOfTurn { expected: 1 });
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expect<'a> {
    /// Any message: each one is [`Verdict::Received`].
    Any,
    /// These messages in order, and after the last the first again. With an empty list every message is [`Verdict::Invalid`].
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
    /// The message of this index is expected.
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
/// Costs at most one comparison with each message of the list.
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

    /// Takes a received message, and returns its verdict.
    pub fn message(&mut self, payload: &[u8]) -> Verdict {
        let Expect::Turns(list) = self.expect else {
            return Verdict::Received;
        };
        let seen = seen(list, self.state, payload);
        let (verdict, state) = step(list, self.state, seen);
        self.state = state;
        verdict
    }

    /// Takes a gap of `n` messages, and returns its verdict.
    pub fn missed(&mut self, n: u64) -> Verdict {
        self.state = State::Fresh;
        Verdict::Lagged(n)
    }

    /// Takes a restart of the sender.
    pub fn restarted(&mut self) {
        self.state = State::Fresh;
    }

    /// The expected message; `None` if several may come.
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

/// The table at the top of this file, without its last two columns.
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

/// The column of the table for this message. In *fresh* no message is the previous one, and the search begins at the start of the
/// list.
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

/// The index after this one.
fn after(list: &[&[u8]], index: usize) -> usize {
    let next = index.saturating_add(1);
    if next < list.len() { next } else { 0 }
}

/// The index before this one.
fn before(list: &[&[u8]], index: usize) -> Option<usize> {
    index.checked_sub(1).or(list.len().checked_sub(1))
}
