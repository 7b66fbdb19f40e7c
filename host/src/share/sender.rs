//! The sender of a share: gives each message to the worker with the fewest, and moves what a worker that is gone has left.

use std::hint;
use std::mem;
use std::thread;
use std::time::{Duration, Instant};

use ramframe_core::geometry::Overflow;

use super::base::{MAX_WORKERS, all};
use super::envelope::{LEN, MessageId};
use super::error::ShareError;
use super::place::{Look, Place, TakeBack};
use crate::error::{Error, Kind, Object};
use crate::sender::dead::DeadReceiver;
use crate::sender::{ChannelOptions, SendError, Sender};
use crate::sysv::key::Key;
use crate::sysv::segment;
use crate::trust::Trust;
use crate::wait::limit::{Limit, Looks, Reached};
use crate::wait::poll::{Pause, PollBackoff};

/// How often a share looks which workers have died, at most. It asks the kernel, so it does not do that for each message.
pub const LOOK: Duration = Duration::from_millis(20);

/// One sender of messages for many workers; see the [module](super).
///
/// ```
/// use std::convert::Infallible;
/// use std::time::Duration;
///
/// use ramframe_host::share::{Share, Worker};
/// use ramframe_host::sysv::key::Key;
/// use ramframe_host::{ChannelOptions, Event, Limit, Trust};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let file = tempfile::NamedTempFile::new()?;
/// let (key, trust) = (Key::of_path(file.path(), b'S')?, Trust::current_user());
/// let limit = Limit::within(Duration::from_secs(10));
/// let mut share = Share::open(key, 2, &ChannelOptions::backpressure(1), &trust)?;
/// // In other processes, usually.
/// let mut workers = [Worker::open(key, &trust)?, Worker::open(key, &trust)?];
///
/// share.send(b"CIEPLO", &limit)?;
/// share.send(b"ZIMNO", &limit)?;
/// for worker in &mut workers {
///     let done = worker.recv_with(&limit, |message| {
///         assert_eq!(message.attempts, 0);
///         Ok::<_, Infallible>(message.payload.len())
///     })?;
///     assert!(matches!(done, Ok(Event::Message(5 | 6))));
/// }
/// share.drain(&limit)?;
/// share.close()?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Share {
    places: Vec<Place>,
    /// Where the search for a worker begins, so that equal ones take turns.
    first: usize,
    /// When to look at the locks again.
    locks: Looks,
    /// How many messages were not taken when [`drain`](Self::drain) last looked.
    left: u64,
    moved: u64,
    pace: PollBackoff,
    buffer: Vec<u8>,
}

impl Share {
    /// Becomes the sender of the share with this base: makes a [place](super::place) for each of `workers` workers, with the `slots`,
    /// the sizes and the mode of `options`, or takes over the places that are there. Places that an earlier sender made beyond these
    /// stay in use. The overflow policy, the number of receivers and the policy for dead receivers are always those of a share.
    ///
    /// # Errors
    /// As [`Sender::open`], and [`Kind::Workers`] and [`Kind::PlaceName`]. Then every place is as it was before.
    pub fn open(
        base: Key,
        workers: u32,
        options: &ChannelOptions,
        trust: &Trust,
    ) -> Result<Self, Error> {
        if !(1..=MAX_WORKERS).contains(&workers) {
            let most = MAX_WORKERS;
            let kind = Kind::Workers { workers, most };
            return Err(Object::Channel(base.into()).error(kind));
        }
        let options = of_place(options);
        let mut places = Vec::new();
        for (number, key) in all(base)? {
            if number >= workers && segment::find(key).is_err() {
                break;
            }
            match open_place(key, number, &options, trust) {
                Ok(place) => places.push(place),
                Err(error) => {
                    places.into_iter().for_each(give_up);
                    return Err(error);
                }
            }
        }
        let capacity = |place: &Place| place.sender.geometry().capacity();
        let capacity = places.iter().map(capacity).max().unwrap_or(0);
        Ok(Self {
            places,
            first: 0,
            locks: Looks::default(),
            left: 0,
            moved: 0,
            pace: PollBackoff::default(),
            buffer: vec![0; capacity as usize],
        })
    }

    /// Sends one message to the worker that has the fewest, if any has room now. Costs one copy, and for each place four loads.
    ///
    /// # Errors
    /// [`ShareError::NoWorker`], [`ShareError::Full`], and what is wrong with a place. The message was not sent then.
    pub fn try_send(&mut self, message: &[u8]) -> Result<MessageId, ShareError> {
        self.redistribute()?;
        let to = self.roomiest(None)?;
        let place = self.places.get_mut(to).ok_or(ShareError::NoWorker)?;
        let id = place.send(message)?;
        self.first = to + 1;
        self.pace.news();
        Ok(id)
    }

