//! Do the example programs in C do what they say, among themselves and with `host`?

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use crate::Both;
use crate::compiled::compiled_with;
use crate::processes::Running;

/// The examples as programs, compiled before the first of them starts, because each waits for the other no longer than ten seconds.
fn examples() -> [PathBuf; 3] {
    static EXAMPLES: OnceLock<[PathBuf; 3]> = OnceLock::new();
    let compiled = || {
        ["send", "recv", "pair"].map(|name| {
            let source = format!("../../../core/c/examples/{name}.c");
            compiled_with(&format!("example-{name}"), &[&source]).unwrap()
        })
    };
    EXAMPLES.get_or_init(compiled).clone()
}

fn start(both: &Both, program: &Path, args: &[&str]) -> Running {
    Running::start(both.folder.program(program, args))
}

fn assert_received(receiver: Running) {
    let ended = receiver.end();
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert_eq!(ended.lines, ["Received: CIEPLO", "Received: ZIMNO"]);
}

#[test]
fn one_sends_and_the_other_receives() {
    let Some(both) = Both::compiled() else { return };
    let [send, recv, _] = examples();
    let receiver = start(&both, &recv, &[]);
    let sender = start(&both, &send, &["CIEPLO", "ZIMNO"]);
    assert_received(receiver);
    assert_eq!(sender.end().code, Some(0));
    both.folder.assert_clean();
}

#[test]
fn either_talks_with_host() {
    let Some(both) = Both::compiled() else { return };
    let [send, recv, _] = examples();
    let receiver = both.host(&["recv", "--any", "--until-close"]);
    let sender = start(&both, &send, &["CIEPLO", "ZIMNO"]);
    assert_received(receiver);
    assert_eq!(sender.end().code, Some(0));
    let receiver = start(&both, &recv, &[]);
    let sender = both.host(&["send", "--backpressure", "--interval", "0s", "--count", "2"]);
    assert_received(receiver);
    assert_eq!(sender.end().code, Some(0));
}

#[test]
fn both_ends_over_an_array() {
    let Some(both) = Both::compiled() else { return };
    let [_, _, pair] = examples();
    let ended = start(&both, &pair, &[]).end();
    assert_eq!(ended.code, Some(0), "{ended:?}");
}
