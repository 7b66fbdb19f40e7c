//! Formatting: a region becomes an empty channel. Late stores of older sides do no harm.

use core::sync::atomic::Ordering::{Relaxed, Release, SeqCst};

use super::{Generation, TAGS, next_epoch};
use crate::geometry::{
    ATTACH_COUNT, CONSTANTS, CONSUMED, DETACHED_AT, DISCARDING, EPOCH, EXTENT, FIRST_EPOCH,
    GENERATION, Geometry, GeometryError, LINE, MAGIC, MAGIC_WORD, NAME, NAME_LEN, NOTIFY_SEQ,
    OPTIONAL_FEATURES, REQUIRED_FEATURES, VERSION, VERSION_WORD,
};
use crate::region::{Region, RegionMut};
use crate::wait::{Spin, Wait};

/// A receiver's tagged words.
const TAGGED: [usize; 4] = [CONSUMED, ATTACH_COUNT, DETACHED_AT, DISCARDING];

impl Geometry {
    /// Makes `region` an empty channel of this geometry. The magic is stored last. Every side must attach again.
    ///
    /// Other sides may be attached. They notice the format, and their late stores do no harm. For that, a format keeps the places
    /// of lines and slots: the cache line, and slot 0. If this geometry needs other places, the error is
    /// [`MovesPlaces`](GeometryError::MovesPlaces). Only a channel without receivers' lines lets a format move its slots to a
    /// later place. One side formats at a time. No sender may attach meanwhile.
    ///
    /// `seed` (a clock, a boot counter, or 0) makes the generation differ, if the memory may have lost the previous one. A side
    /// that waits is not woken: its time limit ends the wait. See [`format_and_notify`](Self::format_and_notify).
    ///
    /// Cost: a store for each word of the constants, and five for each receiver. The first sender clears the slots. For memory
    /// that must be stored to before it is loaded, use [`format_exclusive`](Self::format_exclusive).
    ///
    /// ```
    /// use ramframe_core::channel::{Channel, RecvError, Start};
    /// use ramframe_core::geometry::Geometry;
    /// use ramframe_core::memory::AtomicWords;
    ///
    /// let memory = AtomicWords::array::<256>();
    /// let region = AtomicWords::new(&memory);
    /// let geometry = Geometry::overwrite(4, 48);
    /// geometry.format(&region, 0)?;
    /// let mut receiver = Channel::overwrite(AtomicWords::new(&memory)).receiver(Start::Oldest)?;
    ///
    /// geometry.format(&region, 0)?;
    /// assert_eq!(receiver.try_recv(&mut [0; 48]), Err(RecvError::Reformatted));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn format<R: RegionMut>(&self, region: &R, seed: u32) -> Result<(), GeometryError> {
        self.format_and_notify(region, seed, &mut Spin)
    }

    /// As [`format`](Self::format). Then `notifier` wakes a sender and receivers that wait on the previous channel.
    ///
    /// ```
    /// use ramframe_core::geometry::Geometry;
    /// use ramframe_core::memory::AtomicWords;
    /// use ramframe_core::wait::{Notify, Wait};
    ///
    /// /// Counts. A program on Linux wakes the futex at `word`, and firmware raises an interrupt.
    /// struct Count(u32);
    /// impl Wait for Count {
    ///     const NOTIFY: Notify = Notify::OnRequest;
    ///     fn wait(&mut self, _word: *const u32, _seen: u32) {}
    ///     fn notify(&mut self, _word: *const u32, _requested: bool) {
    ///         self.0 += 1;
    ///     }
    /// }
    ///
    /// let memory = AtomicWords::array::<256>();
    /// let region = AtomicWords::new(&memory);
    /// let geometry = Geometry::backpressure(2, 48, 2);
    /// geometry.format(&region, 0)?;
    /// let mut notifier = Count(0);
    /// geometry.format_and_notify(&region, 0, &mut notifier)?;
    /// assert_eq!(notifier.0, 3); // the receivers, and the sender at each of the two receivers
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn format_and_notify<R: RegionMut, W: Wait>(
        &self,
        region: &R,
        seed: u32,
        notifier: &mut W,
    ) -> Result<(), GeometryError> {
        self.format_as(region, seed, 0, unnamed, notifier)
    }

    /// As [`format_and_notify`](Self::format_and_notify), in a block whose next channel is at `extent`. `name` gives the words of
    /// the constants behind `extent`. It is a type, so that a program without names has no code for them.
    pub(crate) fn format_as<R: RegionMut, W: Wait>(
        &self,
        region: &R,
        seed: u32,
        extent: u32,
        name: impl Fn(usize) -> u32,
        notifier: &mut W,
    ) -> Result<(), GeometryError> {
        let previous = previous(region);
        let geometry = self.in_places(region, &previous, extent)?;
        begin(region);
        let generation = next_generation(region, seed);
        let end = geometry.control_end(extent);
        if previous.is_none() {
            geometry.clear_control(region, end);
        }
        geometry.store_constants(region, extent, name);
        geometry.store_tags(region, end, generation);
        if let Some((before, _)) = &previous {
            wake_all(region, before, notifier);
        }
        finish(region, generation);
        Ok(())
    }

    /// Makes `region` an empty channel of this geometry, whatever it held before.
    ///
    /// Stores to every byte of the channel and loads none. So it serves memory with error correction that was never stored to,
    /// and a geometry that moves places. The caller must ensure that no other side is attached, or attaches before this returns.
    /// The generation depends on `seed` alone. Use another seed each time (a boot counter), so that a side that was attached in
    /// spite of this can notice the format.
    ///
    /// ```
    /// use ramframe_core::geometry::{Geometry, GeometryError};
    /// use ramframe_core::memory::AtomicWords;
    ///
    /// let memory = AtomicWords::array::<256>();
    /// let region = AtomicWords::new(&memory);
    /// Geometry::backpressure(4, 48, 2).format(&region, 0)?;
    /// let other = Geometry::backpressure(4, 48, 2).with_cache_line(32);
    /// assert_eq!(other.format(&region, 0), Err(GeometryError::MovesPlaces));
    /// other.format_exclusive(&region, 1)?; // nobody is attached
    /// assert_eq!(Geometry::read(&region)?, other);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn format_exclusive<R: RegionMut>(
        &self,
        region: &R,
        seed: u32,
    ) -> Result<(), GeometryError> {
        self.format_exclusive_as(region, seed, 0, unnamed)
    }

    /// As [`format_exclusive`](Self::format_exclusive), in a block whose next channel is at `extent`, with a name as
    /// [`format_as`](Self::format_as) has it.
    pub(crate) fn format_exclusive_as<R: RegionMut>(
        &self,
        region: &R,
        seed: u32,
        extent: u32,
        name: impl Fn(usize) -> u32,
    ) -> Result<(), GeometryError> {
        self.check(region.len())?;
        let end = self.control_end(extent);
        begin(region);
        let generation = Generation {
            number: (seed << 11).wrapping_add(1),
            first_epoch: next_epoch(seed << 12 >> 1),
        };
        for at in (MAGIC..CONSTANTS).step_by(4) {
            region.store(at, 0, Relaxed);
        }
        region.store(FIRST_EPOCH, generation.first_epoch, Relaxed);
        self.clear_control(region, end);
        region.store(CONSTANTS + EPOCH, 0, Relaxed);
        for at in (self.slots_at()..self.end()).step_by(8) {
            region.store_pair_through(at, [0; 2], Relaxed);
        }
        self.store_constants(region, extent, name);
        self.store_tags(region, end, generation);
        finish(region, generation);
        Ok(())
    }

    /// Whether `region` is all zero, or holds only the words that an interrupted first [`format`](Self::format) of zero memory
    /// leaves, of any geometry. Formatting such a region again loses nothing. Reads the whole region.
    ///
    /// ```
    /// use ramframe_core::geometry::Geometry;
    /// use ramframe_core::memory::AtomicWords;
    ///
    /// let memory = AtomicWords::array::<256>();
    /// let region = AtomicWords::new(&memory);
    /// assert!(Geometry::is_half_formatted(&region)); // all zero
    /// Geometry::overwrite(4, 48).format(&region, 0)?;
    /// assert!(!Geometry::is_half_formatted(&region));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn is_half_formatted<R: Region>(region: &R) -> bool {
        let mut words = (0..region.len() / 4).map(|index| index * 4);
        region.len() >= CONSTANTS
            && words.all(|at| match region.load_fresh(at) {
                0 => true,
                word => is_stored_by_first_format(at, word),
            })
    }

    /// Whether [`format_as`](Self::format_as) would succeed.
    pub(crate) fn check_format<R: RegionMut>(
        &self,
        region: &R,
        extent: u32,
    ) -> Result<(), GeometryError> {
        self.in_places(region, &previous(region), extent).map(drop)
    }

    /// This geometry, with slot 0 where the previous channel has it.
    fn in_places<R: RegionMut>(
        &self,
        region: &R,
        previous: &Option<(Geometry, u32)>,
        extent: u32,
    ) -> Result<Self, GeometryError> {
        self.check(region.len())?;
        let geometry = match previous {
            Some((before, stood)) => self.in_places_of(before, *stood == extent)?,
            None => *self,
        };
        geometry.check(region.len())?;
        Ok(geometry)
    }

    /// This geometry, with slot 0 where `before` has it. `alone`: the next channel of the block stays where it was.
    fn in_places_of(&self, before: &Geometry, alone: bool) -> Result<Self, GeometryError> {
        let (wanted, stood) = (self.slots_at() as u32, before.slots_at() as u32);
        // Receivers store requests under overwrite too, so the place of that word stays.
        if self.cache_line() != before.cache_line() {
            return Err(GeometryError::MovesPlaces);
        }
        let has_room = wanted <= stood;
        match before.receivers() {
            0 if !has_room => Ok(*self),
            receivers if has_room && (alone || receivers == 0) => Ok(self.with_slots_at(stood)),
            _ => Err(GeometryError::MovesPlaces),
        }
    }

    /// Where the control lines end: at the next channel's constants, or at the slots.
    fn control_end(&self, extent: u32) -> usize {
        match extent {
            0 => self.slots_at(),
            extent => extent as usize,
        }
    }

    /// Clears every word between the constants and `end`, except the epoch. Only for memory that was no channel, because the
    /// words of a channel have writers.
    fn clear_control<R: RegionMut>(&self, region: &R, end: usize) {
        let head = self.head_line()..self.requests_line();
        for at in (CONSTANTS..end).step_by(8) {
            if head.contains(&at) {
                region.store_pair_through(at, [0; 2], Relaxed);
                continue;
            }
            if at != CONSTANTS + EPOCH {
                region.store(at, 0, Relaxed);
            }
            region.store_through(at + 4, 0, Relaxed);
        }
    }

    /// Stores the constants, except magic and generation.
    fn store_constants<R: RegionMut>(&self, region: &R, extent: u32, name: impl Fn(usize) -> u32) {
        region.store(VERSION, VERSION_WORD, Relaxed);
        for at in [REQUIRED_FEATURES, OPTIONAL_FEATURES] {
            region.store(at, 0, Relaxed);
        }
        for (at, word) in (LINE..).step_by(4).zip(self.words()) {
            region.store(at, word, Relaxed);
        }
        region.store(EXTENT, extent, Relaxed);
        for at in (EXTENT + 4..CONSTANTS).step_by(4) {
            region.store(at, name(at), Relaxed);
        }
        region.clean(0, CONSTANTS);
    }

    /// Stores every tagged word, used or not. Tags repeat, so an old word that nobody has touched since would be taken for one of
    /// the new generation.
    fn store_tags<R: RegionMut>(&self, region: &R, end: usize, generation: Generation) {
        let foreign = generation.opposite().tagged(0);
        for receiver in 0..self.receiver_lines(end) {
            let line = self.receiver_line(receiver);
            region.invalidate(line, 32);
            for word in TAGGED {
                region.store_through(line + word, foreign, Relaxed);
            }
        }
        // This also writes back the epoch of `format_exclusive`. This side's cache holds the line, because the epoch was loaded.
        region.store_through(CONSTANTS + NOTIFY_SEQ, generation.tagged(0), Relaxed);
    }
}

