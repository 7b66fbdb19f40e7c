//! How does a process become the one sender of a channel on a key, and leave again?
//!
//! Takes the sender's lock first, so that one process at a time makes, repairs or uses the channel; then creates the
//! segment, or takes over the one that is there. A sender that was killed leaves nothing to clean: the next one goes on.

mod make;
mod wanted;

use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use ramframe_core::channel::{AttachError, Backpressure, Overwrite, Receiver, SendError, Sender};
use ramframe_core::layout::{Layout, Overflow};

pub use self::wanted::{DEFAULT_SIZE, Wanted};

use self::make::{look, open_locks, open_segment};
use crate::dead::{DeadReceiver, Seat, Step, Watch};
use crate::key::Key;
use crate::lock::{self, Locks, SenderLock};
use crate::open::Error;
use crate::segment::{self, ReadWrite, Segment};
use crate::shared::Memory;
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
    Overwrite(Sender<Memory, Overwrite, Unasked>),
    /// Is told that the channel is full.
    Backpressure(Sender<Memory, Backpressure, Asked>),
}

/// A channel that this process sends on, and may have made.
#[derive(Debug)]
pub struct Outgoing {
    end: End,
    segment: Arc<Segment<ReadWrite>>,
    locks: Locks,
    /// Given back last, so that nobody makes a new channel before this one is gone.
    lock: SenderLock,
    key: Key,
    /// Whether the segment is this process's to remove: it made it, or its maker was killed.
    inherited: bool,
    watches: Vec<Watch>,
}

impl Outgoing {
    /// Becomes the sender on `key`: makes the channel that is `wanted`, or takes over the one that is there.
    ///
    /// # Errors
    /// See [`Error`]; nothing that was there before has changed.
    pub fn open(key: Key, wanted: &Wanted, trust: &Trust) -> Result<Self, Error> {
        let (layout, size) = wanted.layout()?;
        let mut last = Error::from(segment::Error::Absent { key });
        for _ in 0..TRIES {
            match Self::attempt(key, wanted, layout, size, trust) {
                Err(error) if error.is_absent() || is_race(&error) => last = error,
                done => return done,
            }
            thread::sleep(PAUSE);
        }
        Err(last)
    }

