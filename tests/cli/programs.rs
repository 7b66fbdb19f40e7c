//! Does the program speak under the name that was typed, and tell shells and readers of itself?

use std::process::Command;

use crate::names::OwnName;
use crate::processes::{Ended, Folder, Running};
use crate::{run, script_started};

/// The second binary.
fn second(folder: &Folder, args: &[&str]) -> Ended {
    let path = env!("CARGO_BIN_EXE_ramframe").as_ref();
    Running::start(folder.program(path, args)).end()
}

#[test]
fn ramframe_is_host() {
    let folder = Folder::new();
    let ended = second(&folder, &["send", "-n", "2", "-i", "1ms", "--keep"]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let told = format!("ramframe: sending on key {}", folder.key);
    assert!(ended.errors.starts_with(&told), "{ended:?}");
    assert_eq!(run(&folder, &["recv", "-n", "2"]).lines, crate::turns(2));
    let ended = second(&folder, &["rm"]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
}

#[test]
fn messages_and_help_have_the_name_that_was_typed() {
    let folder = Folder::new();
    let said = second(&folder, &["status"]).errors;
    assert!(said.starts_with("ramframe: no segment has key"), "{said}");
    assert!(said.contains("start `ramframe send`"), "{said}");
    assert!(!said.contains("host"), "{said}");
    let version = concat!("ramframe ", env!("CARGO_PKG_VERSION"));
    assert_eq!(second(&folder, &["--version"]).lines, [version]);
    let said = second(&folder, &["sned"]).errors;
    assert!(said.contains("Usage: ramframe"), "{said}");
    for command in [
        "send", "recv", "status", "list", "rm", "demo", "bench", "man",
    ] {
        for help in ["-h", "--help"] {
            let said = second(&folder, &[command, help]).lines.join("\n");
            assert!(
                said.contains(&format!("Usage: ramframe {command}")),
                "{said}"
            );
            assert!(said.contains(&format!("ramframe {command}")), "{said}");
            let foreign = said.replace("host-", "").replace("/host.", "");
            assert!(!foreign.contains("host "), "{command} {help}: {said}");
        }
    }
    let all = second(&folder, &["--help"]).lines.join("\n");
    assert!(
        all.contains("ramframe recv") && !all.contains("host "),
        "{all}"
    );
}

#[test]
fn a_page_of_the_manual_is_printed() {
    let folder = Folder::new();
    let page = run(&folder, &["man"]).lines.join("\n");
    assert!(page.contains(".TH host 1"), "{page}");
    let page = run(&folder, &["man", "send"]).lines.join("\n");
    assert!(page.contains(".TH host-send 1"), "{page}");
    assert!(page.contains("\\-\\-receivers"), "{page}");
    assert_eq!(
        crate::fails(&folder, &["man", "sned"]),
        "there is no command \"sned\"; `host --help` lists the commands"
    );
    let hidden = run(&folder, &["man", "bench-peer"]);
    assert_eq!(hidden.code, Some(1));
}

#[test]
fn each_shell_has_its_script() {
    let folder = Folder::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let ended = run(&folder, &["completions", shell]);
        assert_eq!(ended.code, Some(0), "{ended:?}");
        assert!(
            ended.lines.iter().any(|line| line.contains("COMPLETE")),
            "{shell}"
        );
    }
    assert_eq!(run(&folder, &["completions", "sh"]).code, Some(2));
}

/// What a shell is offered for the last of these words.
fn offered(folder: &Folder, words: &[&str]) -> Vec<String> {
    let mut command = folder.host(&[]);
    let line = [&["--", "host"], words].concat();
    command.args(line).env("COMPLETE", "fish");
    let ended = Running::start(command).end();
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let first = |line: String| line.split('\t').next().unwrap_or_default().to_owned();
    ended.lines.into_iter().map(first).collect()
}

#[test]
fn names_and_keys_of_channels_are_offered() {
    let folder = Folder::new();
    let name = OwnName::new(&folder);
    let sender = folder.start(&["send", "--name", &name.text, "-i", "1h"]);
    sender.hear("Sent: ");
    let names = offered(&folder, &["recv", "--name", "test/"]);
    assert!(names.contains(&name.text), "{names:?}");
    let key = name.key.to_string();
    let keys = offered(&folder, &["status", "--key", &key[..6]]);
    assert!(keys.contains(&key), "{keys:?}");
    assert_eq!(offered(&folder, &["rm", "--name", "no such na"]), [""; 0]);
    let options = offered(&folder, &["send", "--rec"]);
    assert_eq!(options, ["--receivers", "--reclaim-after"]);
}

#[test]
fn bash_completes_by_the_script() {
    if Command::new("bash").arg("--version").output().is_err() {
        println!("skipped: bash is missing");
        return;
    }
    let folder = Folder::new();
    let script = r#"bash -c '
        PATH="$(dirname "$HOST"):$PATH"
        source <(host completions bash)
        COMP_WORDS=(host send --over); COMP_CWORD=2; COMP_TYPE=9
        _clap_complete_host host --over send
        echo "${COMPREPLY[@]}"'"#;
    let ended = script_started(&folder, script).end();
    assert_eq!(ended.lines, ["--overwrite"], "{ended:?}");
}