/// The words of the constants behind `extent`, if the channel has no name.
pub(crate) fn unnamed(_at: usize) -> u32 {
    0
}

/// Whether the first format of zero memory stores `word` at `at`, for some geometry.
fn is_stored_by_first_format(at: usize, word: u32) -> bool {
    let first = Generation {
        number: 1,
        first_epoch: next_epoch(next_epoch(0)),
    };
    let is_in_line = at > CONSTANTS && TAGGED.contains(&(at % 32));
    (VERSION..NAME + NAME_LEN).contains(&at)
        || at == CONSTANTS + NOTIFY_SEQ && word == first.tagged(0)
        || is_in_line && word == first.opposite().tagged(0)
}

impl Generation {
    /// The generation with the tag that is farthest from this one's.
    const fn opposite(self) -> Self {
        Self {
            number: self.number.wrapping_add(TAGS / 2),
            ..self
        }
    }
}

/// The channel in `region`, formatted or being formatted, and the extent of its block.
fn previous<R: RegionMut>(region: &R) -> Option<(Geometry, u32)> {
    if region.len() < CONSTANTS {
        return None;
    }
    region.invalidate(0, CONSTANTS);
    let magic = region.load(MAGIC);
    let geometry = Geometry::parse(region).ok()?;
    let stands = (magic == MAGIC_WORD || magic == 0) && geometry.check(region.len()).is_ok();
    stands.then(|| (geometry, region.load(EXTENT)))
}

