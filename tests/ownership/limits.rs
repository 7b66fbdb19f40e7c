//! Memory, disks and threads that run out: said in words, and nothing is left behind.

use crate::processes::Folder;
use crate::scratch::is_root;
use crate::{run, shell};

/// Runs a script with mounts of its own, as root may.
fn mounting(folder: &Folder, script: &str) -> crate::Ended {
    shell(folder, &format!("unshare -m sh -c '{script}'"))
}

#[test]
fn a_file_on_a_full_disk_is_refused_before_it_is_written() {
    if !is_root() {
        return;
    }
    let folder = Folder::new();
    let full = "mkdir disk && mount -t tmpfs -o size=64k none disk && truncate -s 1M disk/ram && \
                dd if=/dev/zero of=disk/fill bs=4k count=FILLED 2>/dev/null; ";
    for (filled, command) in [
        (
            "14",
            "send --map disk/ram --slot 60000 --count 3 --interval 0s",
        ),
        ("16", "send --map disk/ram --count 1"),
        ("16", "recv --map disk/ram --timeout 100ms"),
        ("16", "status --map disk/ram"),
    ] {
        let script = full.replace("FILLED", filled) + "exec \"$HOST\" " + command;
        let ended = mounting(&folder, &script);
        let expected = if command.starts_with("recv") { 3 } else { 1 };
        assert_eq!(ended.code, Some(expected), "{command}: {}", ended.errors);
        let refused = ended.errors.contains("there is no room for");
        assert_eq!(refused, command.starts_with("send"), "{}", ended.errors);
        std::fs::remove_dir(folder.path().join("disk")).unwrap();
    }
}

#[test]
fn a_receiver_without_memory_for_a_message_says_so() {
    let folder = Folder::new();
    let size = ["--slot", "100000000", "--size", "200100000"];
    let send = ["send", "--count", "1", "--keep", "-q"];
    assert_eq!(run(&folder, &[&send[..], &size].concat()).code, Some(0));
    let ended = shell(&folder, "ulimit -v 290000; exec \"$HOST\" recv --count 1");
    assert_eq!(ended.code, Some(1));
    assert!(
        ended.errors.contains("no memory for a message"),
        "{}",
        ended.errors
    );
}
