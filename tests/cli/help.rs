//! Does `host` explain itself?

use crate::processes::Folder;
use crate::run;

fn help(args: &[&str]) -> String {
    let ended = run(&Folder::new(), args);
    assert_eq!((ended.code, &*ended.errors), (Some(0), ""), "{args:?}");
    ended.lines.join("\n")
}

#[test]
fn alone_it_prints_its_help() {
    let alone = help(&[]);
    assert!(
        alone.starts_with("Messages through memory that two sides can see"),
        "{alone}"
    );
    assert_eq!(alone, help(&["--help"]));
    assert_eq!(alone, help(&["help"]));
    for command in ["send", "recv", "status", "list", "rm", "demo"] {
        assert!(alone.contains(&format!("\n  {command} ")), "{command}");
    }
    assert!(
        alone.contains("\nExit codes: 0 done, 1 failed, 2 usage, 3 timed out, 130 interrupted.\n")
    );
}

#[test]
fn each_command_lists_its_options() {
    let key = ["--key <0x...>", "--path <P>", "--id <C>"];
    let commands: [(&str, &[&str]); 6] = [
        (
            "send",
            &[
                "[MESSAGE]...",
                "--interval <TIME>",
                "--count <N>",
                "--lines",
                "--size <BYTES>",
                "--slot <BYTES>",
                "--backpressure",
                "--receivers <N>",
                "--dead-after <TIME>",
                "--mode <MODE>",
                "--keep",
                "--wire <WIRE>",
                "--quiet",
                "--allow-uid <UID>",
            ],
        ),
        (
            "recv",
            &[
                "--expect <TEXT>",
                "--any",
                "--count <N>",
                "--until-close",
                "--timeout <TIME>",
                "--latest",
                "--interval <TIME>",
                "--new",
                "--json",
                "--raw",
                "--wire <WIRE>",
                "--allow-uid <UID>",
            ],
        ),
        ("status", &["--json", "--allow-uid <UID>"]),
        ("rm", &["--force"]),
        ("list", &["--json"]),
        ("demo", &["--count <N>", "--interval <TIME>"]),
    ];
    for (command, options) in commands {
        let said = help(&[command, "--help"]);
        let keyed = !["list", "demo"].contains(&command);
        let keys = if keyed { &key[..] } else { &[] };
        for option in options.iter().chain(keys) {
            assert!(
                said.contains(option),
                "{command}: {option} is not in\n{said}"
            );
        }
    }
}

#[test]
fn it_knows_its_version() {
    let version = concat!("host ", env!("CARGO_PKG_VERSION"));
    assert_eq!(help(&["--version"]), version);
}
