//! Messages are discarded for a dead receiver by someone who dies too: the count told is exact, and told once.

use crate::support::{Flat, Words};
use ramframe_core::channel::{Backpressure, Channel, Sender};
use ramframe_core::geometry::Geometry;
use ramframe_core::region::RegionMut;

use super::dying::Life;
use super::history::{Eager, Event, Observer, World, message};
use super::roles::Role;

/// Follows events that tell of messages in order from `next` on, taken or dropped; returns what comes after them.
fn follow(events: &[Event], mut next: u64) -> u64 {
    for event in events {
        match *event {
            Event::Message { number, .. } => {
                assert_eq!(number, next, "{events:?}");
                next += 1;
            }
            Event::Lagged(count) => next += count,
            _ => {}
        }
    }
    next
}

fn send<R: RegionMut>(sender: &mut Sender<R, Backpressure>, first: u64, up_to: u64) {
    while sender.next_sequence() - first < up_to {
        let message = message(sender.next_sequence() - first, 0);
        if sender.try_send(&message).is_err() {
            return;
        }
    }
}

/// Two stand-ins drop, and one receiver takes, each with a life of its own; the last receiver has all the time it needs.
/// Whether each of the three died.
fn run(first: u64, [one, two, three]: [usize; 3]) -> [bool; 3] {
    let world = World::new(Geometry::backpressure(4, 24, 1), first);
    let mut sender = Channel::backpressure(world.region()).sender().unwrap();
    send(&mut sender, first, 3);
    let lives = [one, two, three].map(Life::of);
    for life in &lives[..2] {
        let mut reclaim = Channel::backpressure(world.dying(life, Role::Receiver))
            .reclaim(0)
            .unwrap();
        reclaim.discard_pending().flat().unwrap();
        send(&mut sender, first, 5);
    }
    let receiver = Channel::backpressure(world.dying(&lives[2], Role::Receiver))
        .with_wait(Eager)
        .receiver(0)
        .unwrap();
    let mut third = Observer::of(receiver, &world);
    third.drain_while(|| !lives[2].is_over());
    send(&mut sender, first, 9);
    let mut last = Observer::taking(&world, 0);
    for _ in 0..3 {
        last.drain();
        send(&mut sender, first, 9);
    }
    last.drain();
    let total = sender.next_sequence() - first;
    judge(&third.events, &last, lives[2].is_over(), total);
    lives.map(|life| life.is_over())
}

/// What both receivers were told is about each message once. The last thing that the third was told, dying, may be told
/// again; and that some were dropped is, until a message behind them was taken.
fn judge(third: &[Event], last: &Observer<Words<'_>, Backpressure>, third_died: bool, total: u64) {
    let told = match last.events.first() {
        Some(&Event::Lagged(count)) => count,
        _ => 0,
    };
    let begin = last.from() - told;
    let certain = third.len().saturating_sub(usize::from(third_died));
    let taken = match third[..certain].last() {
        Some(Event::Lagged(_)) => certain - 1,
        _ => certain,
    };
    let ends = [third.len(), certain, taken].map(|told| follow(&third[..told], 0));
    assert!(ends.contains(&begin), "{third:?}, then {:?}", last.events);
    assert_eq!(follow(&last.events, begin), total);
}

/// Runs with every place for each of the three to die; returns how many there were.
pub(crate) fn dropping_dies(first: u64) -> usize {
    let mut crashes = 0;
    for one in 0.. {
        let mut died = [false; 3];
        for two in 0.. {
            for three in 0.. {
                died = run(first, [one, two, three]);
                crashes += 1;
                if !died[2] {
                    break;
                }
            }
            if !died[1] {
                break;
            }
        }
        if !died[0] {
            return crashes;
        }
    }
    crashes
}
