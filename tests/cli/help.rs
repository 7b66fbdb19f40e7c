//! Does `host` explain itself?

use std::collections::BTreeSet;

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
    for command in [
        "send", "recv", "status", "list", "rm", "demo", "tour", "bench",
    ] {
        assert!(alone.contains(&format!("\n  {command} ")), "{command}");
    }
    assert!(!alone.contains("bench-peer"), "nobody types that");
    assert!(
        alone.contains(
            "\nExit codes: 0 done, 1 failed, 2 usage, 3 timed out. A signal ends it as a\n"
        )
    );
}

/// Beside those for the place, and `--help`.
const OPTIONS: [(&str, &str); 8] = [
    (
        "send",
        "--interval <TIME> --count <N> --lines --delimited --null --slot <BYTES> --stream --progress --backpressure --receivers <N> \
         --dead-after <TIME> --timeout <TIME> --drain-timeout <TIME> --mode <MODE> --keep --spin <TIME> --wire <WIRE> --quiet --allow-uid <UID>",
    ),
    (
        "recv",
        "--expect <TEXT> --any --count <N> --until-close --timeout <TIME> --latest --interval <TIME> --new --stream \
         --progress --json --payload <ENCODING> --raw --delimited --null --spin <TIME> --wire <WIRE> --allow-uid <UID>",
    ),
    ("status", "--json --allow-uid <UID>"),
    ("rm", "--force"),
    ("list", "--json"),
    ("tour", "--list"),
    ("demo", "--count <N> --interval <TIME>"),
    (
        "bench",
        "--json --size <BYTES>... --seconds <N> --only <NAME>... --against <EXECUTABLE>",
    ),
];

const KEY: &str = " --key <0x...> --path <P> --id <C>";
const MAP: &str = " --map <FILE> --offset <N> --uio-map <N> --size <BYTES>";

/// Which of the two a command takes.
fn place(command: &str) -> String {
    match command {
        "send" | "recv" | "status" => [KEY, MAP].concat(),
        "rm" => KEY.into(),
        _ => String::new(),
    }
}

/// The long options in what a help says, each with the name of its value. A line that begins with `- ` is a value.
fn listed(said: &str) -> BTreeSet<&str> {
    let lines = said
        .lines()
        .map(str::trim)
        // "- name:" begins a value that an option takes.
        .filter(|line| line.starts_with('-') && !line.starts_with("- "));
    let options = lines.filter_map(|line| line.split_once("--"));
    options
        .map(|(_, option)| option.split("  ").next().unwrap())
        .collect()
}

#[test]
fn each_command_lists_its_options() {
    for (command, options) in OPTIONS {
        let said = help(&[command, "--help"]);
        let options = format!("{options}{} --help", place(command));
        let expected = options.trim_start_matches("--").split(" --").collect();
        assert_eq!(listed(&said), expected, "{command}");
    }
    assert!(help(&["send", "--help"]).contains(" [MESSAGE]..."));
}

#[test]
fn it_knows_its_version() {
    let version = concat!("host ", env!("CARGO_PKG_VERSION"));
    assert_eq!(help(&["--version"]), version);
}
