//! Do messages of any bytes come out of a pipe as they went into another one?

use std::fs::{self, File};
use std::io::Write;
use std::process::Stdio;

use crate::processes::{Folder, until};
use crate::{bytes, leave, run};

/// How many random messages go through.
const MESSAGES: usize = 10_000;

/// Bytes that nobody chose, the same in each run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 16) as usize % limit
    }

    /// A message, empty now and then, with more newlines, NULs and 0xFF than chance would give.
    fn message(&mut self) -> Vec<u8> {
        let len = match self.below(8) {
            0 => 0,
            1 => self.below(4096),
            _ => self.below(40),
        };
        let special = b"\n\0\xff\x7f\x80";
        let mut byte = || match self.below(3) {
            0 => special[self.below(special.len())],
            _ => self.below(256) as u8,
        };
        (0..len).map(|_| byte()).collect()
    }
}

fn messages() -> Vec<Vec<u8>> {
    let mut random = Random(0x5eed_cafe_f00d);
    (0..MESSAGES).map(|_| random.message()).collect()
}

/// A varint before each, written here as the document of protobuf says.
fn delimited(messages: &[Vec<u8>]) -> Vec<u8> {
    let mut all = Vec::new();
    for message in messages {
        let mut len = message.len();
        while len > 0x7f {
            all.push(len as u8 | 0x80);
            len >>= 7;
        }
        all.push(len as u8);
        all.extend(message);
    }
    all
}

fn ended(messages: &[Vec<u8>], end: u8) -> Vec<u8> {
    let each = messages
        .iter()
        .flat_map(|message| message.iter().chain([&end]));
    each.copied().collect()
}

/// What comes out of `host recv` if `input` goes into `host send`.
fn through(input: &[u8], send: &[&str], recv: &[&str]) -> Vec<u8> {
    let folder = Folder::new();
    let path = folder.path().join("input");
    fs::write(&path, input).unwrap();
    let mut command = folder.host(&[&["send", "-q"], send].concat());
    command
        .stdin(File::open(&path).unwrap())
        .stderr(Stdio::null());
    let mut sender = command.spawn().unwrap();
    let output = bytes(&folder, &[&["recv", "--until-close"], recv].concat());
    assert!(sender.wait().unwrap().success(), "{send:?}");
    folder.assert_clean();
    output
}

fn assert_equal(input: &[u8], send: &[&str], recv: &[&str]) {
    assert!(
        through(input, send, recv) == input,
        "it arrived changed: {send:?}"
    );
}

#[test]
fn ten_thousand_messages_of_any_bytes_come_out_equal() {
    let input = delimited(&messages());
    assert_equal(&input, &["--delimited"], &["--delimited"]);
}

#[test]
fn ten_thousand_messages_without_nul_come_out_equal() {
    let mut messages = messages();
    for message in &mut messages {
        message.retain(|&byte| byte != 0);
    }
    let input = ended(&messages, 0);
    assert_equal(&input, &["-0"], &["-0"]);
    // One framing goes in, and the other comes out.
    let expected = delimited(&messages);
    assert!(through(&input, &["--null"], &["--delimited"]) == expected);
    assert!(through(&expected, &["--delimited"], &["--null"]) == input);
}

#[test]
fn lines_come_out_delimited() {
    let lines = [b"one".to_vec(), b"".to_vec(), b"two\r".to_vec()];
    let input = ended(&lines, b'\n');
    assert_eq!(
        through(&input, &["--lines"], &["--delimited"]),
        delimited(&lines)
    );
}

/// Feeds a sender byte by byte, so that it finds each part of a length and of a message alone.
#[test]
fn messages_may_come_in_parts() {
    let folder = Folder::new();
    let messages = [
        b"a\n".to_vec(),
        b"".to_vec(),
        vec![0xff; 200],
        b"z".to_vec(),
    ];
    let input = delimited(&messages);
    let mut sender = folder.start(&["send", "--delimited"]);
    let output = std::thread::scope(|scope| {
        let output = scope.spawn(|| bytes(&folder, &["recv", "--delimited", "--until-close"]));
        for byte in &input {
            sender.feed(&[*byte]);
        }
        assert_eq!(sender.end().code, Some(0));
        output.join().unwrap()
    });
    assert_eq!(output, input);
}

