//! Users and processes that have no name in a namespace: they all look like one.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::process::Command;

use crate::processes::{Folder, Running};
use crate::scratch::is_root;

const LIAR: u32 = 1001;
const BELIEVER: u32 = 1002;

fn as_user(folder: &Folder, uid: u32, program: &str, args: &[&str]) -> Running {
    let mut command = Command::new(program);
    command.args(args).uid(uid).gid(uid);
    command.current_dir(folder.path());
    Running::start(command)
}

#[test]
fn a_user_that_is_not_mapped_is_not_believed() {
    if !is_root() {
        return;
    }
    let folder = Folder::new();
    let copy = folder.path().join("host");
    fs::copy(env!("CARGO_BIN_EXE_host"), &copy).unwrap();
    fs::set_permissions(folder.path(), PermissionsExt::from_mode(0o755)).unwrap();
    let copy = copy.to_str().unwrap();
    let send = ["send", "--mode", "0666", "--interval", "10ms", "false"];
    let sender = as_user(&folder, LIAR, copy, &send);
    sender.hear("Sent: ");
    let receive = [
        copy,
        "recv",
        "--any",
        "--raw",
        "--count",
        "1",
        "--timeout",
        "500ms",
    ];
    for namespace in [&["-U"][..], &["-U", "--map-user=65534"], &["-U", "-r"]] {
        let args = [namespace, &receive].concat();
        let ended = as_user(&folder, BELIEVER, "unshare", &args).end();
        if ended.errors.contains("unshare: ") {
            // A machine on which only root makes user namespaces.
            continue;
        }
        assert_eq!(ended.code, Some(1), "{namespace:?}: {}", ended.errors);
        assert!(ended.lines.is_empty());
    }
}

#[test]
fn a_process_without_a_name_is_not_called_0() {
    if !is_root() {
        return;
    }
    let folder = Folder::new();
    let mut sender = crate::lines(&folder, &[]);
    let mut receiver = crate::receiver(&folder, &[]);
    sender.feed(b"1\n");
    assert_eq!(receiver.line(), "1");
    let elsewhere = |command: &str| {
        let script = format!("exec unshare -p -f --mount-proc \"$HOST\" {command}");
        crate::shell(&folder, &script)
    };
    let refused = elsewhere("rm");
    assert!(
        refused
            .errors
            .contains("a process of another container is the sender"),
        "{}",
        refused.errors
    );
    let shown = elsewhere("status --json").lines.join("");
    let shown: serde_json::Value = serde_json::from_str(&shown).unwrap();
    assert!(shown["sender_pid"].is_null() && shown["creator_pid"].is_null());
    assert_eq!(shown["receivers"][0]["held"], true);
    assert!(shown["receivers"][0]["pid"].is_null());
}
