//! The limit of a wait. Core has no clock, so the caller sets the limit.

/// The caller's limit for one call that waits. A call that handles several pieces has one limit for all of them.
///
/// The side's [`Wait`](super::Wait) decides how long a single wait takes: one turn of a spin, or a short sleep. Any `FnMut(u32)
/// -> bool` is a policy. A policy with a clock stores the time when `waits` is 0:
///
/// ```
/// use std::time::{Duration, Instant};
/// use ramframe_core::wait::RetryPolicy;
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
/// assert!(at_most(Duration::from_secs(5)).waits_again(0));
/// assert!(!at_most(Duration::ZERO).waits_again(0));
/// ```
pub trait RetryPolicy {
    /// Whether a call that has waited `waits` times should wait once more. The count stops at `u32::MAX`.
    fn waits_again(&mut self, waits: u32) -> bool;
}

impl<F: FnMut(u32) -> bool> RetryPolicy for F {
    fn waits_again(&mut self, waits: u32) -> bool {
        self(waits)
    }
}

/// Waits without a limit. If the other side has died, the call may never return.
///
/// ```
/// # use ramframe_core::{channel::{Channel, Event, Start}, geometry::Geometry, memory::AtomicWords};
/// # let memory = AtomicWords::array::<256>();
/// # let region = AtomicWords::new(&memory);
/// # Geometry::overwrite(4, 48).format(&region, 0)?;
/// # let (sender, receiver) = Channel::overwrite(region).split();
/// # let (mut sender, mut receiver) = (sender.attach()?, receiver.attach(Start::Oldest)?);
/// # use ramframe_core::wait::Forever;
/// sender.try_send(b"CIEPLO")?;
/// assert!(receiver.recv(&mut [0; 48], Forever)?.message().is_some());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Forever;

impl RetryPolicy for Forever {
    fn waits_again(&mut self, _waits: u32) -> bool {
        true
    }
}

/// Waits at most this many times. That is no limit in time, because a wait may return at once. With `MaxWaits(0)` a call never
/// waits.
///
/// ```
/// # use ramframe_core::{channel::{Channel, Event, Start}, geometry::Geometry, memory::AtomicWords};
/// # let memory = AtomicWords::array::<256>();
/// # let region = AtomicWords::new(&memory);
/// # Geometry::overwrite(4, 48).format(&region, 0)?;
/// # let (sender, receiver) = Channel::overwrite(region).split();
/// # let (sender, mut receiver) = (sender.attach()?, receiver.attach(Start::Oldest)?);
/// # use ramframe_core::wait::MaxWaits;
/// assert_eq!(receiver.recv(&mut [0; 48], MaxWaits(3))?, Event::Empty);
/// # drop(sender);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct MaxWaits(pub u32);

impl RetryPolicy for MaxWaits {
    fn waits_again(&mut self, waits: u32) -> bool {
        waits < self.0
    }
}

/// The number of waits of one call.
#[derive(Debug, Default)]
pub(crate) struct WaitCount(u32);

impl WaitCount {
    /// Asks `policy` whether to wait once more. Call it before each wait.
    pub(crate) fn allows<P: RetryPolicy>(&mut self, policy: &mut P) -> bool {
        let again = policy.waits_again(self.0);
        self.0 = self.0.saturating_add(1);
        again
    }
}
