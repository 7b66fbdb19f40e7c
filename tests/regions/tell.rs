//! What happened in one execution of a model, in plain words: which thread did what to which word, one line each.
//!
//! All threads of an execution run on one thread of the system, so the lines are kept there. Nothing is kept unless somebody
//! asked to be told.

use std::cell::RefCell;
use std::fmt::Write as _;
use std::panic::Location;
use std::sync::atomic::Ordering;

use ramframe_core::geometry::{
    ATTACH_COUNT, CLOSED, CONSTANTS, CONSUMED, DETACHED_AT, DISCARDED_FROM, DISCARDING, EPOCH,
    GENERATION, LINE, MAGIC, NOTIFY_SEQ, RECEIVER_WAITING, RECEIVERS, SENDER_WAITING, SLOTS_AT,
    STRIDE,
};

/// What one thread did.
#[derive(Clone, Debug)]
pub(crate) struct Event {
    pub(crate) thread: String,
    pub(crate) deed: Deed,
    /// Where core asked for an order, if it did.
    pub(crate) place: Option<&'static Location<'static>>,
}

#[derive(Clone, Debug)]
pub(crate) enum Deed {
    /// A load, and what was stored to the word last.
    Load {
        word: String,
        saw: u64,
        newest: u64,
    },
    Store {
        word: String,
        value: u64,
        asked: Ordering,
        got: Ordering,
    },
    Fence {
        asked: Ordering,
        got: Ordering,
    },
}

#[derive(Default)]
struct Log {
    events: Vec<Event>,
    /// The names of threads, by what loom calls them.
    roles: Vec<(String, &'static str)>,
    places: Places,
}

/// What the first thread is called, until it says what it is.
const SETUP: &str = "setup";

thread_local! {
    static LOG: RefCell<Option<Log>> = const { RefCell::new(None) };
}

/// Asks to be told what happens on this thread of the system.
pub(crate) fn listen() {
    LOG.set(Some(Log::default()));
}

/// Another execution begins, and the last one is forgotten.
pub(crate) fn begin() {
    with(|log| *log = Log::default());
}

/// What happened in the last execution.
pub(crate) fn events() -> Vec<Event> {
    LOG.take().map_or_else(Vec::new, |log| log.events)
}

fn with(what: impl FnOnce(&mut Log)) {
    LOG.with_borrow_mut(|log| {
        if let Some(log) = log {
            what(log);
        }
    });
}

/// What the thread that runs is called from now on.
pub(crate) fn role(name: &'static str) {
    with(|log| {
        let thread = this_thread();
        log.roles.retain(|(known, _)| *known != thread);
        log.roles.push((thread, name));
    });
}

fn this_thread() -> String {
    format!("{:?}", loom::thread::current().id())
}

/// The words stand so in the regions of this execution.
pub(crate) fn places(image: &[u32]) {
    with(|log| log.places = Places::of(image));
}

/// A load of one word, or of two at once, unless nobody changes it.
pub(crate) fn load(at: usize, saw: u64, newest: u64) {
    with(|log| {
        let word = log.places.name(at);
        log.add(Deed::Load { word, saw, newest }, None);
    });
}

/// A store of one word, or of two at once.
pub(crate) fn store(at: usize, value: u64, order: Granted) {
    with(|log| {
        let word = log.places.name(at);
        let Granted { asked, got, place } = order;
        log.add(
            Deed::Store {
                word,
                value,
                asked,
                got,
            },
            place,
        );
    });
}

/// A fence.
pub(crate) fn fence(order: Granted) {
    let Granted { asked, got, place } = order;
    with(|log| log.add(Deed::Fence { asked, got }, place));
}

/// An order that was asked for, and the one that was given.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Granted {
    pub(crate) asked: Ordering,
    pub(crate) got: Ordering,
    pub(crate) place: Option<&'static Location<'static>>,
}

impl Granted {
    /// No order at all.
    pub(crate) const RELAXED: Self = Self {
        asked: Ordering::Relaxed,
        got: Ordering::Relaxed,
        place: None,
    };
}

impl Log {
    fn add(&mut self, deed: Deed, place: Option<&'static Location<'static>>) {
        let thread = this_thread();
        let role = self.roles.iter().find(|(known, _)| *known == thread);
        let thread = match (role, &*thread) {
            (Some((_, role)), _) => (*role).into(),
            (None, "ThreadId(0)") => SETUP.into(),
            (None, other) => format!("thread {}", other.replace(|c: char| !c.is_numeric(), "")),
        };
        self.events.push(Event {
            thread,
            deed,
            place,
        });
    }
}

