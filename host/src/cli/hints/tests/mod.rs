//! Each hint and each example names only what can be typed.

mod errors;

use clap::error::ErrorKind;

use self::errors::errors;
use super::of;
use crate::cli::args::command;

/// What is not the program's own, and may be typed too; the last is only spoken of.
const OTHERS: [&str; 9] = [
    "chmod", "docker", "fuser", "ipcrm", "ipcs", "ls", "sysctl", "truncate", "ftok",
];

/// What stands in backticks.
fn typed(hint: &str) -> Vec<&str> {
    assert!(hint.matches('`').count().is_multiple_of(2), "{hint}");
    hint.split('`').skip(1).step_by(2).collect()
}

/// The words of a command as a shell takes them.
fn words(command: &str) -> Vec<String> {
    let (mut words, mut word, mut quoted, mut any) = (Vec::new(), String::new(), false, false);
    let mut chars = command.chars();
    while let Some(char) = chars.next() {
        any |= char != ' ';
        match char {
            '\'' => quoted = !quoted,
            '\\' if !quoted => word.extend(chars.next()),
            ' ' if !quoted => {
                words.extend(std::mem::take(&mut any).then(|| std::mem::take(&mut word)));
            }
            _ => word.push(char),
        }
    }
    words.extend(any.then_some(word));
    words
}

/// Whether an option is one of a command that people type.
fn has_option(command: &clap::Command, option: &str) -> bool {
    let name = option.trim_start_matches('-');
    let mut arguments = command.get_arguments();
    arguments.any(|argument| argument.get_long() == Some(name) && !argument.is_hide_set())
}

/// Why a command line is none; `None` for one that only lacks something else that must be typed too.
fn refusal(line: &[String]) -> Option<clap::Error> {
    let error = command().try_get_matches_from(line).err()?;
    (error.kind() != ErrorKind::MissingRequiredArgument).then_some(error)
}

fn check(word: &str, hint: &str) {
    let line = words(word);
    if line[0] == "host" {
        assert!(refusal(&line).is_none(), "{word:?} of {hint}");
    } else if word.starts_with("--") {
        let takes = |command: &&clap::Command| has_option(command, &line[0]);
        let command = command();
        let names = command
            .get_subcommands()
            .filter(takes)
            .map(|command| command.get_name());
        let with = |name: &str| [&["host".into(), name.into()], &line[..]].concat();
        let mut lines = names.map(with).peekable();
        assert!(lines.peek().is_some(), "{word:?} of {hint}");
        let alone = line.len() == 1;
        assert!(
            alone || lines.any(|line| refusal(&line).is_none()),
            "{word:?} of {hint}"
        );
    } else {
        assert!(OTHERS.contains(&&*line[0]), "{word:?} of {hint}");
    }
}

#[test]
fn every_hint_can_be_typed() {
    let errors = errors();
    assert!(errors.len() > 200);
    for error in errors {
        let hint = of(&*error);
        assert!(!hint.contains('\n'), "{hint}");
        typed(&hint).iter().for_each(|word| check(word, &hint));
    }
}

/// What to type is not the library's to say.
#[test]
fn the_library_names_no_option() {
    for error in errors() {
        let text = error.to_string();
        let named = ["`host", "`-", " --"]
            .iter()
            .any(|word| text.contains(word));
        assert!(!named, "{text}");
    }
}

/// The command lines in an example: what stands between pipes, and before a redirection.
fn commands(example: &str) -> impl Iterator<Item = &str> {
    let lines = example.lines().map(str::trim);
    let parts = lines.flat_map(|line| line.split(['|', '(', ')', '>', '<']));
    parts
        .map(str::trim)
        .filter(|part| part.starts_with("host "))
}

#[test]
fn every_command_has_an_example_that_can_be_typed() {
    for described in command()
        .get_subcommands()
        .filter(|command| !command.is_hide_set())
    {
        let name = described.get_name();
        let help = described.get_after_long_help().expect(name).to_string();
        let lines: Vec<_> = commands(&help).map(words).collect();
        assert!(
            lines
                .iter()
                .any(|line| line.get(1).is_some_and(|word| word == name)),
            "{name}"
        );
        for line in lines {
            let refused = command().try_get_matches_from(&line).err();
            assert!(refused.is_none(), "{line:?}: {}", refused.unwrap());
        }
    }
}

#[test]
fn the_command_line_is_sound() {
    command().debug_assert();
}
