//! Does a receiver that cannot write get all that one gets that can?

use std::thread;

use ramframe_core::channel::{Channel, Overwrite, Receiver, Sender, Start};
use ramframe_core::frame::Header;
use ramframe_core::geometry::Geometry;
use ramframe_host::shared::{ReadOnlySharedMemory, SharedMemory};
use ramframe_host::wait::RateLimited;

use crate::Mapped;
use crate::suite::{Maker, message};
use crate::support::{FlatMessage, Miss};

/// Enough that the receiver is lapped now and then, and keeps up now and then.
const MESSAGES: u64 = 50_000;

/// A channel with its sender and a receiver on read-only memory.
fn channel(
    geometry: Geometry,
) -> (
    Sender<SharedMemory, Overwrite, RateLimited>,
    Receiver<ReadOnlySharedMemory, Overwrite, RateLimited>,
) {
    let mapped = Mapped::new(usize::try_from(geometry.size()).unwrap());
    geometry.format(&mapped.sender(), 0).unwrap();
    let memory = mapped.sender.shared();
    let reader = mapped.reader.shared();
    (
        Channel::overwrite(memory)
            .with_wait(RateLimited::new())
            .sender()
            .unwrap(),
        Channel::overwrite(reader)
            .with_wait(RateLimited::new())
            .receiver(Start::Oldest)
            .unwrap(),
    )
}

fn check(header: Header, buffer: &[u8]) {
    assert_eq!(buffer[..header.len], message(header.sequence));
}

#[test]
fn messages_losses_the_newest_and_the_end() {
    let (mut sender, mut receiver) = channel(Geometry::overwrite(4, 48));
    let mut buffer = [0; 48];
    assert_eq!(receiver.try_recv(&mut buffer).header(), Err(Miss::Empty));
    (0..2).for_each(|number| assert_eq!(sender.try_send(&message(number)), Ok(number)));
    check(receiver.try_recv(&mut buffer).header().unwrap(), &buffer);
    (2..9).for_each(|number| assert_eq!(sender.try_send(&message(number)), Ok(number)));
    let newest = receiver.latest(&mut buffer).header().unwrap();
    assert_eq!(newest.sequence, 8);
    check(newest, &buffer);
    assert_eq!(
        receiver.try_recv(&mut buffer).header(),
        Err(Miss::Lagged(4))
    );
    for number in 5..9 {
        let header = receiver.try_recv(&mut buffer).header().unwrap();
        assert_eq!(header.sequence, number);
        check(header, &buffer);
    }
    sender.close();
    assert_eq!(receiver.try_recv(&mut buffer).header(), Err(Miss::Closed));
}

#[test]
fn nothing_is_torn_while_it_is_written() {
    let (mut sender, mut receiver) = channel(Geometry::overwrite(8, 48));
    thread::scope(|scope| {
        scope.spawn(move || {
            for number in 0..MESSAGES {
                sender.try_send(&message(number)).unwrap();
                if number % 100 == 0 {
                    thread::yield_now();
                }
            }
            sender.close();
        });
        assert_eq!(receive_all(&mut receiver), MESSAGES);
    });
}

/// Receives until Closed; returns how many arrived or were told missing.
fn receive_all(receiver: &mut Receiver<ReadOnlySharedMemory, Overwrite, RateLimited>) -> u64 {
    let mut buffer = [0; 48];
    let mut next = 0;
    loop {
        match receiver.try_recv(&mut buffer).header() {
            Ok(header) => {
                assert_eq!(header.sequence, next, "each once, in order");
                check(header, &buffer);
                next += 1;
            }
            Err(Miss::Lagged(count)) => next += count,
            // A nap ends by itself: whether it is rung for is asked in `tests/futex`.
            Err(Miss::Empty | Miss::Busy) => receiver.wait_unregistered(),
            Err(Miss::Closed) => return next,
            Err(other) => panic!("{other:?} after {next}"),
        }
    }
}
