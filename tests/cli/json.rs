//! Does a program that reads `--json` learn everything there is to know?

use serde_json::{Value, json};

use nix::sys::signal::Signal;

use crate::backpressure::lines;
use crate::documented;
use crate::processes::{Folder, until};
use crate::{leave, run, status};

fn received(folder: &Folder, args: &[&str]) -> Vec<Value> {
    let ended = run(folder, &[&["recv", "--json"], args].concat());
    assert_eq!(ended.code, Some(0), "{ended:?}");
    objects(&ended.lines, is_message)
}

fn is_message(object: &Value) -> bool {
    object["event"] == "message"
}

/// The objects of `lines` that are `wanted`.
fn objects(lines: &[String], wanted: impl Fn(&Value) -> bool) -> Vec<Value> {
    let objects = lines.iter().map(|line| documented::event(line));
    objects.filter(|object| wanted(object)).collect()
}

fn events(lines: &[String]) -> Vec<Value> {
    objects(lines, |object| !is_message(object))
}

/// How many messages the objects say that the receiver has missed.
fn lagged(lines: &[String]) -> u64 {
    let counts = events(lines);
    let counts = counts.iter().filter(|event| event["event"] == "lagged");
    counts.map(|event| event["count"].as_u64().unwrap()).sum()
}

#[test]
fn what_is_no_message_is_an_object_of_its_own_kind() {
    let folder = Folder::new();
    let mut receiver = folder.start(&["recv", "--json", "--any"]);
    leave(&folder, b"one\n", &[]);
    let first = documented::event(&receiver.line());
    assert_eq!(first["payload"], "one");
    assert_eq!(
        receiver.line(),
        r#"{"version":1,"channel":null,"event":"closed"}"#
    );
    leave(&folder, b"two\n", &[]);
    assert_eq!(
        receiver.line(),
        r#"{"version":1,"channel":null,"event":"restarted"}"#
    );
    let second = documented::event(&receiver.line());
    assert_eq!(second["payload"], "two");
}

#[test]
fn what_was_dropped_for_a_dead_receiver_is_an_object_too() {
    let folder = Folder::new();
    let mut sender = lines(&folder, &["--keep", "--reclaim-after", "50ms"]);
    let mut dead = folder.start(&["recv", "--any"]);
    sender.feed(b"one\n");
    assert_eq!(dead.line(), "Received: one");
    until("it to be taken", || {
        status(&folder)["receivers"][0]["pending"] == 0
    });
    dead.signal(Signal::SIGKILL);
    dead.end();
    sender.feed(b"two\nthree\n");
    let ended = sender.end();
    assert!(ended.errors.contains("dropped 2 messages"), "{ended:?}");
    let ended = run(&folder, &["recv", "--json", "--any", "--until-close"]);
    assert_eq!(
        ended.lines,
        [
            r#"{"version":1,"channel":null,"event":"discarded","count":2}"#,
            r#"{"version":1,"channel":null,"event":"closed"}"#
        ]
    );
}

#[test]
fn a_message_is_an_object_a_line() {
    let folder = Folder::new();
    leave(&folder, b"CIEPLO\nCIEPLO\nelse\nZIMNO\n", &[]);
    let epoch = received(&folder, &["--count", "1"])[0]["epoch"].clone();
    assert!(epoch.as_u64().is_some_and(|epoch| epoch > 0));
    let message = |sequence: u64, verdict: &str, payload: &str| {
        json!({
            "version": 1, "channel": null, "event": "message", "sequence": sequence, "epoch": epoch, "verdict": verdict,
            "worker": null, "generation": null, "attempts": null, "expected": null, "encoding": "utf8", "payload": payload,
        })
    };
    assert_eq!(
        received(&folder, &["--until-close"]),
        [
            message(0, "received", "CIEPLO"),
            message(1, "repeated", "CIEPLO"),
            message(2, "invalid", "else"),
            message(3, "received", "ZIMNO"),
        ]
    );
}

#[test]
fn out_of_turn_says_what_was_expected() {
    let folder = Folder::new();
    leave(&folder, b"a\nc\n", &[]);
    let expect = ["--expect", "a", "--expect", "b", "--expect", "c"];
    let messages = received(&folder, &[&["--until-close"], &expect[..]].concat());
    assert_eq!(messages[1]["verdict"], "out_of_turn");
    assert_eq!(messages[1]["expected"], "b");
    leave(&folder, b"a\nc\n", &[]);
    let hex = ["--count", "4", "--payload", "hex"];
    let messages = received(&folder, &[&hex[..], &expect].concat());
    assert_eq!(messages[3]["expected"], "62");
}

/// What a script reads: the same bytes, in the same shape, whatever they are.
#[test]
fn any_payload_comes_back_out_of_each_encoding() {
    let folder = Folder::new();
    let any: Vec<u8> = (0..=255).filter(|&byte| byte != b'\n').collect();
    leave(&folder, &[&any, &b"\nplain\n\n"[..]].concat(), &[]);
    let payloads = |encoding: &str| {
        let messages = received(&folder, &["--any", "--until-close", "--payload", encoding]);
        let payloads = messages.iter().map(|message| {
            assert_eq!(message["encoding"], encoding);
            message["payload"].as_str().unwrap().to_string()
        });
        payloads.collect::<Vec<_>>()
    };
    let hex: String = any.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(payloads("hex"), [&hex, "706c61696e", ""]);
    let [long, plain, empty] = payloads("base64").try_into().unwrap();
    assert_eq!((plain.as_str(), empty.as_str()), ("cGxhaW4=", ""));
    std::fs::write(folder.path().join("base64"), long).unwrap();
    let decoded = crate::shell(&folder, "base64 -d base64 | od -An -v -tx1 | tr -d ' \\n'");
    assert_eq!(decoded.lines.concat(), hex);
}

