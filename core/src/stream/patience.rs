//! How long a stream waits: as long as its caller says, because core has no clock.

use super::outcome::StreamError;

/// The caller's limit to how long one call waits, however many pieces it takes.
///
/// How long a single wait is, is up to the side's [`Wait`](crate::wait::Wait): one turn of a spin, or a short sleep. Any
/// `FnMut(u32) -> bool` is a patience; one that looks at a clock notes the time when `waits` is 0:
///
/// ```
/// use std::time::{Duration, Instant};
/// use ramframe_core::stream::RetryPolicy;
///
/// fn at_most(limit: Duration) -> impl RetryPolicy {
///     let mut since = Instant::now();
///     move |waits: u32| {
///         if waits == 0 {
///             since = Instant::now();
///         }
///         since.elapsed() < limit
///     }
/// }
///
/// assert!(at_most(Duration::from_secs(5)).lasts(0));
/// assert!(!at_most(Duration::ZERO).lasts(0));
/// ```
pub trait RetryPolicy {
    /// Whether to wait once more, in a call that has waited `waits` times in vain (counted up to `u32::MAX`). `false` ends
    /// the call with [`StreamError::TimedOut`].
    fn lasts(&mut self, waits: u32) -> bool;
}

impl<F: FnMut(u32) -> bool> RetryPolicy for F {
    fn lasts(&mut self, waits: u32) -> bool {
        self(waits)
    }
}

/// Waits for ever. A peer that has died without anybody knowing then holds the caller for ever.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Forever;

impl RetryPolicy for Forever {
    fn lasts(&mut self, _waits: u32) -> bool {
        true
    }
}

/// Waits this many times. No time can be told from it: a wait may return at once. `MaxWaits(0)` never waits at all, so that
/// a read or write which would block says TimedOut.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MaxWaits(pub u32);

impl RetryPolicy for MaxWaits {
    fn lasts(&mut self, waits: u32) -> bool {
        waits < self.0
    }
}

/// One call's waits, counted against its caller's patience.
#[derive(Default)]
pub(super) struct Count(u32);

impl Count {
    /// To be asked before each wait.
    pub(super) fn once_more<P: RetryPolicy>(
        &mut self,
        patience: &mut P,
    ) -> Result<(), StreamError> {
        if !patience.lasts(self.0) {
            return Err(StreamError::TimedOut);
        }
        self.0 = self.0.saturating_add(1);
        Ok(())
    }
}