    /// Sends one message, and waits for a worker with room as long as `limit` allows. If locks were removed, goes on with new ones.
    ///
    /// # Errors
    /// See [`ShareError`]; nothing was sent then. After [`ShareError::TimedOut`] and [`ShareError::Stopped`] the call may be
    /// repeated.
    pub fn send(&mut self, message: &[u8], limit: &Limit) -> Result<MessageId, ShareError> {
        loop {
            match self.try_send(message) {
                Err(ShareError::NoWorker | ShareError::Full) => self.wait(limit)?,
                Err(error) => self.overcome(error)?,
                sent => return sent,
            }
        }
    }

    /// Waits until workers have taken everything, as long as `limit` allows. Messages of workers that are gone go to the others;
    /// without any worker this waits for one.
    ///
    /// # Errors
    /// See [`ShareError`].
    pub fn drain(&mut self, limit: &Limit) -> Result<(), ShareError> {
        loop {
            let pending = self.pending();
            if mem::replace(&mut self.left, pending) != pending {
                self.pace.news();
            }
            match self.redistribute() {
                Ok(()) if self.looks().all(|look| look.pending == Some(0)) => return Ok(()),
                Ok(()) | Err(ShareError::NoWorker | ShareError::Full) => self.wait(limit)?,
                Err(error) => self.overcome(error)?,
            }
        }
    }

    /// Moves the messages of workers that are gone to the others, as far as these have room. Looks at the locks if the last look is
    /// older than [`LOOK`]. Otherwise costs four loads for each place.
    ///
    /// # Errors
    /// [`ShareError::Full`] if there is no room for all of them: the rest waits, in order. What is wrong with a place.
    pub fn redistribute(&mut self) -> Result<(), ShareError> {
        if self.locks.is_time(LOOK) {
            let looked = self.look_at_locks();
            // The next call begins with the place that failed, too.
            looked.inspect_err(|_| self.locks = Looks::default())?;
        }
        let is_left = self.looks().any(Look::is_left);
        match is_left {
            false => Ok(()),
            true => self.move_all(),
        }
    }

    #[cold]
    fn look_at_locks(&mut self) -> Result<(), ShareError> {
        for place in &mut self.places {
            place.look_at_locks()?;
        }
        Ok(())
    }

    #[cold]
    fn move_all(&mut self) -> Result<(), ShareError> {
        for from in 0..self.places.len() {
            let look = self.places.get(from).map(Place::look);
            let is_left = look.is_some_and(Look::is_left);
            if is_left && self.looks().any(|look| look.has_worker) {
                self.move_from(from)?;
            }
        }
        Ok(())
    }

    fn move_from(&mut self, from: usize) -> Result<(), ShareError> {
        let place = self.places.get_mut(from);
        let Some(mut left) = place.map_or(Ok(None), Place::take_back)? else {
            return Ok(());
        };
        let moved = loop {
            match self.move_one(from, &mut left) {
                Ok(true) => {}
                moved => break moved.map(|_| ()),
            }
        };
        left.leave();
        if let Some(place) = self.places.get_mut(from) {
            place.look_for_worker();
        }
        moved
    }

    fn move_one(&mut self, from: usize, left: &mut TakeBack) -> Result<bool, ShareError> {
        let look = self.places.get(from).map(Place::look);
        if look.is_none_or(|look| look.pending == Some(0)) {
            return Ok(false);
        }
        let to = self.roomiest(Some(from))?;
        let place = self.places.get_mut(to).ok_or(ShareError::NoWorker)?;
        let is_moved = left.move_one(place, &mut self.buffer)?;
        self.moved += u64::from(is_moved);
        if is_moved {
            self.pace.news();
        }
        Ok(is_moved)
    }

    fn looks(&self) -> impl Iterator<Item = Look> {
        self.places.iter().map(Place::look)
    }

    /// The place of the worker that has the fewest messages pending, if it has room. Never `left`, where this sender is the receiver
    /// now.
    fn roomiest(&self, left: Option<usize>) -> Result<usize, ShareError> {
        let mut best = Err(ShareError::NoWorker);
        let mut least = u32::MAX;
        for step in 0..self.places.len() {
            let at = (self.first + step) % self.places.len();
            let Some(place) = self.places.get(at).filter(|_| Some(at) != left) else {
                continue;
            };
            let look = place.look();
            if place.has_room(look) && look.pending.is_some_and(|pending| pending < least) {
                least = look.pending.unwrap_or(least);
                best = Ok(at);
            } else if look.has_worker && best.is_err() {
                best = Err(ShareError::Full);
            }
        }
        best
    }

