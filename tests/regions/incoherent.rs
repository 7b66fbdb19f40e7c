//! What do two sides see of one memory if each has a cache of its own, and nothing keeps the two alike?
//!
//! A cache here is the worst that the hooks' contract allows. It holds a copy of every line from the start, so each is as old
//! as the last [`invalidate`](Region::invalidate) left it; one that is restless also fetches lines, writes dirty ones back, and
//! stops halfway in writing back, whenever it likes. What goes back is whole lines, with all that the other side may have
//! stored there since. That alone harms nobody; a side that then reads such a word, or drops a store of its own, panics. Unless
//! the word carries the tag of another generation: then it says nothing, as what stood there before. So it is where a receiver
//! stores to its line after a format that it has not noticed.

#![allow(unsafe_code)] // the region

use std::panic::Location;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};

use ramframe_core::geometry::{CONSTANTS, DISCARDING, GENERATION, LINE, SLOTS_AT};
use ramframe_core::region::{Divide, Region, RegionMut};

use super::hooks::{Hooks, Place};
use super::xorshift::Xorshift;

/// Words that one access of a copy moves, and that are never seen apart.
const WIDE: usize = size_of::<usize>() / 4;

/// A word, and whether an older one was written over what a side had stored.
#[derive(Clone, Copy, Debug, Default)]
struct Word {
    value: u32,
    lost: bool,
}

/// A cache's copy of a word.
#[derive(Clone, Copy, Debug)]
struct Copied {
    word: Word,
    dirty: bool,
    /// Words of the store that made it.
    wide: usize,
}

/// The memory that lies behind all caches.
#[derive(Clone, Debug)]
pub(crate) struct Memory {
    words: Arc<Mutex<Vec<Word>>>,
    hooks: Arc<Hooks>,
}

/// What kind of cache a side has.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Kind {
    /// Bytes of a line.
    pub(crate) line: usize,
    /// What it holds at the start, of times when the memory held that.
    pub(crate) stale: u32,
    /// Where its restlessness comes from, if it has any.
    pub(crate) seed: Option<u64>,
}

impl Memory {
    /// Zeroed memory of `len` bytes.
    pub(crate) fn new(len: usize) -> Self {
        Memory {
            words: Arc::new(Mutex::new(vec![Word::default(); len.div_ceil(4)])),
            hooks: Hooks::now(),
        }
    }

    /// Another side, with a cache of its own.
    pub(crate) fn side(&self, kind: Kind) -> Incoherent {
        let len = self.words.lock().unwrap().len();
        let value = kind.stale;
        let word = Word { value, lost: false };
        let cache = Cache {
            memory: self.clone(),
            copies: vec![Copied::of(word); len],
            line: kind.line / 4,
            random: kind.seed.map(Xorshift::new),
        };
        Incoherent {
            cache: Arc::new(Mutex::new(cache)),
            from: 0,
            len: len * 4,
        }
    }
}

#[derive(Debug)]
struct Cache {
    memory: Memory,
    copies: Vec<Copied>,
    /// Words of a line.
    line: usize,
    random: Option<Xorshift>,
}

impl Copied {
    /// A copy of what is in memory.
    fn of(word: Word) -> Self {
        Copied {
            word,
            dirty: false,
            wide: 1,
        }
    }
}

impl Cache {
    /// The line of word `index`.
    fn line(&self, index: usize) -> std::ops::Range<usize> {
        let first = index / self.line * self.line;
        first..(first + self.line).min(self.copies.len())
    }

    fn is_dirty(&self, index: usize) -> bool {
        self.copies[self.line(index)].iter().any(|copy| copy.dirty)
    }

    /// Brings a line in, all of it at one moment.
    fn fetch(&mut self, index: usize) {
        let words = self.memory.words.lock().unwrap();
        for index in self.line(index) {
            self.copies[index] = Copied::of(words[index]);
        }
    }

    /// Writes one word back, as a part of its line: it need not have been stored to.
    fn write_word(&mut self, index: usize) {
        let Copied {
            mut word, dirty, ..
        } = self.copies[index];
        let mut words = self.memory.words.lock().unwrap();
        word.lost |= !dirty && word.value != words[index].value;
        words[index] = word;
        self.copies[index].dirty = false;
    }

    /// Begins to write a line back, and gets no further than what one store has stored.
    fn write_some(&mut self, index: usize) {
        let wide = self.copies[index].wide;
        let first = index / wide * wide;
        (first..first + wide).for_each(|index| self.write_word(index));
    }

    fn write_back(&mut self, index: usize) {
        if self.is_dirty(index) {
            self.line(index).for_each(|index| self.write_word(index));
        }
    }

    /// What a restless cache does on its own before an access to word `index`.
    fn stir(&mut self, index: usize) {
        self.memory.hooks.spend();
        let Some(random) = &self.random else { return };
        let (what, which) = (random.below(8), random.below(self.copies.len()));
        let near = random.below(self.line(index).len()) + self.line(index).start;
        match what {
            0 if !self.is_dirty(index) => self.fetch(index),
            1 if !self.is_dirty(which) => self.fetch(which),
            2 => self.write_back(which),
            3 => self.write_back(index),
            4..6 if self.copies[index].dirty => self.write_some(index),
            _ if self.copies[near].dirty => self.write_some(near),
            _ => {}
        }
    }

    /// Loads a word, without another access before it.
    fn load(&self, index: usize) -> u32 {
        let word = self.copies[index].word;
        let harms = word.lost && !self.is_foreign(index, word.value);
        assert!(!harms, "word {index}: its line was written over");
        word.value
    }

