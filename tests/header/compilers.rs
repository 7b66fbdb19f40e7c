//! Which compilers take the header, without a warning and without a library?

use std::path::Path;
use std::process::Command;

use crate::asked::asked;
use crate::narrow;

const STRICT: [&str; 8] = [
    "-O2",
    "-ffreestanding",
    "-Wall",
    "-Wextra",
    "-Werror",
    "-Wconversion",
    "-Wpedantic",
    "-Wshadow",
];

/// Whether there is the compiler `name`; said, and on a build server demanded.
pub(crate) fn has(name: &str) -> bool {
    let found = Command::new(name).arg("--version").output().is_ok();
    asked(found, name)
}

/// A compiler in the folder of these tests.
pub(crate) fn compiler(name: &str) -> Command {
    let mut command = Command::new(name);
    command.current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("header"));
    command
}

pub(crate) fn run(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {errors}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// The symbols that the object of `every.c` lacks, but for arithmetic that the compiler brings itself: what a program would need
/// a library for.
fn lacks(name: &str, nm: &str, flags: &[&str]) -> String {
    let object = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}{}.o", flags.concat()));
    let compile = ["-c", "every.c", "-o"];
    run(compiler(name)
        .args(STRICT)
        .args(flags)
        .args(compile)
        .arg(&object));
    let symbols = run(Command::new(nm).arg("-u").arg(&object));
    let symbols = symbols
        .lines()
        .map(|line| line.trim().trim_start_matches("U "));
    symbols
        .filter(|name| !name.starts_with("__aeabi_"))
        .collect()
}

fn takes(name: &str, nm: &str, flags: &[&str]) {
    if has(name) {
        assert_eq!(lacks(name, nm, flags).trim(), "", "{name} {flags:?}");
    }
}

#[test]
fn gcc_takes_it_as_c11() {
    takes("gcc", "nm", &["-std=c11"]);
    takes("gcc", "nm", &["-std=c11", "-DRAMFRAME_WIDE=0"]);
}

#[test]
fn clang_takes_it_as_c11() {
    takes("clang", "nm", &["-std=c11"]);
}

#[test]
fn both_take_it_as_cxx17() {
    takes("g++", "nm", &["-std=c++17", "-xc++"]);
    takes("clang++", "nm", &["-std=c++17", "-xc++"]);
}

#[test]
fn gcc_for_small_chips_takes_it() {
    for core in ["-mcpu=cortex-m0plus", "-mcpu=cortex-m4"] {
        takes(
            "arm-none-eabi-gcc",
            "arm-none-eabi-nm",
            &["-std=c11", "-mthumb", core],
        );
    }
}

/// For copies of structures, as compilers may in any program: the header says so.
#[test]
fn as_small_as_can_be_it_needs_at_most_memcpy() {
    for (name, nm, machine) in [
        ("gcc", "nm", "-DSMALL"),
        (
            "arm-none-eabi-gcc",
            "arm-none-eabi-nm",
            "-mcpu=cortex-m0plus",
        ),
        ("arm-none-eabi-gcc", "arm-none-eabi-nm", "-mcpu=cortex-m4"),
    ] {
        if has(name) {
            let lacking = lacks(name, nm, &["-std=c11", "-Os", machine]);
            assert!(["", "memcpy"].contains(&lacking.trim()), "{lacking}");
        }
    }
}

#[test]
fn both_take_it_for_32_bits() {
    if !cfg!(target_arch = "x86_64") {
        return;
    }
    // Without position-independent code: else the compiler asks the linker for a table.
    for name in ["gcc", "clang"] {
        takes(name, "nm", &["-std=c11", "-m32", "-fno-pic"]);
    }
}

/// The part for Linux needs what a C library has.
#[test]
fn the_part_for_linux_compiles_too() {
    for (name, standard) in [
        ("gcc", "-std=c11"),
        ("clang", "-std=c11"),
        ("g++", "-std=c++17"),
        ("clang++", "-std=c++17"),
    ] {
        if has(name) {
            let language = if standard.contains("++") { "c++" } else { "c" };
            let flags = [
                "-DRAMFRAME_LINUX",
                "-fsyntax-only",
                standard,
                "-x",
                language,
            ];
            run(compiler(name).args(STRICT).args(flags).arg("every.c"));
            let narrow = narrow::flags();
            run(compiler(name)
                .args(STRICT)
                .args(flags)
                .args(narrow)
                .arg("every.c"));
        }
    }
}
