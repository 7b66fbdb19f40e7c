//! Does a receiver hear where one sender ends and the next begins, and everything before that?

use ramframe_core::channel::{AttachError, Channel, Policy, Receive, Receiver, Sender, Start};

use ramframe_core::frame::Stamp;
use ramframe_core::region::Region;

use crate::channel::{BACKPRESSURE, OVERWRITE, channel, send};
use crate::judge::Judge;
use crate::model::{Model, in_turn};
use crate::region::LoomRegion;

/// Whether the second sender is another program, which knows nothing of what the first has fenced.
const APART: [bool; 2] = [false, true];

pub(crate) static OVER: Model = Model {
    name: "restart_overwrite",
    cases: APART.len(),
    bound: Some(1),
    run: |orders, case| {
        let region = channel(&OVERWRITE, 2, orders);
        let receiver = Channel::overwrite(region.clone())
            .receiver(Start::Next)
            .unwrap();
        restart(
            &region,
            receiver,
            |region| Channel::overwrite(region).sender(),
            APART[case],
        );
    },
};

pub(crate) static BACK: Model = Model {
    name: "restart_backpressure",
    cases: APART.len(),
    bound: Some(2),
    run: |orders, case| {
        let region = channel(&BACKPRESSURE, 2, orders);
        let receiver = Channel::backpressure(region.clone()).receiver(0).unwrap();
        restart(
            &region,
            receiver,
            |region| Channel::backpressure(region).sender(),
            APART[case],
        );
    },
};

pub(crate) static LAPS: Model = Model {
    name: "restart_after_a_lap_while_attaching",
    cases: APART.len(),
    bound: Some(1),
    run: |orders, case| {
        let region = channel(&OVERWRITE, 2, orders);
        let (first, second) = senders(&region, |region| Channel::overwrite(region).sender(), 3);
        in_turn(APART[case], first, second, move || lookout(region));
    },
};

/// Attaches once it has seen the mark of the second sender, whatever else it has not seen.
fn lookout(region: LoomRegion) {
    let marked = region.load_pair_fresh(OVERWRITE.slot(5))[0] >= Stamp::writing(5).low();
    if !marked {
        return;
    }
    match Channel::overwrite(region).receiver(Start::Next) {
        Ok(receiver) => assert!((2..=6).contains(&receiver.next_sequence())),
        Err(error) => assert_eq!(error, AttachError::Busy),
    }
}

type Attach<P> = fn(LoomRegion) -> Result<Sender<LoomRegion, P>, AttachError>;

/// The first sender sends a message and closes, the second sends one.
fn restart<P: Receive<LoomRegion> + Policy + 'static>(
    region: &LoomRegion,
    mut receiver: Receiver<LoomRegion, P>,
    attach: Attach<P>,
    apart: bool,
) {
    let mut judge = Judge::of(&receiver);
    let first_sequence = judge.position;
    let (first, second) = senders(region, attach, 1);
    let (mut judge, mut receiver) = in_turn(apart, first, second, move || {
        judge.step(&mut receiver);
        (judge, receiver)
    });
    judge.drain(&mut receiver);
    assert_eq!(judge.position, first_sequence + 2);
    assert_eq!((judge.missed, judge.restarts), (0, 1));
    assert!(judge.closes >= 1, "the first one left in good order");
}

/// What the two senders do; the first is attached already.
fn senders<P: Policy + 'static>(
    region: &LoomRegion,
    attach: Attach<P>,
    messages: usize,
) -> (impl FnOnce() + use<P>, impl FnOnce() + use<P>) {
    let region = region.only_writer();
    let mut sender = attach(region.clone()).unwrap();
    let first = move || {
        for _ in 0..messages {
            send(&mut sender).unwrap();
        }
        sender.close();
    };
    let second = move || {
        send(&mut attach(region).unwrap()).unwrap();
    };
    (first, second)
}
