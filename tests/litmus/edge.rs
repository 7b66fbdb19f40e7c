//! A source of litmus tests: the accesses of one synchronization edge, read from a file of `edges/`. README.md says how it is
//! written.

use std::fs;
use std::path::Path;

use crate::folder;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    Relaxed,
    Acquire,
    Release,
    AcqRel,
    SeqCst,
}

impl Order {
    const NAMES: [(&str, Self); 5] = [
        ("relaxed", Self::Relaxed),
        ("acquire", Self::Acquire),
        ("release", Self::Release),
        ("acq_rel", Self::AcqRel),
        ("seq_cst", Self::SeqCst),
    ];

    pub(crate) fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, it)| *it == self).unwrap().0
    }

    fn parse(name: &str) -> Self {
        let found = Self::NAMES.iter().find(|(it, _)| *it == name);
        found.unwrap_or_else(|| panic!("no order: {name}")).1
    }
}

/// One access, fence or branch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Store(String, u32, Order),
    Load(String, String),
    /// `Relaxed`: none.
    Fence(Order),
    /// Goes on only if what was loaded is this.
    When(String, u32),
}

impl Step {
    pub(crate) fn order(&self) -> Order {
        match self {
            Self::Store(_, _, order) | Self::Fence(order) => *order,
            Self::Load(..) | Self::When(..) => Order::Relaxed,
        }
    }

    /// The same step with another order.
    pub(crate) fn with(&self, order: Order) -> Self {
        match self {
            Self::Store(word, value, _) => Self::Store(word.clone(), *value, order),
            Self::Fence(_) => Self::Fence(order),
            other => other.clone(),
        }
    }
}

/// A step as core does it.
pub(crate) struct Line {
    pub(crate) step: Step,
    /// The step is there for another edge.
    pub(crate) foreign: bool,
    /// Its order is.
    pub(crate) foreign_order: bool,
    /// What this edge needs of the order.
    pub(crate) need: Order,
}

impl Line {
    fn parse(text: &str) -> Self {
        let (foreign, text) = match text.strip_prefix('~') {
            Some(text) => (true, text),
            None => (false, text),
        };
        let (text, need) = match text.split_once(" as ") {
            Some((text, need)) => (text, Some(Order::parse(need))),
            None => (text, None),
        };
        let foreign_order = text.contains(" ~");
        let text = text.replace(" ~", " ");
        let words: Vec<_> = text.split(' ').collect();
        let step = match words[..] {
            ["store", word, value] => Step::Store(word.into(), number(value), Order::Relaxed),
            ["store", word, value, order] => {
                Step::Store(word.into(), number(value), Order::parse(order))
            }
            ["load", word, into] => Step::Load(word.into(), into.into()),
            ["fence", order] => Step::Fence(Order::parse(order)),
            ["when", loaded, value] => Step::When(loaded.into(), number(value)),
            _ => panic!("no step: {text}"),
        };
        Self {
            need: need.unwrap_or(step.order()),
            step,
            foreign,
            foreign_order,
        }
    }

    /// The step without what other edges need of it.
    pub(crate) fn alone(&self) -> Option<Step> {
        match self.foreign_order {
            _ if self.foreign => None,
            true => Some(self.step.with(Order::Relaxed)),
            false => Some(self.step.clone()),
        }
    }

    /// Whether it orders anything for this edge.
    pub(crate) fn is_of_edge(&self) -> bool {
        !self.foreign && !self.foreign_order && self.step.order() != Order::Relaxed
    }
}

pub(crate) struct Thread {
    pub(crate) name: String,
    pub(crate) lines: Vec<Line>,
}

/// Why a weakened test still says Never.
pub(crate) struct Kept {
    pub(crate) weaker: String,
    pub(crate) models: Vec<String>,
    pub(crate) reason: String,
}

/// One file of `edges/`.
#[derive(Default)]
pub(crate) struct Edge {
    pub(crate) name: String,
    /// What core calls the edges that this is a test of.
    pub(crate) edges: Vec<String>,
    pub(crate) means: String,
    /// The words that are accessed in pairs, 8 bytes wide.
    pub(crate) pairs: Vec<String>,
    /// What words hold at first, where that is not 0.
    pub(crate) start: Vec<(String, u32)>,
    pub(crate) threads: Vec<Thread>,
    /// The bad outcomes. Each is a list of `thread.loaded=value` or `word=value`.
    pub(crate) bad: Vec<Vec<(String, u32)>>,
    pub(crate) kept: Vec<Kept>,
    /// The model of C11, where it is not the usual one.
    pub(crate) cat: Option<String>,
}

impl Edge {
    /// All of them, by name.
    pub(crate) fn all() -> Vec<Self> {
        let entries = fs::read_dir(folder().join("edges")).unwrap();
        let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        paths.iter().map(|path| Self::read(path)).collect()
    }

    fn read(path: &Path) -> Self {
        let mut edge = Self {
            name: path.file_stem().unwrap().to_str().unwrap().into(),
            ..Self::default()
        };
        for line in fs::read_to_string(path).unwrap().lines() {
            match line.strip_prefix("  ") {
                Some(step) => edge.last().lines.push(Line::parse(step)),
                None => edge.add(line),
            }
        }
        edge
    }

    fn last(&mut self) -> &mut Thread {
        self.threads.last_mut().expect("a thread")
    }

    fn add(&mut self, line: &str) {
        let (key, rest) = line.split_once(' ').expect("a key");
        match key {
            "edges" => self.edges.push(rest.into()),
            "means" => self.means = rest.into(),
            "pairs" => self.pairs = rest.split(' ').map(String::from).collect(),
            "start" => self.start.push(pair(rest, ' ')),
            "thread" => self.threads.push(Thread {
                name: rest.into(),
                lines: vec![],
            }),
            "bad" => self
                .bad
                .push(rest.split(' ').map(|it| pair(it, '=')).collect()),
            "kept" => self.kept.push(kept(rest)),
            "cat" => self.cat = Some(rest.into()),
            _ => panic!("no key: {line}"),
        }
    }

    /// What `word` holds at first.
    pub(crate) fn start_of(&self, word: &str) -> u32 {
        let found = self.start.iter().find(|(it, _)| it == word);
        found.map_or(0, |(_, value)| *value)
    }
}

fn number(text: &str) -> u32 {
    text.parse().unwrap_or_else(|_| panic!("no number: {text}"))
}

fn pair(text: &str, between: char) -> (String, u32) {
    let (name, value) = text.split_once(between).expect("a name and a value");
    (name.into(), number(value))
}

/// `weaker model... reason`
fn kept(text: &str) -> Kept {
    let is_model = |word: &&str| ["aarch64", "riscv", "c11"].contains(word);
    let (weaker, rest) = text.split_once(' ').expect("a weaker test and models");
    let models: Vec<_> = rest.split(' ').take_while(is_model).collect();
    let rest: Vec<_> = rest.split(' ').skip(models.len()).collect();
    Kept {
        weaker: weaker.into(),
        models: models.into_iter().map(String::from).collect(),
        reason: match rest[..] {
            ["same"] => "it is the same instruction".into(),
            ["branch"] => "the branch keeps the store behind the load".into(),
            _ => rest.join(" "),
        },
    }
}
