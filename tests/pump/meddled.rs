//! Does each side say why a stream broke that others meddled with?

use nix::sys::signal::Signal;

use crate::processes::{Ended, Folder, until};
use crate::{assert_done, file, sender};

fn assert_broken(ended: &Ended, why: &str) {
    assert_eq!(ended.code, Some(1), "{}", ended.errors);
    assert!(ended.errors.contains(why), "{}", ended.errors);
}

#[test]
fn a_channel_that_another_process_removed() {
    let folder = Folder::new();
    file(&folder, "input", b"hello");
    let sender = sender(&folder, "input", &[]);
    sender.hear("waiting for `host recv --stream`");
    assert_done(&folder.start(&["rm", "--force"]).end());
    let why = format!(
        "host: the stream on key {} broke after 5 bytes: another process removed it; start both sides again",
        folder.key
    );
    assert_broken(&sender.end(), &why);
    folder.assert_clean();
}

#[test]
fn a_sender_that_died_with_another_in_its_place() {
    let folder = Folder::new();
    let mut sender = folder.start(&["send", "--stream"]);
    let mut receiver = folder.start(&["recv", "--stream"]);
    sender.feed(b"half\n");
    assert_eq!(receiver.line(), "half");
    // So that it does not notice the death before there is another.
    receiver.signal(Signal::SIGSTOP);
    sender.signal(Signal::SIGKILL);
    sender.end();
    // Of the same channel, as `--stream` would not be.
    let send = ["send", "--backpressure", "--slot", "65536", "other"];
    let other = folder.start(&send);
    until("its message", || folder.sent() == Some(2));
    receiver.signal(Signal::SIGCONT);
    let why = format!(
        "host: the stream on key {} broke after 5 bytes: its sender died, and another one began",
        folder.key
    );
    assert_broken(&receiver.end(), &why);
    drop(other);
}
