//! Is the header as small, as documented and as free of dependencies as it says?

use std::fs;
use std::path::Path;

fn header() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../core/c/ramframe.h");
    fs::read_to_string(path).unwrap()
}

/// The lines of `text` outside of comments, with their numbers.
fn code(text: &str) -> Vec<(usize, String)> {
    let mut left = text;
    let mut code = String::new();
    while let Some((before, comment)) = left.split_once("/*") {
        let (inside, after) = comment.split_once("*/").expect("a comment ends");
        code.push_str(before);
        code.extend(inside.matches('\n'));
        left = after;
    }
    code.push_str(left);
    let lines = (1..).zip(code.lines().map(String::from));
    lines.filter(|(_, line)| !line.trim().is_empty()).collect()
}

/// First line and number of lines of each function's body, its braces left out.
fn functions(code: &[(usize, String)]) -> Vec<(String, usize)> {
    let mut functions = Vec::new();
    let mut open: Option<(String, usize)> = None;
    for (_, line) in code {
        if line.starts_with("static inline") {
            open = Some((line.clone(), 0));
        }
        match &mut open {
            Some((_, lines)) if line.starts_with("    ") && !line.trim_end().ends_with(") {") => {
                *lines += 1;
            }
            Some((_, lines)) if line.starts_with("    ") => *lines += 1,
            Some((_, lines)) if line.ends_with(" }") => *lines = 1,
            _ => {}
        }
        if line.ends_with('}') && !line.starts_with(' ') {
            functions.extend(open.take());
        }
    }
    functions
}

#[test]
fn it_is_small() {
    let text = header();
    let code = code(&text);
    assert!(code.len() <= 1500, "{} lines of code", code.len());
    let mut sizes: Vec<_> = functions(&code)
        .into_iter()
        .map(|(_, lines)| lines)
        .collect();
    sizes.sort_unstable();
    assert!(sizes.len() > 100, "{} functions", sizes.len());
    assert!(
        sizes[sizes.len() / 2] <= 8,
        "median {}",
        sizes[sizes.len() / 2]
    );
    assert!(sizes[sizes.len() - 1] <= 40);
}

#[test]
fn it_needs_three_headers() {
    let text = header();
    let bare = text.split("#ifdef RAMFRAME_LINUX").next().unwrap();
    let included: Vec<_> = bare
        .lines()
        .filter(|line| line.starts_with("#include"))
        .collect();
    let three = ["<stdbool.h>", "<stddef.h>", "<stdint.h>"].map(|name| format!("#include {name}"));
    assert_eq!(included, three);
    for forbidden in [
        "compare_exchange",
        "fetch_add",
        "exchange_n",
        "memcpy(",
        "malloc",
    ] {
        let uses = code(&text)
            .into_iter()
            .find(|(_, line)| line.contains(forbidden));
        assert!(uses.is_none(), "{forbidden}: {uses:?}");
    }
}

/// Names with an underscore at their end are the header's own.
#[test]
fn every_public_function_is_documented() {
    let text = header();
    let mut count = 0;
    for (line, _) in functions(&code(&text)) {
        let name = line
            .split('(')
            .next()
            .unwrap()
            .rsplit([' ', '*'])
            .next()
            .unwrap();
        if !name.ends_with('_') {
            count += 1;
            let documented =
                text.contains(&format!("{name}: ")) || text.contains(&format!("{name}, "));
            assert!(documented, "{name}");
        }
    }
    assert!(count > 25, "{count} public functions");
}
