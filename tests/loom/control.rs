//! Is what a side reads of the control block, or of what was dropped for it, all of one moment?

use std::sync::Arc;

use ramframe_core::channel::{Backpressure, Channel, Receive, Receiver, Start};
use ramframe_core::geometry::{Geometry, GeometryError};

use crate::array::Array;
use crate::channel::{
    BACKPRESSURE, BEFORE_WRAP, OVERWRITE, channel, disputed, formattable, image, send,
};
use crate::crash::SEAT_STORES;
use crate::judge::Judge;
use crate::model::{Model, beside};
use crate::orders::Orders;
use crate::region::{LoomRegion, Plan};
use crate::support::{Flat, FlatMessage, Miss};

/// Two geometries that share as few words as may be: the cache line stays.
const OLD: Geometry = Geometry::overwrite(4, 16);
const NEW: Geometry = Geometry::backpressure(2, 100, 1);

pub(crate) static FORMATTING: Model = Model {
    name: "formatting_shows_all_or_nothing",
    cases: 2,
    bound: Some(1),
    run: formatting,
};

pub(crate) static UNDER: Model = Model {
    name: "formatting_is_told_as_such",
    cases: 2,
    bound: Some(1),
    run: under,
};

pub(crate) static DISCARDING: Model = Model {
    name: "dropping_counts_exactly",
    cases: 1,
    bound: Some(2),
    run: dropping,
};

pub(crate) static RECLAIM: Model = Model {
    name: "reclaim_beside_a_late_receiver",
    cases: 2,
    bound: Some(2),
    run: reclaim,
};

/// Case 0: new memory; case 1: a channel of another layout.
fn formatting(orders: &Arc<Orders>, case: usize) {
    let array = Array::new(OLD.size().max(NEW.size()) as usize);
    if case == 1 {
        OLD.format(&array.words(), 0).unwrap();
    }
    let (constant, owned, contended, paired) = (0..0, vec![], vec![], vec![]);
    let plan = Plan {
        constant,
        owned,
        contended,
        paired,
    };
    let region = LoomRegion::holding(&image(&array), &plan, orders);
    let formatter = region.only_writer();
    let reader = region.clone();
    let seen = beside(
        || NEW.format(&formatter, 0).unwrap(),
        move || Geometry::read(&reader),
    );
    match seen {
        Ok(geometry) => assert!(
            geometry == NEW || geometry == OLD && case == 1,
            "{geometry:?}"
        ),
        Err(error) => assert_eq!(error, GeometryError::Unformatted),
    }
    assert_eq!(Geometry::read(&region), Ok(NEW));
}

/// Every slot was used, so that one that is cleared is none that the receiver waits for: it must not say that it is corrupt.
fn under(orders: &Arc<Orders>, case: usize) {
    const REFORMATTED: Miss = Miss::Reformatted;
    fn judge<P: Receive<LoomRegion>>(receiver: &mut Receiver<LoomRegion, P>) -> bool {
        match receiver.try_recv(&mut [0; 8]).header() {
            Err(Miss::Empty) => false,
            heard => heard == Err(REFORMATTED) || panic!("{heard:?}"),
        }
    }
    fn beside_format<P: Receive<LoomRegion> + 'static>(
        geometry: Geometry,
        region: &LoomRegion,
        mut receiver: Receiver<LoomRegion, P>,
    ) {
        let formatter = region.only_writer();
        let format = || geometry.format(&formatter, 0).unwrap();
        let mut receiver = beside(format, move || {
            judge(&mut receiver);
            receiver
        });
        assert!(judge(&mut receiver), "not a word of it");
    }
    let geometry = [OVERWRITE, BACKPRESSURE][case];
    let region = formattable(&geometry, 2, orders);
    match case {
        0 => {
            let receiver = Channel::overwrite(region.clone())
                .receiver(Start::Next)
                .unwrap();
            beside_format(geometry, &region, receiver);
        }
        _ => {
            let receiver = Channel::backpressure(region.clone()).receiver(0).unwrap();
            beside_format(geometry, &region, receiver);
        }
    }
}

/// Somebody drops what a dead receiver left; a new receiver attaches just then.
fn dropping(orders: &Arc<Orders>, _: usize) {
    let region = channel(&BACKPRESSURE, BEFORE_WRAP, orders);
    let mut sender = Channel::backpressure(region.only_writer())
        .sender()
        .unwrap();
    send(&mut sender).unwrap();
    let other = region.clone();
    let discard = || {
        let mut other: Receiver<_, Backpressure> = Channel::backpressure(other).reclaim(0).unwrap();
        assert!(other.discard_pending().flat().unwrap() <= 1);
    };
    beside(discard, move || {
        let mut receiver = Channel::backpressure(region).receiver(0).unwrap();
        let next = receiver.next_sequence();
        match receiver.try_recv(&mut [0; 8]).header() {
            Err(Miss::Lagged(count)) => assert_eq!(next - BEFORE_WRAP, count),
            heard => assert!(matches!(heard, Ok(_) | Err(Miss::Empty)), "{heard:?}"),
        }
    });
}

/// A receiver has died, but its last loads come late: beside whoever reclaims its seat, and the sender that uses the slots again.
/// It received one message or none before, and nobody will know what it reads now.
fn reclaim(orders: &Arc<Orders>, received: usize) {
    let region = disputed(&BACKPRESSURE, 2, orders);
    let mut sender = Channel::backpressure(region.only_writer())
        .sender()
        .unwrap();
    let mortal = region.dying(SEAT_STORES + received);
    let mut late = Channel::backpressure(mortal).receiver(0).unwrap();
    for _ in 0..2 {
        send(&mut sender).unwrap();
    }
    for _ in 0..received {
        late.try_recv(&mut [0; 8]).header().unwrap();
    }
    let go_on = || {
        let mut other = Channel::backpressure(region.clone()).reclaim(0).unwrap();
        let left = 2 - received as u64;
        assert_eq!(other.discard_pending().flat(), Ok(left));
        for _ in 0..2 {
            send(&mut sender).unwrap();
        }
        let mut receiver = Channel::backpressure(region.clone()).receiver(0).unwrap();
        assert_eq!(
            receiver.try_recv(&mut [0; 8]).header(),
            Err(Miss::Lagged(left))
        );
        let mut judge = Judge::of(&receiver);
        judge.drain(&mut receiver);
        assert_eq!((judge.position, judge.delivered.len()), (6, 2));
    };
    beside(go_on, move || late.try_recv(&mut [0; 8]).header().is_ok());
}