    /// Whether word `index` is one of a receiver's that carry a tag, and `value` has another generation's: in the channel at
    /// the start of the memory.
    fn is_foreign(&self, index: usize, value: u32) -> bool {
        let words = self.memory.words.lock().unwrap();
        let word = |at: usize| words[at / 4].value;
        let [line, slots] = [LINE, SLOTS_AT].map(|at| word(at) as usize);
        let (at, first) = (index * 4, CONSTANTS + 3 * line);
        let is_tagged = (first..slots).contains(&at) && (at - first) % line <= DISCARDING;
        is_tagged && value >> 21 != word(GENERATION) << 21 >> 21
    }

    /// Stores these words with one access.
    fn store(&mut self, index: usize, values: &[u32]) {
        for (copy, &value) in self.copies[index..].iter_mut().zip(values) {
            *copy = Copied {
                word: Word { value, lost: false },
                dirty: true,
                wide: values.len(),
            };
        }
        self.stir(index);
    }

    /// The first word of each line that has some of `len` bytes at `at`.
    fn lines(&self, at: usize, len: usize) -> impl Iterator<Item = usize> + use<> {
        let first = self.line(at / 4).start;
        (first..(at + len).div_ceil(4)).step_by(self.line)
    }

    fn invalidate(&mut self, at: usize, len: usize, place: Place) {
        self.memory.hooks.spend();
        for line in self.lines(at, len) {
            if self.memory.hooks.work(place) {
                assert!(!self.is_dirty(line), "word {line}: a store is dropped");
                self.fetch(line);
            }
        }
    }

    fn clean(&mut self, at: usize, len: usize, place: Place) {
        self.memory.hooks.spend();
        for line in self.lines(at, len) {
            if self.memory.hooks.work(place) {
                self.write_back(line);
            }
        }
    }
}

/// A side's handle. A clone is another handle of the same side.
#[derive(Clone, Debug)]
pub(crate) struct Incoherent {
    cache: Arc<Mutex<Cache>>,
    from: usize,
    len: usize,
}

impl Incoherent {
    fn index(&self, at: usize) -> usize {
        assert!(
            at.is_multiple_of(4) && at < self.len,
            "word outside the region"
        );
        (self.from + at) / 4
    }
}

// SAFETY: a lock guards every access; it has no address.
unsafe impl Region for Incoherent {
    fn len(&self) -> usize {
        self.len
    }

    fn load(&self, at: usize) -> u32 {
        let (mut cache, index) = (self.cache.lock().unwrap(), self.index(at));
        cache.stir(index);
        cache.load(index)
    }

    fn load_pair(&self, at: usize) -> [u32; 2] {
        let mut bytes = [[0; 4]; 2];
        self.copy_out(at, bytes.as_flattened_mut());
        bytes.map(u32::from_le_bytes)
    }

    /// Nothing: here each access is made when it is called.
    fn fence(&self, _: Ordering) {}

    fn copy_out(&self, at: usize, to: &mut [u8]) {
        let mut cache = self.cache.lock().unwrap();
        for (number, chunk) in to.chunks_mut(4).enumerate() {
            let index = self.index(at + number * 4);
            if number.is_multiple_of(WIDE) {
                cache.stir(index);
            }
            chunk.copy_from_slice(&cache.load(index).to_le_bytes()[..chunk.len()]);
        }
    }

    #[track_caller]
    fn invalidate(&self, at: usize, len: usize) {
        let place = Location::caller();
        let mut cache = self.cache.lock().unwrap();
        cache.invalidate(self.from + at, len, place);
    }
}

// SAFETY: as for `Region`.
unsafe impl RegionMut for Incoherent {
    fn store(&self, at: usize, word: u32, _: Ordering) {
        self.cache.lock().unwrap().store(self.index(at), &[word]);
    }

    /// One access where copies are that wide; else the second word first.
    fn store_pair(&self, at: usize, pair: [u32; 2], _: Ordering) {
        let mut cache = self.cache.lock().unwrap();
        for (number, words) in pair.chunks(WIDE).enumerate().rev() {
            cache.store(self.index(at) + number * WIDE, words);
        }
    }

    fn copy_in(&self, at: usize, from: &[u8]) {
        let mut cache = self.cache.lock().unwrap();
        for (number, chunk) in from.chunks(WIDE * 4).enumerate() {
            let mut bytes = [0; WIDE * 4];
            bytes[..chunk.len()].copy_from_slice(chunk);
            let (words, _) = bytes.as_chunks::<4>();
            let words: Vec<_> = words.iter().map(|&word| u32::from_le_bytes(word)).collect();
            cache.store(self.index(at) + number * WIDE, &words);
        }
    }

    #[track_caller]
    fn clean(&self, at: usize, len: usize) {
        let place = Location::caller();
        let mut cache = self.cache.lock().unwrap();
        cache.clean(self.from + at, len, place);
    }
}

// SAFETY: as for `Region`: a part lies inside of the whole.
unsafe impl Divide for Incoherent {
    unsafe fn duplicate(&self) -> Self {
        self.clone()
    }

    unsafe fn part(&self, at: usize, len: usize) -> Option<Self> {
        let inside = at.checked_add(len)? <= self.len && at.is_multiple_of(8);
        inside.then(|| Incoherent {
            from: self.from + at,
            len,
            ..self.clone()
        })
    }
}
