//! Does anything that comes from outside command the terminal, forge a line, or hide, wherever it is printed?

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

use crate::leave;
use crate::processes::{Ended, Folder, Running};

/// A name as no honest program gives: a control sequence, a line of its own, an override, a tag, an end of a line.
const NAME: &str = "\x1b[2J\nhost: forged\u{9b}31m\u{202e}\u{e0041}\u{200b}\r\x7f";

/// How it looks.
const ESCAPED: &str = r"\u{1b}[2J\nhost: forged\u{9b}31m\u{202e}\u{e0041}\u{200b}\r\u{7f}";

/// All that was printed, of which no character hides.
fn seen(ended: &Ended) -> String {
    let text = format!("{}\n{}", ended.lines.join("\n"), ended.errors);
    let hidden = |char: &char| *char != '\n' && (char.is_control() || NAME.contains(*char));
    let hidden: Vec<char> = text
        .chars()
        .filter(hidden)
        .filter(|c| !c.is_ascii_graphic() && *c != ' ')
        .collect();
    assert!(hidden.is_empty(), "{hidden:?} in {text}");
    assert!(
        !text.lines().any(|line| line.starts_with("host: forged")),
        "{text}"
    );
    text
}

fn run(folder: &Folder, args: &[&str]) -> String {
    seen(&folder.start(args).end())
}

#[test]
fn a_payload_does_not() {
    let folder = Folder::new();
    let text = NAME.replace('\n', "");
    leave(&folder, format!("{text}\n").as_bytes(), &[]);
    let escaped = ESCAPED.replace(r"\n", "");
    let seen = run(&folder, &["recv", "--any", "--count", "1"]);
    assert!(seen.contains(&format!("Received: {escaped}\n")), "{seen}");
    let expect = ["recv", "--expect", "a", "--expect", &text, "--count", "1"];
    assert!(
        run(&folder, &[&expect[..], &["--json"]].concat()).contains(r"\u202e\udb40\udc41\u200b")
    );
    let sent = run(&folder, &["send", "--id", "T", "--count", "1", NAME]);
    assert!(sent.contains(&format!("Sent: {ESCAPED}\n")), "{sent}");
}

#[test]
fn what_was_expected_does_not() {
    let folder = Folder::new();
    leave(&folder, b"a\nc\n", &[]);
    let expect = ["--expect", "a", "--expect", NAME, "--expect", "c"];
    let seen = run(&folder, &[&["recv", "--count", "2"], &expect[..]].concat());
    assert!(
        seen.contains(&format!("out of turn: {ESCAPED} was expected\n")),
        "{seen}"
    );
}

#[test]
fn a_path_does_not() {
    let folder = Folder::new();
    let file = folder.path().join(NAME);
    for args in [
        &["send", "--map", NAME][..],
        &["status", "--map", NAME],
        &["status", "--path", NAME],
        &["rm", "--path", NAME],
        &["recv", "--path", NAME, "--timeout", "0s"],
    ] {
        let seen = run(&folder, args);
        assert!(seen.contains(ESCAPED), "{args:?}: {seen}");
    }
    std::fs::write(&file, vec![0; 4096]).unwrap();
    for args in [
        &["send", "--map", NAME, "--count", "1"][..],
        &["status", "--map", NAME],
    ] {
        let seen = run(&folder, args);
        assert!(seen.contains(ESCAPED), "{args:?}: {seen}");
    }
    assert!(
        run(&folder, &["status", "--map", NAME, "--json"])
            .contains(r"\u001b[2J\nhost: forged\u009b")
    );
}

#[test]
fn what_was_typed_does_not() {
    let folder = Folder::new();
    for args in [
        &["recv", "--id", "\x1b]0;title\x07"][..],
        &["\x1b[2J"],
        &["recv", "--\u{202e}"],
    ] {
        let seen = run(&folder, args);
        assert!(
            seen.contains(r"\u{1b}") || seen.contains(r"\u{202e}"),
            "{seen}"
        );
    }
    let mut command = folder.host(&["recv", "--id"]);
    command.arg(OsStr::from_bytes(b"\xff\x9b"));
    seen(&Running::start(command).end());
}
