//! Do the pages tell the truth? Every console block is run, every offset, figure and program is checked.

mod cargo;
mod console;
#[path = "../own_key/mod.rs"]
mod own_key;
mod pages;

use std::fs;
use std::path::PathBuf;

use ramframe_core::geometry::Geometry;

use pages::{Page, page, root};

/// The blocks of one language on one page, in order.
fn blocks(page: &Page, language: &str) -> Vec<String> {
    let blocks = page.blocks().into_iter();
    let blocks = blocks.filter(|block| block.language == language);
    blocks.map(|block| block.text).collect()
}

#[test]
fn every_program_in_c_is_an_example() {
    let programs = blocks(&page("README.md"), "c");
    assert!(!programs.is_empty(), "the README has lost its program in C");
    let examples = fs::read_dir(root().join("core/c/examples")).expect("the examples");
    let examples: String = examples
        .map(|file| fs::read_to_string(file.expect("a file").path()).expect("text"))
        .collect();
    assert!(programs.iter().all(|program| examples.contains(program)));
}

#[test]
fn the_test_command_is_what_ci_calls() {
    let ci = fs::read_to_string(root().join(".ci/run")).expect("the CI script is there");
    assert!(blocks(&page("README.md"), "console").contains(&"$ cargo test\n".to_owned()));
    assert!(
        ci.contains("readme_test_command"),
        ".ci/run takes its test command from the README"
    );
}

#[test]
fn the_picture_has_the_offsets_of_the_geometry() {
    let geometry = Geometry::overwrite(8, 48);
    let picture = blocks(&page("host/LINUX.md"), "text")
        .into_iter()
        .find(|block| block.contains("constants"))
        .expect("a picture");
    let offset = |name: &str| {
        let line = picture
            .lines()
            .find(|line| line.contains(name))
            .unwrap_or_else(|| panic!("{name} is missing"));
        usize::from_str_radix(
            line.trim_start_matches("0x").get(..3).expect("an offset"),
            16,
        )
        .expect("hexadecimal")
    };
    let pictured = [
        "constants",
        "session",
        "head ",
        "requests",
        "slot 0",
        "slot 7",
        "not used",
    ]
    .map(offset);
    let real = [
        0,
        geometry.session_line(),
        geometry.head_line(),
        geometry.requests_line(),
        geometry.slot(0),
        geometry.slot(7),
        832,
    ];
    assert_eq!(pictured, real);
    assert_eq!(geometry.size(), 832);
    assert_eq!(
        geometry.max_slots_in(1024),
        Some(geometry),
        "the default channel"
    );
}

/// What a page links to in the repository, beside the page; and the tests that it names.
fn named(page: &Page) -> Vec<PathBuf> {
    let code = page.code();
    let tests = code.iter().filter(|code| code.starts_with("tests/"));
    // The first word: a file may be named with what it is told.
    let tests = tests.filter_map(|code| code.split([' ', '*']).next());
    let links = page.text.split("](").skip(1);
    let links = links.filter_map(|rest| rest.split([')', '#']).next());
    let links = links.filter(|link| !link.contains("://"));
    let folder = root().join(page.path.parent().expect("a folder"));
    tests
        .map(|test| root().join(test))
        .chain(links.map(|link| folder.join(link)))
        .collect()
}

#[test]
fn every_test_and_file_that_is_named_exists() {
    let all = pages::all();
    let known = |name| all.iter().any(|page| page.name() == name);
    assert!(known("README.md") && known("host/LINUX.md") && known("core/LAYOUT.md"));
    let missing: Vec<PathBuf> = all
        .iter()
        .flat_map(named)
        .filter(|path| !path.exists())
        .collect();
    assert_eq!(missing, Vec::<PathBuf>::new());
}

#[test]
fn the_readme_fits_two_hundred_lines() {
    assert!(page("README.md").text.lines().count() < 200);
}

/// The cells of a row of a table.
fn cells(row: &str) -> Vec<&str> {
    row.trim_matches('|').split('|').map(str::trim).collect()
}

/// The figures of an image in core/COST.md, which other tests measure: its flash on either core.
fn cost(cost: &Page, image: &str) -> [String; 2] {
    let (language, image) = image.split_once(": ").expect("a language");
    let (rust, c) = cost.text.split_once("## The header for C").expect("both");
    let (table, columns) = match language {
        "Rust" => (rust, [1, 3]),
        "C" => (c, [1, 2]),
        other => panic!("{other}: no table has it"),
    };
    let mut rows = table.lines().map(cells);
    let row = rows
        .find(|row| row[0] == image)
        .unwrap_or_else(|| panic!("{image}: no such row"));
    columns.map(|column| row[column].to_owned())
}

#[test]
fn the_sizes_are_those_that_were_measured() {
    let (readme, measured) = (page("README.md"), page("core/COST.md"));
    let rows = readme.text.lines().map(cells);
    let rows: Vec<_> = rows
        .filter(|row| row.len() == 3 && row[1].parse::<u32>().is_ok())
        .collect();
    assert_eq!(rows.len(), 6, "{rows:?}");
    for row in rows {
        assert_eq!(cost(&measured, row[0]), row[1..], "{}", row[0]);
    }
}
