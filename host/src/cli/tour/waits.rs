//! The fourth fault: a receiver that burns a core, or sleeps through its messages.

use std::io;

use super::stage::Stage;

/// A receiver without a pause, and the tutorial's with its pause of a second.
pub(super) fn tutorial(stage: &mut Stage<'_>) -> io::Result<()> {
    stage.say("Nobody tells a receiver that a message is there. It may look again and again:")?;
    let (mut sender, mut receiver) = (stage.tutorial("sender")?, stage.tutorial("receiver")?);
    stage.tell_ahead(&mut receiver, "poll 1300 0")?;
    stage.ask(&mut sender, "clock 10 100")?;
    stage.hear(&mut receiver)?;
    stage.say("Or it sleeps for a second after each look, as in the tutorial:")?;
    stage.tell_ahead(&mut receiver, "poll 1300 1000")?;
    stage.ask(&mut sender, "clock 10 100")?;
    stage.hear(&mut receiver)
}

/// A receiver that the sender wakes.
pub(super) fn ramframe(stage: &mut Stage<'_>) -> io::Result<()> {
    stage.say("A receiver with nothing to do sleeps in the kernel. The sender wakes it:")?;
    let mut sender = stage.ramframe("sender", "sender overwrite")?;
    let mut receiver = stage.ramframe("receiver", "receiver")?;
    stage.tell_ahead(&mut receiver, "wait 1300")?;
    stage.ask(&mut sender, "clock 10 100")?;
    stage.hear(&mut receiver)
}
