//! How many instructions does a step take, and does a change add to them? Counted by callgrind, of optimized code alone:
//! `cargo test --release --package ramframe-tests --test instructions`; `cargo record` stores what it finds.

#[path = "../regions/aged.rs"]
mod aged;
#[path = "../asked/mod.rs"]
mod asked;
#[path = "../region/heap.rs"]
mod heap;
mod steps;
mod stored;

use std::env;
use std::fmt::Write as _;
use std::process::{Command, Stdio};

use asked::asked;
use steps::{Setting, USUAL};
use stored::{Counts, Stored, rustc};

/// In the second process: what to count.
const STEP: &str = "RAMFRAME_COUNTED_STEP";
/// In the second process: its [`Setting`].
const SETTING: &str = "RAMFRAME_COUNTED_SETTING";
const RECORD: &str = "RAMFRAME_RECORD";

/// How much more than the stored figure fails, and how much less than that hides as much growth until it is recorded.
const GROWTH: f64 = 1.05;

const RECEIVERS: [u32; 6] = [1, 2, 4, 8, 16, 32];

/// Instructions of a look at one more receiver, at most.
const EACH: f64 = 20.0 * GROWTH;

/// Whether instructions can be counted here.
fn able() -> bool {
    // The other half of CI, and every newcomer, runs the tests unoptimized.
    if cfg!(debug_assertions) {
        println!("not asked: this is not optimized, as with cargo test --release");
        return false;
    }
    let mut valgrind = Command::new("valgrind");
    let found = valgrind.arg("--version").stdout(Stdio::null()).status();
    asked(found.is_ok(), "valgrind")
}

/// Runs `step` under callgrind, which counts the function `counted` and what it calls.
fn count(step: &str, setting: Setting) -> f64 {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg("--toggle-collect=*counted*")
        .arg(env::current_exe().unwrap())
        .args(["--exact", "role", "--ignored", "--test-threads=1"])
        .env(STEP, step)
        .env(SETTING, setting.told())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{step}: {said}");
    let collected = said
        .lines()
        .find_map(|line| line.split_once("Collected : "));
    let total: f64 = collected.unwrap().1.trim().parse().unwrap();
    assert!(total > 0.0, "{step}: nothing was counted: {said}");
    (total / f64::from(steps::STEPS) * 10.0).round() / 10.0
}

#[test]
fn steps_take_no_more_instructions_than_they_did() {
    if !able() {
        return;
    }
    let counts: Counts = steps::NAMES
        .iter()
        .map(|name| (name.to_string(), count(name, USUAL)))
        .collect();
    if env::var_os(RECORD).is_some() {
        return stored::store(&counts);
    }
    let stored = Stored::read();
    let grown = grown(&counts, &stored.counts);
    let compilers = match rustc() {
        now if now == stored.rustc => String::new(),
        now => format!("(counted of {}, this is {now})\n", stored.rustc),
    };
    assert!(
        grown.is_empty(),
        "if that is meant, `cargo record`:\n{compilers}{grown}"
    );
}

/// A line for each step that takes more than it did; says by the way which takes so much less that it should be stored.
fn grown(counts: &Counts, stored: &Counts) -> String {
    let mut grown = String::new();
    for (name, count) in counts {
        let before = stored.get(name).copied().unwrap_or(0.0);
        let fallen = if count * GROWTH < before {
            ": less, `cargo record` keeps it so"
        } else {
            ""
        };
        println!("{name}: {count}, stored {before}{fallen}");
        if *count > before * GROWTH {
            writeln!(grown, "{name}: {before} instructions before, {count} now").unwrap();
        }
    }
    grown
}

/// One row a step, of what grows without it.
#[test]
fn steps_cost_the_same_however_much_there_is() {
    if !able() {
        return;
    }
    let settings = [
        ("64 slots", USUAL),
        (
            "4,096 slots",
            Setting {
                slots: 4096,
                ..USUAL
            },
        ),
        (
            "65,536 slots",
            Setting {
                slots: 65_536,
                ..USUAL
            },
        ),
        (
            "2^40 messages before",
            Setting {
                sent: 1 << 40,
                ..USUAL
            },
        ),
        ("9 receivers", Setting { others: 8, ..USUAL }),
    ];
    let names = settings.map(|(name, _)| name).join(" | ");
    println!("| instructions of | {names} |\n|---|--:|--:|--:|--:|--:|");
    for verb in ["send", "recv", "latest"] {
        for policy in ["overwrite", "backpressure"] {
            let step = format!("{verb}_{policy}_48");
            // Those of a backpressure channel are not any number: each is registered, and the sender looks at each.
            let counted = settings.map(|(_, setting)| {
                (setting.others == 0 || policy == "overwrite").then(|| count(&step, setting))
            });
            let row = counted.map(|count| count.map_or("-".into(), |count| count.to_string()));
            println!("| `{verb}`, {policy} | {} |", row.join(" | "));
            let counts: Vec<f64> = counted.into_iter().flatten().collect();
            for count in &counts {
                // A hundredth: what the bounded searches for a head take is not the same for each number.
                // Less is no fault: with more slots a sender asks for room less often.
                assert!(count / counts[0] - 1.0 < 0.01, "{step}: {counts:?}");
            }
        }
    }
}

/// What a send costs with so many receivers, of which each receives every message.
fn sends(policy: &str, slots: u32) -> Vec<f64> {
    let step = format!("send_{policy}_48");
    let count = |receivers: u32| {
        let others = receivers - 1;
        let setting = Setting {
            slots,
            others,
            ..USUAL
        };
        count(&step, setting)
    };
    let counts: Vec<f64> = RECEIVERS.map(count).into();
    let row = counts.iter().map(f64::to_string).collect::<Vec<_>>();
    println!("| {policy}, {slots} slots | {} |", row.join(" | "));
    counts
}

/// Under overwrite the sender does not know the receivers. Under backpressure it looks at each once in a round of as many messages
/// as there are slots, or fewer if a receiver is behind.
#[test]
fn receivers_cost_a_sender_nothing_or_a_few_instructions_a_round() {
    if !able() {
        return;
    }
    let numbers = RECEIVERS.map(|number| number.to_string()).join(" | ");
    println!("| `send` to so many receivers | {numbers} |\n|---|--:|--:|--:|--:|--:|--:|");
    for slots in [2, 64] {
        let counts = sends("overwrite", slots);
        assert!(counts.iter().all(|&count| count == counts[0]), "{counts:?}");
        let counts = sends("backpressure", slots);
        let slope = (counts[5] - counts[1]) / f64::from(RECEIVERS[5] - RECEIVERS[1]);
        for (count, receivers) in counts.iter().zip(RECEIVERS).skip(1) {
            let expected = counts[1] + slope * f64::from(receivers - RECEIVERS[1]);
            assert!((count - expected).abs() <= 0.1, "not linear: {counts:?}");
        }
        let round = f64::from(steps::round(slots));
        assert!(slope * round <= EACH, "{slope} each: {counts:?}");
        assert!((counts[1] - counts[0]) * round <= 2.0 * EACH, "{counts:?}");
    }
}

/// The second process, under callgrind.
#[test]
#[ignore = "a role that the test above starts"]
fn role() {
    if let Ok(step) = env::var(STEP) {
        steps::run(&step, Setting::heard(&env::var(SETTING).unwrap()));
    }
}