/// Where the words are that have names.
#[derive(Clone, Copy, Debug, Default)]
struct Places {
    line: usize,
    receivers: usize,
    slots_at: usize,
    stride: usize,
}

impl Places {
    fn of(image: &[u32]) -> Self {
        let word = |at: usize| image.get(at / 4).map_or(0, |&word| word as usize);
        Self {
            line: word(LINE).max(1),
            receivers: word(RECEIVERS),
            slots_at: word(SLOTS_AT),
            stride: word(STRIDE).max(1),
        }
    }

    fn name(&self, at: usize) -> String {
        if let Some(behind) = at.checked_sub(self.slots_at) {
            return slot(behind / self.stride, behind % self.stride);
        }
        let Some(behind) = at.checked_sub(CONSTANTS) else {
            return match at {
                MAGIC => "magic".into(),
                GENERATION => "generation".into(),
                _ => format!("constant {at}"),
            };
        };
        let (line, word) = (behind / self.line, behind % self.line);
        let name = match (line, word) {
            (0, EPOCH) => "epoch",
            (0, CLOSED) => "closed",
            (0, NOTIFY_SEQ) => "notify_seq",
            (0, SENDER_WAITING) => "sender_waiting",
            (1, 0) => "head",
            (1, 4) => "head, high half",
            (2, RECEIVER_WAITING) => "receiver_waiting",
            (3.., CONSUMED) => "consumed",
            (3.., ATTACH_COUNT) => "attach_count",
            (3.., DETACHED_AT) => "detached_at",
            (3.., DISCARDING) => "discarding",
            (3.., DISCARDED_FROM) => "discarded_from",
            _ => return format!("word {word} of line {line}"),
        };
        match line {
            3.. if self.receivers > 1 => format!("{name} of receiver {}", line - 3),
            _ => name.into(),
        }
    }
}

fn slot(number: usize, word: usize) -> String {
    let name = match word {
        0 => "stamp",
        4 => "stamp, high half",
        8 => "length",
        12 => "epoch",
        _ => return format!("payload of slot {number}"),
    };
    format!("{name} of slot {number}")
}

impl Event {
    /// One line: who, what, which word, which value; `edge` is the name of the edge that `place` asks for.
    pub(crate) fn line(&self, edge: Option<&str>) -> String {
        let mut line = format!("{:<9} ", self.thread);
        let _ = match &self.deed {
            Deed::Load { word, saw, .. } => write!(line, "loads  {word}: {}", value(word, *saw)),
            Deed::Store {
                word,
                value: stored,
                ..
            } => {
                write!(line, "stores {word}: {}", value(word, *stored))
            }
            Deed::Fence { .. } => write!(line, "fence"),
        };
        if let Deed::Load { word, saw, newest } = &self.deed
            && saw != newest
        {
            let _ = write!(
                line,
                ", an OLD value: the newest is {}",
                value(word, *newest)
            );
        }
        if let (Some((asked, got)), Some(edge)) = (self.orders(), edge) {
            let _ = match asked == got {
                true => write!(line, " [{edge}: {asked:?}]"),
                false => write!(line, " [{edge}: WEAKENED from {asked:?} to {got:?}]"),
            };
        }
        line
    }

    /// Whether this is a store while the channel is set up, or anything afterwards.
    pub(crate) fn is_shown(&self) -> bool {
        self.thread != SETUP || matches!(self.deed, Deed::Store { .. })
    }

    fn orders(&self) -> Option<(Ordering, Ordering)> {
        match self.deed {
            Deed::Load { .. } => None,
            Deed::Store { asked, got, .. } | Deed::Fence { asked, got } => Some((asked, got)),
        }
    }
}

/// A value, and what a stamp says.
fn value(word: &str, value: u64) -> String {
    let is_stamp = (word.starts_with("stamp") || word == "head") && !word.ends_with("half");
    if word.starts_with("length") && value > u32::MAX.into() {
        return format!("{} (epoch: {})", value as u32, value >> 32);
    }
    if word.starts_with("payload") {
        return format!("{value:#x}");
    }
    match (is_stamp, value) {
        (false, _) | (true, 0) => value.to_string(),
        (true, stamp) if stamp % 2 == 1 => {
            format!("{stamp} (message {} is being written)", stamp / 2)
        }
        (true, stamp) => format!("{stamp} (message {} is published)", stamp / 2 - 1),
    }
}
