//! The files of host, and of the Python package over it, as lines of code: no comment, no blank line, no test.

use std::fs;
use std::path::{Path, PathBuf};

/// One file.
#[derive(Debug)]
pub(crate) struct Source {
    /// The names of its modules, from the root on.
    pub(crate) path: Vec<String>,
    text: String,
}

fn root(of: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../host")
        .join(of)
}

/// All files of host but the programs' own.
pub(crate) fn sources() -> Vec<Source> {
    below(&root("src"))
}

/// All files of the Python package that are written in Rust.
pub(crate) fn python() -> Vec<Source> {
    below(&root("python/src"))
}

fn below(root: &Path) -> Vec<Source> {
    let mut folders = vec![root.to_path_buf()];
    let mut all = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => folders.push(path),
                false => all.push(Source::of(&path, root)),
            }
        }
    }
    all
}

impl Source {
    fn of(file: &Path, root: &Path) -> Self {
        let path = file.strip_prefix(root).unwrap().with_extension("");
        let names = path.iter().map(|name| name.to_str().unwrap().to_string());
        let text = fs::read_to_string(file).unwrap();
        let text = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
        Self {
            path: names
                .filter(|name| name != "mod" && name != "lib")
                .collect(),
            text: text.to_string(),
        }
    }

    /// Its lines of code.
    pub(crate) fn lines(&self) -> impl Iterator<Item = &str> {
        let lines = self.text.lines();
        lines.filter(|line| !line.trim().is_empty() && !line.trim().starts_with("//"))
    }

    /// Its functions, each with how many lines of code its body has.
    pub(crate) fn functions(&self) -> Vec<(String, usize)> {
        let lines: Vec<_> = self.lines().collect();
        let mut functions = Vec::new();
        for (at, line) in lines.iter().enumerate() {
            let Some((before, name)) = line.split_once("fn ") else {
                continue;
            };
            if before.trim_start().contains(['(', '"']) && !before.contains("pub(") {
                continue;
            }
            let end = format!("{}}}", &line[..line.len() - line.trim_start().len()]);
            let rest = lines[at..].iter();
            let body = rest.skip_while(|line| !line.ends_with('{')).skip(1);
            let name = name.split(['(', '<']).next().unwrap_or_default();
            functions.push((name.into(), body.take_while(|line| **line != end).count()));
        }
        functions
    }
}
