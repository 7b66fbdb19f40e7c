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
                "error: invalid value '{id}' for '--id <C>': one character of one byte, as ftok takes it, or its number: 65, 0x41, 01"
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
                "error: invalid value '{mode}' for '--mode <MODE>': you must be able to read and write it: use {better}"
            )
        );
    }
}

#[test]
fn options_that_contradict_each_other_are_refused() {
    let cases: [&[&str]; 15] = [
        &["send", "--lines", "a message"],
        &["send", "--dead-after", "1s"],
        &["send", "--backpressure", "--wire", "text"],
        &["send", "--key", "0x1234", "--path", "."],
        &["send", "--key", "0x1234", "--id", "S"],
        &["recv", "--any", "--expect", "a"],
        &["recv", "--json", "--raw"],
        &["recv", "--json", "--delimited"],
        &["recv", "--raw", "-0"],
        &["recv", "--null", "--delimited"],
        &["send", "--lines", "-0"],
        &["send", "--delimited", "a message"],
        &["recv", "--latest", "--new"],
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
        "--latest",
        "--interval 1s",
        "--new",
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
    let key = ["--key 0x1234", "--path .", "--id S"];
    for command in ["send", "recv", "status"] {
        contradict(&[command, "--map", "ram"], &key);
    }
    let send = ["--mode 0600", "--keep", "--wire framed"];
    contradict(&["send", "--map", "ram"], &send);
    let lossless = ["send", "--map", "ram", "--backpressure"];
    contradict(&lossless, &["--dead-after 1s"]);
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
        "--seconds 0",
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
