//! Every step that a side can make, each counted; what they come to is not asked here.

use ramframe_core::channel::{
    AttachError, Backpressure, Channel, ChannelStatus, Message, Overwrite, Policy, Receive,
    Receiver, SendError, Sender, Start,
};
use ramframe_core::frame::Frame;
use ramframe_core::geometry::Geometry;
use ramframe_core::region::{Region, RegionMut};
use ramframe_core::wait::{Notify, Wait};

use super::counting::CountingRegion;
use super::tally::Tally;
use crate::support::{Flat, FlatMessage, Miss};

/// Rings whenever it may.
pub(crate) struct Eager;

impl Wait for Eager {
    const NOTIFY: Notify = Notify::AlwaysAndOnRequest;

    fn wait(&mut self, _: *const u32, _: u32) {}

    fn notify(&mut self, _: *const u32, _: bool) {}
}

/// Both sides attach, `meanwhile` happens, both make every step; then others attach to what is left, and do the same.
pub(crate) fn overwrite<R: RegionMut + Copy>(region: R, tally: &Tally, meanwhile: impl FnOnce()) {
    let region = CountingRegion::new(region, &tally.meter);
    let first = overwrite_sides(region, tally);
    meanwhile();
    let place = Start::Next;
    for sides in [first, overwrite_sides(region, tally)] {
        if let Ok(mut receiver) = sides.1 {
            take(&mut receiver, tally);
            if let Ok(sender) = sides.0 {
                send(sender, tally);
            }
            take_waiting(receiver, place, tally);
        }
    }
    look(region, tally);
}

type Sides<R, P> = (
    Result<Sender<R, P>, AttachError>,
    Result<Receiver<R, P>, AttachError>,
);

fn overwrite_sides<R: RegionMut + Copy>(region: R, tally: &Tally) -> Sides<R, Overwrite> {
    let start = [Start::Oldest, Start::Next][tally.way()];
    let receiver = tally.step("attach receiver", || {
        Channel::overwrite(region).receiver(start)
    });
    let sender = tally.step("attach sender", || Channel::overwrite(region).sender());
    (sender, receiver)
}

/// As [`overwrite`], with someone who drops for a dead receiver.
pub(crate) fn backpressure<R: RegionMut + Copy>(
    region: R,
    tally: &Tally,
    meanwhile: impl FnOnce(),
) {
    let region = CountingRegion::new(region, &tally.meter);
    let first = backpressure_sides(region, tally);
    meanwhile();
    let place = 0;
    for sides in [first, backpressure_sides(region, tally)] {
        if let Ok(mut receiver) = sides.1 {
            take(&mut receiver, tally);
            if let Ok(sender) = sides.0 {
                wait_for(sender, tally);
            }
            take_waiting(receiver, place, tally);
        }
        if let Ok(mut dead) = tally.step("attach stand-in", || {
            Channel::backpressure(region).reclaim(0)
        }) {
            let _ = tally.step("discard_pending", || dead.discard_pending().flat());
            let _ = tally.step("recv", || dead.try_recv(&mut [0; 8]).header());
        }
    }
    look(region, tally);
}

fn backpressure_sides<R: RegionMut + Copy>(region: R, tally: &Tally) -> Sides<R, Backpressure> {
    let index = tally.way() as u32;
    let receiver = tally.step("attach receiver", || {
        Channel::backpressure(region).receiver(index)
    });
    let sender = tally.step("attach sender", || Channel::backpressure(region).sender());
    (sender, receiver)
}

fn wait_for<R: RegionMut>(mut sender: Sender<R, Backpressure>, tally: &Tally) {
    for receiver in [0, 1, u32::MAX] {
        tally.done("pending", || {
            let _ = sender.pending(receiver);
        });
        tally.done("wait_for_room", || sender.wait_for_room(receiver));
        tally.done("wait_for_drain", || sender.wait_for_drain(receiver));
        let _ = sender.attach_count(receiver);
    }
    let _ = tally.step("ready", || sender.ready());
    send(sender, tally);
}

fn send<R: RegionMut, P: Policy>(mut sender: Sender<R, P>, tally: &Tally) {
    for len in [0, 8, 24, 25, 1] {
        let _ = tally.step("send", || sender.try_send(&[0xA5; 32][..len]));
    }
    send_in_other_ways(&mut sender, tally);
    let again = sender.into_half().with_wait(Eager);
    let Ok(mut sender) = tally.step("attach sender", || again.attach()) else {
        return;
    };
    for len in [0, 24] {
        let _ = tally.step("send and ring", || sender.try_send(&[0xA5; 32][..len]));
    }
    tally.done("close", || sender.close());
}

