//! How a receiver attaches and detaches.

use core::marker::PhantomData;

#[cfg(target_pointer_width = "64")]
use super::distance::Distance;
use super::{Flags, Receiver};
use crate::channel::open::{Found, open};
use crate::channel::outcome::{AttachError, Corruption};
use crate::channel::policy::{Backpressure, Overwrite, Receive};
use crate::credits::Seat;
use crate::frame::Stamp;
use crate::generation::COUNT_MASK;
use crate::geometry::{Geometry, GeometrySource};
use crate::head;
use crate::region::{Region, RegionMut};
use crate::wait::Wait;
use crate::wakeup::Notifier;

/// Where a receiver of an overwrite channel starts.
///
/// ```
/// # use ramframe_core::{channel::{Channel, Event, Start}, geometry::Geometry, memory::AtomicWords};
/// # let memory = AtomicWords::array::<256>();
/// # let region = AtomicWords::new(&memory);
/// # Geometry::overwrite(4, 48).format(&region, 0)?;
/// # let (sender, receiver) = Channel::overwrite(region).split();
/// # let (mut sender, mut receiver) = (sender.attach()?, receiver.attach(Start::Oldest)?);
/// sender.try_send(b"CIEPLO")?;
/// let late = |start| Channel::overwrite(AtomicWords::new(&memory)).receiver(start);
/// assert_eq!(late(Start::Oldest)?.pending()?, 1);
/// assert_eq!(late(Start::Next)?.pending()?, 0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Start {
    /// With the oldest message that is still in the channel.
    #[default]
    Oldest,
    /// With the next message to be sent.
    Next,
}

/// The state that a receiver reads when it attaches, and where it starts.
pub struct Taken<G> {
    found: Found<G>,
    line: usize,
    last: Stamp,
    flags: Flags,
    gap: u64,
}

impl<G: GeometrySource> Taken<G> {
    #[inline(always)]
    fn new(found: Found<G>, line: usize, last: Stamp) -> Self {
        Self {
            line,
            flags: Flags::sender_seen(found.has_sender()),
            found,
            last,
            gap: 0,
        }
    }
}

impl<R: Region, W: Wait, G: GeometrySource> Receiver<R, Overwrite, W, G> {
    pub(in crate::channel) fn find_start(
        region: &R,
        start: Start,
    ) -> Result<Taken<G>, AttachError> {
        let found = open::<R, Overwrite, G>(region)?;
        let last = match start {
            Start::Oldest => head::before_oldest(region, found.geometry.geometry(), found.newest),
            Start::Next => found.newest,
        };
        Ok(Taken::new(found, 0, last))
    }
}

impl<R: RegionMut, W: Wait, G: GeometrySource> Receiver<R, Backpressure, W, G> {
    /// Stores that this receiver has attached. If this receiver notifies and the sender waits for room, it notifies, because the
    /// previous receiver may have died before it could.
    pub(in crate::channel) fn begin(&mut self) {
        let seat = self.seat();
        // `attach` comes last: if its count is of this generation, the words stored before it are too. If progress is lost,
        // `consumed` is stored only after the loss was reported.
        if !self.is_progress_lost() {
            self.release();
        }
        if !self.flags.has(Flags::GAP) {
            seat.clear_discarding(&self.region);
        }
        seat.attach(&self.region);
        seat.say_notifies(&self.region, W::NOTIFY.bits());
    }

    pub(in crate::channel) fn take_over(
        region: &R,
        receiver: u32,
    ) -> Result<Taken<G>, AttachError> {
        let found = open::<R, Backpressure, G>(region)?;
        let geometry = found.geometry.geometry();
        let receivers = geometry.receivers();
        if receiver >= receivers {
            return Err(AttachError::NoSuchReceiver { receivers });
        }
        let seat = Seat::new(geometry, found.generation, receiver);
        let (pending, progress_lost) = pending(region, geometry, seat, found.newest);
        // A word of another generation has no meaning, but it would be believed if its tag has come round again.
        found.generation.confirm(region)?;
        let what = Corruption::Consumed { receiver };
        let start = (pending <= geometry.slots()).then(|| found.newest.before(pending));
        let last = start.flatten().ok_or(AttachError::Corrupt { what })?;
        let line = found.geometry.known_line(geometry.receiver_line(receiver));
        let mut taken = Taken::new(found, line, last);
        let (has_gap, from) = seat.gap(region);
        taken.gap = from;
        // A known gap counts every message up to the head, so then nothing is lost without a count.
        match has_gap {
            true => taken.flags.set(Flags::GAP),
            false => taken.flags.set_if(Flags::PROGRESS_LOST, progress_lost),
        }
        Ok(taken)
    }
}

/// How many messages up to `newest` the receivers of `seat` have not received, and whether their progress is lost. The number is
/// above the number of slots if `consumed` claims messages that were not sent.
#[inline]
fn pending<R: Region>(region: &R, geometry: &Geometry, seat: Seat, newest: Stamp) -> (u32, bool) {
    let attached = seat.has_attached(region);
    if let Some(count) = seat.consumed(region) {
        let pending = newest.next_low().wrapping_sub(count) & COUNT_MASK;
        return (pending, attached && seat.is_gap_unknown(region));
    }
    match !attached && newest.is_below(geometry.slots() + 1) {
        true => (newest.next_low(), false),
        false => (0, true),
    }
}

impl<R: Region, P: Receive<R>, W: Wait, G: GeometrySource> Receiver<R, P, W, G> {
    pub(in crate::channel) fn new(region: R, wait: W, taken: Taken<G>) -> Self {
        Self {
            region,
            notifier: Notifier::new(wait, taken.last),
            last: taken.last,
            epoch: taken.found.generation.no_epoch(),
            generation: taken.found.generation,
            line: taken.line,
            flags: taken.flags,
            gap: taken.gap,
            #[cfg(target_pointer_width = "64")]
            request_stands: None,
            #[cfg(target_pointer_width = "64")]
            distance: Distance::new(taken.last, taken.found.geometry.geometry()),
            geometry: taken.found.geometry,
            policy: PhantomData,
        }
    }
}

impl<R: RegionMut, W: Wait, G: GeometrySource> Receiver<R, Backpressure, W, G> {
    /// Detaches. The messages that it has not received stay for the next receiver of this index. Stores nothing if the region was
    /// formatted since this receiver attached.
    ///
    /// ```
    /// # use ramframe_core::{channel::{Channel, Event, SendError}, geometry::Geometry, memory::AtomicWords};
    /// # let memory = AtomicWords::array::<256>();
    /// # let region = AtomicWords::new(&memory);
    /// # Geometry::backpressure(2, 48, 1).format(&region, 0)?;
    /// # let (sender, receiver) = Channel::backpressure(region).split();
    /// # let (mut sender, receiver) = (sender.attach()?, receiver.attach(0)?);
    /// sender.try_send(b"CIEPLO")?;
    /// receiver.detach();
    /// assert!(sender.has_detached(0));
    /// let mut next = Channel::backpressure(AtomicWords::new(&memory)).receiver(0)?;
    /// assert_eq!(next.pending()?, 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn detach(self) {
        if !self.was_reformatted() {
            self.seat().detach(&self.region);
        }
    }
}
