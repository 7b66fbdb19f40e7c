//! Does a receiver of an overwrite channel hear every message whole and in order, or exactly how many it missed?

use std::sync::Arc;
use std::sync::atomic::Ordering::{Relaxed, Release};

use ramframe_core::channel::{AttachError, Channel, Overwrite, Receiver, Start};

use ramframe_core::frame::{LENGTH, PAYLOAD, Stamp};
use ramframe_core::region::{Region, RegionMut};

use crate::channel::{BEFORE_WRAP, CAPACITY, OVERWRITE, channel, message, send};
use crate::judge::{Judge, whole};
use crate::model::{Model, beside};
use crate::orders::Orders;
use crate::region::LoomRegion;
use crate::support::{FlatMessage, Miss};

/// Where a model begins, and how much of it is concurrent.
struct Setting {
    /// Messages of earlier times; receivers start behind them.
    first: u64,
    /// Messages sent before the receiver takes its first step.
    before: u64,
    /// Messages sent while it takes its steps.
    during: u64,
    steps: usize,
}

const fn setting(first: u64, before: u64, during: u64, steps: usize) -> Setting {
    Setting {
        first,
        before,
        during,
        steps,
    }
}

/// Each with more messages than slots, if those of earlier times count.
const APPEARING: [Setting; 2] = [setting(2, 0, 1, 2), setting(BEFORE_WRAP + 1, 0, 1, 1)];
const OVERTAKEN: [Setting; 3] = [
    setting(0, 1, 2, 1),
    setting(BEFORE_WRAP, 1, 2, 1),
    setting(BEFORE_WRAP + 1, 1, 2, 1),
];
const OVERTAKEN_WHILE_LOOKING: [Setting; 2] = [setting(0, 1, 2, 1), setting(BEFORE_WRAP, 2, 1, 2)];

pub(crate) static APPEARS: Model = Model {
    name: "overwrite_a_message_appears",
    cases: APPEARING.len(),
    bound: None,
    run: |orders, case| in_order(orders, &APPEARING[case]),
};

pub(crate) static GOES_BY: Model = Model {
    name: "overwrite_a_message_appears_and_goes_by",
    cases: 1,
    bound: Some(0),
    run: |orders, _| in_order(orders, &setting(BEFORE_WRAP, 0, 3, 1)),
};

pub(crate) static IN_ORDER: Model = Model {
    name: "overwrite_a_receiver_is_overtaken",
    cases: OVERTAKEN.len(),
    bound: Some(1),
    run: |orders, case| in_order(orders, &OVERTAKEN[case]),
};

pub(crate) static LATEST: Model = Model {
    name: "overwrite_latest_never_goes_back",
    cases: OVERTAKEN_WHILE_LOOKING.len(),
    bound: Some(1),
    run: |orders, case| latest(orders, &OVERTAKEN_WHILE_LOOKING[case]),
};

pub(crate) static ATTACH: Model = Model {
    name: "overwrite_attach_while_sending",
    cases: OVERTAKEN.len(),
    bound: Some(1),
    run: |orders, case| attach(orders, &OVERTAKEN[case]),
};

pub(crate) static LAPS: Model = Model {
    name: "overwrite_a_lap_of_half_the_stamps",
    cases: 1,
    bound: Some(0),
    run: |orders, _| half_the_stamps(orders),
};

fn in_order(orders: &Arc<Orders>, setting: &Setting) {
    let region = channel(&OVERWRITE, setting.first, orders);
    let mut receiver = Channel::overwrite(region.clone())
        .receiver(Start::Next)
        .unwrap();
    let mut judge = Judge::of(&receiver);
    let steps = setting.steps;
    let (mut judge, mut receiver) = beside(sending(&region, setting), move || {
        for _ in 0..steps {
            judge.step(&mut receiver);
        }
        (judge, receiver)
    });
    judge.drain(&mut receiver);
    assert_eq!(judge.position, setting.end());
}