    fn attempt(
        key: Key,
        wanted: &Wanted,
        layout: Layout,
        size: usize,
        trust: &Trust,
    ) -> Result<Self, Error> {
        // Looked at before any lock is made, so that a refusal leaves nothing behind.
        look(key, wanted, trust)?;
        let locks = open_locks(key, layout.receivers(), wanted.mode, trust)?;
        let lock = locks.try_sender()?;
        let opened = open_segment(key, wanted, layout, size, trust);
        if opened.is_err() && segment::find(key).is_err() {
            // Locks without a segment serve nobody.
            let _ = locks.remove();
        }
        let (segment, inherited) = opened?;
        let segment = Arc::new(segment);
        let memory = Memory::of(Arc::clone(&segment));
        let corrupt = |source| Error::Channel { key, source };
        let end = match wanted.overflow {
            Overflow::Overwrite => End::Overwrite(
                Sender::overwrite(memory)
                    .map_err(corrupt)?
                    .with_wait(Unasked::new()),
            ),
            Overflow::Backpressure => End::Backpressure(
                Sender::backpressure(memory)
                    .map_err(corrupt)?
                    .with_wait(Asked::new()),
            ),
        };
        let watches = vec![Watch::default(); layout.receivers() as usize];
        let mut this = Self {
            end,
            segment,
            locks,
            lock,
            key,
            inherited,
            watches,
        };
        this.ring();
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
                sender.ring_now();
                sender.wait_mut().idle();
            }
            End::Backpressure(sender) => sender.ring_now(),
        }
    }

    /// Whether a receiver has ever attached as `receiver`.
    pub fn has_receiver(&self, receiver: u32) -> bool {
        match &self.end {
            End::Overwrite(_) => false,
            End::Backpressure(sender) => sender.joined(receiver) != 0,
        }
    }

    /// Whether the last receiver that attached as `receiver` has left in good order, and no other has come.
    pub fn has_left(&self, receiver: u32) -> bool {
        match &self.end {
            End::Overwrite(_) => false,
            End::Backpressure(sender) => sender.has_left(receiver),
        }
    }

    /// Waits once for receiver `receiver` to make room, at most a nap long.
    pub fn wait_for_room(&mut self, receiver: u32) {
        if let End::Backpressure(sender) = &mut self.end {
            sender.wait_for_room(receiver);
        }
    }

    /// The receivers that have not taken everything, each with how much it has left.
    pub fn untaken(&self) -> impl Iterator<Item = (u32, u32)> {
        let (sender, receivers) = match &self.end {
            End::Overwrite(_) => (None, 0),
            End::Backpressure(sender) => (Some(sender), sender.layout().receivers()),
        };
        let all = sender.map_or(0, |sender| sender.layout().slots());
        (0..receivers)
            .filter_map(move |receiver| Some((receiver, sender?.pending(receiver).unwrap_or(all))))
            .filter(|&(_, count)| count > 0)
    }

    /// Waits once for receiver `receiver` to take everything, at most a nap long.
    pub fn wait_for_drain(&mut self, receiver: u32) {
        if let End::Backpressure(sender) = &mut self.end {
            sender.wait_for_drain(receiver);
        }
    }

    /// Whether `receiver` died and nobody takes its place; `policy` says when to give up on it. Then drops what it has
    /// not taken and returns how many messages that were.
    ///
    /// # Errors
    /// If the channel cannot be opened in its place.
    pub fn look_after(
        &mut self,
        receiver: u32,
        policy: DeadReceiver,
    ) -> Result<Option<u64>, Error> {
        let End::Backpressure(sender) = &self.end else {
            return Ok(None);
        };
        let Ok(index) = u16::try_from(receiver) else {
            return Ok(None);
        };
        let held = self.locks.seated(index)?.is_some();
        let seat = Seat {
            joined: sender.joined(receiver) != 0,
            left: sender.has_left(receiver),
            held,
        };
        let Some(watch) = self.watches.get_mut(usize::from(index)) else {
            return Ok(None);
        };
        match watch.look(policy, seat, Instant::now()) {
            Step::Wait => Ok(None),
            Step::StandIn => self.stand_in(index),
        }
    }

    fn stand_in(&mut self, index: u16) -> Result<Option<u64>, Error> {
        let _seat = match self.locks.try_seat(index) {
            // A receiver came first.
            Err(lock::Error::SeatHeld { .. }) => return Ok(None),
            seat => seat?,
        };
        let memory = Memory::of(Arc::clone(&self.segment));
        let corrupt = |source| Error::Channel {
            key: self.key,
            source,
        };
        let mut dead = Receiver::stand_in(memory, index.into()).map_err(corrupt)?;
        let dropped = dead.drop_pending();
        dropped.map(Some).map_err(|_| corrupt(AttachError::Busy))
    }

    /// The segment.
    pub fn segment(&self) -> &Segment<ReadWrite> {
        &self.segment
    }

    /// The channel's geometry.
    pub fn layout(&self) -> &Layout {
        match &self.end {
            End::Overwrite(sender) => sender.layout(),
            End::Backpressure(sender) => sender.layout(),
        }
    }

    /// Whether this process is still the sender: not if someone removed the locks or the segment under it.
    pub fn is_current(&self) -> bool {
        self.lock.is_held() && self.segment.state() == segment::State::Same
    }

    /// Leaves as if killed, so that receivers do not take what was sent for all there was to send; but removes what is
    /// this process's to remove.
    ///
    /// # Errors
    /// If the system does not remove it.
    pub fn abandon(self) -> Result<(), Error> {
        remove(&self.segment, self.locks, self.inherited)
    }

    /// Leaves in good order: receivers learn that this was the end. Then removes the segment and the locks if they are
    /// this process's to remove, unless it is to `keep` them.
    ///
    /// # Errors
    /// If the system does not remove them.
    pub fn close(self, keep: bool) -> Result<(), Error> {
        let ours = self.inherited && !keep && self.segment.state() == segment::State::Same;
        // Before the word: one that is killed in between must not leave what looks as if it had been kept. Receivers have
        // it mapped, and wait for the word as long as the lock is held.
        let removed = if ours { self.segment.remove() } else { Ok(()) };
        match self.end {
            End::Overwrite(sender) => sender.close(),
            End::Backpressure(sender) => sender.close(),
        }
        removed?;
        if ours {
            self.locks.remove()?;
        }
        Ok(())
    }
}

/// Removes a channel that is this process's to remove, unless another has its key by now.
fn remove(segment: &Segment<ReadWrite>, locks: Locks, ours: bool) -> Result<(), Error> {
    if ours && segment.state() == segment::State::Same {
        segment.remove()?;
        locks.remove()?;
    }
    Ok(())
}

/// Whether an error says that someone made or removed something between two looks.
fn is_race(error: &Error) -> bool {
    matches!(
        error,
        Error::Segment(segment::Error::Exists { .. }) | Error::Lock(lock::Error::Exists { .. })
    )
}
