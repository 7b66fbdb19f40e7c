//! The first fault: a text that is half old and half new.

use std::io;

use super::stage::Stage;

/// A receiver that looks between two stores of the sender.
pub(super) fn tutorial(stage: &mut Stage<'_>) -> io::Result<()> {
    stage.say(
        "The sender copies its text into the segment, byte by byte. A scheduler may stop it\n\
         between two bytes, and the receiver may look then.",
    )?;
    let (mut sender, mut receiver) = (stage.tutorial("sender")?, stage.tutorial("receiver")?);
    stage.ask(&mut sender, "store ZIMNO")?;
    stage.ask(&mut receiver, "look")?;
    stage.ask(&mut sender, "store CIEPLO stop 2")?;
    stage.ask(&mut receiver, "look")?;
    stage.ask(&mut sender, "go on")?;
    stage.ask(&mut receiver, "look")?;
    stage.say("Nobody need stop it: both run for half a second, as fast as they can.")?;
    sender.tell("hurry 500")?;
    receiver.tell("stare 500")?;
    stage.hear(&mut sender)?;
    stage.hear(&mut receiver)
}

/// The same two moments.
pub(super) fn ramframe(stage: &mut Stage<'_>) -> io::Result<()> {
    stage.say(
        "The sender writes into a slot that no receiver reads yet, and publishes it with one\n\
         store. A receiver checks that its slot is the same before and after it reads.",
    )?;
    let mut sender = stage.ramframe("sender", "sender overwrite")?;
    let mut receiver = stage.ramframe("receiver", "receiver")?;
    stage.ask(&mut sender, "send ZIMNO")?;
    stage.ask(&mut receiver, "look")?;
    stage.ask(&mut sender, "send CIEPLO stop 2")?;
    stage.ask(&mut receiver, "look")?;
    stage.ask(&mut sender, "go on")?;
    stage.ask(&mut receiver, "look")?;
    stage.say("Both run for half a second, as fast as they can. Each message is checked.")?;
    receiver.tell("judge")?;
    stage.ask(&mut sender, "hurry 500")?;
    stage.ask(&mut sender, "close")?;
    stage.hear(&mut receiver)
}