    /// Waits once: a pause between two looks at all places, short after something was sent.
    fn wait(&mut self, limit: &Limit) -> Result<(), ShareError> {
        match limit.reached() {
            None => {}
            Some(Reached::Deadline) => {
                let pending = self.pending();
                return Err(ShareError::TimedOut { pending });
            }
            Some(Reached::Stopped) => {
                let pending = self.pending();
                return Err(ShareError::Stopped { pending });
            }
        }
        match self.pace.pause(Instant::now()) {
            Pause::Spin => hint::spin_loop(),
            Pause::Yield => thread::yield_now(),
            Pause::Sleep(pause) => limit.pause(pause),
        }
        Ok(())
    }

    fn overcome(&mut self, error: ShareError) -> Result<(), ShareError> {
        match error {
            ShareError::Place {
                worker,
                source: source @ (SendError::Lost | SendError::Corrupt { .. }),
            } => {
                let place = self.places.get_mut(worker as usize);
                place.map_or(Ok(()), |place| place.overcome(source))
            }
            error => Err(error),
        }
    }

    /// How many places there are.
    pub fn places(&self) -> u32 {
        u32::try_from(self.places.len()).unwrap_or(u32::MAX)
    }

    /// How many workers are there. One that was killed counts until [`LOOK`] is over.
    pub fn workers(&self) -> u32 {
        let present = self.looks().filter(|look| look.has_worker).count();
        u32::try_from(present).unwrap_or(u32::MAX)
    }

    /// How many messages are in the places, not taken.
    pub fn pending(&self) -> u64 {
        let pending = self.looks().filter_map(|look| look.pending);
        pending.map(u64::from).sum()
    }

    /// How many messages of workers that were gone this sender has moved.
    pub fn moved(&self) -> u64 {
        self.moved
    }

    /// The longest message that fits every place.
    pub fn capacity(&self) -> u32 {
        let places = self.places.iter();
        let capacity = places.map(|place| place.sender.geometry().capacity());
        capacity.min().unwrap_or(0).saturating_sub(LEN as u32)
    }

    /// Closes all places, as [`Sender::close`] does: a worker learns that this was the end after it has taken everything of its
    /// place. What nobody took is lost with the segments, so call [`drain`](Self::drain) before.
    ///
    /// # Errors
    /// As [`Sender::close`], the first of them; the other places are closed all the same.
    pub fn close(self) -> Result<(), Error> {
        self.each(Sender::close)
    }

    /// Closes all places and keeps them, as [`Sender::close_keeping`] does, for workers to come.
    ///
    /// # Errors
    /// As [`Sender::close_keeping`].
    pub fn close_keeping(self) -> Result<(), Error> {
        self.each(Sender::close_keeping)
    }

    /// Ends without closing, as [`Sender::abandon`] does. What nobody took is lost with the segments.
    ///
    /// # Errors
    /// As [`Sender::abandon`].
    pub fn abandon(self) -> Result<(), Error> {
        self.each(Sender::abandon)
    }

    /// Ends without closing and keeps the places, as [`Sender::abandon_keeping`] does, for the next sender to go on there.
    ///
    /// # Errors
    /// As [`Sender::abandon_keeping`].
    pub fn abandon_keeping(self) -> Result<(), Error> {
        self.each(Sender::abandon_keeping)
    }

    fn each(self, leave: impl Fn(Sender) -> Result<(), Error>) -> Result<(), Error> {
        let left: Vec<_> = self
            .places
            .into_iter()
            .map(|place| leave(place.sender))
            .collect();
        left.into_iter().collect()
    }
}

fn open_place(
    key: Key,
    number: u32,
    options: &ChannelOptions,
    trust: &Trust,
) -> Result<Place, Error> {
    Place::new(Sender::open(key, options, trust)?, number)
}

/// The channel of a place, with room for what comes before each message.
fn of_place(options: &ChannelOptions) -> ChannelOptions {
    let longer = |len: u32| len.saturating_add(LEN as u32);
    ChannelOptions {
        overflow: Overflow::Backpressure,
        receivers: 1,
        longest: longer(options.longest),
        default_slot: longer(options.default_slot),
        slot: options.slot.map(longer),
        dead_receivers: DeadReceiver::Wait,
        ..options.clone()
    }
}

/// Leaves a place that was opened for nothing: removes it if it is empty and new.
fn give_up(place: Place) {
    let sender = place.sender;
    // What cannot be removed is left to the next sender.
    let _ = match sender.next_sequence() {
        0 => sender.abandon(),
        _ => sender.abandon_keeping(),
    };
}
