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

/// Beside those for the key.
const OPTIONS: [(&str, &str); 6] = [
    (
        "send",
        "[MESSAGE]... --interval <TIME> --count <N> --lines --size <BYTES> --slot <BYTES> --backpressure \
         --receivers <N> --dead-after <TIME> --mode <MODE> --keep --wire <WIRE> --quiet --allow-uid <UID>",
    ),
    (
        "recv",
        "--expect <TEXT> --any --count <N> --until-close --timeout <TIME> --latest --interval <TIME> --new --json \
         --raw --wire <WIRE> --allow-uid <UID>",
    ),
    ("status", "--json --allow-uid <UID>"),
    ("rm", "--force"),
    ("list", "--json"),
    ("demo", "--count <N> --interval <TIME>"),
];

#[test]
fn each_command_lists_its_options() {
    for (command, options) in OPTIONS {
        let said = help(&[command, "--help"]);
        let key = match command {
            "list" | "demo" => "",
            _ => " --key <0x...> --path <P> --id <C>",
        };
        for option in format!("{options}{key}").split(" --") {
            assert!(said.contains(option), "{command}: no {option} in\n{said}");
        }
    }
}

#[test]
fn it_knows_its_version() {
    let version = concat!("host ", env!("CARGO_PKG_VERSION"));
    assert_eq!(help(&["--version"]), version);
}
