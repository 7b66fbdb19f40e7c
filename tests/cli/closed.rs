//! Do both sides end quietly when nobody reads what they print?

use nix::sys::signal::Signal;

use crate::processes::Folder;
use crate::{sending, shell, turns};

#[test]
fn head_ends_a_receiver() {
    let folder = Folder::new();
    // So large that nobody misses any.
    let _sender = sending(&folder, &["--size", "65536"]);
    let ended = shell(&folder, "{ \"$HOST\" recv; echo $? >code; } | head -3");
    assert_eq!((ended.lines.len(), &*ended.errors), (3, ""));
    assert_eq!(code(&folder), "0\n");
}

#[test]
fn head_ends_a_receiver_that_has_nothing_more_to_print() {
    let folder = Folder::new();
    crate::leave(&folder, b"CIEPLO\nZIMNO\nCIEPLO\n", &[]);
    let ended = shell(
        &folder,
        "{ \"$HOST\" recv 2>said; echo $? >code; } | head -3",
    );
    assert_eq!(ended.lines, turns(3));
    assert_eq!(code(&folder), "0\n");
}

#[test]
fn head_ends_a_receiver_that_still_waits() {
    let folder = Folder::new();
    let ended = shell(&folder, "{ \"$HOST\" recv 2>said; echo $? >code; } | true");
    assert_eq!((ended.code, code(&folder).as_str()), (Some(0), "0\n"));
}

#[test]
fn nobody_who_reads_standard_error_is_no_reason_to_leave_a_segment() {
    let folder = Folder::new();
    let ended = shell(
        &folder,
        "{ \"$HOST\" send --interval 1ms; echo $? >code; } 2>&1 | head -3",
    );
    assert_eq!(ended.lines.len(), 3);
    assert_eq!(ended.lines[1..], ["Sent: CIEPLO", "Sent: ZIMNO"]);
    assert_eq!(code(&folder), "0\n");
    folder.assert_clean();
}

#[test]
fn errors_that_nobody_reads_keep_their_exit_code() {
    let folder = Folder::new();
    shell(&folder, "{ \"$HOST\" status 2>&1; echo $? >code; } | true");
    assert_eq!(code(&folder), "1\n");
}

#[test]
fn what_needs_no_file_does_not_mind_that_it_is_closed() {
    let folder = Folder::new();
    let ended = shell(
        &folder,
        "\"$HOST\" send --count 2 --interval 1ms <&- >&- 2>&-",
    );
    assert_eq!(ended.code, Some(0));
    folder.assert_clean();
}

#[test]
fn help_and_tables_that_nobody_reads_are_no_failure() {
    let folder = Folder::new();
    crate::leave(&folder, b"", &[]);
    for command in ["", "list", "list --json", "status", "status --json"] {
        let script = format!("{{ sleep 0.1; \"$HOST\" {command}; echo $? >code; }} | true");
        let ended = shell(&folder, &script);
        assert_eq!(
            (code(&folder).as_str(), &*ended.errors),
            ("0\n", ""),
            "{command}"
        );
    }
}

#[test]
fn a_full_disk_is_a_failure() {
    let folder = Folder::new();
    let sender = sending(&folder, &[]);
    let ended = shell(&folder, "\"$HOST\" recv --count 2 >/dev/full");
    assert_eq!(ended.code, Some(1));
    assert_eq!(
        ended.errors,
        "host: standard output: No space left on device (os error 28)\n"
    );
    sender.signal(Signal::SIGTERM);
    sender.end();
    folder.assert_clean();
}

fn code(folder: &Folder) -> String {
    std::fs::read_to_string(folder.path().join("code")).unwrap()
}
