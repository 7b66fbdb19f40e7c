//! Do the example programs in C do what they say, among themselves and with `host`?

use std::path::PathBuf;

use crate::Both;
use crate::compiled::compiled_with;
use crate::processes::Running;

/// An example as a program, if there is a compiler.
fn example(name: &str) -> Option<PathBuf> {
    let source = format!("../../../core/c/examples/{name}.c");
    compiled_with(&format!("example-{name}"), &[&source])
}

fn start(both: &Both, name: &str, args: &[&str]) -> Option<Running> {
    let program = example(name)?;
    Some(Running::start(both.folder.program(&program, args)))
}

fn assert_received(receiver: Running) {
    let ended = receiver.end();
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert_eq!(ended.lines, ["Received: CIEPLO", "Received: ZIMNO"]);
}

#[test]
fn one_sends_and_the_other_receives() {
    let Some(both) = Both::compiled() else { return };
    let receiver = start(&both, "recv", &[]).unwrap();
    let sender = start(&both, "send", &["CIEPLO", "ZIMNO"]).unwrap();
    assert_received(receiver);
    assert_eq!(sender.end().code, Some(0));
    both.folder.assert_clean();
}

#[test]
fn either_talks_with_host() {
    let Some(both) = Both::compiled() else { return };
    let receiver = both.host(&["recv", "--any", "--until-close"]);
    let sender = start(&both, "send", &["CIEPLO", "ZIMNO"]).unwrap();
    assert_received(receiver);
    assert_eq!(sender.end().code, Some(0));
    let receiver = start(&both, "recv", &[]).unwrap();
    let sender = both.host(&["send", "--backpressure", "--interval", "0s", "--count", "2"]);
    assert_received(receiver);
    assert_eq!(sender.end().code, Some(0));
}

#[test]
fn both_ends_over_an_array() {
    let Some(both) = Both::compiled() else { return };
    let ended = start(&both, "pair", &[]).unwrap().end();
    assert_eq!(ended.code, Some(0), "{ended:?}");
}
