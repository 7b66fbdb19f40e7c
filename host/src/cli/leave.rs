//! How does `host send` leave? Not before everything was taken, or could be looked at.

use std::time::Duration;

use ramframe_core::channel::Corruption;

use super::outcome::{Exit, Outcome};
use super::say::note;
use super::send::Sending;

/// A receiver that waits for a sender looks every 100 ms. An overwrite channel stays this long after the last message for it
/// to come: else that would be gone before anyone could see it.
const SEEN: Duration = Duration::from_millis(250);

impl Sending<'_> {
    /// Lets receivers take what is left, then leaves in good order; `result` is what the sending came to.
    pub(crate) fn finish(mut self, result: Outcome) -> Outcome {
        // Said before a wait that nobody may end.
        let exit = result.unwrap_or_else(|error| {
            note!("{error}");
            Exit::Failed
        });
        let drained = self.drain();
        let doubt = self.doubt();
        // What is in a map stays to be seen.
        let keep = self.args.keep || self.args.place.map.is_some();
        if !keep && !self.args.backpressure && self.channel.is_current() {
            self.linger();
        }
        self.tell_dropped();
        let interrupted = self.interrupts.any();
        self.channel.close(keep)?;
        drained?;
        match (exit, doubt) {
            (Exit::Failed, _) => Ok(Exit::Failed),
            (_, Some(doubt)) => Err(doubt.into()),
            (Exit::Done, None) if interrupted => Ok(Exit::Interrupted),
            (exit, None) => Ok(exit),
        }
    }

    /// Stays for whoever waits for a sender, and says if nobody was there.
    fn linger(&mut self) {
        let before = self.channel.is_watched();
        self.channel.ring();
        // The first interrupt may be why it leaves; the second gives up waiting here too.
        self.interrupts.pause_past(1, SEEN);
        if self.sent > 0 && !before && !self.channel.is_watched() {
            self.say("no receiver was there");
        }
    }

    /// What the line about a death has not told.
    fn tell_dropped(&self) {
        for (receiver, dropped) in self.channel.dropped() {
            if dropped.total > dropped.told {
                note!(
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

    /// Waits until every receiver has taken everything, or this process was asked to end for the second time.
    fn drain(&mut self) -> Result<(), ramframe_host::open::Error> {
        let mut hinted = false;
        loop {
            let Some((receiver, left)) = self.awaited().next() else {
                return Ok(());
            };
            if self.interrupts.count() > 1 || self.check().is_err() {
                self.give_up();
                return Ok(());
            }
            if self.interrupts.any() && !hinted {
                hinted = true;
                self.say(&format!(
                    "waiting for receiver {receiver} to take {left} messages; Ctrl-C again gives up"
                ));
            }
            self.look_after(receiver)?;
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
            note!("gave up: receiver {receiver} has not taken {left} messages");
        }
    }
}
