//! A number and its noun, for a person.

use std::fmt;

/// So many messages: "1 message", "2 messages".
#[derive(Clone, Copy, Debug)]
pub(crate) struct Messages<N>(pub(crate) N);

impl<N: Copy + Into<u64>> fmt::Display for Messages<N> {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.into() {
            1 => to.write_str("1 message"),
            count => write!(to, "{count} messages"),
        }
    }
}
