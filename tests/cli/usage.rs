//! Is what cannot be meant refused as usage, with exit code 2?

use crate::processes::Folder;
use crate::run;

/// The first line of what it says.
fn refused(args: &[&str]) -> String {
    let folder = Folder::new();
    let ended = run(&folder, args);
    assert_eq!(ended.code, Some(2), "{args:?}: {ended:?}");
    assert_eq!(ended.lines, [""; 0]);
    folder.assert_clean();
    ended.errors.lines().next().unwrap_or_default().into()
}

#[test]
fn reserved_keys_are_refused() {
    for command in ["send", "recv", "status", "rm"] {
        for key in ["0", "0x0", "0x00000000"] {
            assert_eq!(
                refused(&[command, "--key", key]),
                format!(
                    "error: invalid value '{key}' for '--key <0x...>': key 0x00000000 is reserved (IPC_PRIVATE, a new segment each time); use another, for example `--key 0x52414d46`"
                )
            );
        }
        for key in ["-1", "0xffffffff", "4294967295"] {
            assert_eq!(
                refused(&[command, &format!("--key={key}")]),
                format!(
                    "error: invalid value '{key}' for '--key <0x...>': key 0xffffffff is reserved (-1, ftok's failure); use another, for example `--key 0x52414d46`"
                )
            );
        }
    }
}

#[test]
fn what_is_no_key_is_refused() {
    for key in ["", "0x", "0x1ffffffff", "key", "1.5"] {
        let said = refused(&["send", &format!("--key={key}")]);
        assert!(
            said.contains("write 32 bits as hexadecimal, `--key 0x52414d46`, or in decimal"),
            "{said}"
        );
    }
}

#[test]
fn what_is_no_id_is_refused() {
    for id in ["", "SS", "ż"] {
        assert_eq!(
            refused(&["recv", &format!("--id={id}")]),
            format!(
                "error: invalid value '{id}' for '--id <C>': one character of one byte, as ftok takes it"
            )
        );
    }
}

#[test]
fn numbers_and_times_are_checked() {
    let cases: [&[&str]; 12] = [
        &["send", "--count", "many"],
        &["send", "--count=-1"],
        &["send", "--interval", "1"],
        &["send", "--interval", "soon"],
        &["send", "--size=-1"],
        &["send", "--slot", "0"],
        &["send", "--slot", "4294967295"],
        &["send", "--backpressure", "--receivers", "0"],
        &["send", "--backpressure", "--receivers", "33"],
        &["send", "--backpressure", "--dead-after", "never"],
        &["recv", "--timeout", "5"],
        &["recv", "--allow-uid", "nobody"],
    ];
    for case in cases {
        let said = refused(case);
        let option = case
            .iter()
            .find(|word| word.starts_with("--") && **word != "--backpressure");
        let option = option.unwrap().split('=').next().unwrap();
        assert!(said.contains(option), "{case:?}: {said}");
    }
}

#[test]
fn a_mode_is_octal() {
    for mode in ["9", "01000", "rw", ""] {
        assert_eq!(
            refused(&["send", &format!("--mode={mode}")]),
            format!(
                "error: invalid value '{mode}' for '--mode <MODE>': permission bits in octal, as 0600"
            )
        );
    }
}

#[test]
fn options_that_contradict_each_other_are_refused() {
    let cases: [&[&str]; 11] = [
        &["send", "--lines", "a message"],
        &["send", "--receivers", "2"],
        &["send", "--dead-after", "1s"],
        &["send", "--backpressure", "--wire", "text"],
        &["send", "--key", "0x1234", "--path", "."],
        &["send", "--key", "0x1234", "--id", "S"],
        &["recv", "--any", "--expect", "a"],
        &["recv", "--json", "--raw"],
        &["recv", "--latest", "--new"],
        &["send", "--wire", "morse"],
        &["rm", "--json"],
    ];
    for case in cases {
        refused(case);
    }
}

#[test]
fn unknown_words_are_refused() {
    for case in [&["sned"][..], &["send", "--cuont", "1"], &["list", "all"]] {
        refused(case);
    }
}