/// What a sender says that cannot go on.
fn broken(args: &[&str], input: &[u8]) -> String {
    let folder = Folder::new();
    let mut sender = folder.start(&[&["send", "-q", "--overwrite"], args].concat());
    sender.feed(input);
    let ended = sender.end();
    assert_eq!(ended.code, Some(1), "{ended:?}");
    folder.assert_clean();
    let said = ended
        .errors
        .strip_prefix("host: ")
        .expect("says who speaks");
    said.trim_end().to_string()
}

#[test]
fn an_end_in_the_middle_of_a_message_says_at_which_byte() {
    for (input, end) in [(&b"\x03abc\x05de"[..], 7), (b"\x03abc\x85", 5)] {
        assert_eq!(
            broken(&["--delimited"], input),
            format!(
                "standard input: it ends at byte {end}, in the middle of message 2, which begins at byte 4"
            )
        );
    }
}

#[test]
fn what_is_no_length_says_at_which_byte() {
    let input = [&b"\x01a"[..], &[0xff; 10]].concat();
    assert_eq!(
        broken(&["--delimited"], &input),
        "standard input: message 2 does not begin with a length, at byte 2: is this written as `recv --delimited` does it?"
    );
}

#[test]
fn a_length_above_the_slot_says_what_to_do() {
    assert_eq!(
        broken(&["--delimited"], b"\x00\x81\x20"),
        "message 2 has 4097 bytes, more than the 4096 of a slot; make them larger with `--slot 4097`"
    );
    let input = delimited(&[vec![7; 4097]]);
    assert_equal(&input, &["--delimited", "--slot", "4097"], &["--delimited"]);
    assert_eq!(
        broken(&["--delimited"], b"\xff\xff\xff\xff\x0f"),
        "message 1 should have 4294967295 bytes, more than any slot holds; is standard input written as `recv --delimited` does it?"
    );
    assert_eq!(
        broken(&["--null", "--slot", "3"], b"abc\0abcd\0"),
        "message 2 is longer than the 3 bytes of a slot; make them larger with `--slot BYTES`"
    );
}

/// It would look like two. What was refused stays for who comes next.
#[test]
fn a_nul_is_not_written_where_it_ends_a_message() {
    let folder = Folder::new();
    let mut sender = folder.start(&["send", "--lines", "--backpressure", "-q"]);
    sender.feed(b"good\na\0b\n");
    until("both messages", || folder.sent() == Some(2));
    let refused = run(&folder, &["recv", "--null"]);
    assert_eq!(
        (refused.code, refused.lines),
        (Some(1), vec!["good\0".into()])
    );
    assert!(
        refused.errors.ends_with(
            "host: message 1 has a NUL at byte 1, where `--null` ends it; use `--delimited`\n"
        ),
        "{}",
        refused.errors
    );
    let taken = bytes(&folder, &["recv", "--delimited", "--count", "1"]);
    assert_eq!(taken, b"\x03a\0b");
    assert_eq!(sender.end().code, Some(0));
}

#[test]
fn what_is_not_expected_is_no_data_in_any_framing() {
    for (option, expected) in [("--delimited", &b"\x01a\x01b"[..]), ("--null", b"a\0b\0")] {
        let folder = Folder::new();
        leave(&folder, b"a\nelse\nb\n", &[]);
        let expect = ["--expect", "a", "--expect", "b", "--until-close"];
        assert_eq!(
            bytes(&folder, &[&["recv", option], &expect[..]].concat()),
            expected
        );
    }
}

#[test]
fn what_is_left_is_counted_in_messages() {
    let folder = Folder::new();
    let send = ["send", "--delimited", "--timeout", "300ms"];
    let mut command = folder.host(&send);
    let (from, mut to) = std::io::pipe().unwrap();
    command.stdin(from).stderr(Stdio::piped());
    let input = delimited(&vec![b"abc".to_vec(); 100]);
    to.write_all(&input).unwrap();
    drop(to);
    let ended = command.output().unwrap();
    let said = String::from_utf8_lossy(&ended.stderr);
    assert_eq!(ended.status.code(), Some(3), "{said}");
    assert!(
        said.contains("host: gave up: message 65 was not sent\n"),
        "{said}"
    );
    assert!(
        said.contains("host: gave up: 35 messages that were read were not sent\n"),
        "{said}"
    );
    folder.assert_clean();
}
