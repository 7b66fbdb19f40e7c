//! Do the rituals of `.cargo/config.toml`, and `cargo run` alone, go through cargo as they should?

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::own_key::OwnKey;
use crate::pages::root;

/// The folder that the cargo which built this test builds into.
fn target() -> PathBuf {
    let host = Path::new(env!("CARGO_BIN_EXE_host"));
    host.ancestors().nth(2).expect("target/debug/host").into()
}

/// What `cargo args` prints, in the folder of the workspace.
///
/// Its intermediate files are those of the build that this test is of, so that it compiles little; the program it puts
/// elsewhere, for other tests run theirs meanwhile. A cargo before 1.91 takes its own time instead.
fn cargo(args: &[&str]) -> String {
    let target = target();
    let output = Command::new(env!("CARGO"))
        .args(args)
        .current_dir(root())
        .env("CARGO_NET_OFFLINE", "true")
        .env("CARGO_BUILD_BUILD_DIR", &target)
        .env("CARGO_TARGET_DIR", target.join("rituals"))
        .output()
        .expect("cargo");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "cargo {args:?}: {said}");
    String::from_utf8(output.stdout).expect("text")
}

/// What the program itself prints.
fn host(args: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_host")).args(args).output();
    String::from_utf8(output.expect("host").stdout).expect("text")
}

#[test]
#[ignore = "starts cargo, as .ci/run does"]
fn run_alone_prints_the_short_help() {
    assert_eq!(cargo(&["run"]), host(&["-h"]));
    assert_eq!(cargo(&["run", "--", "--version"]), host(&["--version"]));
}

#[test]
#[ignore = "starts cargo, as .ci/run does"]
fn demo_shows_both_sides() {
    let expected = host(&["demo", "--interval", "0s"]);
    assert_eq!(expected.lines().count(), 6);
    assert_eq!(cargo(&["demo"]), expected);
}

#[test]
#[ignore = "starts cargo, as .ci/run does"]
fn send_recv_and_status_are_the_programs() {
    let folder = OwnKey::of(|| tempfile::tempdir().expect("a folder of its own"));
    let place = ["--path", folder.file.path().to_str().expect("text")];
    let with = |args: &[&'static str]| cargo(&[args, &place[..]].concat());
    assert_eq!(with(&["send", "--count", "1", "--keep"]), "");
    assert!(with(&["status"]).contains("sent       1 message"));
    assert_eq!(with(&["recv", "--until-close"]), "Received: CIEPLO\n");
}
