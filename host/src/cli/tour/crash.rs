//! The fifth fault: a sender that dies in the middle of a message.

use std::time::Duration;

use std::io;

use super::stage::Stage;

/// How many senders are killed, each somewhere in its work.
const KILLS: u64 = 8;

/// A text that nobody will finish, and a lock that nobody will give back.
pub(super) fn tutorial(stage: &mut Stage<'_>) -> io::Result<()> {
    stage.say("A sender that is killed in the middle of its text leaves it torn for ever.")?;
    let (mut sender, mut receiver) = (stage.tutorial("sender")?, stage.tutorial("receiver")?);
    stage.ask(&mut sender, "store ZIMNO")?;
    stage.ask(&mut sender, "store CIEPLO stop 2")?;
    stage.kill(sender)?;
    stage.ask(&mut receiver, "look")?;
    stage.ask(&mut receiver, "look")?;
    stage.say("A lock in the segment keeps texts whole, until somebody dies who has it.")?;
    let mut sender = stage.tutorial("sender")?;
    stage.ask(&mut sender, "lock")?;
    stage.kill(sender)?;
    stage.ask(&mut receiver, "look locked 500")
}

/// The same moment; then senders that are killed anywhere.
pub(super) fn ramframe(stage: &mut Stage<'_>) -> io::Result<()> {
    stage.say("A message that was not published is no message. The next sender goes on there.")?;
    let mut sender = stage.ramframe("sender", "sender backpressure")?;
    let mut receiver = stage.ramframe("receiver", "receiver")?;
    stage.ask(&mut sender, "send ZIMNO")?;
    stage.ask(&mut sender, "send CIEPLO stop 2")?;
    stage.kill(sender)?;
    stage.ask(&mut receiver, "look")?;
    stage.ask(&mut receiver, "look")?;
    let mut sender = stage.ramframe("sender", "sender backpressure")?;
    stage.ask(&mut sender, "send CIEPLO")?;
    stage.ask(&mut receiver, "look")?;
    stage.ask(&mut receiver, "look")?;
    stage.end(sender)?;
    stage.say(&format!(
        "{KILLS} senders follow. Each sends as fast as it can until it is killed, wherever it is."
    ))?;
    receiver.tell("judge")?;
    for kill in 0..KILLS {
        let mut sender = stage.quiet_sender()?;
        sender.tell("hurry 1000")?;
        stage.pause(Duration::from_millis(20 + 7 * kill))?;
        sender.kill();
    }
    let mut sender = stage.ramframe("sender", "sender backpressure")?;
    stage.ask(&mut sender, "close")?;
    stage.hear(&mut receiver)
}
