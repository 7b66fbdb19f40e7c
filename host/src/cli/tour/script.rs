//! What a process of the tour is told, one line at a time, and what it answers, one line each.

use std::error::Error;
use std::io::{self, Lines, StdinLock, stdin};
use std::str::FromStr;

use crate::cli::output::print;
use crate::cli::printable::Shown;

/// What a step of a process comes to: its answer.
pub(super) type Answer = Result<String, Box<dyn Error>>;

/// The lines that this process is told. They end when the tour does, in whatever way.
pub(super) struct Script(Lines<StdinLock<'static>>);

impl Script {
    pub(super) fn new() -> Self {
        Self(stdin().lines())
    }

    /// The next line; `None` if there are no more.
    pub(super) fn next(&mut self) -> io::Result<Option<String>> {
        self.0.next().transpose()
    }

    /// Stands still in the middle of a step, until the tour says to go on. Ends this process if the tour has ended.
    pub(super) fn stand_still(&mut self, answer: &str) -> io::Result<()> {
        say(answer)?;
        match self.next()? {
            Some(_) => Ok(()),
            None => Err(io::ErrorKind::UnexpectedEof.into()),
        }
    }

    /// Answers each line with what `step` makes of it, until there are no more.
    pub(super) fn play(
        mut self,
        mut step: impl FnMut(&mut Self, &[&str]) -> Answer,
    ) -> Result<(), Box<dyn Error>> {
        while let Some(line) = self.next()? {
            let words: Vec<_> = line.split(' ').collect();
            say(&step(&mut self, &words)?)?;
        }
        Ok(())
    }
}

/// Gives an answer.
pub(super) fn say(answer: &str) -> io::Result<()> {
    print(&Shown::lines(&format!("{answer}\n")))
}

/// A number that this process is told.
pub(super) fn number<T: FromStr>(word: &str) -> Result<T, String> {
    let parsed = word.parse();
    parsed.map_err(|_| format!("{word:?} is no number"))
}

/// For a line that this process cannot do.
pub(super) fn unknown(words: &[&str]) -> Answer {
    Err(format!("nobody knows how to {}", words.join(" ")).into())
}
