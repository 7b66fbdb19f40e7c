//! Litmus tests in assembly: a column for each thread.

use std::fmt::Write as _;

use super::{Order, Step, about, exists, words};
use crate::variant::Variant;

/// How a machine spells what a step does. A width is true for a pair, which has 8 bytes.
pub(crate) struct Dialect {
    title: &'static str,
    /// The register of this number.
    register: fn(usize, bool) -> String,
    constant: fn(&str, u32) -> String,
    /// A load from the address in this register.
    pub(crate) load: fn(&str, usize, bool) -> String,
    /// A store, and what comes before it because of its order.
    pub(crate) store: fn(&str, usize, Order, bool) -> Vec<String>,
    pub(crate) fence: fn(Order) -> Option<&'static str>,
    /// Goes to the end unless the two are equal.
    branch: fn(&str, &str, u32, usize) -> Vec<String>,
}

/// Where addresses stand, from this register on; and where constants do.
const ADDRESSES: usize = 10;
const CONSTANTS: usize = 20;

pub(crate) const AARCH64: Dialect = Dialect {
    title: "AArch64",
    register: |number, wide| format!("{}{number}", if wide { 'X' } else { 'W' }),
    constant: |register, value| format!("MOV {register},#{value}"),
    load: |register, address, _| format!("LDR {register},[X{address}]"),
    store: |register, address, order, _| {
        let verb = match order {
            Order::Relaxed => "STR",
            _ => "STLR",
        };
        vec![format!("{verb} {register},[X{address}]")]
    },
    fence: |order| match order {
        Order::Relaxed => None,
        Order::Acquire => Some("DMB ISHLD"),
        _ => Some("DMB ISH"),
    },
    branch: |register, _, value, thread| {
        vec![
            format!("CMP {register},#{value}"),
            format!("B.NE END{thread}"),
        ]
    },
};

pub(crate) const RISCV: Dialect = Dialect {
    title: "RISCV",
    register: |number, _| format!("x{number}"),
    constant: |register, value| format!("ori {register},x0,{value}"),
    load: |register, address, wide| {
        let verb = if wide { "ld" } else { "lw" };
        format!("{verb} {register},0(x{address})")
    },
    store: |register, address, order, wide| {
        let fence = (order != Order::Relaxed).then(|| "fence rw,w".to_string());
        let verb = if wide { "sd" } else { "sw" };
        let store = format!("{verb} {register},0(x{address})");
        fence.into_iter().chain([store]).collect()
    },
    fence: |order| match order {
        Order::Relaxed => None,
        Order::Acquire => Some("fence r,rw"),
        Order::Release => Some("fence rw,w"),
        Order::AcqRel => Some("fence.tso"),
        Order::SeqCst => Some("fence rw,rw"),
    },
    branch: |register, other, value, thread| {
        vec![
            format!("ori {other},x0,{value}"),
            format!("bne {register},{other},END{thread}"),
        ]
    },
};

/// One thread's column.
struct Column<'v> {
    variant: &'v Variant<'v>,
    dialect: &'v Dialect,
    thread: usize,
    constants: usize,
    rows: Vec<String>,
}

impl Column<'_> {
    fn steps(&self) -> &[Step] {
        &self.variant.steps[self.thread]
    }

    fn is_pair(&self, word: &str) -> bool {
        self.variant.edge.pairs.iter().any(|it| it == word)
    }

    fn address(&self, word: &str) -> usize {
        let words = words(self.steps());
        ADDRESSES + words.iter().position(|it| *it == word).unwrap()
    }

    /// Where what was loaded stands. No number is 0, which is no register of RISC-V.
    fn register(&self, into: &str) -> String {
        let loads = self.steps().iter().filter_map(|step| match step {
            Step::Load(word, into) => Some((word, into)),
            _ => None,
        });
        let (number, (word, _)) = (1..).zip(loads).find(|(_, (_, it))| *it == into).unwrap();
        (self.dialect.register)(number + 3, self.is_pair(word))
    }

    fn constant(&mut self, wide: bool) -> String {
        self.constants += 1;
        (self.dialect.register)(CONSTANTS + self.constants, wide)
    }

    fn put(&mut self, step: &Step) {
        let dialect = self.dialect;
        match step {
            Step::Store(word, value, order) => {
                let (wide, address) = (self.is_pair(word), self.address(word));
                let register = self.constant(wide);
                self.rows.push((dialect.constant)(&register, *value));
                let rows = (dialect.store)(&register, address, *order, wide);
                self.rows.extend(rows);
            }
            Step::Load(word, into) => {
                let (wide, address) = (self.is_pair(word), self.address(word));
                let row = (dialect.load)(&self.register(into), address, wide);
                self.rows.push(row);
            }
            Step::Fence(order) => {
                let fence = (dialect.fence)(*order);
                self.rows.extend(fence.map(String::from));
            }
            Step::When(loaded, value) => {
                let other = self.constant(false);
                let register = self.register(loaded);
                let rows = (dialect.branch)(&register, &other, *value, self.thread);
                self.rows.extend(rows);
            }
        }
    }

    /// The instructions, from the first on; and where the branches go to.
    fn write(mut self) -> Vec<String> {
        for step in self.steps().to_vec() {
            self.put(&step);
        }
        if self.steps().iter().any(|it| matches!(it, Step::When(..))) {
            self.rows.push(format!("END{}:", self.thread));
        }
        self.rows
    }
}

pub(super) fn text(variant: &Variant<'_>, dialect: &Dialect) -> String {
    let column = |thread| Column {
        variant,
        dialect,
        thread,
        constants: 0,
        rows: vec![],
    };
    let threads = 0..variant.steps.len();
    let mut text = format!("{} {}\n{}", dialect.title, variant.name, about(variant));
    text += &start(variant, threads.clone().map(column));
    let columns: Vec<_> = threads.map(|thread| column(thread).write()).collect();
    text += &table(&columns);
    let place = |thread, into: &str| column(thread).register(into).replace('W', "X");
    text + &exists(variant, place)
}

/// What words hold at first, and where each thread has their addresses.
fn start<'v>(variant: &Variant<'_>, columns: impl Iterator<Item = Column<'v>>) -> String {
    let mut text = String::from("{\n");
    for word in words(variant.steps.iter().flatten()) {
        let wide = variant.edge.pairs.iter().any(|it| it == word);
        let size = if wide { "uint64_t" } else { "uint32_t" };
        let value = variant.edge.start_of(word);
        writeln!(text, "{size} {word}={value};").unwrap();
    }
    for column in columns {
        for word in words(column.steps()) {
            let register = (column.dialect.register)(column.address(word), true);
            write!(text, "{}:{register}={word}; ", column.thread).unwrap();
        }
        text = text.trim_end().to_string() + "\n";
    }
    text + "}\n"
}

fn table(columns: &[Vec<String>]) -> String {
    let height = columns.iter().map(Vec::len).max().unwrap_or(0);
    let heads = (0..columns.len()).map(|thread| format!("P{thread}"));
    let rows = (0..height).map(|row| {
        let cells = columns.iter().map(|column| column.get(row).cloned());
        cells.map(Option::unwrap_or_default).collect()
    });
    let mut text = String::new();
    for row in std::iter::once(heads.collect::<Vec<_>>()).chain(rows) {
        let cells = row.iter().zip(columns).map(|(cell, column)| {
            let width = column.iter().map(String::len).max().unwrap_or(2);
            format!("{cell:width$}")
        });
        let row = cells.collect::<Vec<_>>().join(" | ");
        writeln!(text, " {row} ;").unwrap();
    }
    text
}