/// Neither other text nor another shape, and nothing is lost.
#[test]
fn a_payload_that_is_no_text_ends_it_and_stays() {
    let folder = Folder::new();
    let mut sender = lines(&folder, &[]);
    sender.feed(b"\xc5\xbc \"quoted\"\\ \t\x00\nno \xff text\n");
    until("both messages", || folder.sent() == Some(2));
    let ended = run(&folder, &["recv", "--json", "--any"]);
    assert_eq!(ended.code, Some(1));
    assert_eq!(ended.lines.len(), 1, "{ended:?}");
    assert_eq!(
        documented::event(&ended.lines[0])["payload"],
        "ż \"quoted\"\\ \t\0"
    );
    let why = "host: message 1 is not UTF-8 at byte 3; use `--payload base64` or `--payload hex`\n";
    assert!(ended.errors.ends_with(why), "{}", ended.errors);
    let hex = ["--any", "--count", "1", "--payload", "hex"];
    assert_eq!(received(&folder, &hex)[0]["payload"], "6e6f20ff2074657874");
    assert_eq!(sender.end().code, Some(0));
}

#[test]
fn another_incarnation_of_the_sender_has_another_epoch() {
    let folder = Folder::new();
    leave(&folder, b"1\n", &[]);
    leave(&folder, b"2\n", &[]);
    let messages = received(&folder, &["--any", "--count", "2"]);
    assert_eq!(messages[1]["sequence"], 1);
    assert_ne!(messages[0]["epoch"], messages[1]["epoch"]);
}

#[test]
fn a_sample_too() {
    let folder = Folder::new();
    leave(&folder, b"CIEPLO\nZIMNO\n", &[]);
    let messages = received(&folder, &["--sample", "--count", "1"]);
    assert_eq!(messages[0]["sequence"], 1);
    assert_eq!(messages[0]["verdict"], "received");
}

#[test]
fn a_receiver_that_stood_still_learns_exactly_how_many_it_missed() {
    let folder = Folder::new();
    let mut sender = folder.start(&["send", "--lines", "--overwrite"]);
    let mut receiver = folder.start(&["recv", "--json", "--any", "--until-close"]);
    sender.feed(b"0\n");
    assert_eq!(sequence(&receiver.line()), 0);
    receiver.signal(Signal::SIGSTOP);
    sender.feed("more\n".repeat(1000).as_bytes());
    until("all messages", || folder.sent() == Some(1001));
    receiver.signal(Signal::SIGCONT);
    assert_eq!(sender.end().code, Some(0));
    let ended = receiver.end();
    let messages = objects(&ended.lines, is_message);
    let first = messages[0]["sequence"].as_u64().unwrap();
    // The oldest that is still there.
    assert!((1001 - 64..1001 - 32).contains(&first), "{first}");
    assert_eq!(messages.len() as u64, 1001 - first);
    assert_eq!(lagged(&ended.lines), first - 1);
    assert_eq!(ended.errors.lines().find_map(missed), Some(first - 1));
}

#[test]
fn what_was_missed_is_what_is_not_in_the_sequence() {
    let folder = Folder::new();
    // Faster than anyone prints, so that a receiver is lapped again and again, if not the first one.
    let _sender = folder.start(&["send", "--interval", "0s", "-q"]);
    until("a receiver that was lapped", || {
        missed_by_a_receiver(&folder) > 0
    });
}

/// Runs one, and returns how many are not there between those it took.
fn missed_by_a_receiver(folder: &Folder) -> u64 {
    let ended = run(folder, &["recv", "--json", "--any", "--count", "20000"]);
    let messages = objects(&ended.lines, is_message);
    assert_eq!((ended.code, messages.len()), (Some(0), 20_000));
    let first = messages[0]["sequence"].as_u64().unwrap();
    let (mut last, mut gaps) = (first, 0);
    for message in &messages[1..] {
        let next = message["sequence"].as_u64().unwrap();
        assert!(next > last, "{next} after {last}");
        gaps += next - last - 1;
        last = next;
    }
    let said = ended.errors.lines().filter_map(missed).sum::<u64>();
    assert_eq!(lagged(&ended.lines), said);
    // It may have missed some of those before the first one that it took.
    assert!(
        (gaps..=gaps + first).contains(&said),
        "{said}, {gaps}, {first}"
    );
    gaps
}

fn sequence(line: &str) -> u64 {
    let message: Value = serde_json::from_str(line).unwrap();
    message["sequence"].as_u64().unwrap()
}

fn missed(line: &str) -> Option<u64> {
    let count = line.strip_prefix("host: missed ")?;
    let (count, noun) = count.split_once(' ')?;
    noun.starts_with("message").then(|| count.parse().ok())?
}
