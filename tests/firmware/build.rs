//! Which linker script does an image get? By its target, and on Cortex-M by its board. Which object of C? And what code does the
//! guide show?

use std::env::var;
use std::fs::{read_dir, read_to_string, write};

/// Images for the board with two Cortex-M33; every other one is for the board with one Cortex-M3.
const TWO_CORES: [&str; 2] = ["two_cores", "mixed"];
/// Where `run` has put the side of `mixed` that is in C, a folder for each target.
const C_OBJECTS: &str = "RAMFRAME_C_OBJECTS";
const GUIDE: &str = "../../core/BARE_METAL.md";

fn main() {
    let folder = format!("{}/link", var("CARGO_MANIFEST_DIR").unwrap());
    println!("cargo:rerun-if-changed={folder}");
    println!("cargo:rerun-if-changed=src/bin");
    println!("cargo:rustc-link-arg-bins=-L{folder}");
    let target = var("TARGET").unwrap();
    let (one, two) = match target.split('-').next().unwrap() {
        "aarch64" => ("virt-aarch64", "virt-aarch64"),
        riscv if riscv.starts_with("riscv") => ("virt-riscv", "virt-riscv"),
        _ => ("an385", "an521"),
    };
    for image in images() {
        let board = if TWO_CORES.contains(&image.as_str()) {
            two
        } else {
            one
        };
        println!("cargo:rustc-link-arg-bin={image}=-T{board}.x");
    }
    link_c(&target);
    println!("cargo:rerun-if-changed={GUIDE}");
    let code = code_of(&read_to_string(GUIDE).unwrap());
    write(format!("{}/guide.rs", var("OUT_DIR").unwrap()), code).unwrap();
}

/// Without it, `mixed` can be checked and not linked.
fn link_c(target: &str) {
    println!("cargo:rerun-if-env-changed={C_OBJECTS}");
    if let (Ok(folder), Ok(_)) = (var(C_OBJECTS), var("CARGO_FEATURE_C")) {
        let object = format!("{folder}/{target}/side.o");
        println!("cargo:rerun-if-changed={object}");
        println!("cargo:rustc-link-arg-bin=mixed={object}");
    }
}

/// The programs in `src/bin`, by name.
fn images() -> impl Iterator<Item = String> {
    let entries = read_dir("src/bin").unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.map(|name| name.trim_end_matches(".rs").to_owned())
}

/// Each block of Rust on the page as a module.
fn code_of(page: &str) -> String {
    let blocks = page.split("\n```rust").skip(1);
    let bodies = blocks.map(|block| block.split("\n```").next().unwrap());
    let modules = bodies.enumerate().map(|(number, body)| {
        let code = body.split_once('\n').unwrap().1;
        format!("#[allow(dead_code, unused_imports)]\nmod block_{number} {{\n{code}\n}}\n")
    });
    modules.collect()
}