fn latest(orders: &Arc<Orders>, setting: &Setting) {
    let region = channel(&OVERWRITE, setting.first, orders);
    let mut receiver = Channel::overwrite(region.clone())
        .receiver(Start::Next)
        .unwrap();
    let (before, steps) = (setting.first + setting.before - 1, setting.steps);
    let (mut receiver, newest) = beside(sending(&region, setting), move || {
        let mut newest = before;
        for _ in 0..steps {
            newest = look(&mut receiver, newest).unwrap_or(newest);
        }
        (receiver, newest)
    });
    assert_eq!(look(&mut receiver, newest), Some(setting.end() - 1));
}

/// The sequence of the newest message; `None` if the sender is too fast.
fn look(receiver: &mut Receiver<LoomRegion, Overwrite>, newest: u64) -> Option<u64> {
    let mut buffer = [0; CAPACITY as usize];
    match receiver.latest(&mut buffer).header() {
        Ok(header) => {
            whole(header, &buffer);
            assert!(newest <= header.sequence, "an older one");
            Some(header.sequence)
        }
        Err(Miss::Busy) => None,
        Err(error) => panic!("{error:?}"),
    }
}

fn attach(orders: &Arc<Orders>, setting: &Setting) {
    let region = channel(&OVERWRITE, setting.first, orders);
    let early = region.clone();
    let early = beside(sending(&region, setting), || {
        Channel::overwrite(early).receiver(Start::Oldest)
    });
    let early = match early {
        Ok(receiver) => Some(receiver),
        Err(AttachError::Busy) => None,
        Err(error) => panic!("{error:?}"),
    };
    let late = Channel::overwrite(region).receiver(Start::Oldest).unwrap();
    assert_eq!(late.next_sequence(), setting.end() - 2);
    for mut receiver in early.into_iter().chain([late]) {
        let mut judge = Judge::of(&receiver);
        assert!(setting.first <= judge.position + 2 && judge.position <= setting.end());
        judge.earlier(setting.first);
        judge.drain(&mut receiver);
        assert_eq!(judge.position, setting.end());
    }
}

/// 2^31 messages go by while a receiver reads one: its slot bears the same low half again. The last of them is all that
/// the slot need see. What the receiver says then may be odd, but it must not deliver some of both.
fn half_the_stamps(orders: &Arc<Orders>) {
    let region = channel(&OVERWRITE, 0, orders);
    let mut receiver = Channel::overwrite(region.clone())
        .receiver(Start::Next)
        .unwrap();
    let mut sender = Channel::overwrite(region.only_writer()).sender().unwrap();
    send(&mut sender).unwrap();
    pass(&region, (1 << 31) - 1);
    let last = || pass(&region, 1 << 31);
    beside(last, move || {
        let mut buffer = [0; CAPACITY as usize];
        if let Ok(header) = receiver.try_recv(&mut buffer).header() {
            whole(header, &buffer);
        }
    });
}

/// Does what a second sender would do that has gone on to this message.
fn pass(region: &LoomRegion, sequence: u64) {
    let payload = message(sequence, 2);
    let (slot, stamp) = (OVERWRITE.slot(sequence as u32), Stamp::published(sequence));
    let high = Stamp::published(sequence - 2).high();
    region.store_pair_through(slot, [Stamp::writing(sequence).low(), high], Release);
    region.fence(Release);
    region.copy_in(slot + PAYLOAD, &payload);
    region.store_pair(slot + LENGTH, [payload.len() as u32, 3], Relaxed);
    region.store_pair_through(slot, stamp.halves(), Release);
    region.store_pair_through(OVERWRITE.head_line(), stamp.halves(), Release);
}

impl Setting {
    fn end(&self) -> u64 {
        self.first + self.before + self.during
    }
}

/// Sends what comes before, and returns what sends the others.
fn sending(region: &LoomRegion, setting: &Setting) -> impl FnOnce() + use<> {
    let mut sender = Channel::overwrite(region.only_writer()).sender().unwrap();
    for _ in 0..setting.before {
        send(&mut sender).unwrap();
    }
    let during = setting.during;
    move || {
        for _ in 0..during {
            send(&mut sender).unwrap();
        }
    }
}
