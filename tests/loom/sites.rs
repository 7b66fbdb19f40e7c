//! Where does core ask for an order, and what does it call the edge?

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::model::Model;
use crate::orders::{Orders, Site};

/// What names an order in source text, or passes one on.
const ORDERS: [&str; 4] = ["Acquire", "Release", "AcqRel", "SeqCst"];
const VERBS: [&str; 5] = [
    "fence(",
    "store_through(",
    "store_pair_through(",
    "store_pair(",
    "store(",
];

/// Files and folders that give the verbs their meaning; all others ask.
const GIVERS: [&str; 4] = [
    "src/memory",
    "src/memory.rs",
    "src/region.rs",
    "src/words.rs",
];

/// Executions of each case of a model in which its places are gathered.
const GLANCE: usize = 200;

/// A file of core.
pub(crate) struct Source {
    pub(crate) path: PathBuf,
    lines: Vec<String>,
}

impl Source {
    /// Every file of core that asks for orders.
    pub(crate) fn all() -> Vec<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../core/src");
        let (mut sources, mut folders) = (vec![], vec![root]);
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if GIVERS.iter().any(|giver| path.ends_with(giver)) {
                } else if path.is_dir() {
                    folders.push(path);
                } else {
                    sources.push(Source::read(path));
                }
            }
        }
        sources
    }

    fn read(path: PathBuf) -> Self {
        let text = fs::read_to_string(&path).unwrap();
        let lines = text.lines().map(String::from).collect();
        Source { path, lines }
    }

    /// Numbers of the lines in which a verb is called with an order, from 1.
    pub(crate) fn asking(&self) -> Vec<u32> {
        let is_code = |line: &str| !line.starts_with("//") && !line.starts_with("use ");
        let asks = |line: &str| is_code(line) && ORDERS.iter().any(|order| line.contains(order));
        let lines = self.lines.iter().enumerate();
        let asking = lines.filter(|(_, line)| asks(line.trim()));
        asking.map(|(index, _)| self.verb(index)).collect()
    }

    /// The line of the verb that an order on line `index` (from 0) is for.
    fn verb(&self, index: usize) -> u32 {
        let before = self.lines[..=index].iter().rev();
        let back = before.take_while(|line| !VERBS.iter().any(|verb| line.contains(verb)));
        (index - back.count() + 1) as u32
    }

    /// The name in the comment above line `line` (from 1): `// name: because`.
    pub(crate) fn edge(&self, line: u32) -> Option<String> {
        let above = &self.lines[..line as usize - 1];
        let comment = above
            .iter()
            .rposition(|line| line.trim().starts_with("// "))?;
        let is_comment = |line: &&String| line.trim().starts_with("// ");
        let first = comment - above[..comment].iter().rev().take_while(is_comment).count();
        let near = line as usize - 1 - comment <= 3;
        let (name, _) = above[first].trim().strip_prefix("// ")?.split_once(':')?;
        near.then(|| name.to_string())
    }

    /// Whether this is the file that `site` names.
    pub(crate) fn has(&self, site: &Site) -> bool {
        self.is_file(site.place.file())
    }

    /// Whether this is the file that the compiler names so.
    pub(crate) fn is_file(&self, file: &str) -> bool {
        let file = Path::new(file);
        let tail = file
            .components()
            .rev()
            .take_while(|part| part.as_os_str() != "src");
        let tail: Vec<_> = tail.collect();
        self.path.ends_with(tail.iter().rev().collect::<PathBuf>())
            && file.components().any(|part| part.as_os_str() == "src")
    }
}

/// A place in core that asks for an order, and the models that come by.
pub(crate) struct Asked {
    pub(crate) site: Site,
    pub(crate) edge: String,
    pub(crate) models: Vec<&'static Model>,
}

/// Every place in core that some model comes by.
pub(crate) fn gather(models: &[&'static Model], sources: &[Source]) -> Vec<Asked> {
    let mut found: Vec<Asked> = vec![];
    for model in models {
        let orders = Arc::new(Orders::default());
        model.refute(&orders, GLANCE);
        for site in orders.asked() {
            let Some(source) = sources.iter().find(|source| source.has(&site)) else {
                continue;
            };
            match found.iter_mut().find(|asked| asked.site == site) {
                Some(asked) => asked.models.push(model),
                None => found.push(Asked {
                    site,
                    edge: source.edge(site.place.line()).unwrap_or_default(),
                    models: vec![model],
                }),
            }
        }
    }
    found.sort_by_key(|asked| (asked.site.place.file(), asked.site.place.line()));
    found
}
