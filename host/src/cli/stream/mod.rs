//! `--stream`: standard input to standard output through a channel, any bytes, any number of them.
//!
//! The end of the input closes the channel, and nothing else does: whoever receives can tell all from some.

mod progress;
pub(crate) mod recv;
pub(crate) mod send;

use std::hint;

/// Looks before a side sleeps. Waking one that sleeps takes longer than all of these together.
const LOOKS: u32 = 200;

/// Whether to look again at once, rather than sleep.
#[derive(Default)]
struct Patience(u32);

impl Patience {
    /// Something moved: look often again.
    fn renew(&mut self) {
        self.0 = 0;
    }

    /// Nothing moved: true after a moment's pause, false when it is time to sleep.
    fn lasts(&mut self) -> bool {
        self.0 += 1;
        if self.0 > LOOKS {
            self.0 = 0;
            return false;
        }
        hint::spin_loop();
        true
    }
}
