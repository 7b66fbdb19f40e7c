//! Copies of the workspace. A file that did not change keeps its time, so that cargo does not build it again.

use std::fs;
use std::path::Path;
use std::process::Command;

/// What a build of core and its tests needs.
const PARTS: [&str; 6] = [
    "Cargo.toml",
    "Cargo.lock",
    ".cargo/config.toml",
    "core",
    "host",
    "tests",
];

/// The names of all files of the workspace at `root`.
pub(crate) fn names(root: &Path) -> Vec<String> {
    let mut git = Command::new("git");
    git.current_dir(root);
    git.args([
        "ls-files",
        "-z",
        "--cached",
        "--others",
        "--exclude-standard",
        "--",
    ]);
    let output = git.args(PARTS).output().unwrap();
    assert!(output.status.success(), "git ls-files in {root:?}");
    let names = String::from_utf8(output.stdout).unwrap();
    let names = names.split('\0').filter(|name| root.join(name).is_file());
    names.map(String::from).collect()
}

/// Copies these files.
pub(crate) fn copy(names: &[String], from: &Path, to: &Path) {
    for name in names {
        write(&to.join(name), &fs::read(from.join(name)).unwrap());
    }
}

/// Removes what is in the tree at `root` and not among these files: a module would be there twice.
pub(crate) fn remove_others(names: &[String], root: &Path, folder: &Path) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.strip_prefix(root).unwrap().to_str().unwrap();
        if path.is_dir() {
            remove_others(names, root, &path);
        } else if names.iter().all(|known| known != name) {
            fs::remove_file(path).unwrap();
        }
    }
}

/// Writes a file, unless it has these bytes.
pub(crate) fn write(path: &Path, bytes: &[u8]) {
    if fs::read(path).is_ok_and(|old| old == bytes) {
        return;
    }
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}
