//! Is another user's segment refused, by name, and taken when it is allowed? Needs root, to become another user.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::process::Command;

use nix::sys::signal::Signal;

use crate::asked::asked;
use crate::processes::{Folder, Running};
use crate::{fails, run, well};

/// A user who owns nothing here.
const NOBODY: u32 = 65534;

fn is_root() -> bool {
    let root = fs::metadata("/proc/self").unwrap().uid() == 0;
    asked(root, "root, to become another user")
}

/// `host` as that user, from a copy in a place where that user may go.
fn as_nobody(folder: &Folder, args: &[&str]) -> Running {
    let copy = folder.path().join("host");
    if !copy.exists() {
        fs::copy(env!("CARGO_BIN_EXE_host"), &copy).unwrap();
        fs::set_permissions(folder.path(), PermissionsExt::from_mode(0o755)).unwrap();
    }
    let mut command = Command::new(copy);
    command.args(args).uid(NOBODY).gid(NOBODY);
    command.current_dir(folder.path());
    Running::start(command)
}

#[test]
fn another_users_channel_is_refused_and_may_be_allowed() {
    if !is_root() {
        return;
    }
    let folder = Folder::new();
    let sender = as_nobody(&folder, &["send", "--interval", "10ms"]);
    sender.hear("Sent: ");
    for command in ["send", "recv", "status"] {
        let said = fails(&folder, &[command]);
        assert!(said.starts_with("segment "), "{said}");
        assert!(
            said.ends_with(" of key KEY belongs to uid 65534, mode 0600, and you are uid 0: it is not used; use another `--id`, or trust the user nobody with `--trust-uid nobody`"),
            "{said}"
        );
    }
    let receive = ["recv", "--count", "2", "--trust-uid", "65534"];
    assert_eq!(run(&folder, &receive).lines.len(), 2);
    well(&folder, &["status", "--trust-uid", "nobody"]);
    assert_eq!(
        fails(&folder, &["rm"]),
        "the segment of key KEY belongs to uid 65534, mode 0600; if it is yours to remove, use `--force`"
    );
    sender.signal(Signal::SIGTERM);
    assert_eq!(sender.end().by, Some(Signal::SIGTERM));
    folder.assert_clean();
}

#[test]
fn another_users_file_is_refused_and_may_be_allowed() {
    if !is_root() {
        return;
    }
    let folder = Folder::new();
    let ram = folder.path().join("ram");
    fs::write(&ram, [0; 4096]).unwrap();
    chown(&ram, Some(NOBODY), None).unwrap();
    for command in ["send", "recv", "status"] {
        let said = fails(&folder, &[command, "--map", "ram"]);
        for word in ["ram belongs to uid 65534", "`--trust-uid nobody`"] {
            assert!(said.contains(word), "{said}");
        }
    }
    assert!(fs::read(&ram).unwrap().iter().all(|&byte| byte == 0));
    let send = ["send", "--map", "ram", "--count", "1"];
    well(&folder, &[&send[..], &["--trust-uid", "65534"]].concat());
}

#[test]
fn a_closed_file_says_what_the_system_said() {
    if !is_root() {
        return;
    }
    let folder = Folder::new();
    let ram = folder.path().join("ram");
    fs::write(&ram, [0; 4096]).unwrap();
    fs::set_permissions(&ram, PermissionsExt::from_mode(0o600)).unwrap();
    for command in ["send", "recv", "status"] {
        let ended = as_nobody(&folder, &[command, "--map", "ram"]).end();
        assert_eq!(ended.code, Some(1));
        let said = "host: ram: open: Permission denied";
        assert!(ended.errors.starts_with(said), "{}", ended.errors);
    }
}

#[test]
fn list_tells_whose_they_are() {
    if !is_root() {
        return;
    }
    let folder = Folder::new();
    let sender = as_nobody(&folder, &["send", "--interval", "10ms"]);
    sender.hear("Sent: ");
    let lines = run(&folder, &["list"]).lines;
    let key = folder.key.to_string();
    let theirs = lines.iter().find(|line| line.starts_with(&key)).unwrap();
    assert!(theirs.contains(" 65534 "), "{theirs}");
}

#[test]
fn a_closed_segment_says_whose_it_is() {
    if !is_root() {
        return;
    }
    let folder = Folder::new();
    well(&folder, &["send", "--count", "1", "--keep"]);
    for command in ["send", "recv", "status"] {
        let ended = as_nobody(&folder, &[command]).end();
        assert_eq!(ended.code, Some(1));
        assert!(
            ended.errors.contains(
                "belongs to uid 0, mode 0600, and you, uid 65534, may not open it; use another `--id`, or let the user root create it with a wider `--mode`, and trust that user with `--trust-uid root`\n"
            ),
            "{}",
            ended.errors
        );
    }
    let ended = as_nobody(&folder, &["rm", "--force"]).end();
    assert_eq!(ended.code, Some(1));
    assert!(folder.has_segment());
}

#[test]
fn an_open_one_is_read_by_who_trusts_its_owner() {
    if !is_root() {
        return;
    }
    let folder = Folder::new();
    well(
        &folder,
        &[
            "send",
            "--count",
            "2",
            "--interval",
            "1ms",
            "--keep",
            "--mode",
            "0644",
        ],
    );
    let refused = as_nobody(&folder, &["recv"]).end();
    assert!(
        refused.errors.contains("`--trust-uid root`"),
        "{}",
        refused.errors
    );
    let receive = ["recv", "--until-close", "--trust-uid", "0"];
    let ended = as_nobody(&folder, &receive).end();
    assert_eq!((ended.code, ended.lines), (Some(0), crate::turns(2)));
    assert_eq!(ended.errors, "");
}
