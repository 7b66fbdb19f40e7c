//! Every way through a function: in which order it accesses shared memory.
//!
//! The function's arguments point to private memory; a pointer that is loaded from there points to shared memory.

use std::collections::{BTreeSet, HashSet};

use crate::disassembly::{Flow, Image, Instruction, Token};

/// So many equal accesses in a row are told apart.
const RUN: usize = 3;

/// One way: its accesses in order. Those before the last call of a function that itself calls others are left out, and so are those
/// before the last runs of equal ones. Where a store is among these, [`LEFT_OUT`] stands for them.
pub(crate) type Trace = Vec<Token>;

/// A store that is left out: of no bytes, as none is.
const LEFT_OUT: Token = Token::Store(0);

/// Where a way has come to.
#[derive(Clone, PartialEq, Eq, Hash)]
struct State<'i> {
    function: &'i str,
    at: usize,
    callers: Vec<(&'i str, usize)>,
    /// The registers that point to private memory.
    private: Vec<String>,
    trace: Vec<String>,
}

/// The ways from the beginning of `name` to its return: of each the last `runs` runs of equal accesses. A loop has ways without end,
/// and only so many that end differently.
pub(crate) fn traces(image: &Image, name: &str, runs: usize) -> BTreeSet<Trace> {
    let (function, _) = image.get_key_value(name).expect("the function");
    let begin = State {
        function,
        at: 0,
        callers: vec![],
        private: ["sp", "x0", "x1", "a0", "a1"].map(String::from).into(),
        trace: vec![],
    };
    let mut walk = Walk {
        image,
        runs,
        seen: HashSet::new(),
        ahead: vec![(begin, vec![])],
        found: BTreeSet::new(),
    };
    while let Some((state, trace)) = walk.ahead.pop() {
        assert!(walk.seen.len() < 200_000, "{name} has too many ways");
        walk.step(state, trace);
    }
    walk.found
}

struct Walk<'i> {
    image: &'i Image,
    runs: usize,
    seen: HashSet<State<'i>>,
    ahead: Vec<(State<'i>, Trace)>,
    found: BTreeSet<Trace>,
}

impl<'i> Walk<'i> {
    fn step(&mut self, mut state: State<'i>, mut trace: Trace) {
        state.trace = trace.iter().map(|token| format!("{token:?}")).collect();
        if !self.seen.insert(state.clone()) {
            return;
        }
        let instructions = &self.image[state.function];
        let index = instructions.iter().position(|it| it.at == state.at);
        let Some(index) = index else { return };
        let instruction = &instructions[index];
        let next = instructions.get(index + 1).map(|it| it.at);
        access(instruction, &state, &mut trace);
        forget(&mut trace, self.runs);
        track(instruction, &mut state.private);
        if let Some(callee) = &instruction.callee {
            return self.call(callee, state, next, trace);
        }
        assert!(!instruction.is_call(), "a call of what? {instruction:?}");
        match instruction.flow() {
            Flow::Return => return self.leave(state, trace),
            Flow::Goto(at) => return self.go(&state, at, &trace),
            Flow::Either(at) => self.go(&state, at, &trace),
            Flow::Next => {}
        }
        if let Some(at) = next {
            self.go(&state, at, &trace);
        }
    }

    fn go(&mut self, state: &State<'i>, at: usize, trace: &Trace) {
        let state = State {
            at,
            ..state.clone()
        };
        self.ahead.push((state, trace.clone()));
    }

    fn leave(&mut self, mut state: State<'i>, trace: Trace) {
        match state.callers.pop() {
            Some((function, at)) => {
                state.function = function;
                self.go(&state, at, &trace);
            }
            None => {
                self.found.insert(trace);
            }
        }
    }

    /// Follows a function that calls no other. Of another one nothing is known but that what comes behind it comes later.
    fn call(&mut self, callee: &str, mut state: State<'i>, next: Option<usize>, trace: Trace) {
        if callee == "no_success" {
            return;
        }
        let mut functions = self.image.iter();
        let found = functions.find(|(name, _)| callee.ends_with(&name[..]));
        let (name, body) = found.unwrap_or_else(|| panic!("no function {callee}"));
        let next = next.expect("no call is the last instruction");
        if body.iter().all(|it| it.callee.is_none()) {
            state.callers.push((state.function, next));
            state.function = name;
            return self.go(&state, 0, &trace);
        }
        let saved = |name: &String| name == "sp" || name.starts_with('s') || is_saved(name);
        state.private.retain(saved);
        self.go(&state, next, &vec![]);
    }
}

/// Whether AArch64's calls keep this register.
fn is_saved(name: &str) -> bool {
    let number = name.strip_prefix('x').and_then(|it| it.parse::<u8>().ok());
    number.is_some_and(|it| it >= 19)
}

/// Adds what the instruction does to shared memory.
fn access(instruction: &Instruction, state: &State<'_>, trace: &mut Trace) {
    let Some(token) = instruction.token() else {
        return;
    };
    let is_private = |base: String| state.private.contains(&base);
    let is_fence = matches!(token, Token::Fence(_));
    if !is_fence && instruction.base().is_none_or(is_private) {
        return;
    }
    let run = trace.iter().rev().take_while(|it| **it == token).count();
    let is_plain = matches!(token, Token::Load(_) | Token::Store(_));
    if !is_plain || run < RUN {
        trace.push(token);
    }
}

/// Leaves the last `runs` runs, and before them a sign that there was a store.
fn forget(trace: &mut Trace, runs: usize) {
    let mut left_out = trace.first() == Some(&LEFT_OUT);
    trace.drain(..usize::from(left_out));
    while trace.chunk_by(|one, other| one == other).count() > runs {
        let run = trace.chunk_by(|one, other| one == other).next();
        let run = run.map_or(0, <[Token]>::len);
        left_out |= trace.drain(..run).any(|token| token.is_store());
    }
    if left_out {
        trace.insert(0, LEFT_OUT);
    }
}

fn track(instruction: &Instruction, private: &mut Vec<String>) {
    let (results, sources) = instruction.changes();
    let is_private = sources.iter().any(|it| private.contains(it));
    for result in results.into_iter().filter(|it| it != "sp") {
        private.retain(|it| *it != result);
        if is_private {
            private.push(result);
        }
    }
    private.sort();
}
