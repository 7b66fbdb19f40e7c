//! A request to be notified that arrives only when the region was formatted: the one store of an overwrite receiver.

use ramframe_core::channel::{Channel, Overwrite, Start};
use ramframe_core::geometry::Geometry;

use super::judge::{NEW, OLD, World, hear, places, send};
use super::late::{Eager, Late};
use super::sides::{Side, Tx};
use crate::support::{Flat, Miss};

fn request_is_late(anew: Geometry, count: u64, at: usize) -> bool {
    let world = World::new::<Overwrite>(anew);
    let late = Late::new(world.region());
    let sender = Channel::overwrite(world.sending()).with_wait(Eager);
    send(&mut sender.sender().unwrap(), OLD, 3);
    let mut receiver = Channel::overwrite(&late)
        .with_wait(Eager)
        .receiver(Start::Next)
        .unwrap();
    assert_eq!(receiver.skip().flat(), Err(Miss::Empty));
    late.keep_after(at);
    receiver.wait();
    world.format();
    let mut sender = Overwrite::local_sender(world.sending()).unwrap();
    let mut reader = Overwrite::local_receiver(world.receiving()).unwrap();
    send(&mut sender, NEW, count);
    let came_late = late.arrive();
    assert_eq!(hear(&mut reader, 0), count);
    send(&mut sender, NEW, 1);
    assert_eq!(hear(&mut reader, count), sender.next());
    drop(sender);
    world.judge_anew::<Overwrite>(count + 1);
    came_late
}

#[test]
fn a_late_request_does_no_harm() {
    for anew in places::<Overwrite>() {
        for count in [0, 1, 2] {
            // The request is the only store.
            assert!(request_is_late(anew, count, 0));
            assert!(!request_is_late(anew, count, 1));
        }
    }
}
