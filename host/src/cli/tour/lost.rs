//! The second fault: a message that is lost, and one that comes twice.

use std::io;

use super::stage::Stage;

/// A receiver that looks too often, and then too seldom.
pub(super) fn tutorial(stage: &mut Stage<'_>) -> io::Result<()> {
    stage.say(
        "The segment holds one text and no number. A receiver that looks twice prints one\n\
         message twice. A message that is replaced before it looks is lost.",
    )?;
    let (mut sender, mut receiver) = (stage.tutorial("sender")?, stage.tutorial("receiver")?);
    stage.ask(&mut sender, "store CIEPLO")?;
    stage.ask(&mut receiver, "look")?;
    stage.ask(&mut receiver, "look")?;
    stage.ask(&mut sender, "store ZIMNO")?;
    stage.ask(&mut sender, "store CIEPLO")?;
    stage.ask(&mut receiver, "look")?;
    stage.say("The receiver cannot know either: a text has no number.")
}

/// The same moments; then a receiver that is far too slow, under both policies.
pub(super) fn ramframe(stage: &mut Stage<'_>) -> io::Result<()> {
    stage.say("Each message has a number and a slot. A receiver takes each one once, in order.")?;
    let mut sender = stage.ramframe("sender", "sender overwrite")?;
    let mut receiver = stage.ramframe("receiver", "receiver")?;
    stage.ask(&mut sender, "send CIEPLO")?;
    stage.ask(&mut receiver, "look")?;
    stage.ask(&mut receiver, "look")?;
    stage.ask(&mut sender, "send ZIMNO")?;
    stage.ask(&mut sender, "send CIEPLO")?;
    stage.ask(&mut receiver, "look")?;
    stage.ask(&mut receiver, "look")?;
    stage.say("A receiver that is overtaken is told exactly how many messages it lost.")?;
    stage.ask(&mut sender, "many 100")?;
    stage.ask(&mut receiver, "look")?;
    stage.ask(&mut receiver, "all")?;
    stage.ask(&mut sender, "close")?;
    stage.end(sender)?;
    stage.end(receiver)?;
    stage.say("With backpressure nothing is lost: the sender waits for room.")?;
    let mut sender = stage.ramframe("sender", "sender backpressure")?;
    let mut receiver = stage.ramframe("receiver", "receiver")?;
    stage.ask(&mut sender, "many 100")?;
    stage.ask(&mut receiver, "all")
}
