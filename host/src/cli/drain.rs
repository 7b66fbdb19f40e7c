//! The end of `host send`: not before everything was taken, or could be looked at.

use ramframe_core::channel::Corruption;

use crate::cli::signals::Request;
use crate::error::Error;
use crate::sender::SendError;

use super::counted::Messages;
use super::exit::{Exit, Outcome};
use super::hints;
use super::limits::Limits;
use super::send::Sending;
use super::stderr::message;

impl Sending<'_> {
    /// Lets receivers take what is left, then leaves: in good order, if all was sent that there was to send.
    pub(crate) fn finish(mut self, result: Outcome) -> Outcome {
        // Said before a wait that nobody may end.
        let exit = result.unwrap_or_else(|error| {
            message!("{}", hints::of(&*error));
            Exit::Failed
        });
        let whole = match exit {
            Exit::Done => true,
            Exit::Failed => false,
            _ => self.is_endless(),
        };
        let drained = self.drain();
        let doubt = self.doubt();
        self.linger();
        self.tell_dropped();
        let exit = match (exit, &drained) {
            (Exit::Failed, _) => Exit::Failed,
            (_, Ok(Some(exit))) => *exit,
            (exit, _) => exit,
        };
        let interrupted = self.limits.reached();
        self.close(whole)?;
        if exit != Exit::Failed {
            drained?;
        }
        match (exit, doubt, interrupted) {
            (Exit::Failed, _, _) => Ok(Exit::Failed),
            (_, Some(doubt), _) => Err(doubt.into()),
            (Exit::Done, None, Some(signal @ Exit::Signal(_))) => Ok(signal),
            (exit, None, _) => Ok(exit),
        }
    }

    /// What was not sent as a whole must not look whole to who receives it.
    fn close(self, whole: bool) -> Result<(), Error> {
        // What is in a map stays to be seen.
        let keep = self.args.keep || self.args.location.is_map();
        match (whole, keep) {
            (true, true) => self.channel.close_keeping(),
            (true, false) => self.channel.close(),
            (false, false) => self.channel.abandon(),
            (false, true) => self.channel.abandon_keeping(),
        }
    }

    /// Gives receivers of an overwrite channel time to come, and says if nobody was there.
    fn linger(&mut self) {
        let keep = self.args.keep || self.args.location.is_map();
        if keep || self.args.is_lossless() || !self.channel.is_current() {
            return;
        }
        // The first interrupt may be why it leaves; the second gives up waiting here too.
        let watched = self.channel.linger(&self.limits.beyond(Request::Drain));
        if self.sent > 0 && !watched {
            self.say("no receiver was there");
        }
    }

    /// What the line about a death has not told.
    fn tell_dropped(&self) {
        for (receiver, dropped) in self.channel.dropped() {
            if dropped.total > dropped.told {
                message!(
                    "receiver {receiver}: dropped {} in all that nobody received",
                    Messages(dropped.total)
                );
            }
        }
    }

    /// Whether some receiver's word makes no sense, so that nobody knows what it has taken.
    fn doubt(&self) -> Option<String> {
        let mut pending = self.channel.pending();
        let (receiver, _) = pending.find(|(_, left)| left.is_none())?;
        Some(self.corrupt(&Corruption::Consumed { receiver }))
    }

    /// Waits until every receiver has taken everything. If something ends that before, says what is left, and returns how
    /// the command is to end.
    fn drain(&mut self) -> Outcome<Option<Exit>> {
        let mut draining: Option<Limits> = None;
        let mut limit = self.limits.at_once();
        loop {
            let drained = self.channel.drain(&limit);
            self.tell_news();
            let receiver = match drained {
                // Doubt is told of in the end.
                Ok(()) | Err(SendError::Corrupt { .. }) => return Ok(None),
                Err(SendError::TimedOut { receiver } | SendError::Stopped { receiver }) => receiver,
                Err(SendError::NotRegained(error)) => {
                    self.give_up();
                    message!("{}", self.over(&error));
                    return Ok(Some(Exit::Failed));
                }
                Err(SendError::NotReclaimed(error)) => return Err(error),
                Err(error) => return Err(error.into()),
            };
            let interrupted = self.limits.reached();
            let begins = draining.is_none() && matches!(interrupted, Some(Exit::Signal(_)));
            if begins {
                draining = Some(self.limits.draining(self.args.drain_timeout));
            }
            let limits = draining.unwrap_or(self.limits);
            if let Some(over) = limits.over() {
                self.give_up();
                return Ok(Some(interrupted.unwrap_or(over)));
            }
            if begins {
                self.say_draining(receiver);
            }
            self.say_waiting(receiver);
            limit = limits.slice_beyond(Request::Drain);
        }
    }

    fn say_draining(&self, receiver: u32) {
        let left = self.channel.pending_of(receiver).unwrap_or_default();
        self.say(&format!(
            "waiting for receiver {receiver} to receive {}; Ctrl-C again gives up",
            Messages(left)
        ));
    }

    /// The receivers that may still take something, and how much.
    fn awaited(&self) -> impl Iterator<Item = (u32, u32)> {
        let pending = self.channel.pending();
        pending.filter_map(|(receiver, left)| Some((receiver, left?)))
    }

    fn give_up(&self) {
        for (receiver, left) in self.awaited() {
            message!(
                "gave up: receiver {receiver} has not received {}",
                Messages(left)
            );
        }
    }
}
