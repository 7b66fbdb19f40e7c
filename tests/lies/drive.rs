//! Every step that a side can make, each counted; what they come to is not asked here.

use ramframe_core::channel::{
    AttachError, Backpressure, ChannelStatus, Overwrite, Policy, Receive, Receiver, RecvError,
    SendError, Sender, Start,
};
use ramframe_core::frame::{Frame, Header};
use ramframe_core::geometry::Geometry;
use ramframe_core::region::{Region, RegionMut};
use ramframe_core::wait::{Notify, Wait};

use super::counting::CountingRegion;
use super::tally::Tally;

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
    for sides in [first, overwrite_sides(region, tally)] {
        if let Ok(mut receiver) = sides.1 {
            take(&mut receiver, tally);
            if let Ok(sender) = sides.0 {
                send(sender, tally);
            }
            take(&mut waiting(receiver, tally), tally);
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
    let receiver = tally.step("attach receiver", || Receiver::overwrite(region, start));
    let sender = tally.step("attach sender", || Sender::overwrite(region));
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
    for sides in [first, backpressure_sides(region, tally)] {
        if let Ok(mut receiver) = sides.1 {
            take(&mut receiver, tally);
            if let Ok(sender) = sides.0 {
                wait_for(sender, tally);
            }
            take(&mut waiting(receiver, tally), tally);
        }
        if let Ok(mut dead) = tally.step("attach stand-in", || Receiver::reclaim(region, 0)) {
            let _ = tally.step("discard_pending", || dead.discard_pending());
            let _ = tally.step("recv", || dead.recv(&mut [0; 8]));
        }
    }
    look(region, tally);
}

fn backpressure_sides<R: RegionMut + Copy>(region: R, tally: &Tally) -> Sides<R, Backpressure> {
    let index = tally.way() as u32;
    let receiver = tally.step("attach receiver", || Receiver::backpressure(region, index));
    let sender = tally.step("attach sender", || Sender::backpressure(region));
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
        let _ = tally.step("send", || sender.send(&[0xA5; 32][..len]));
    }
    send_in_other_ways(&mut sender, tally);
    let mut sender = tally
        .step("sender with wait", || {
            Ok::<_, SendError>(sender.with_wait(Eager))
        })
        .unwrap();
    for len in [0, 24] {
        let _ = tally.step("send and ring", || sender.send(&[0xA5; 32][..len]));
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
    let _ = tally.step("send_batch", || sender.send_batch([[0xA5; 24]; 2]).1);
}

/// The same receiver, one that notifies.
fn waiting<R: RegionMut, P: Receive<R>>(
    receiver: Receiver<R, P>,
    tally: &Tally,
) -> Receiver<R, P, Eager> {
    let step = || Ok::<_, RecvError>(receiver.with_wait(Eager));
    tally.step("receiver with wait", step).unwrap()
}

fn take<R: RegionMut, P: Receive<R>, W: Wait>(receiver: &mut Receiver<R, P, W>, tally: &Tally) {
    let recv = match W::NOTIFY {
        Notify::Never => "recv",
        _ => "recv and ring",
    };
    let mut buffer = [0; 32];
    let _ = tally.step("latest", || receiver.latest(&mut buffer));
    for len in [32, 32, 4] {
        let _ = tally.step(recv, || receiver.recv(&mut buffer[..len]));
    }
    let _ = tally.step("skip", || receiver.skip());
    take_in_other_ways(receiver, tally);
    let _ = tally.step(recv, || receiver.recv_frame(&mut Frame::<24>::new()));
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
            receiver.recv_in_place(|view| {
                assert!(view.header().len <= capacity.min(48), "longer than a slot");
                view.read(at, &mut buffer[..view.header().len])
            })
        });
    }
    let _ = tally.step("recv_batch", || {
        let each = |header: Header, bytes: &[u8]| assert_eq!(header.len, bytes.len());
        receiver.recv_batch(2, &mut buffer, each).1
    });
    for refused in [true, false] {
        let _ = tally.step("recv_with", || {
            receiver.recv_with(&mut buffer, |header, bytes| {
                assert_eq!(header.len, bytes.len());
                if refused { Err(()) } else { Ok(()) }
            })
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
        match tally.step(recv, || receiver.recv(&mut [0; 32])) {
            Err(RecvError::Empty | RecvError::Closed) => return,
            Err(RecvError::Corrupt { .. }) => drop(tally.step("skip", || receiver.skip())),
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
