//! How does a process become the one sender of a channel in a segment or a map, and leave again?
//!
//! Takes the sender's lock first, so that one process at a time makes, repairs or uses the channel; then creates the
//! segment, or takes over the one that is there. A sender that was killed leaves nothing to clean: the next one goes on.
//!
//! A map is there already, and stays. Whoever is behind it holds no lock, so whether a receiver there is dead cannot be
//! known, and none is given up.

mod dead;
mod ground;
mod make;
mod wanted;

use std::thread;
use std::time::{Duration, Instant};

use ramframe_core::channel::{AttachError, Backpressure, Overwrite, SendError, Sender};
use ramframe_core::geometry::{Geometry, Overflow};

pub use self::wanted::{DEFAULT_SIZE, Wanted};

use self::ground::Ground;
use crate::dead::Watch;
use crate::lock;
use crate::open::Error;
use crate::pace::NAP_LIMIT;
use crate::place::Place;
use crate::segment;
use crate::shared::SharedMemory;
use crate::trust::Trust;
use crate::wait::{Asked, Unasked};

/// Attempts to open what others make or remove meanwhile.
const TRIES: usize = 40;

/// Between two attempts.
const PAUSE: Duration = Duration::from_millis(5);

/// The sending end, of either policy.
#[derive(Debug)]
pub enum End {
    /// Goes on when a receiver is slow.
    Overwrite(Sender<SharedMemory, Overwrite, Unasked>),
    /// Is told that the channel is full.
    Backpressure(Sender<SharedMemory, Backpressure, Asked>),
}

/// A channel that this process sends on, and may have made.
#[derive(Debug)]
pub struct Outgoing {
    end: End,
    /// Given back last.
    ground: Ground,
    place: Place,
    watches: Vec<Watch>,
}

impl Outgoing {
    /// Becomes the sender in `place`, a key or a window: makes the channel that is `wanted`, or takes over the one that is
    /// there. In a map a new one is made only where all is zero, at its beginning, and no larger than is wanted.
    ///
    /// # Errors
    /// See [`Error`]; nothing that was there before has changed.
    pub fn open(place: impl Into<Place>, wanted: &Wanted, trust: &Trust) -> Result<Self, Error> {
        let place = place.into();
        wanted.check_mode()?;
        let made = wanted.geometry()?;
        let mut tries = 1;
        loop {
            match Self::attempt(&place, wanted, made, trust) {
                Err(error) if tries < TRIES && (error.is_absent() || is_race(&error)) => tries += 1,
                done => return done,
            }
            thread::sleep(PAUSE);
        }
    }

    fn attempt(
        place: &Place,
        wanted: &Wanted,
        made: (Geometry, usize),
        trust: &Trust,
    ) -> Result<Self, Error> {
        let ground = match place {
            Place::Key(key) => Ground::segment(*key, wanted, made, trust)?,
            Place::Map(window) => Ground::map(window, wanted, made.0, trust)?,
        };
        let end = end(place, ground.memory(), wanted.overflow)?;
        let mut this = Self {
            end,
            ground,
            place: place.clone(),
            watches: Vec::new(),
        };
        let receivers = this.geometry().receivers();
        this.watches.resize(receivers as usize, Watch::default());
        Ok(this)
    }

    /// The sending end itself, for what only one policy has.
    pub fn end_mut(&mut self) -> &mut End {
        &mut self.end
    }

    /// Sends one message: [`Sender::send`].
    ///
    /// # Errors
    /// As there.
    pub fn send(&mut self, message: &[u8]) -> Result<u64, SendError> {
        match &mut self.end {
            End::Overwrite(sender) => sender.send(message),
            End::Backpressure(sender) => sender.send(message),
        }
    }

    /// Rings, before this process does something else for a while.
    pub fn ring(&mut self) {
        match &mut self.end {
            End::Overwrite(sender) => {
                sender.notify_now();
                sender.wait_mut().idle();
            }
            End::Backpressure(sender) => sender.notify_now(),
        }
    }

    /// How often a receiver has attached as `receiver`: [`Sender::attach_count`].
    pub fn attach_count(&self, receiver: u32) -> u32 {
        match &self.end {
            End::Overwrite(_) => 0,
            End::Backpressure(sender) => sender.attach_count(receiver),
        }
    }

    /// Whether nobody has attached as `receiver`, or whoever did has left in good order.
    pub fn is_vacant(&self, receiver: u32) -> bool {
        self.attach_count(receiver) == 0 || self.has_detached(receiver)
    }

    /// Whether the last receiver that attached as `receiver` has left in good order, and no other has come.
    pub fn has_detached(&self, receiver: u32) -> bool {
        match &self.end {
            End::Overwrite(_) => false,
            End::Backpressure(sender) => sender.has_detached(receiver),
        }
    }

