//! How much flash does the header take? `core/COST.md` says so, and a figure that is wrong by a tenth fails here.

use std::path::Path;
use std::process::Command;

use crate::compilers::{compiler, has, run};

const PARTS: [(&str, &[&str]); 5] = [
    ("sender", &["-DSENDER"]),
    ("receiver, overwrite", &["-DRECEIVER"]),
    ("receiver, backpressure", &["-DRECEIVER", "-DSEATED"]),
    (
        "sender and receiver, overwrite",
        &["-DSENDER", "-DRECEIVER"],
    ),
    ("format", &["-DFORMAT"]),
];

const CORES: [&str; 2] = ["-mcpu=cortex-m0plus", "-mcpu=cortex-m4"];

/// Bytes of code and constants.
fn size(core: &str, part: &[&str]) -> u32 {
    let object =
        Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("size{core}{}.o", part.concat()));
    let flags = ["-std=c11", "-Os", "-ffreestanding", "-mthumb", core];
    let compile = ["-c", "size.c", "-o"];
    run(compiler("arm-none-eabi-gcc")
        .args(flags)
        .args(part)
        .args(compile)
        .arg(&object));
    let table = run(Command::new("arm-none-eabi-size").arg(&object));
    let bytes = table.lines().nth(1).unwrap().split_whitespace().next();
    bytes.unwrap().parse().unwrap()
}

/// What the page says of this part.
fn stated(part: &str) -> [u32; 2] {
    let page = include_str!("../../core/COST.md");
    let (_, section) = page.split_once("## The header for C").expect("the section");
    let row = format!("| {part} |");
    let line = section.lines().find(|line| line.starts_with(&row));
    let cells: Vec<_> = line.expect(part).split('|').map(str::trim).collect();
    [cells[2], cells[3]].map(|cell| cell.parse().unwrap())
}

#[test]
fn it_is_as_small_as_the_page_says() {
    if !has("arm-none-eabi-gcc") {
        return;
    }
    for (name, part) in PARTS {
        let found = CORES.map(|core| size(core, part));
        println!("| {name} | {} | {} |", found[0], found[1]);
        for (found, stated) in found.into_iter().zip(stated(name)) {
            assert!(
                found.abs_diff(stated) <= stated / 10,
                "{name}: {found}, not {stated}"
            );
        }
    }
}
