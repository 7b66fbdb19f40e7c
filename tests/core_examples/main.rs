//! Each example of core runs, and prints what a reader of it expects.

#[path = "../built/mod.rs"]
mod built;

use std::collections::BTreeSet;
use std::fs::read_dir;
use std::path::Path;
use std::process::Command;

const CORE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../core");

/// The examples, and what each prints.
const PRINTED: [(&str, &str); 10] = [
    (
        "async",
        "received 0\nreceived 1\nreceived 2\nreceived 3\nreceived 4\n",
    ),
    (
        "backpressure",
        "full: receiver 0 is behind\n\
         receiver 0: CIEPLO\nreceiver 0: ZIMNO\nreceiver 1: CIEPLO\nreceiver 1: ZIMNO\n\
         pending for receiver 1: 1\n",
    ),
    (
        "custom_region",
        "a send made barriers: true\nreceived CIEPLO\na receive made barriers: true\n",
    ),
    (
        "fixed_geometry",
        "512 bytes of memory\nCIEPLO\n\
         a channel of another geometry than this program's: 8 at offset 32\n",
    ),
    ("link", "1 squared is 1\n2 squared is 4\n3 squared is 9\n"),
    (
        "overwrite",
        "now 29 °C\n6 messages lost\n\
         message 6: 26 °C\nmessage 7: 27 °C\nmessage 8: 28 °C\nmessage 9: 29 °C\n",
    ),
    (
        "restart",
        "a sender dies, and the next one continues\n  \
         from the first sender\n  the sender restarted\n  from the second sender\n\
         a receiver dies, and its messages are discarded\n  \
         2 discarded, the sender has room\n  2 messages are lost\n  after the death\n\
         the region is formatted again\n  \
         formatted: attaching again\n  in the new channel\n",
    ),
    ("shared_static", "hello from the second core\n"),
    ("stream", "20 lines, 151 bytes\n"),
    (
        "two_threads",
        "message 0\nmessage 1\nmessage 2\nmessage 3\nmessage 4\n\
         message 5\nmessage 6\nmessage 7\nmessage 8\nmessage 9\nclosed\n",
    ),
];

/// What an example prints.
fn printed_by(example: &str) -> String {
    let program = built::example(Path::new(CORE), example);
    let output = Command::new(program).output().unwrap();
    assert!(output.status.success(), "{example}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn each_example_prints_what_is_expected() {
    for (example, expected) in PRINTED {
        assert_eq!(printed_by(example), expected, "{example}");
    }
}

#[test]
fn every_example_is_run() {
    let files = read_dir(format!("{CORE}/examples")).unwrap();
    let names = files.map(|file| file.unwrap().path());
    let names = names.map(|path| path.file_stem().unwrap().to_str().unwrap().to_string());
    let run = PRINTED.map(|(example, _)| example.to_string());
    assert_eq!(names.collect::<BTreeSet<_>>(), BTreeSet::from(run));
}
