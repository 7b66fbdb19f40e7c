//! Is what cannot be shown to a terminal as it is escaped, whoever sent it, and for programs too?

use serde_json::Value;

use crate::processes::Folder;

/// C1's CSI, DEL, an override of direction, an isolate, and a space of no width.
const HOSTILE: &str = "pay 1\u{9b}31m\u{7f}\u{202e}0001\u{2066}\u{200b}";

const ESCAPED: &str = "pay 1\\u{9b}31m\\u{7f}\\u{202e}0001\\u{2066}\\u{200b}";

#[test]
fn a_message_for_people_hides_nothing() {
    let folder = Folder::new();
    let args = ["send", "--backpressure", "--count", "1", HOSTILE];
    let sender = folder.start(&args);
    let ended = folder.start(&["recv", "--any", "--count", "1"]).end();
    assert_eq!(ended.lines, [format!("Received: {ESCAPED}")]);
    let said = sender.end().errors;
    assert!(said.contains(&format!("Sent: {ESCAPED}\n")), "{said}");
}

#[test]
fn a_message_for_programs_hides_nothing_and_comes_back() {
    let folder = Folder::new();
    let args = ["send", "--backpressure", "--count", "1", HOSTILE];
    let _sender = folder.start(&args);
    let ended = folder
        .start(&["recv", "--any", "--json", "--count", "1"])
        .end();
    assert!(ended.lines[0].is_ascii(), "{ended:?}");
    let message: Value = serde_json::from_str(&ended.lines[0]).unwrap();
    assert_eq!(message["payload"], HOSTILE);
}

#[test]
fn what_was_typed_hides_nothing_in_an_error() {
    let folder = Folder::new();
    let path = format!("no\x1b[31m{HOSTILE}");
    for args in [
        ["send", "--path", &path],
        ["recv", "--path", &path],
        ["status", "--map", &path],
        ["send", "--key", &path],
    ] {
        let ended = folder.start(&args).end();
        assert!(
            !ended.errors.contains(['\x1b', '\u{9b}', '\u{202e}']),
            "{ended:?}"
        );
    }
}