fn send_in_other_ways<R: RegionMut, P: Policy>(sender: &mut Sender<R, P>, tally: &Tally) {
    let _ = tally.step("loan", || sender.loan(24).map(drop));
    for (len, cut) in [(24, 8), (0, 0), (25, 1)] {
        let _ = tally.step("loan", || {
            let mut loan = sender.loan(len)?;
            let _ = loan.write(len / 2 / 8 * 8, &[0xA5; 12]);
            loan.truncate(cut);
            Ok::<_, SendError>(loan.commit())
        });
    }
    let _ = tally.step("send_batch", || sender.try_send_batch([[0xA5; 24]; 2]).1);
}

/// Attaches as a receiver that notifies, and takes.
fn take_waiting<R: RegionMut, P: Receive<R>>(
    receiver: Receiver<R, P>,
    place: P::Place,
    tally: &Tally,
) {
    let again = receiver.into_half().with_wait(Eager);
    if let Ok(mut receiver) = tally.step("attach receiver", || again.attach(place)) {
        take(&mut receiver, tally);
    }
}

fn take<R: RegionMut, P: Receive<R>, W: Wait>(receiver: &mut Receiver<R, P, W>, tally: &Tally) {
    let recv = match W::NOTIFY {
        Notify::Never => "recv",
        _ => "recv and ring",
    };
    let mut buffer = [0; 32];
    let _ = tally.step("latest", || receiver.latest(&mut buffer).header());
    for len in [32, 32, 4] {
        let _ = tally.step(recv, || receiver.try_recv(&mut buffer[..len]).header());
    }
    let _ = tally.step("skip", || receiver.skip().flat());
    take_in_other_ways(receiver, tally);
    let _ = tally.step(recv, || {
        receiver.try_recv_frame(&mut Frame::<24>::new()).flat()
    });
    tally.done("nap", || receiver.wait_unregistered());
    tally.done("sleep", || receiver.wait());
    drain(receiver, recv, tally);
}

fn take_in_other_ways<R: RegionMut, P: Receive<R>, W: Wait>(
    receiver: &mut Receiver<R, P, W>,
    tally: &Tally,
) {
    // The enemy may have had a channel with a larger capacity attached to, up to the end of the slot.
    let capacity = receiver.geometry().capacity() as usize;
    let mut buffer = [0; 64];
    for at in [0, 16] {
        let _ = tally.step("look", || {
            receiver
                .try_recv_in_place(|view| {
                    assert!(view.header().len <= capacity.min(48), "longer than a slot");
                    view.read(at, &mut buffer[..view.header().len])
                })
                .flat()
        });
    }
    let _ = tally.step("recv_batch", || {
        let capacity = buffer.len();
        let each = |message: Message<'_>| assert!(message.payload.len() <= capacity);
        receiver.try_recv_batch(2, &mut buffer, each).flat().1
    });
    for refused in [true, false] {
        let _ = tally.step("recv_with", || {
            receiver
                .try_recv_with(&mut buffer, |message| {
                    assert!(message.payload.len() <= 64);
                    if refused { Err(()) } else { Ok(()) }
                })
                .flat()
        });
    }
}

/// Takes what there is; what is told again and again, a few times.
fn drain<R: RegionMut, P: Receive<R>, W: Wait>(
    receiver: &mut Receiver<R, P, W>,
    recv: &'static str,
    tally: &Tally,
) {
    for _ in 0..8 {
        match tally.step(recv, || receiver.try_recv(&mut [0; 32]).header()) {
            Err(Miss::Empty | Miss::Closed) => return,
            Err(Miss::Corrupt { .. }) => drop(tally.step("skip", || receiver.skip().flat())),
            _ => {}
        }
    }
}

fn look<R: Region>(region: R, tally: &Tally) {
    let _ = tally.step("read", || {
        Geometry::read(&region).map_err(AttachError::from)
    });
    if let Ok(survey) = tally.step("survey", || ChannelStatus::of(&region)) {
        for index in [0, 1, u32::MAX] {
            let _ = survey.receiver(&region, index);
        }
    }
}
