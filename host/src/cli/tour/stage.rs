//! Where one fault is shown: a key of its own, processes on it, and what is said about them.

use std::io;
use std::time::Duration;

use crate::cli::limits::Limits;
use crate::cli::printable::Shown;
use crate::cli::{output, own_key};
use crate::sysv::key::Key;
use crate::sysv::segment;

use super::actor::Actor;
use super::args::Role;
use super::cleaner::ALL_ENDED;

/// Prints text that is laid out in lines.
pub(super) fn print(text: &str) -> io::Result<()> {
    output::print(&Shown::lines(text))
}

/// Far more than a process takes to begin, on a machine that is not busy.
const AHEAD: Duration = Duration::from_millis(100);

/// One key, and the process that clears it in the end.
pub(super) struct Stage<'a> {
    limits: &'a Limits,
    key: Key,
    cleaner: Actor,
}

impl<'a> Stage<'a> {
    /// A stage on which nobody is.
    pub(super) fn open(limits: &'a Limits) -> io::Result<Self> {
        let key = own_key::free_key().map_err(io::Error::other)?;
        let cleaner = Actor::start("cleaner", Role::Cleaner, key)?;
        Ok(Self {
            limits,
            key,
            cleaner,
        })
    }

    /// Says what is on it.
    pub(super) fn name(&self, of: &str) -> io::Result<()> {
        print(&format!("\n {of} (key {})\n", self.key))
    }

    /// Clears it. All processes have ended.
    pub(super) fn close(mut self) -> io::Result<()> {
        self.cleaner.tell(ALL_ENDED)?;
        self.cleaner.answer()?;
        self.cleaner.end()
    }

    /// A process that does as the tutorial's programs do.
    pub(super) fn tutorial(&mut self, name: &'static str) -> io::Result<Actor> {
        self.start(name, Role::Tutorial)
    }

    /// A process that uses ramframe, and is told first to be what `line` says.
    pub(super) fn ramframe(&mut self, name: &'static str, line: &str) -> io::Result<Actor> {
        let mut actor = self.start(name, Role::Ramframe)?;
        self.ask(&mut actor, line)?;
        Ok(actor)
    }

    /// A sender of ramframe that says nothing.
    pub(super) fn quiet_sender(&mut self) -> io::Result<Actor> {
        let mut actor = self.start("sender", Role::Ramframe)?;
        self.ask_quietly(&mut actor, "sender backpressure")?;
        Ok(actor)
    }

    fn start(&mut self, name: &'static str, role: Role) -> io::Result<Actor> {
        let actor = Actor::start(name, role, self.key)?;
        self.cleaner.tell(&actor.pid().to_string())?;
        Ok(actor)
    }

    /// Tells a process to do something, and prints its answer.
    pub(super) fn ask(&self, actor: &mut Actor, line: &str) -> io::Result<()> {
        actor.tell(line)?;
        self.hear(actor)
    }

    /// Prints the answer of a process.
    pub(super) fn hear(&self, actor: &mut Actor) -> io::Result<()> {
        let answer = actor.answer()?;
        self.check()?;
        print(&format!("    {:<9} {answer}\n", format!("{}:", actor.name)))
    }

    /// Tells a process to do something, and leaves it time to begin.
    pub(super) fn tell_ahead(&self, actor: &mut Actor, line: &str) -> io::Result<()> {
        actor.tell(line)?;
        self.pause(AHEAD)
    }

    /// Tells a process to do something whose answer nobody wants to read.
    pub(super) fn ask_quietly(&self, actor: &mut Actor, line: &str) -> io::Result<()> {
        actor.tell(line)?;
        actor.answer()?;
        self.check()
    }

    /// Says something about what comes next.
    pub(super) fn say(&self, text: &str) -> io::Result<()> {
        self.check()?;
        let lines = text.lines().map(|line| format!("  {line}\n"));
        print(&lines.collect::<String>())
    }

    /// Kills a process.
    pub(super) fn kill(&self, actor: Actor) -> io::Result<()> {
        let name = actor.name;
        actor.kill();
        print(&format!("    (the {name} was killed)\n"))
    }

    /// Lets a process end.
    pub(super) fn end(&self, actor: Actor) -> io::Result<()> {
        let name = actor.name;
        actor.end()?;
        print(&format!("    (the {name} ended)\n"))
    }

    /// Says what the kernel has on the key.
    pub(super) fn ask_the_kernel(&self) -> io::Result<()> {
        let found = segment::find(self.key).and_then(segment::stat);
        let says = match found {
            Ok(stat) => format!(
                "segment {}: {} bytes, {} processes attached",
                self.key, stat.size, stat.attached
            ),
            Err(_) => format!("no segment {}", self.key),
        };
        print(&format!("    {:<9} {says}\n", "kernel:"))
    }

    /// Lets the processes go on for a while.
    pub(super) fn pause(&self, time: Duration) -> io::Result<()> {
        self.limits.pause(time);
        self.check()
    }

    /// Fails if the tour was asked to end.
    fn check(&self) -> io::Result<()> {
        match self.limits.reached() {
            Some(_) => Err(io::ErrorKind::Interrupted.into()),
            None => Ok(()),
        }
    }
}
