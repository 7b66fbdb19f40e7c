//! How a sender leaves, and how it finds out that it is none any more.

use ramframe_core::channel::ChannelStatus;

use super::Sender;
use super::create::open_locks;
use crate::claim::Claim;
use crate::end::either;
use crate::error::Error;
use crate::location::Location;
use crate::name::{Name, State};
use crate::remove::gone;
use crate::sysv::segment;

impl Sender {
    /// Whether this process is still the sender: not if someone removed the locks or the segment under it, or formatted the
    /// channel, or put another file in the map's place; and not in a child made by `fork`.
    pub fn is_current(&self) -> bool {
        self.ask().is_ok() && !self.was_reformatted()
    }

    /// Whether another process, or another mapping of this one, is at the segment: a receiver, or whoever looks. In a map that
    /// cannot be known.
    pub fn is_watched(&self) -> bool {
        match self.claim.name {
            Name::Segment { id, .. } => segment::stat(id).map_or(true, |stat| stat.attached > 1),
            Name::File { .. } => true,
        }
    }

    /// Goes on after the locks were removed, by new ones, if nobody has been the sender meanwhile. What was sent stays sent.
    ///
    /// # Errors
    /// [`Kind::Lost`](crate::error::Kind::Lost) if somebody has, or the segment is gone too;
    /// [`Kind::SenderHeld`](crate::error::Kind::SenderHeld) if somebody is. Then this end is over.
    pub fn regain(&mut self) -> Result<(), Error> {
        if !self.claim.tenure().is_own() || self.was_reformatted() {
            return Err(self.claim.lost());
        }
        if self.is_current() {
            return Ok(());
        }
        let Location::Key(key) = self.claim.location else {
            return Err(self.claim.lost());
        };
        if self.claim.name.state() != State::Same {
            return Err(self.claim.lost());
        }
        let receivers = self.geometry().receivers();
        let locks = open_locks(key, receivers, self.mode, &self.claim.trust)?;
        let held = locks.try_sender()?;
        // Looked at under the new lock, so that it stays so.
        let status = ChannelStatus::of(&self.memory);
        let epoch = either!(&self.end, end => end.epoch());
        let same = status
            .is_ok_and(|now| now.epoch == epoch && now.sent == self.next_sequence() && !now.closed);
        if !same || self.was_reformatted() {
            return Err(self.claim.lost());
        }
        self.first_locks = false;
        self.claim.regain(locks, held);
        Ok(())
    }

    /// How often the lock was lost, and this sender went on with another one.
    pub fn regained(&self) -> u32 {
        self.claim.regained()
    }

    /// Ends without closing, as if this process were killed: for a sender that could not send everything. Receivers then do not
    /// learn that this was the end. Removes the segment and the locks as [`close`](Self::close) does.
    ///
    /// # Errors
    /// If the system does not remove it. What is gone already is no error.
    pub fn abandon(self) -> Result<(), Error> {
        self.leave(false, true)
    }

    /// As [`abandon`](Self::abandon), and keeps the segment and the locks, for the next sender to go on there.
    ///
    /// # Errors
    /// As [`abandon`](Self::abandon).
    pub fn abandon_keeping(self) -> Result<(), Error> {
        self.leave(false, false)
    }

    /// Closes the channel: receivers that are attached learn that this was the end, after they received everything. Then removes
    /// the segment and the locks, if this process made them, or took over from a sender that was killed.
    ///
    /// A message that no attached receiver has received is lost with the segment. To keep such messages, call
    /// [`drain`](Self::drain) before, or [`close_keeping`](Self::close_keeping). A mapped file is never removed. A process that is
    /// not the sender any more changes nothing, but removes locks whose segment another process removed.
    ///
    /// # Errors
    /// If the system does not remove them. What is gone already is no error.
    pub fn close(self) -> Result<(), Error> {
        self.leave(true, true)
    }

    /// Closes the channel as [`close`](Self::close) does, and keeps the segment and the locks, with all messages in it. The
    /// next sender goes on there. A kept channel stays until somebody removes it, with `host rm` for example: the `close` of a later
    /// sender does not, because it neither made the channel nor took over from one that was killed.
    ///
    /// # Errors
    /// None today.
    pub fn close_keeping(self) -> Result<(), Error> {
        self.leave(true, false)
    }

    fn leave(mut self, closes: bool, removes: bool) -> Result<(), Error> {
        // The locks may have been removed a moment ago. Where they cannot be had again, it is another one's channel.
        let _ = self.regain();
        if !self.is_current() {
            // Left as it is, but for locks that serve nobody: nobody makes another segment as long as this process has them.
            let stranded = self.claim.tenure().is_own()
                && self.claim.is_held()
                && self.claim.name.state() == State::Removed;
            return if stranded {
                remove_locks(&self.claim)
            } else {
                Ok(())
            };
        }
        let removes = removes && self.inherited;
        // The segment goes before the word: a sender that is killed in between must not leave what looks as if it had been
        // kept. Receivers have it mapped, and wait for the word as long as the lock is held.
        let removed = match self.claim.name {
            Name::Segment { id, .. } if removes => gone(segment::remove(id)),
            _ => Ok(()),
        };
        if closes {
            either!(self.end, end => end.close());
        }
        removed?;
        if removes {
            remove_locks(&self.claim)
        } else {
            Ok(())
        }
    }

    pub(super) fn was_reformatted(&self) -> bool {
        either!(&self.end, end => end.was_reformatted())
    }
}

fn remove_locks(claim: &Claim) -> Result<(), Error> {
    let locks = claim.locks.as_ref();
    locks.map_or(Ok(()), |locks| gone(locks.remove()))
}
