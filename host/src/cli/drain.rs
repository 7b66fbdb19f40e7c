//! How does `host send` leave? Not before everything was taken, or could be looked at.

use std::time::Duration;

use crate::cli::signals::Request;
use crate::error;
use ramframe_core::channel::Corruption;

use super::exit::{Exit, Outcome};
use super::limits::Limits;
use super::send::Sending;
use super::stderr::message;

/// A receiver that waits for a sender looks every 100 ms. An overwrite channel stays this long after the last message for it
/// to come: else that would be gone before anyone could see it.
const SEEN: Duration = Duration::from_millis(250);

impl Sending<'_> {
    /// Lets receivers take what is left, then leaves: in good order, if all was sent that there was to send.
    pub(crate) fn finish(mut self, result: Outcome) -> Outcome {
        // Said before a wait that nobody may end.
        let exit = result.unwrap_or_else(|error| {
            message!("{error}");
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
        drained?;
        match (exit, doubt, interrupted) {
            (Exit::Failed, _, _) => Ok(Exit::Failed),
            (_, Some(doubt), _) => Err(doubt.into()),
            (Exit::Done, None, Some(signal @ Exit::Signal(_))) => Ok(signal),
            (exit, None, _) => Ok(exit),
        }
    }

    /// What was not sent as a whole must not look whole to who receives it.
    fn close(self, whole: bool) -> Result<(), error::Error> {
        // What is in a map stays to be seen.
        let keep = self.args.keep || self.args.location.map.is_some();
        match (whole, keep) {
            (true, true) => self.channel.close_keeping(),
            (true, false) => self.channel.close(),
            (false, false) => self.channel.abandon(),
            (false, true) => Ok(()),
        }
    }

    /// Gives receivers of an overwrite channel time to come, and says if nobody was there.
    fn linger(&mut self) {
        let keep = self.args.keep || self.args.location.map.is_some();
        if keep || self.args.backpressure || !self.channel.is_current() {
            return;
        }
        let before = self.channel.is_watched();
        self.channel.ring();
        // The first interrupt may be why it leaves; the second gives up waiting here too.
        self.limits.pause_past(Request::Drain, SEEN);
        if self.sent > 0 && !before && !self.channel.is_watched() {
            self.say("no receiver was there");
        }
    }

    /// What the line about a death has not told.
    fn tell_dropped(&self) {
        for (receiver, dropped) in self.channel.dropped() {
            if dropped.total > dropped.told {
                message!(
                    "receiver {receiver}: dropped {} messages in all that nobody took",
                    dropped.total
                );
            }
        }
    }

    /// Whether some receiver's word makes no sense, so that nobody knows what it has taken.
    fn doubt(&self) -> Option<String> {
        let mut untaken = self.channel.untaken();
        let (receiver, _) = untaken.find(|(_, left)| left.is_none())?;
        Some(self.corrupt(&Corruption::Consumed { receiver }))
    }

    /// Waits until every receiver has taken everything. If something ends that before, says what is left, and returns how
    /// the command is to end.
    fn drain(&mut self) -> Result<Option<Exit>, error::Error> {
        let mut draining: Option<Limits> = None;
        loop {
            let Some((receiver, left)) = self.awaited().next() else {
                return Ok(None);
            };
            let interrupted = self.limits.reached();
            let begins = draining.is_none() && matches!(interrupted, Some(Exit::Signal(_)));
            if begins {
                draining = Some(self.limits.draining(self.args.drain_timeout));
            }
            let over = draining.unwrap_or(self.limits).over();
            if let Some(exit) = over.map(|exit| interrupted.unwrap_or(exit)) {
                self.give_up();
                return Ok(Some(exit));
            }
            if begins {
                self.say(&format!(
                    "waiting for receiver {receiver} to take {left} messages; Ctrl-C again gives up"
                ));
            }
            if let Err(error) = self.check() {
                self.give_up();
                message!("{error}");
                return Ok(Some(Exit::Failed));
            }
            self.reclaim_dead(receiver)?;
            self.channel.wait_for_drain(receiver);
        }
    }

    /// The receivers that may still take something, and how much.
    fn awaited(&self) -> impl Iterator<Item = (u32, u32)> {
        let untaken = self.channel.untaken();
        untaken.filter_map(|(receiver, left)| Some((receiver, left?)))
    }

    fn give_up(&self) {
        for (receiver, left) in self.awaited() {
            message!("gave up: receiver {receiver} has not taken {left} messages");
        }
    }
}
