//! Core makes random steps and says what came of each and what the memory holds; the header must say and store the same,
//! also when a side dies after any of its stores.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, PoisonError};

use ramframe_core::geometry::Geometry;

use crate::aged::age;
use crate::array::Array;
use crate::case::Case;
use crate::compilers::{compiler, has, run};
use crate::dying::Life;
use crate::narrow;
use crate::script::{Script, geometries};
use crate::xorshift::Xorshift;

/// Below each place where a half of a stamp, or what a tagged word counts, runs over.
const FIRSTS: [u64; 5] = [
    0,
    (1 << 21) - 3,
    (1 << 31) - 3,
    (1 << 32) - 3,
    (1 << 33) - 3,
];

/// How many times as many cases as in the suite.
fn factor() -> usize {
    match std::env::var("RAMFRAME_DEEP") {
        Ok(_) => 10,
        Err(_) => 1,
    }
}

/// The program that runs scripts on the header, of pairs of this width; `None` where there is no compiler. That of 32 bits is one
/// for a machine of 32 bits, where the compiler has a library for it.
pub(crate) fn conform(width: u32) -> Option<PathBuf> {
    conform_with(width, "-DCOHERENT")
}

/// Compiled once in a run, whichever tests ask for it at the same time.
pub(crate) fn conform_with(width: u32, flag: &str) -> Option<PathBuf> {
    static COMPILED: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
    let name = format!("conform-{width}{flag}");
    let program = Path::new(env!("CARGO_TARGET_TMPDIR")).join(&name);
    if !has("gcc") {
        return None;
    }
    // A test that could not compile it has panicked, and the next one tries again.
    let mut compiled = COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
    if !compiled.contains(&name) {
        compile(width, flag, &program);
        compiled.insert(name);
    }
    Some(program)
}

fn compile(width: u32, flag: &str, program: &Path) {
    let sources = ["../foreign/client/conform.c", "../foreign/client/hooked.c"];
    let wide = format!("-DRAMFRAME_WIDE={}", width / 64);
    let flags = [
        "-std=c11",
        "-D_GNU_SOURCE",
        "-O1",
        "-g",
        &wide,
        "-fsanitize=address,undefined",
        flag,
    ];
    let machine = if width == 32 { narrow::flags() } else { &[] };
    // Another run may be using the one that is there.
    let made = program.with_extension(std::process::id().to_string());
    run(compiler("gcc")
        .args(flags)
        .args(machine)
        .args(sources)
        .arg("-o")
        .arg(&made));
    fs::rename(made, program).unwrap();
}

/// Runs a script, and demands that nothing differs.
pub(crate) fn assert_agrees(conform: &Path, name: &str, script: &str) {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.txt"));
    fs::write(&path, script).unwrap();
    let output = Command::new(conform).arg(&path).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    let first: Vec<_> = said.lines().take(6).collect();
    assert!(output.status.success(), "{first:#?}\n{errors}");
}

fn words(command: &str, memory: &Array, count: usize) -> String {
    let words = memory.snapshot().into_iter().take(count);
    words.fold(format!("{command} 0"), |mut text, word| {
        write!(text, " {:#x}", u32::from_le(word)).unwrap();
        text
    })
}

pub(crate) struct Run<'m> {
    pub(crate) case: Case<'m>,
    pub(crate) memory: &'m Array,
    pub(crate) life: &'m Life,
    /// How many words must be the same: behind a payload each width leaves others.
    pub(crate) same: usize,
    pub(crate) text: String,
}

impl Run<'_> {
    /// One step on core; what it gave, and what it left, is what the header must give and leave.
    pub(crate) fn step(&mut self, step: &str) -> String {
        let words: Vec<_> = step.split(' ').collect();
        let event = self.case.step(words[0], &words[1..]);
        match event.is_empty() {
            true => writeln!(self.text, "{step}").unwrap(),
            false => writeln!(self.text, "{step} -> {event}").unwrap(),
        }
        let expect = self::words("expect", self.memory, self.same);
        writeln!(self.text, "{expect}").unwrap();
        event
    }

    /// The same, of a side that dies after so many stores; it may already think otherwise. Whether it died.
    pub(crate) fn die(&mut self, step: &str, stores: usize) -> bool {
        let before = self.life.made();
        self.life.leave(stores);
        let words: Vec<_> = step.split(' ').collect();
        self.case.step(words[0], &words[1..]);
        self.life.leave(usize::MAX);
        let expect = self::words("expect", self.memory, self.same);
        writeln!(self.text, "die {stores}\n{step} -> *\nlive\n{expect}").unwrap();
        self.life.made() - before > stores
    }
}

#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Kind {
    Honest,
    /// One step in four is some side's last.
    Dying,
    /// Nobody formats the channel again.
    OneGeneration,
}

/// One random life of a channel that begins with message `first`.
fn life(geometry: Geometry, first: u64, random: &Xorshift, kind: Kind, width: u32) -> String {
    let memory = Array::new(geometry.size() as usize);
    let life = Life::whole();
    if width == 32 {
        life.copy_words();
    }
    let mut script = Script::of(geometry, random);
    script.formats = kind != Kind::OneGeneration;
    let case = Case::on(&memory, &life);
    let text = format!("case {first}\nregion {}\n", geometry.size());
    let mut run = Run {
        case,
        memory: &memory,
        life: &life,
        same: same(width, &geometry),
        text,
    };
    run.step(&script.format(0));
    age(&memory.words(), &geometry, first);
    let put = words("put", &memory, usize::MAX);
    writeln!(run.text, "{put}").unwrap();
    for _ in 0..60 {
        let step = script.step();
        let is_long = step.starts_with("format") || step.starts_with("sender");
        let stores = random.below(if is_long { 60 } else { 12 });
        if kind == Kind::Dying && random.below(4) == 0 {
            run.die(&step, stores);
            script.forget(&step);
        } else {
            let event = run.step(&step);
            let attaches = step.starts_with("sender") || step.starts_with("receiver");
            if attaches && !event.starts_with("next") {
                script.forget(&step);
            }
        }
        run.step("woke");
    }
    run.text
}

/// How many words are the same. Behind a payload each width leaves others.
pub(crate) fn same(width: u32, geometry: &Geometry) -> usize {
    match width {
        64 => usize::MAX,
        _ => geometry.slots_at() / 4,
    }
}

pub(crate) fn lives(kind: Kind, width: u32) -> String {
    let random = Xorshift::new(0x5EED_0C0D_E0C1_0001);
    let mut text = String::new();
    for _ in 0..10 * factor() {
        for geometry in geometries() {
            for first in FIRSTS {
                text += &life(geometry, first, &random, kind, width);
            }
        }
    }
    text
}

#[test]
fn the_same_results_and_the_same_bytes() {
    for width in [32, 64] {
        if let Some(conform) = conform(width) {
            assert_agrees(
                &conform,
                &format!("honest-{width}"),
                &lives(Kind::Honest, width),
            );
        }
    }
}

#[test]
fn the_same_bytes_wherever_a_side_dies() {
    for width in [32, 64] {
        if let Some(conform) = conform(width) {
            let name = format!("dying-{width}");
            assert_agrees(&conform, &name, &lives(Kind::Dying, width));
        }
    }
}
