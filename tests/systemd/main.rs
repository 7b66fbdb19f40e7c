//! Do the two units say what systemd understands, and what `host` does?

#[path = "../asked/mod.rs"]
mod asked;
#[path = "../processes/mod.rs"]
mod processes;

use std::fs;
use std::path::Path;
use std::process::Command;

use nix::sys::signal::Signal;
use tempfile::TempDir;

use asked::asked;
use processes::Folder;

const UNITS: [&str; 2] = ["ramframe-send.service", "ramframe-recv.service"];

/// Where the units say that the program is.
const PROGRAM: &str = "/usr/local/bin/host";

fn unit(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("systemd");
    fs::read_to_string(folder.join(name)).unwrap()
}

/// What a unit sets, in order.
fn settings(name: &str) -> Vec<(String, String)> {
    let unit = unit(name);
    let lines = unit.lines().filter(|line| !line.starts_with(['#', '[']));
    let settings = lines.filter_map(|line| line.split_once('='));
    settings
        .map(|(key, value)| (key.into(), value.into()))
        .collect()
}

/// The only value of one setting.
fn value(name: &str, key: &str) -> String {
    let mut values = settings(name).into_iter().filter(|(known, _)| known == key);
    let (_, value) = values.next().unwrap_or_else(|| panic!("{name}: no {key}="));
    assert_eq!(values.next(), None, "{name}: {key}= stands twice");
    value
}

#[test]
fn systemd_understands_them() {
    let has_it = Command::new("systemd-analyze").arg("--version").output();
    if !asked(has_it.is_ok(), "`systemd-analyze`, to verify the units") {
        return;
    }
    let dir = TempDir::new().unwrap();
    for name in UNITS {
        // It looks whether the program is there.
        let unit = unit(name).replace(PROGRAM, env!("CARGO_BIN_EXE_host"));
        let path = dir.path().join(name);
        fs::write(&path, unit).unwrap();
        let mut verify = Command::new("systemd-analyze");
        let verified = verify
            .args(["verify", "--man=no"])
            .arg(path)
            .output()
            .unwrap();
        let says = String::from_utf8_lossy(&verified.stderr);
        // It warns of other units of the machine too.
        let about_ours: Vec<_> = says.lines().filter(|line| line.contains(name)).collect();
        assert!(verified.status.success() && about_ours.is_empty(), "{says}");
    }
}

#[test]
fn both_are_one_user_with_one_key_in_one_namespace() {
    for key in [
        "User",
        "Group",
        "WorkingDirectory",
        "StateDirectory",
        "PrivateIPC",
    ] {
        assert_eq!(value(UNITS[0], key), value(UNITS[1], key));
    }
    for name in UNITS {
        assert_eq!(value(name, "RemoveIPC"), "no");
        assert!(value(name, "WorkingDirectory").ends_with(&value(name, "StateDirectory")));
        let dynamic = settings(name)
            .into_iter()
            .any(|(key, _)| key == "DynamicUser");
        assert!(!dynamic);
    }
}

/// The commands of the units, in one folder, and the signal by which systemd stops them.
#[test]
fn their_commands_talk_and_stop_cleanly() {
    let folder = Folder::new();
    let [send, mut receive] = UNITS.map(|name| {
        assert_eq!(value(name, "KillSignal"), "SIGINT");
        let command = value(name, "ExecStart");
        let mut words = command.split(' ');
        assert_eq!(words.next(), Some(PROGRAM));
        folder.start(&words.collect::<Vec<_>>())
    });
    for text in ["CIEPLO", "ZIMNO"] {
        assert_eq!(receive.line(), format!("Received: {text}"));
    }
    send.signal(Signal::SIGINT);
    assert_eq!(send.end().by, Some(Signal::SIGINT));
    receive.signal(Signal::SIGINT);
    assert_eq!(receive.end().by, Some(Signal::SIGINT));
    folder.assert_clean();
}
