//! Is a message that is written and read where it stands the same as one that is copied?

use super::{Bench, Maker, Side, message};
use super::{Rx, Tx};

pub(crate) fn a_message_is_looked_at_where_it_stands<M: Maker, P: Side>() {
    let bench = Bench::<M>::new(P::layout(4, 48));
    let (mut sender, mut receiver) = (bench.sender::<P>(), bench.receiver::<P>());
    for number in 0..20 {
        bench.send(&mut sender, number..number + 1);
        assert_eq!(receiver.see(), Ok(message(number)));
    }
}

pub(crate) fn a_message_is_written_where_it_stands<M: Maker, P: Side>() {
    let bench = Bench::<M>::new(P::layout(4, 48));
    let (mut sender, mut receiver) = (bench.sender::<P>(), bench.receiver::<P>());
    for number in 0..20 {
        sender.fill(&message(number)).unwrap();
        assert_eq!(bench.take(&mut receiver), Ok(number));
    }
}
