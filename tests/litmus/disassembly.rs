//! A disassembly, as objdump prints it, and what its instructions do to memory and to the flow.

use std::collections::BTreeMap;

/// What an instruction does that a memory model knows of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Token {
    /// So many bytes.
    Load(u8),
    Store(u8),
    /// A store with an order of its own, as AArch64 has.
    Release(u8),
    Fence(String),
}

impl Token {
    pub(crate) fn is_store(&self) -> bool {
        matches!(self, Self::Store(_) | Self::Release(_))
    }
}

#[derive(Debug)]
pub(crate) enum Flow {
    Next,
    Goto(usize),
    Either(usize),
    Return,
}

#[derive(Debug)]
pub(crate) struct Instruction {
    pub(crate) at: usize,
    verb: String,
    operands: String,
    /// The function that it calls.
    pub(crate) callee: Option<String>,
}

/// Functions by name.
pub(crate) type Image = BTreeMap<String, Vec<Instruction>>;

/// Every image in what `build-images` printed, by target.
pub(crate) fn images(text: &str) -> BTreeMap<String, Image> {
    let parts = text.split("image: ").skip(1);
    let named = parts.map(|part| part.split_once('\n').expect("an image"));
    named
        .map(|(target, text)| (target.to_string(), image(text)))
        .collect()
}

fn image(text: &str) -> Image {
    let mut image = Image::new();
    for part in text.split("\n\n") {
        let mut lines = part.lines();
        let head = lines.find_map(|line| line.split_once(" <")?.1.strip_suffix(">:"));
        if let Some(name) = head {
            let instructions = lines.filter_map(Instruction::parse).collect();
            image.insert(name.into(), instructions);
        }
    }
    image
}

impl Instruction {
    /// `  2c:  bl  0 <name>  2c: R_AARCH64_CALL26  callee`, with tabulators.
    fn parse(line: &str) -> Option<Self> {
        let (at, rest) = line.trim_start().split_once(":\t")?;
        let mut fields = rest.split('\t').map(str::trim);
        let verb = fields.next()?.to_string();
        let operands = fields.next().unwrap_or_default();
        let is_call = |it: &&str| ["_CALL", "_JUMP26"].iter().any(|kind| it.contains(kind));
        let operands = operands.split("//").next()?.trim();
        Some(Self {
            at: usize::from_str_radix(at, 16).ok()?,
            verb,
            operands: operands.into(),
            callee: fields.find(is_call).and(fields.next()).map(String::from),
        })
    }

    /// As it stands in a litmus test, where it calls nothing.
    pub(crate) fn of_litmus(text: &str) -> Self {
        let text = text.trim().to_lowercase();
        let (verb, operands) = text.split_once(' ').unwrap_or((&text, ""));
        Self {
            at: 0,
            verb: verb.into(),
            operands: operands.into(),
            callee: None,
        }
    }

    fn is_load(&self) -> bool {
        self.verb.starts_with('l') && self.base().is_some()
    }

    fn is_store(&self) -> bool {
        self.verb.starts_with('s') && self.base().is_some()
    }

    fn registers(&self) -> Vec<String> {
        let parts = self
            .operands
            .split([',', ' ', '[', ']', '(', ')', '!', '{', '}']);
        parts.filter(|it| !it.is_empty()).map(name).collect()
    }

    /// The register that holds the address, of an access.
    pub(crate) fn base(&self) -> Option<String> {
        let inside = match self.operands.split_once('[') {
            Some((_, inside)) => inside,
            None => self.operands.split_once('(')?.1,
        };
        inside.split([',', ']', ')']).next().map(name)
    }

    /// The registers that it changes, and those that it makes them from.
    pub(crate) fn changes(&self) -> (Vec<String>, Vec<String>) {
        let mut registers = self.registers();
        let compares = ["cmp", "cmn", "ccmp", "tst", "fence", "dmb"];
        let is_branch = !matches!(self.flow(), Flow::Next) || self.callee.is_some();
        if self.is_store() || is_branch || compares.contains(&&self.verb[..]) {
            return (vec![], vec![]);
        }
        let results = if self.verb == "ldp" { 2 } else { 1 };
        let sources = registers.split_off(results.min(registers.len()));
        match self.is_load() {
            true => (registers, vec![]),
            false => (registers, sources),
        }
    }

    /// Bytes of each access.
    fn width(&self) -> u8 {
        match (&self.verb[..], self.operands.chars().next()) {
            ("ld" | "sd", _) => 8,
            ("lw" | "lwu" | "sw", _) => 4,
            (verb, _) if verb.len() == 2 || verb.ends_with('b') || verb == "lbu" => 1,
            (_, Some('x' | 'q' | 'd')) => 8,
            _ => 4,
        }
    }

    pub(crate) fn token(&self) -> Option<Token> {
        match &self.verb[..] {
            "dmb" | "fence" => Some(Token::Fence(format!("{} {}", self.verb, self.operands))),
            "fence.tso" => Some(Token::Fence(self.verb.clone())),
            "str" | "stp" | "stur" | "strb" | "strh" => Some(Token::Store(self.width())),
            "sb" | "sh" | "sw" | "sd" => Some(Token::Store(self.width())),
            "stlr" => Some(Token::Release(self.width())),
            "ldr" | "ldp" | "ldur" | "ldrb" | "ldrh" => Some(Token::Load(self.width())),
            "lb" | "lbu" | "lh" | "lw" | "lwu" | "ld" => Some(Token::Load(self.width())),
            // Exclusive accesses, and orders that core does not ask for.
            verb => {
                assert!(!self.is_load() && !self.is_store(), "unknown: {verb}");
                None
            }
        }
    }

    /// Whether it calls a function, here by itself: RISC-V does it in two instructions.
    pub(crate) fn is_call(&self) -> bool {
        ["bl", "blr", "jal"].contains(&&self.verb[..])
    }

    pub(crate) fn flow(&self) -> Flow {
        let target = || {
            let (_, inside) = self.operands.rsplit_once('<').expect("a target");
            let (_, offset) = inside.split_once("+0x").unwrap_or(("", "0>"));
            usize::from_str_radix(offset.trim_end_matches('>'), 16).unwrap()
        };
        match &self.verb[..] {
            "ret" | "jr" => Flow::Return,
            // To another function, for good.
            "b" | "j" if self.callee.is_some() => Flow::Return,
            "b" | "j" => Flow::Goto(target()),
            "cbz" | "cbnz" | "tbz" | "tbnz" => Flow::Either(target()),
            verb if verb.starts_with('b') && self.operands.contains('<') && verb != "bl" => {
                Flow::Either(target())
            }
            _ => Flow::Next,
        }
    }
}

/// The register's name, of whatever width it is used.
fn name(text: &str) -> String {
    match text.strip_prefix('w') {
        Some(number) if number.parse::<u8>().is_ok() => format!("x{number}"),
        _ => text.into(),
    }
}
