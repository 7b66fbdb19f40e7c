//! Does each limit of the system end it in words, with nothing left behind?

use std::fs;
use std::os::unix::fs::MetadataExt;

use nix::sys::signal::Signal;

use crate::asked::asked;
use crate::kinds::make_ram;
use crate::processes::Folder;
use crate::table::LIMITED;
use crate::{Process, shell};

fn is_root() -> bool {
    asked(
        fs::metadata("/proc/self").unwrap().uid() == 0,
        "root, to become another user",
    )
}

#[test]
fn a_user_who_may_start_no_thread_needs_none() {
    if !is_root() {
        return;
    }
    for command in [
        "send --count 1 a",
        "send --lines --overwrite --count 1",
        "send --stream --timeout 300ms",
        "send --wire text --count 1 --interval 1ms a",
        "recv --any --timeout 300ms",
        "recv --stream --timeout 300ms",
    ] {
        let folder = Folder::new();
        let key = folder.key;
        // In a folder where that user may go.
        let line = format!(
            "cp \"$HOST\" host; chmod 755 . host; echo hi | setpriv --reuid 65534 --regid 65534 --clear-groups \
             sh -c 'ulimit -u 1; exec ./host {command} -q --key {key}'"
        );
        let line = match command.starts_with("recv") {
            true => line.replace(" -q", ""),
            false => line,
        };
        let ended = shell(&folder, &line);
        assert!(matches!(ended.code, Some(0 | 3)), "{command}: {ended:?}");
        assert!(!ended.errors.contains("panicked"), "{ended:?}");
        folder.assert_clean();
    }
}

#[test]
fn no_memory_for_a_message_is_an_error() {
    let folder = Folder::new();
    let args = [
        "send",
        "-q",
        "--slot",
        "100000000",
        "--size",
        "200100000",
        "--interval",
        "1h",
    ];
    let sender = Process::start(&folder, &args, |command| command);
    crate::processes::until("its message", || folder.sent() == Some(1));
    let ended = shell(
        &folder,
        "ulimit -v 290000; exec \"$HOST\" recv --any --count 1 --timeout 60s",
    );
    // One that fits all the same is no failure either.
    if ended.code != Some(0) {
        assert_eq!(ended.code, Some(1), "{ended:?}");
        assert!(
            ended
                .errors
                .contains("no memory for a message of 100000000 bytes"),
            "{ended:?}"
        );
    }
    sender.signal(Signal::SIGTERM);
    sender.end(&folder);
    folder.assert_clean();
}

#[test]
fn no_memory_for_a_segment_leaves_none() {
    let folder = Folder::new();
    let ended = shell(
        &folder,
        "ulimit -v 60000; exec \"$HOST\" send -q --slot 100000000 --count 1",
    );
    assert_eq!(ended.code, Some(1), "{ended:?}");
    folder.assert_clean();
}

#[test]
fn a_log_at_its_largest_size_does_not_stop_a_sender() {
    let folder = Folder::new();
    let ended = shell(
        &folder,
        "trap '' XFSZ; (ulimit -f 0; exec \"$HOST\" send --count 3 --interval 1ms 2>log); echo $?",
    );
    assert_eq!(ended.lines, ["0"], "{ended:?}");
    folder.assert_clean();
}

#[test]
fn a_list_without_proc_names_the_file() {
    let can = "unshare -m true 2>/dev/null && [ \"$(id -u)\" = 0 ]";
    let folder = Folder::new();
    if !asked(
        shell(&folder, can).code == Some(0),
        "root, and a mount namespace",
    ) {
        return;
    }
    let line = "unshare -m sh -c 'mount -t tmpfs none /proc/sysvipc; exec \"$HOST\" list'";
    let ended = shell(&folder, line);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(
        ended.errors.starts_with("host: /proc/sysvipc/shm: "),
        "{ended:?}"
    );
}

/// One more open file than the three standard streams is enough for each kind, and leaves nothing.
#[test]
fn few_open_files_are_enough() {
    for (_, command, code) in LIMITED {
        let folder = Folder::new();
        make_ram(&folder);
        let line = format!("echo hi | (ulimit -n 4; exec \"$HOST\" {command})");
        let ended = shell(&folder, &line);
        assert_eq!(ended.code, Some(code), "{command}: {ended:?}");
        folder.assert_clean();
    }
}

#[test]
fn a_file_that_no_descriptor_is_left_for_is_an_error() {
    let folder = Folder::new();
    let receiver = folder.start(&["recv", "--any", "--map", "ram"]);
    receiver.hear("waiting for a sender");
    let line = format!("prlimit --pid {} --nofile=3", receiver.pid());
    if !asked(shell(&folder, &line).code == Some(0), "prlimit") {
        return;
    }
    make_ram(&folder);
    let ended = receiver.end();
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(
        ended.errors.contains("ram: open: Too many open files"),
        "{ended:?}"
    );
}
