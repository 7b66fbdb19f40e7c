//! Which of the wanted channels are there and are not received from yet.

use std::collections::{HashMap, HashSet};

use ramframe_core::geometry::Name;

use crate::cli::args::Wanted;
use crate::cli::candidates::name_of;
use crate::cli::list::unlisted;
use crate::cli::stderr::message;
use crate::sysv::key::Key;
use crate::sysv::list;
use crate::sysv::stat::Stat;

pub(super) struct Search {
    wanted: Wanted,
    /// The patterns that have matched a channel.
    matched: HashSet<usize>,
    /// The channels that are received from.
    here: HashSet<Key>,
    /// Those that ever were.
    known: HashSet<Key>,
    /// Those whose last sender has closed.
    closed: HashSet<Key>,
    /// The names of segments, by their numbers, so that each is read once.
    names: HashMap<i32, Option<Name>>,
    complaints: HashMap<Key, String>,
}

impl Search {
    pub(super) fn new(wanted: Wanted) -> Self {
        Self {
            wanted,
            matched: HashSet::new(),
            here: HashSet::new(),
            known: HashSet::new(),
            closed: HashSet::new(),
            names: HashMap::new(),
            complaints: HashMap::new(),
        }
    }

    /// The channels that are not received from, as far as they may be there, and what to call each.
    pub(super) fn absent(&mut self) -> Result<Vec<(Key, String)>, String> {
        let mut keys = self.wanted.keys.clone();
        if self.wanted.has_patterns() {
            keys.extend(self.matching()?);
        }
        let mut seen = HashSet::new();
        keys.retain(|key| !self.here.contains(key) && seen.insert(*key));
        let called = |key: Key| match key.name().is_empty() {
            true => (key, key.to_string()),
            false => (key, key.name().to_string()),
        };
        Ok(keys.into_iter().map(called).collect())
    }

    /// The keys of the channels whose names match.
    fn matching(&mut self) -> Result<Vec<Key>, String> {
        let channels = list::channels().map_err(unlisted)?;
        let ids: HashSet<i32> = channels.iter().map(|stat| stat.id).collect();
        self.names.retain(|id, _| ids.contains(id));
        let mut keys = Vec::new();
        for stat in &channels {
            let Some(name) = self.name(stat) else {
                continue;
            };
            let key = Key::of_name(name);
            // One that is elsewhere than its name says is found by its key alone.
            if stat.key != Some(key) {
                continue;
            }
            let mut matching = self.wanted.matching(&name).peekable();
            if matching.peek().is_some() {
                keys.push(key);
            }
            self.matched.extend(matching);
        }
        Ok(keys)
    }

    fn name(&mut self, stat: &Stat) -> Option<Name> {
        let known = match self.names.get(&stat.id) {
            Some(known) => *known,
            None => {
                // Where there is no channel yet, there may be one at the next look.
                let found = name_of(stat)?;
                self.names.insert(stat.id, found);
                found
            }
        };
        known.filter(|name| !name.is_empty())
    }

    /// The patterns that have not matched any channel.
    pub(super) fn unmatched(&self) -> impl Iterator<Item = &str> {
        let patterns = self.wanted.patterns().enumerate();
        patterns.filter_map(|(index, text)| (!self.matched.contains(&index)).then_some(text))
    }

    /// A channel is received from now. Says whether it was before.
    pub(super) fn followed(&mut self, key: Key) -> bool {
        self.here.insert(key);
        self.closed.remove(&key);
        self.complaints.remove(&key);
        !self.known.insert(key)
    }

    /// A channel is not there any more.
    pub(super) fn lost(&mut self, key: Key) {
        self.here.remove(&key);
    }

    /// Whether the last sender of a channel has closed it.
    pub(super) fn closed(&mut self, key: Key, is_closed: bool) {
        match is_closed {
            true => self.closed.insert(key),
            false => self.closed.remove(&key),
        };
    }

    /// Whether all that were wanted by key or name are closed, and each pattern has matched.
    pub(super) fn is_over(&self) -> bool {
        let keys = self.wanted.keys.iter();
        keys.into_iter().all(|key| self.closed.contains(key)) && self.unmatched().next().is_none()
    }

    /// Says once why a channel cannot be received from.
    pub(super) fn complain(&mut self, key: Key, why: String) {
        if self.complaints.get(&key) != Some(&why) {
            message!("{why}");
            self.complaints.insert(key, why);
        }
    }
}
