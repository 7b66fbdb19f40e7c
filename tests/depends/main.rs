//! What does core bring to a chip beside itself? heapless and embedded-io, and what a feature asks for.

use std::collections::BTreeSet;
use std::process::Command;

/// The crates that core is built with for a chip, by name.
fn below(features: &[&str]) -> BTreeSet<String> {
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/../core/Cargo.toml");
    let tree = Command::new(env!("CARGO"))
        .args(["tree", "--manifest-path", manifest, "--locked", "--offline"])
        .args([
            "--target",
            "thumbv6m-none-eabi",
            "--edges",
            "normal",
            "--prefix",
            "none",
        ])
        .args(features)
        .output()
        .unwrap();
    let (text, error) = (
        String::from_utf8(tree.stdout).unwrap(),
        String::from_utf8_lossy(&tree.stderr),
    );
    assert!(tree.status.success(), "{error}");
    let names = text.lines().filter_map(|line| line.split(' ').next());
    names.map(String::from).collect()
}

/// Core, the two it names, and what heapless brings for maps and pointers that core does not use.
const ALWAYS: [&str; 6] = [
    "ramframe-core",
    "embedded-io",
    "heapless",
    "byteorder",
    "hash32",
    "stable_deref_trait",
];

fn more_than_always(features: &[&str]) -> Vec<String> {
    let mut below = below(features);
    for name in ALWAYS {
        assert!(below.remove(name), "{name}");
    }
    below.into_iter().collect()
}

#[test]
#[ignore = "starts cargo, as .ci/run does"]
fn nothing_else_without_a_feature() {
    assert!(more_than_always(&[]).is_empty());
    assert!(more_than_always(&["--no-default-features"]).is_empty());
}

#[test]
#[ignore = "starts cargo, as .ci/run does"]
fn a_feature_brings_what_it_is_named_for() {
    assert_eq!(
        more_than_always(&["--features", "async"]),
        ["embedded-io-async"]
    );
    let logging = more_than_always(&["--features", "defmt"]);
    assert!(logging.contains(&"defmt".into()), "{logging:?}");
    assert!(!logging.contains(&"embedded-io-async".into()));
}
