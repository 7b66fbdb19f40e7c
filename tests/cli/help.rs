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
    assert_eq!(alone, help(&["-h"]));
    let long = help(&["--help"]);
    assert_eq!(long, help(&["help"]));
    for (command, _) in OPTIONS {
        assert!(alone.contains(&format!("\n  {command} ")), "{command}");
        assert!(long.contains(&format!("\n  {command} ")), "{command}");
    }
    assert!(!long.contains("bench-peer"), "nobody types that");
    assert!(long.contains(
        "\nExit codes: 0 done, 1 failed, 2 wrong option or value, 3 timed out. After a\n"
    ));
}

/// Beside those for the place, and `--help`.
const OPTIONS: [(&str, &str); 10] = [
    (
        "send",
        "--lines --delimited --null --count <COUNT> --interval <TIME> --stream --slot <SIZE> --wire <FORMAT> --backpressure \
         --overwrite --receivers <COUNT> --share <COUNT> --reclaim-after <TIME> --timeout <TIME> --drain-timeout <TIME> --keep --spin <TIME> \
         --quiet --verbose --progress --mode <MODE> --trust-uid <USER>",
    ),
    (
        "recv",
        "--any --expect <TEXT> --strict --count <COUNT> --stream --wire <FORMAT> --until-close --timeout <TIME> --share --from-now \
         --sample --interval <TIME> --spin <TIME> --json --payload <ENCODING> --raw --delimited --null --progress --quiet \
         --verbose --trust-uid <USER>",
    ),
    ("status", "--json --prometheus --trust-uid <USER>"),
    ("rm", "--force"),
    ("list", "--json"),
    ("tour", "--list"),
    ("demo", "--count <COUNT> --interval <TIME>"),
    (
        "bench",
        "--duration <TIME> --size <SIZE>... --only <NAME>... --against <EXECUTABLE> --json",
    ),
    ("completions", ""),
    ("man", ""),
];

const KEY: &str = " --name <NAME> --key <KEY> --path <PATH> --id <CHAR>";
const MAP: &str = " --map <FILE> --offset <SIZE> --uio-map <NUMBER> --size <SIZE>";

/// Which of the two a command takes.
fn place(command: &str) -> String {
    match command {
        "send" | "recv" | "status" => [KEY, MAP].concat(),
        "rm" => KEY.into(),
        _ => String::new(),
    }
}

/// The long options in what a help says, each with the name of its value.
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
        let options = options.trim_start().trim_start_matches("--");
        let expected = options.split(" --").collect();
        assert_eq!(listed(&said), expected, "{command}");
    }
    assert!(help(&["send", "--help"]).contains(" [MESSAGE]..."));
}

/// Of the commands whose help has several.
#[test]
fn options_stand_under_headings() {
    let all = ["Message:", "Location:", "Delivery:", "Output:", "Access:"];
    for command in ["send", "recv"] {
        let said = help(&[command, "--help"]);
        let headings = said
            .lines()
            .filter(|line| line.ends_with(':') && !line.starts_with(' '));
        let headings: Vec<_> = headings.collect();
        assert_eq!(headings, [&all[..], &["Examples:"]].concat(), "{command}");
        assert!(!said.contains("\nOptions:"), "{command}");
    }
}

/// What `host` prints on a terminal of so many columns.
fn on_columns(columns: &str, args: &[&str]) -> Vec<String> {
    let mut command = Folder::new().host(args);
    command.env("COLUMNS", columns).current_dir("/");
    let printed = command.output().unwrap().stdout;
    let printed = String::from_utf8(printed).unwrap();
    printed.lines().map(str::to_owned).collect()
}

#[test]
fn a_short_help_fits_a_screen() {
    for command in OPTIONS.map(|(command, _)| command) {
        let lines = on_columns("80", &[command, "-h"]);
        assert!(
            lines.len() <= 23,
            "{command}: {} lines: {lines:#?}",
            lines.len()
        );
        for line in &lines {
            assert!(line.chars().count() <= 80, "{command}: {line}");
        }
        let last = lines.last().unwrap();
        assert!(last.contains(&format!("`host {command} --help`")), "{last}");
    }
    assert!(on_columns("80", &["-h"]).len() <= 23);
}

#[test]
fn a_long_help_has_no_long_line() {
    for command in OPTIONS.map(|(command, _)| command) {
        for line in on_columns("200", &[command, "--help"]) {
            assert!(line.chars().count() <= 100, "{command}: {line}");
        }
    }
}

/// What was typed before options had their present names.
#[test]
fn old_spellings_are_understood() {
    let folder = Folder::new();
    let send = [
        "send",
        "--backpressure",
        "--dead-after",
        "1s",
        "--count",
        "0",
    ];
    crate::well(&folder, &[&send[..], &["--allow-uid", "0"]].concat());
    let recv = ["recv", "--allow-uid", "0", "--count", "0"];
    crate::well(&folder, &[&recv[..], &["--new"]].concat());
    crate::well(&folder, &[&recv[..], &["--latest"]].concat());
    let said = run(&folder, &["bench", "--seconds", "0"]).errors;
    assert!(said.contains("0 is not in 1..=3600"), "{said}");
    folder.assert_clean();
}

/// The tests of `host`, but for this file: a list of options types none.
fn tests() -> String {
    let mut text = String::new();
    for folder in [
        "cli",
        "bench",
        "pump",
        "streams_and_signals",
        "torture",
        "tour",
        "tutorial",
    ] {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../tests")
            .join(folder);
        for file in std::fs::read_dir(folder).unwrap() {
            let path = file.unwrap().path();
            if path.extension().is_some_and(|end| end == "rs") && !path.ends_with("help.rs") {
                text += &std::fs::read_to_string(path).unwrap();
            }
        }
    }
    text
}

/// Whether some text types this option, alone or with a value behind it.
fn types(text: &str, option: &str) -> bool {
    [
        format!("\"{option}\""),
        format!("\"{option} "),
        format!("\"{option}="),
        format!(" {option} "),
    ]
    .iter()
    .any(|typed| text.contains(typed))
}

#[test]
fn every_option_is_typed_by_a_test() {
    let tests = tests();
    for (command, _) in OPTIONS {
        let said = help(&[command, "--help"]);
        let lines = said
            .lines()
            .map(str::trim)
            .filter(|line| line.starts_with('-'));
        let words = lines
            .flat_map(|line| line.split([' ', ',']))
            .filter(|word| word.len() > 1);
        for option in words.filter(|word| word.starts_with('-') && *word != "--help") {
            assert!(types(&tests, option), "no test types {option} of {command}");
        }
    }
}

#[test]
fn it_knows_its_version() {
    let version = concat!("host ", env!("CARGO_PKG_VERSION"));
    assert_eq!(help(&["--version"]), version);
}
