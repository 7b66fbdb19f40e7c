//! The third fault: a segment that stays when its programs have ended.

use std::io;

use super::stage::Stage;

/// A segment that nobody removes, with a text that nobody sends any more.
pub(super) fn tutorial(stage: &mut Stage<'_>) -> io::Result<()> {
    stage.say(
        "A System V segment belongs to no process. It stays until somebody removes it, or the\n\
         machine restarts. Its text stays too, and looks like a new one.",
    )?;
    let mut sender = stage.tutorial("sender")?;
    stage.ask(&mut sender, "store ZIMNO")?;
    stage.end(sender)?;
    stage.ask_the_kernel()?;
    let mut receiver = stage.tutorial("receiver")?;
    stage.ask(&mut receiver, "look")?;
    stage.end(receiver)?;
    stage.ask_the_kernel()
}

/// A sender that ends, and one that is killed.
pub(super) fn ramframe(stage: &mut Stage<'_>) -> io::Result<()> {
    stage.say("A sender that ends says so in the channel, and removes the segment.")?;
    let mut sender = stage.ramframe("sender", "sender overwrite")?;
    let mut receiver = stage.ramframe("receiver", "receiver")?;
    stage.ask(&mut sender, "send ZIMNO")?;
    stage.ask(&mut sender, "close")?;
    stage.end(sender)?;
    stage.ask(&mut receiver, "look")?;
    stage.ask(&mut receiver, "look")?;
    stage.end(receiver)?;
    stage.ask_the_kernel()?;
    stage.say(
        "A sender that is killed can say nothing. The kernel gives its lock back, so everybody\n\
         knows that it is gone. The next sender goes on in the same segment, and removes it.",
    )?;
    let mut sender = stage.ramframe("sender", "sender overwrite")?;
    let mut receiver = stage.ramframe("receiver", "receiver")?;
    stage.ask(&mut sender, "send ZIMNO")?;
    stage.kill(sender)?;
    stage.ask(&mut receiver, "look")?;
    stage.ask(&mut receiver, "who")?;
    stage.ask_the_kernel()?;
    let mut sender = stage.ramframe("sender", "sender overwrite")?;
    stage.ask(&mut sender, "close")?;
    stage.end(sender)?;
    stage.end(receiver)?;
    stage.ask_the_kernel()
}
