//! What can be typed about where the channels of `host recv` are: one, or many.

use clap::Args;
use clap_complete::engine::ArgValueCompleter;
use glob::{MatchOptions, Pattern};
use ramframe_core::geometry::Name;

use crate::cli::candidates;
use crate::location::Location;
use crate::sysv::key::Key;

use super::headings::LOCATION;
use super::location::{FileArgs, KeyArgs, LocationArgs, Result, WindowArgs};
use super::values::{key, name};

/// Which channels.
#[derive(Args, Clone, Debug)]
pub(crate) struct LocationsArgs {
    /// Name of the channel, or a pattern [env: RAMFRAME_NAME]
    ///
    /// May be repeated.
    ///
    /// At most 24 bytes. Both sides give the same name; the folder does not matter. The key of the segment is made from the name.
    /// Two names can have the same key. The name is in the segment too, so a channel of another name is refused.
    ///
    /// With a pattern such as 'sensor-*', or with several names or keys, receives from all these channels. Each line begins with the
    /// name of its channel. Channels may come and go. Every message is accepted, unless `--expect` is given. In a pattern * is any text
    /// without a /, ? is any character but /, and [ab] is a or b.
    #[arg(long, value_name = "NAME", value_parser = pattern, conflicts_with_all = ["path", "id"], add = ArgValueCompleter::new(candidates::names), help_heading = LOCATION)]
    name: Vec<NameOrPattern>,
    /// Segment key, as `ipcs -m` shows it [env: RAMFRAME_KEY]
    ///
    /// May be repeated.
    #[arg(long, short, value_name = "KEY", value_parser = key, conflicts_with_all = ["path", "id"], add = ArgValueCompleter::new(candidates::keys), help_heading = LOCATION)]
    key: Vec<Key>,
    #[command(flatten)]
    file: FileArgs,
    #[command(flatten)]
    window: WindowArgs,
}

/// A name as it was typed.
#[derive(Clone, Debug)]
enum NameOrPattern {
    Name(Name),
    Pattern(Pattern),
}

/// Text is a pattern if it has `*`, `?` or `[`, and otherwise a name.
fn pattern(text: &str) -> std::result::Result<NameOrPattern, String> {
    if !text.contains(['*', '?', '[']) {
        return name(text).map(NameOrPattern::Name);
    }
    let pattern = Pattern::new(text).map_err(|error| format!("no pattern: {error}"))?;
    Ok(NameOrPattern::Pattern(pattern))
}

/// The channels that are received from together.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wanted {
    pub(crate) keys: Vec<Key>,
    patterns: Vec<Pattern>,
}

impl Wanted {
    /// Whether there are patterns, and not keys alone.
    pub(crate) fn has_patterns(&self) -> bool {
        !self.patterns.is_empty()
    }

    /// Which patterns match `name`. A pattern that has no `/` leaves the places of a share alone, which
    /// have one in their names.
    pub(crate) fn matching(&self, name: &Name) -> impl Iterator<Item = usize> {
        let options = MatchOptions {
            require_literal_separator: true,
            ..MatchOptions::new()
        };
        let matches = move |pattern: &Pattern| pattern.matches_with(name.as_str(), options);
        let patterns = self.patterns.iter().enumerate();
        patterns.filter_map(move |(index, pattern)| matches(pattern).then_some(index))
    }

    /// The patterns, as they were typed.
    pub(crate) fn patterns(&self) -> impl Iterator<Item = &str> {
        self.patterns.iter().map(Pattern::as_str)
    }
}

impl LocationsArgs {
    /// The channels, if there may be more than one.
    pub(crate) fn many(&self) -> Option<Wanted> {
        let mut wanted = Wanted::default();
        for name in &self.name {
            match name {
                NameOrPattern::Name(name) => wanted.keys.push(Key::of_name(*name)),
                NameOrPattern::Pattern(pattern) => wanted.patterns.push(pattern.clone()),
            }
        }
        wanted.keys.extend(&self.key);
        let many = self.name.len() + self.key.len() > 1 || wanted.has_patterns();
        many.then_some(wanted)
    }

    fn one(&self) -> LocationArgs {
        let name = self.name.iter().find_map(|name| match name {
            NameOrPattern::Name(name) => Some(*name),
            NameOrPattern::Pattern(_) => None,
        });
        let key = KeyArgs::of(name, self.key.first().copied(), self.file.clone());
        LocationArgs::of(key, self.window.clone())
    }

    /// The key of the only channel.
    pub(crate) fn key(&self) -> Result<Key> {
        self.one().key.key()
    }

    /// The place of the only channel; `size` is that of the part of the file.
    pub(crate) fn location(&self, size: Option<usize>) -> Result<Location> {
        self.one().location(size)
    }

    /// The place, and where it comes from, for a person.
    pub(crate) fn describe(&self, location: &Location) -> String {
        self.one().describe(location)
    }
}
