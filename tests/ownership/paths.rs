//! A path that comes to name another file.

use std::fs;

use crate::processes::Folder;
use crate::run;

#[test]
fn a_receiver_that_waits_follows_its_path() {
    let folder = Folder::new();
    let path = |name| folder.path().join(name);
    fs::write(path("file"), "old").unwrap();
    let receive = ["recv", "--path", "file", "--any", "--raw", "--count", "1"];
    let receiver = folder.start(&receive);
    receiver.hear("waiting for a sender on ");
    fs::write(path("new"), "new").unwrap();
    fs::rename(path("new"), path("file")).unwrap();
    receiver.hear("the path was replaced: waiting on ");
    let sent = run(
        &folder,
        &["send", "--path", "file", "--count", "1", "hello"],
    );
    assert_eq!(sent.code, Some(0));
    assert_eq!(receiver.end().lines, ["hello"]);
}

#[test]
fn a_pipe_is_no_map_and_is_not_waited_for() {
    let folder = Folder::new();
    assert_eq!(crate::shell(&folder, "mkfifo pipe").code, Some(0));
    for command in ["send", "recv", "status"] {
        let ended = run(&folder, &[command, "--map", "pipe"]);
        assert_eq!(ended.code, Some(1));
        assert!(ended.errors.contains("neither a file nor a device"));
    }
}