    /// Waits once for receiver `receiver` to make room, at most a nap long.
    pub fn wait_for_room(&mut self, receiver: u32) {
        if let End::Backpressure(sender) = &mut self.end {
            let slots = sender.geometry().slots();
            nap(sender, receiver, slots, |sender| {
                sender.wait_for_room(receiver);
            });
        }
    }

    /// The receivers that have not taken everything, each with how much it has left; `None` if its word makes no sense, and
    /// then no wait for it would end.
    pub fn untaken(&self) -> impl Iterator<Item = (u32, Option<u32>)> {
        let (sender, receivers) = match &self.end {
            End::Overwrite(_) => (None, 0),
            End::Backpressure(sender) => (Some(sender), sender.geometry().receivers()),
        };
        (0..receivers)
            .filter_map(move |receiver| Some((receiver, sender?.pending(receiver))))
            .filter(|&(_, left)| left != Some(0))
    }

    /// Waits once for receiver `receiver` to take everything, at most a nap long.
    pub fn wait_for_drain(&mut self, receiver: u32) {
        if let End::Backpressure(sender) = &mut self.end {
            nap(sender, receiver, 1, |sender| {
                sender.wait_for_drain(receiver);
            });
        }
    }

    /// The channel's geometry.
    pub fn geometry(&self) -> &Geometry {
        match &self.end {
            End::Overwrite(sender) => sender.geometry(),
            End::Backpressure(sender) => sender.geometry(),
        }
    }

    /// Where the channel stands.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// Whether this process is still the sender: not if someone removed the locks or the segment under it, or formatted the
    /// channel, or put another file in the map's place.
    pub fn is_current(&self) -> bool {
        let anew = match &self.end {
            End::Overwrite(sender) => sender.was_reformatted(),
            End::Backpressure(sender) => sender.was_reformatted(),
        };
        self.ground.is_current() && !anew
    }

    /// Leaves as if killed, so that receivers do not take what was sent for all there was to send; but removes what is
    /// this process's to remove.
    ///
    /// # Errors
    /// If the system does not remove it.
    pub fn abandon(self) -> Result<(), Error> {
        if self.ground.is_ours() {
            self.ground.remove_memory()?;
            self.ground.remove_locks()?;
        }
        Ok(())
    }

    /// Leaves in good order: receivers learn that this was the end. Then removes the segment and the locks if they are
    /// this process's to remove, unless it is to `keep` them. A map is nobody's to remove.
    ///
    /// # Errors
    /// If the system does not remove them.
    pub fn close(self, keep: bool) -> Result<(), Error> {
        let ours = !keep && self.ground.is_ours();
        // Before the word: one that is killed in between must not leave what looks as if it had been kept. Receivers have
        // it mapped, and wait for the word as long as the lock is held.
        let removed = match ours {
            true => self.ground.remove_memory(),
            false => Ok(()),
        };
        match self.end {
            End::Overwrite(sender) => sender.close(),
            End::Backpressure(sender) => sender.close(),
        }
        removed?;
        match ours {
            true => self.ground.remove_locks(),
            false => Ok(()),
        }
    }
}

fn end(place: &Place, memory: SharedMemory, overflow: Overflow) -> Result<End, Error> {
    let corrupt = |source: AttachError| Error::Channel {
        place: place.clone(),
        source,
    };
    let polls = matches!(place, Place::Map(_));
    Ok(match overflow {
        Overflow::Overwrite => {
            let wait = if polls {
                Unasked::polling()
            } else {
                Unasked::new()
            };
            let sender = Sender::overwrite(memory).map_err(corrupt)?;
            End::Overwrite(sender.with_wait(wait))
        }
        Overflow::Backpressure => {
            let wait = if polls {
                Asked::polling()
            } else {
                Asked::new()
            };
            let sender = Sender::backpressure(memory).map_err(corrupt)?;
            End::Backpressure(sender.with_wait(wait))
        }
    })
}

/// Waits once while `receiver` has at least `pending` messages left; where one wait is no more than a pause between two
/// looks, until it has fewer or a nap has passed.
fn nap(
    sender: &mut Sender<SharedMemory, Backpressure, Asked>,
    receiver: u32,
    pending: u32,
    wait: impl Fn(&mut Sender<SharedMemory, Backpressure, Asked>),
) {
    wait(sender);
    if !sender.wait_mut().polls() {
        return;
    }
    let end = Instant::now() + NAP_LIMIT;
    while sender.pending(receiver).is_some_and(|left| left >= pending) {
        if Instant::now() >= end {
            return;
        }
        wait(sender);
    }
    sender.wait_mut().news();
}

/// Whether an error says that someone made or removed something between two looks.
fn is_race(error: &Error) -> bool {
    matches!(
        error,
        Error::Segment(segment::Error::Exists { .. }) | Error::Lock(lock::Error::Exists { .. })
    )
}
