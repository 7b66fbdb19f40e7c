//! A receiver of a backpressure channel dies after its k-th store, for every k: the next one loses and repeats none.

use ramframe_core::channel::{Backpressure, Channel, Sender};
use ramframe_core::geometry::Geometry;
use ramframe_core::region::RegionMut;

use super::dying::Life;
use super::history::{Eager, Event, Observer, World, message};
use super::roles::Role;

const MESSAGES: u64 = 10;

/// Sends as much as there is room for, up to `MESSAGES`.
fn fill<R: RegionMut>(sender: &mut Sender<R, Backpressure>, first: u64) {
    while sender.next_sequence() - first < MESSAGES {
        let message = message(sender.next_sequence() - first, 0);
        if sender.try_send(&message).is_err() {
            return;
        }
    }
}

/// The first receiver's life: takes until its script ends or it dies, which may be before it has the last event.
fn first_life(world: &World, life: &Life, fill: &mut impl FnMut()) -> Vec<Event> {
    let receiver = Channel::backpressure(world.dying(life, Role::Receiver))
        .with_wait(Eager)
        .receiver(0)
        .unwrap();
    let mut observer = Observer::of(receiver, world);
    for _ in 0..MESSAGES {
        fill();
        observer.drain_while(|| !life.is_over());
    }
    observer.events
}

fn run(slots: u32, first: u64, stores: usize) -> bool {
    let world = World::new(Geometry::backpressure(slots, 24, 1), first);
    let (life, whole) = (Life::of(stores), Life::whole());
    let mut sender = Channel::backpressure(world.dying(&whole, Role::Sender))
        .sender()
        .unwrap();
    let mut events = first_life(&world, &life, &mut || fill(&mut sender, first));
    let mut second = Observer::taking(&world, 0);
    for _ in 0..MESSAGES {
        fill(&mut sender, first);
        second.drain();
    }
    sender.close();
    second.drain();
    world.note(&whole, 0);
    if !life.is_over() {
        assert_eq!((second.from(), events.len() as u64), (MESSAGES, MESSAGES));
    } else if second.from() < events.len() as u64 {
        // The last message was not let go: the one that it died with comes again.
        events.pop();
    }
    assert_eq!(events.len() as u64, second.from(), "{events:?}");
    for (number, event) in (0..).zip(&events) {
        assert_eq!(*event, Event::Message { number, by: 0 });
    }
    second.judge_to_the_end(&world.sent());
    assert_eq!(world.total(), MESSAGES);
    life.is_over()
}

/// Runs with every place to die; returns how many there were.
pub(crate) fn receiver_dies(slots: u32, first: u64) -> usize {
    (0..)
        .take_while(|&stores| run(slots, first, stores))
        .count()
}
