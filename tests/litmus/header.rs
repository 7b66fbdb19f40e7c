//! Does the header for C, as compilers make it, access shared memory in the order that the litmus files say?

use std::process::Command;

use crate::asked::asked;
use crate::disassembly::images;
use crate::folder;
use crate::images::agrees;

/// Of each target a compiler. GCC 12 makes of each fence for RISC-V a full one, which is stronger than the files; Clang makes those
/// of the files.
const COMPILERS: [(&str, &str, &[&str]); 3] = [
    (
        "aarch64",
        "aarch64-linux-gnu-gcc",
        &["-fno-reorder-blocks-and-partition"],
    ),
    ("aarch64", "clang", &["--target=aarch64-linux-gnu"]),
    (
        "riscv64",
        "clang",
        &["--target=riscv64-linux-gnu", "-march=rv64gc", "-mno-relax"],
    ),
];

fn output(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {errors}");
    String::from_utf8(output.stdout).unwrap()
}

/// The disassembly of `image/header.c`, as `build-images` prints it.
fn disassembled(target: &str, compiler: &str, own: &[&str]) -> Option<String> {
    let has = |name: &str| Command::new(name).arg("--version").output().is_ok();
    if !asked(has(compiler), compiler) {
        return None;
    }
    let known = output(Command::new("objdump").arg("--info"));
    let tool = [format!("{target}-linux-gnu-objdump"), "objdump".into()]
        .into_iter()
        .find(|tool| has(tool) && (tool != "objdump" || known.contains(&target[..5])));
    if !asked(tool.is_some(), &format!("an objdump for {target}")) {
        return None;
    }
    let object = format!(
        "{}/litmus-header-{target}-{compiler}.o",
        env!("CARGO_TARGET_TMPDIR")
    );
    let source = folder().join("image/header.c");
    let flags = [
        "-std=c11",
        "-O2",
        "-ffreestanding",
        "-ffunction-sections",
        "-Wall",
        "-Werror",
    ];
    output(
        Command::new(compiler)
            .args(flags)
            .args(own)
            .arg("-c")
            .arg(source)
            .args(["-o", &object]),
    );
    let shown = [
        "--disassemble",
        "--reloc",
        "--no-show-raw-insn",
        "--wide",
        &object,
    ];
    let text = output(Command::new(tool.unwrap()).args(shown));
    Some(format!("image: {target}\n{text}"))
}

#[test]
fn the_header_does_what_the_files_say() {
    for (target, compiler, own) in COMPILERS {
        let Some(text) = disassembled(target, compiler, own) else {
            continue;
        };
        for (target, image) in &images(&text) {
            agrees(target, image);
            println!(
                "{target}, {compiler}: the accesses of the header's steps are those of the files"
            );
        }
    }
}
