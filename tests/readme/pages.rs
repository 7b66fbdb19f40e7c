//! The pages of the repository, and the fenced blocks in them.

use std::fs;
use std::path::{Path, PathBuf};

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// A page: where it is, from the root on, and its text.
pub(crate) struct Page {
    pub(crate) path: PathBuf,
    pub(crate) text: String,
}

/// A fenced block: the word after its fence, the rest of that line, and the lines between the fences.
pub(crate) struct Block {
    pub(crate) language: String,
    pub(crate) mark: String,
    pub(crate) text: String,
}

impl Page {
    fn at(path: &Path) -> Self {
        let text = fs::read_to_string(path).expect("a page");
        let path = path.strip_prefix(root()).expect("below the root").into();
        Self { path, text }
    }

    pub(crate) fn name(&self) -> &str {
        self.path.to_str().expect("text")
    }

    pub(crate) fn blocks(&self) -> Vec<Block> {
        let mut blocks = Vec::new();
        let mut lines = self.text.lines();
        while let Some(line) = lines.next() {
            if let Some(info) = line.trim_start().strip_prefix("```") {
                let (language, mark) = info.split_once(' ').unwrap_or((info, ""));
                let inside = lines.by_ref().take_while(|line| !line.contains("```"));
                blocks.push(Block {
                    language: language.into(),
                    mark: mark.into(),
                    text: inside.map(|line| format!("{line}\n")).collect(),
                });
            }
        }
        blocks
    }

    /// What stands between backticks outside of the blocks.
    pub(crate) fn code(&self) -> Vec<String> {
        let mut inside = false;
        let prose = self.text.lines().filter(|line| {
            let fence = line.trim_start().starts_with("```");
            inside ^= fence;
            !fence && !inside
        });
        let prose = prose.collect::<Vec<_>>().join(" ");
        let code = prose.split('`').skip(1).step_by(2);
        code.map(str::to_owned).collect()
    }
}

/// Each `.md` of the repository that is not built. A new page is found by itself.
pub(crate) fn all() -> Vec<Page> {
    let mut found = Vec::new();
    find(&root(), &mut found);
    found.sort();
    found.iter().map(|path| Page::at(path)).collect()
}

pub(crate) fn page(name: &str) -> Page {
    Page::at(&root().join(name))
}

fn find(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name").to_string_lossy();
        if path.is_symlink() {
            // The README of a package is that of the repository.
        } else if path.is_dir() && name != "target" && !name.starts_with('.') {
            find(&path, found);
        } else if path.extension().is_some_and(|end| end == "md") {
            found.push(path);
        }
    }
}
