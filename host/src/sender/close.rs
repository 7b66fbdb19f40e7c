//! How a sender leaves, and how it finds out that it is none any more.

use ramframe_core::channel::ChannelStatus;

use super::Sender;
use crate::error::Error;
use crate::tenure::Tenure;

impl Sender {
    /// Whether this process is still the sender: not if someone removed the locks or the segment under it, or formatted the
    /// channel, or put another file in the map's place; and not in a child made by `fork`.
    pub fn is_current(&self) -> bool {
        self.ask().is_ok() && !self.was_reformatted()
    }

    /// Whether another process, or another mapping of this one, is at the segment: a receiver, or whoever looks. In a map that
    /// cannot be known.
    pub fn is_watched(&self) -> bool {
        self.claim.mappings().is_none_or(|count| count > 1)
    }

    /// Goes on after the locks were removed, by new ones, if nobody has been the sender meanwhile. What was sent stays sent.
    ///
    /// # Errors
    /// [`Error::Lost`] if somebody has, or the segment is gone too; [`Error::Lock`] if somebody is. Then this end is over.
    pub fn regain(&mut self) -> Result<(), Error> {
        if !self.tenure.is_own() || self.was_reformatted() {
            return Err(Error::Lost);
        }
        if self.is_current() {
            return Ok(());
        }
        let geometry = *self.geometry();
        self.claim.relock(&geometry, &self.terms)?;
        // Looked at under the new lock, so that it stays so.
        let status = ChannelStatus::of(&self.claim.memory());
        let same = status.is_ok_and(|now| {
            now.epoch == self.end.epoch() && now.sent == self.next_sequence() && !now.closed
        });
        if !same || self.was_reformatted() {
            return Err(Error::Lost);
        }
        self.tenure = Tenure::begin();
        self.regained += 1;
        Ok(())
    }

    /// How often the lock was lost, and this sender went on with another one.
    pub fn regained(&self) -> u32 {
        self.regained
    }

    /// Ends without closing, as if this process were killed: for a sender that could not send everything. Receivers then do not
    /// learn that this was the end. Removes the segment and the locks as [`close`](Self::close) does.
    ///
    /// # Errors
    /// If the system does not remove it. What is gone already is no error.
    pub fn abandon(mut self) -> Result<(), Error> {
        let _ = self.regain();
        if !self.is_ours() {
            return self.leave_lost();
        }
        self.claim.remove_memory()?;
        self.claim.remove_locks()
    }

    /// Leaves what this process is not the sender of any more: as it is, but for locks that serve nobody.
    fn leave_lost(&self) -> Result<(), Error> {
        match self.tenure.is_own() && self.claim.is_stranded() {
            true => self.claim.remove_locks(),
            false => Ok(()),
        }
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
    pub fn close(mut self) -> Result<(), Error> {
        // The locks may have been removed a moment ago. Where they cannot be had again, it is another one's channel.
        let _ = self.regain();
        let ours = self.is_ours();
        self.finish(ours)
    }

    /// Closes the channel as [`close`](Self::close) does, and keeps the segment and the locks, with all messages in it. The
    /// next sender goes on there. A kept channel stays until somebody removes it, with `host rm` for example: the `close` of a later
    /// sender does not, because it neither made the channel nor took over from one that was killed.
    ///
    /// # Errors
    /// None today.
    pub fn close_keeping(mut self) -> Result<(), Error> {
        let _ = self.regain();
        self.finish(false)
    }

    fn finish(self, remove: bool) -> Result<(), Error> {
        if !self.is_current() {
            return self.leave_lost();
        }
        // The segment goes before the word: a sender that is killed in between must not leave what looks as if it had been
        // kept. Receivers have it mapped, and wait for the word as long as the lock is held.
        let removed = match remove {
            true => self.claim.remove_memory(),
            false => Ok(()),
        };
        self.end.close();
        removed?;
        match remove {
            true => self.claim.remove_locks(),
            false => Ok(()),
        }
    }

    /// Whether it is this process's to remove, and nobody has taken its place. Asks the kernel.
    fn is_ours(&self) -> bool {
        self.claim.is_inherited() && self.ask().is_ok()
    }

    fn was_reformatted(&self) -> bool {
        self.end.was_reformatted()
    }
}
