//! Do the commands of the issue, typed in a shell, give what went in, byte for byte?

use std::fs::{self, File};
use std::process::{Command, Stdio};

use crate::processes::{Folder, Running};
use crate::xorshift::Xorshift;
use crate::{chance, rounds};

#[test]
fn a_receiver_ends_when_head_has_enough() {
    let folder = Folder::new();
    let mut sender = folder.start(&["send", "--lines", "--backpressure"]);
    // No fourth message comes, so that the receiver has no occasion to print.
    sender.feed(b"CIEPLO\nZIMNO\nCIEPLO\n");
    let mut shell = Command::new("sh");
    shell.args(["-c", "\"$0\" recv | head -3", env!("CARGO_BIN_EXE_host")]);
    shell.current_dir(folder.path());
    let ended = Running::start(shell).end();
    let expected = ["Received: CIEPLO", "Received: ZIMNO", "Received: CIEPLO"];
    assert_eq!(
        (ended.code, ended.lines),
        (Some(0), expected.map(String::from).into())
    );
    assert_eq!(sender.end().code, Some(0));
    folder.assert_clean();
}

#[test]
fn a_count_ends_the_receiver() {
    let folder = Folder::new();
    let _sender = folder.start(&["send", "--interval", "10ms"]);
    let ended = folder
        .start(&["recv", "--count", "4", "--timeout", "60s"])
        .end();
    assert_eq!((ended.code, ended.lines.len()), (Some(0), 4));
    let turn = |line: &String| line == "Received: ZIMNO";
    assert!(
        ended.lines.is_sorted_by(|one, two| turn(one) != turn(two)),
        "{ended:?}"
    );
}

/// `count` lines of any bytes but newlines, of any length there is room for.
fn lines(chance: &Xorshift, count: u32) -> Vec<u8> {
    let mut all = Vec::new();
    for _ in 0..count {
        let length = match chance.below(4) {
            0 => chance.below(4),
            1 => 4096 - chance.below(4),
            _ => chance.below(4096),
        };
        let bytes = (0..length).map(|_| chance.next().to_le_bytes()[0]);
        all.extend(bytes.map(|byte| if byte == b'\n' { 0 } else { byte }));
        all.push(b'\n');
    }
    all
}

#[test]
fn a_file_arrives_as_it_is_at_each_receiver() {
    let folder = Folder::new();
    let count = rounds(3_000, 50_000);
    let file = lines(&chance("a file"), count);
    fs::write(folder.path().join("file"), &file).unwrap();
    let shell = |name| {
        let receive = format!("exec \"$0\" recv --any --raw --count {count} > {name}");
        let mut shell = Command::new("sh");
        shell.args(["-c", &receive, env!("CARGO_BIN_EXE_host")]);
        shell.current_dir(folder.path());
        Running::start(shell)
    };
    let receivers = ["one", "two"].map(|name| (name, shell(name)));
    let send = ["send", "--lines", "--backpressure", "--receivers", "2"];
    let mut sender = folder.host(&send);
    sender.stdin(File::open(folder.path().join("file")).unwrap());
    assert!(sender.stderr(Stdio::null()).status().unwrap().success());
    for (name, receiver) in receivers {
        assert_eq!(receiver.end().code, Some(0));
        let arrived = fs::read(folder.path().join(name)).unwrap();
        assert!(arrived == file, "{name} differs");
    }
    folder.assert_clean();
}
