//! Which linker script does an image get? By its target, and on Cortex-M by its board.

use std::env::var;

/// Images for the board with two Cortex-M33; every other one is for the board with one Cortex-M3.
const TWO_CORES: &str = "two_cores";

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
        let board = if image == TWO_CORES { two } else { one };
        println!("cargo:rustc-link-arg-bin={image}=-T{board}.x");
    }
}

/// The programs in `src/bin`, by name.
fn images() -> impl Iterator<Item = String> {
    let entries = std::fs::read_dir("src/bin").unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.map(|name| name.trim_end_matches(".rs").to_owned())
}
