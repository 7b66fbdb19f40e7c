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
                    "error: invalid value '{key}' for '--key <KEY>': key 0x00000000 is reserved (IPC_PRIVATE, a new segment each time); use another, for example `--key 0x52414d46`"
                )
            );
        }
        for key in ["-1", "0xffffffff", "4294967295"] {
            assert_eq!(
                refused(&[command, &format!("--key={key}")]),
                format!(
                    "error: invalid value '{key}' for '--key <KEY>': key 0xffffffff is reserved (-1, ftok's failure); use another, for example `--key 0x52414d46`"
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
            said.contains(
                "is not a number of 32 bits; write it as `--key 0x52414d46`, or in decimal"
            ),
            "{said}"
        );
    }
}

/// A signal is heard only after it.
#[test]
fn a_spin_that_is_longer_than_a_nap_is_refused() {
    for command in ["send", "recv"] {
        assert_eq!(
            refused(&[command, "--spin", "101ms"]),
            "error: invalid value '101ms' for '--spin <TIME>': at most 100ms"
        );
    }
}

#[test]
fn what_is_no_id_is_refused() {
    for id in ["", "SS", "ż", "00", "0x0", "256"] {
        assert_eq!(
            refused(&["recv", &format!("--id={id}")]),
            format!(
                "error: invalid value '{id}' for '--id <CHAR>': give one ASCII character, or its number from 1 to 255: 65, 0x41, 01"
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
        &["send", "--backpressure", "--reclaim-after", "never"],
        &["recv", "--timeout", "5"],
        &["recv", "--trust-uid", "no such user"],
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
fn what_is_no_size_is_refused() {
    for size in [
        "",
        "K",
        "-1",
        "+1",
        "1k",
        "1KB",
        "1.5K",
        "0x",
        "18446744073709551616",
        "17179869184G",
    ] {
        assert_eq!(
            refused(&["send", &format!("--size={size}")]),
            format!(
                "error: invalid value '{size}' for '--size <SIZE>': write a size in bytes: 4096, 4K, 1M or 0x1000"
            )
        );
    }
    for slot in ["0", "1G", "1073741809"] {
        assert_eq!(
            refused(&["send", &format!("--slot={slot}")]),
            format!(
                "error: invalid value '{slot}' for '--slot <SIZE>': from 1 to 1073741808 bytes"
            )
        );
    }
}

#[test]
fn what_is_no_name_is_refused() {
    let cases = [
        (
            "abcdefghijklmnopqrstuvwxy",
            "a name of 25 bytes, and the longest has 24; use a shorter one",
        ),
        (
            "a\u{1b}",
            "a name with a control character at byte 1; leave it out",
        ),
    ];
    for (name, why) in cases {
        let said = refused(&["recv", "--name", name]);
        assert!(
            said.ends_with(&format!("' for '--name <NAME>': {why}")),
            "{said}"
        );
    }
}

#[test]
fn a_user_that_is_not_there_is_refused() {
    assert_eq!(
        refused(&["status", "--trust-uid", "no such user"]),
        "error: invalid value 'no such user' for '--trust-uid <USER>': there is no such user; `getent passwd` lists users"
    );
}

#[test]
fn a_mode_is_octal() {
    for mode in ["9", "01000", "rw", ""] {
        assert_eq!(
            refused(&["send", &format!("--mode={mode}")]),
            format!(
                "error: invalid value '{mode}' for '--mode <MODE>': write permission bits in octal, such as 0600"
            )
        );
    }
}

#[test]
fn a_mode_does_not_keep_its_own_user_out() {
    for (mode, better) in [
        ("0444", "0644"),
        ("400", "0600"),
        ("0", "0600"),
        ("266", "0666"),
    ] {
        assert_eq!(
            refused(&["send", &format!("--mode={mode}")]),
            format!(
                "error: invalid value '{mode}' for '--mode <MODE>': its owner must be able to read and write the segment: use {better}"
            )
        );
    }
}

#[test]
fn options_that_contradict_each_other_are_refused() {
    let cases: [&[&str]; 24] = [
        &["send", "--lines", "a message"],
        &["send", "--name", "log", "--key", "0x1234"],
        &["send", "--name", "log", "--path", "."],
        &["send", "--overwrite", "--backpressure"],
        &["send", "--lines", "--overwrite", "--receivers", "2"],
        &["send", "--lines", "--overwrite", "--reclaim-after", "1s"],
        &["send", "--lines", "--wire", "text", "--receivers", "2"],
        &["send", "--stream", "--overwrite"],
        &["recv", "--quiet", "--verbose"],
        &["send", "--reclaim-after", "1s"],
        &["send", "--backpressure", "--wire", "text"],
        &["send", "--key", "0x1234", "--path", "."],
        &["send", "--key", "0x1234", "--id", "S"],
        &["recv", "--any", "--expect", "a"],
        &["recv", "--json", "--raw"],
        &["recv", "--json", "--delimited"],
        &["recv", "--raw", "-0"],
        &["recv", "--null", "--delimited"],
        &["status", "--json", "--prometheus"],
        &["send", "--lines", "-0"],
        &["send", "--delimited", "a message"],
        &["recv", "--sample", "--from-now"],
        &["send", "--wire", "morse"],
        &["rm", "--json"],
    ];
    for case in cases {
        refused(case);
    }
}

/// Together with `one`, each of `others` is refused, and both are named.
fn contradict(one: &[&str], others: &[&str]) {
    for other in others {
        let words = other.split(' ');
        let said = refused(&one.iter().copied().chain(words).collect::<Vec<_>>());
        let name = other.split(' ').next().unwrap();
        assert!(said.contains("cannot be used with"), "{other}: {said}");
        for option in [one[1], name] {
            assert!(said.contains(&format!("'{option}")), "{other}: {said}");
        }
    }
}

#[test]
fn a_stream_is_no_messages() {
    let send = [
        "--lines",
        "--delimited",
        "--null",
        "--interval 1s",
        "--count 1",
        "--wire framed",
    ];
    contradict(&["send", "--stream"], &send);
    contradict(&["send", "--stream"], &["--map ram"]);
    let said = refused(&["send", "--stream", "a message"]);
    assert!(said.contains("'--stream' cannot be used with"), "{said}");
    let recv = [
        "--expect a",
        "--any",
        "--count 1",
        "--sample",
        "--interval 1s",
        "--from-now",
        "--strict",
        "--json",
        "--raw",
        "--delimited",
        "--null",
        "--wire framed",
        "--map ram",
    ];
    contradict(&["recv", "--stream"], &recv);
}

#[test]
fn a_map_is_no_segment() {
    let key = ["--name log", "--key 0x1234", "--path .", "--id S"];
    for command in ["send", "recv", "status"] {
        contradict(&[command, "--map", "ram"], &key);
    }
    let send = ["--mode 0600", "--keep", "--wire framed"];
    contradict(&["send", "--map", "ram"], &send);
    let lossless = ["send", "--map", "ram", "--backpressure"];
    contradict(&lossless, &["--reclaim-after 1s"]);
    contradict(&["recv", "--map", "ram"], &["--wire framed"]);
}

#[test]
fn options_that_need_another_are_refused_alone() {
    let cases: [&[&str]; 9] = [
        &["send", "--progress"],
        &["recv", "--progress"],
        &["send", "--offset", "64"],
        &["recv", "--offset", "64"],
        &["status", "--offset", "64"],
        &["recv", "--size", "64"],
        &["status", "--size", "64"],
        &["send", "--receivers", "2"],
        &["recv", "--payload", "hex"],
    ];
    for case in cases {
        let said = refused(case);
        assert!(said.contains("required arguments"), "{case:?}: {said}");
    }
}

#[test]
fn bench_measures_only_what_it_can() {
    let cases = [
        "--size 7",
        "--size 16777217",
        "--size 17M",
        "--duration 999ms",
        "--duration 3601s",
        "--seconds 3601",
        "--only nobody",
    ];
    for case in cases {
        let said = refused(
            &["bench"]
                .into_iter()
                .chain(case.split(' '))
                .collect::<Vec<_>>(),
        );
        let option = case.split(' ').next().unwrap();
        assert!(said.contains(option), "{case}: {said}");
    }
}

#[test]
fn unknown_words_are_refused() {
    let cases: [&[&str]; 4] = [
        &["sned"],
        &["send", "--cuont", "1"],
        &["list", "all"],
        &["rm", "--map", "ram"],
    ];
    for case in cases {
        refused(case);
    }
}