/// Stores magic 0.
pub(crate) fn begin<R: RegionMut>(region: &R) {
    region.store_through(MAGIC, 0, Relaxed);
    // formatting: a side that sees a word of the new generation no longer sees the old magic. And for a sender that attaches,
    // either the next load sees its epoch, or the sender no longer sees the old magic.
    region.fence(SeqCst);
}

/// The next generation. Stores its first epoch.
fn next_generation<R: RegionMut>(region: &R, seed: u32) -> Generation {
    let number = region.load(GENERATION);
    let before = region.load(FIRST_EPOCH);
    let epoch = region.load_fresh(CONSTANTS + EPOCH);
    let newest = match epoch.wrapping_sub(before) < 1 << 31 {
        true => epoch,
        false => before,
    };
    let generation = Generation {
        number: number.wrapping_add(seed << 11).wrapping_add(1),
        // A sender of the older generation may be about to store an epoch that is one above the loaded one.
        first_epoch: next_epoch(next_epoch(newest)),
    };
    region.store(FIRST_EPOCH, generation.first_epoch, Relaxed);
    generation
}

/// Wakes every side that waits on a word of the previous channel.
fn wake_all<R: RegionMut, W: Wait>(region: &R, before: &Geometry, notifier: &mut W) {
    notifier.notify(region.address(CONSTANTS + NOTIFY_SEQ), true);
    for receiver in 0..before.receivers() {
        let consumed = before.receiver_line(receiver) + CONSUMED;
        notifier.notify(region.address(consumed), true);
    }
}

/// Stores the generation, and the magic last.
fn finish<R: RegionMut>(region: &R, generation: Generation) {
    // formatted: a side that sees this generation, or the magic, sees everything before it.
    region.store_through(GENERATION, generation.number, Release);
    // formatted: as for the generation.
    region.store_through(MAGIC, MAGIC_WORD, Release);
}
