//! Whatever bytes stand in the region, and however they change: no access outside of it, none that is not aligned, and no step
//! longer than the header says. The program aborts at the first; its compiler's checks look at everything else.

use std::fmt::Write;

use ramframe_core::geometry::Geometry;

use crate::differential::{assert_agrees, conform};
use crate::script::{Script, geometries};
use crate::xorshift::Xorshift;

/// A life in which words are hostile, and loads lie; nobody says what must come of it.
fn life(geometry: Geometry, random: &Xorshift, lies: usize) -> String {
    let mut script = Script::of(geometry, random);
    let size = geometry.size() as usize;
    let mut text = format!("case {lies}\nregion {size}\n{} -> *\n", script.format(0));
    for _ in 0..3 + random.below(6) {
        writeln!(text, "{} -> *", script.step()).unwrap();
    }
    writeln!(text, "lies {lies}").unwrap();
    for _ in 0..40 {
        if lies == 0 || random.below(4) == 0 {
            let at = random.below(size / 4) * 4;
            let word = random.hostile(random.below(16) as u32);
            writeln!(text, "put {at} {word}").unwrap();
        }
        writeln!(text, "{} -> *", script.step()).unwrap();
    }
    text + "lies 0\n"
}

fn hurt(width: u32, lies: &[usize]) {
    let Some(conform) = conform(width) else {
        return;
    };
    let random = Xorshift::new(0x5EED_0F1E_50C1_0002);
    let mut text = String::new();
    for _ in 0..100 {
        for geometry in geometries() {
            for &lies in lies {
                text += &life(geometry, &random, lies);
            }
        }
    }
    assert_agrees(&conform, &format!("hostile-{width}-{}", lies.len()), &text);
}

#[test]
fn hostile_words_do_not_hurt() {
    hurt(64, &[0]);
    hurt(32, &[0]);
}

#[test]
fn words_that_change_all_the_time_do_not_hurt() {
    hurt(64, &[2, 4, 20, 100]);
    hurt(32, &[2, 4, 20, 100]);
}
