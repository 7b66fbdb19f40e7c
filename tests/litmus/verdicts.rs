//! The table of verdicts: a line for each file.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use sha2::{Digest, Sha256};

use crate::variant::Variant;
use crate::{folder, write};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) file: String,
    /// The file of cat.
    pub(crate) model: String,
    pub(crate) expected: String,
    pub(crate) found: String,
    /// SHA-256 of the file.
    pub(crate) hash: String,
    /// Why a weaker order makes no difference.
    pub(crate) reason: String,
}

impl Row {
    /// One without a verdict.
    pub(crate) fn new(variant: &Variant<'_>, model: &str, text: &str) -> Self {
        let mut hash = String::new();
        for byte in Sha256::digest(text) {
            write!(hash, "{byte:02x}").unwrap();
        }
        Self {
            file: format!("{model}/{}.litmus", variant.name),
            model: write::cat(variant.edge, model),
            expected: variant.expected.name().into(),
            found: String::new(),
            hash,
            reason: variant.reason.clone(),
        }
    }

    pub(crate) fn found(&self, found: &str) -> Self {
        Self {
            found: found.into(),
            ..self.clone()
        }
    }

    fn parse(line: &str) -> Self {
        let mut fields = line.splitn(6, '\t').map(String::from);
        let mut next = || fields.next().unwrap_or_else(|| panic!("no row: {line}"));
        Self {
            file: next(),
            model: next(),
            expected: next(),
            found: next(),
            hash: next(),
            reason: next(),
        }
    }
}

fn path() -> PathBuf {
    folder().join("verdicts.tsv")
}

const HEAD: &str = "file\tmodel\texpected\tfound\tsha256\treason\n";

pub(crate) fn read() -> BTreeMap<String, Row> {
    let text = fs::read_to_string(path()).unwrap();
    let rows = text.strip_prefix(HEAD).expect("the head of the table");
    let rows = rows.lines().map(Row::parse);
    rows.map(|row| (row.file.clone(), row)).collect()
}

pub(crate) fn write(rows: &BTreeMap<String, Row>) {
    let mut text = String::from(HEAD);
    for row in rows.values() {
        let Row {
            file,
            model,
            expected,
            found,
            hash,
            reason,
        } = row;
        writeln!(
            text,
            "{file}\t{model}\t{expected}\t{found}\t{hash}\t{reason}"
        )
        .unwrap();
    }
    fs::write(path(), text).unwrap();
}
