//! A sender dies after its k-th store, for every k, and the next one goes on: what receivers see.

use crate::support::Words;
use ramframe_core::channel::{Backpressure, Channel};
use ramframe_core::geometry::Geometry;

use super::dying::Life;
use super::history::{Eager, Observer, World, script};
use super::roles::Role;

/// Messages in one life: enough to lap a small channel.
const MESSAGES: u64 = 6;

/// Lives that end after these numbers of stores, and then one that does not.
fn lives(ends: &[usize]) -> impl Iterator<Item = (u64, Life)> {
    let ends = ends.iter().map(|&stores| Life::of(stores));
    (0..).zip(ends.chain([Life::whole()]))
}

/// One overwrite channel through these lives. Whether all but the last died.
fn overwrite_run(slots: u32, first: u64, ends: &[usize]) -> bool {
    let world = World::new(Geometry::overwrite(slots, 24), first);
    let (mut eager, mut lazy) = (Observer::reading(&world), Observer::reading(&world));
    let (mut others, mut died) = (Vec::new(), 0);
    for (by, life) in lives(ends) {
        let sender = Channel::overwrite(world.dying(&life, Role::Sender))
            .with_wait(Eager)
            .sender()
            .unwrap();
        assert_eq!(sender.next_sequence(), first + world.total(), "sender {by}");
        script(sender, (by, MESSAGES), first, || eager.drain());
        world.note(&life, by);
        eager.drain();
        let mut joined = Observer::reading(&world);
        let oldest = world.total().saturating_sub(u64::from(slots));
        assert!((oldest..=oldest + 1).contains(&joined.from()));
        joined.drain();
        others.push(joined);
        died += usize::from(life.is_over());
    }
    lazy.drain();
    assert_eq!((eager.missed(), eager.from()), (0, 0));
    assert_eq!(lazy.missed(), world.total() - u64::from(slots));
    for observer in others.iter_mut().chain([&mut eager, &mut lazy]) {
        observer.drain();
        observer.judge_to_the_end(&world.sent());
    }
    died == ends.len()
}

/// A line whose receivers come and go.
struct Line<'a>(Vec<Observer<Words<'a>, Backpressure>>);

impl<'a> Line<'a> {
    fn drain(&mut self, world: &'a World) {
        let mut next = Observer::taking(world, 1);
        next.drain();
        self.0.push(next);
    }

    /// Each receiver begins where the one before ended, and the last one ends with the channel.
    fn judge(&self, sent: &[u64]) {
        let mut next = 0;
        for observer in &self.0 {
            assert_eq!(observer.from(), next);
            next = observer.judge(sent);
        }
        assert_eq!(next, sent.len() as u64);
    }
}

/// One backpressure channel through these lives. Whether all but the last died.
fn backpressure_run(slots: u32, first: u64, ends: &[usize]) -> bool {
    let world = World::new(Geometry::backpressure(slots, 24, 2), first);
    let (mut eager, mut line) = (Observer::taking(&world, 0), Line(Vec::new()));
    let mut died = 0;
    for (by, life) in lives(ends) {
        let sender = Channel::backpressure(world.dying(&life, Role::Sender))
            .with_wait(Eager)
            .sender()
            .unwrap();
        assert_eq!(sender.next_sequence(), first + world.total(), "sender {by}");
        let mut calls = 0;
        script(sender, (by, MESSAGES), first, || {
            eager.drain();
            calls += 1;
            if calls % 2 == 0 {
                line.drain(&world);
            }
        });
        world.note(&life, by);
        eager.drain();
        line.drain(&world);
        died += usize::from(life.is_over());
    }
    eager.judge_to_the_end(&world.sent());
    line.judge(&world.sent());
    died == ends.len()
}

/// Runs with every place to die; returns how many there were.
fn every_crash(run: impl Fn(&[usize]) -> bool) -> usize {
    (0..).take_while(|&stores| run(&[stores])).count()
}

fn every_two_crashes(run: impl Fn(&[usize]) -> bool) -> usize {
    let ends = every_crash(&run);
    let pairs = (0..ends).map(|one| (0..).take_while(|&two| run(&[one, two])).count());
    pairs.sum()
}

pub(crate) fn overwrite_dies(slots: u32, first: u64) -> usize {
    every_crash(|ends| overwrite_run(slots, first, ends))
}

pub(crate) fn backpressure_dies(slots: u32, first: u64) -> usize {
    every_crash(|ends| backpressure_run(slots, first, ends))
}

pub(crate) fn two_overwrite_die(slots: u32, first: u64) -> usize {
    every_two_crashes(|ends| overwrite_run(slots, first, ends))
}

pub(crate) fn two_backpressure_die(slots: u32, first: u64) -> usize {
    every_two_crashes(|ends| backpressure_run(slots, first, ends))
}
