//! Does a registered receiver of a backpressure channel hear every message, whole and in order?

use std::sync::Arc;

use loom::thread;
use ramframe_core::channel::{Backpressure, Channel, SendError, Sender};
use ramframe_core::wait::Wait;

use crate::channel::{BACKPRESSURE, BEFORE_WRAP, channel, send};
use crate::judge::{Heard, Judge};
use crate::model::{Model, beside};
use crate::orders::Orders;
use crate::region::LoomRegion;

const MESSAGES: u64 = 3;
const FIRST: [u64; 2] = [0, BEFORE_WRAP];

pub(crate) static LOSES_NOTHING: Model = Model {
    name: "backpressure_loses_nothing",
    cases: FIRST.len(),
    bound: Some(2),
    run: loses_nothing,
};

/// Sends until the receiver has made room for it.
pub(crate) fn persist<W: Wait>(sender: &mut Sender<LoomRegion, Backpressure, W>) {
    loop {
        match send(sender) {
            Ok(_) => return,
            Err(SendError::Full { receiver: 0 }) => thread::yield_now(),
            Err(error) => panic!("{error:?}"),
        }
    }
}

fn loses_nothing(orders: &Arc<Orders>, case: usize) {
    let region = channel(&BACKPRESSURE, FIRST[case], orders);
    let mut sender = Channel::backpressure(region.only_writer())
        .sender()
        .unwrap();
    let mut receiver = Channel::backpressure(region).receiver(0).unwrap();
    let senders = || {
        for _ in 0..MESSAGES {
            persist(&mut sender);
        }
    };
    let mut judge = Judge::of(&receiver);
    let end = judge.position + MESSAGES;
    let judge = beside(senders, move || {
        while judge.position < end {
            match judge.step(&mut receiver) {
                Heard::Message => {}
                Heard::Nothing | Heard::Busy => thread::yield_now(),
                heard => panic!("{heard:?}"),
            }
        }
        judge
    });
    assert_eq!(judge.delivered.len() as u64, MESSAGES);
}
