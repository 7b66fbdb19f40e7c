//! Formatting dies after its k-th store, for every k: nobody takes what it leaves for a channel, and it can be formatted again.

use crate::support::{FlatMessage, Miss, Words};
use ramframe_core::channel::{Channel, Receive, Receiver, Start};
use ramframe_core::geometry::{GENERATION, Geometry, GeometryError};
use ramframe_core::region::Region;

use super::array::Array;
use super::dying::{DyingRegion, Life};
use super::roles::{Role, RoleRegion};

fn geometry(overwrite: bool) -> Geometry {
    if overwrite {
        Geometry::overwrite(4, 24)
    } else {
        Geometry::backpressure(4, 24, 2)
    }
}

/// The view of a side that formats, and dies of it.
fn formatting<'a>(region: Words<'a>, life: &'a Life) -> DyingRegion<'a, RoleRegion<Words<'a>>> {
    DyingRegion::new(RoleRegion::new(region, Role::Formatter), life)
}

/// Memory of no use before. Returns the number of places to die.
pub(crate) fn fresh_format_dies(overwrite: bool) -> usize {
    let geometry = geometry(overwrite);
    let dies = |&stores: &usize| {
        let memory = Array::new(geometry.size() as usize);
        let life = Life::of(stores);
        geometry
            .format(&formatting(memory.words(), &life), 7)
            .unwrap();
        let read = Geometry::read(&memory.words());
        if !life.is_over() {
            assert_eq!(read, Ok(geometry));
            return false;
        }
        assert_eq!(read, Err(GeometryError::Unformatted));
        assert!(
            Geometry::is_half_formatted(&memory.words()),
            "after {stores}"
        );
        geometry.format(&memory.words(), 7).unwrap();
        assert_eq!(Geometry::read(&memory.words()), Ok(geometry));
        true
    };
    (0..).take_while(dies).count()
}

/// A channel in use, formatted anew by someone who dies, then by someone who does not.
pub(crate) fn reformat_dies(overwrite: bool) -> usize {
    (0..)
        .take_while(|&stores| {
            if overwrite {
                reformat(geometry(true), stores, &attach_overwrite)
            } else {
                reformat(geometry(false), stores, &attach_backpressure)
            }
        })
        .count()
}

/// Sends some messages; returns its epoch.
type Send<'a> = dyn Fn(u64) -> u32 + 'a;
/// Receives a message: whether there was one, or what was said instead.
type Recv<'a> = Box<dyn FnMut() -> Result<u64, Miss> + 'a>;

fn attach_overwrite(region: Words<'_>) -> (Box<Send<'_>>, Recv<'_>) {
    let receiver = Channel::overwrite(region).receiver(Start::Oldest).unwrap();
    let send = move |messages| {
        let mut sender = Channel::overwrite(region).sender().unwrap();
        for _ in 0..messages {
            sender.try_send(b"ZIMNO").unwrap();
        }
        sender.epoch()
    };
    (Box::new(send), receiving(receiver))
}

fn attach_backpressure(region: Words<'_>) -> (Box<Send<'_>>, Recv<'_>) {
    let receiver = Channel::backpressure(region).receiver(0).unwrap();
    let send = move |messages| {
        let mut sender = Channel::backpressure(region).sender().unwrap();
        for _ in 0..messages {
            sender.try_send(b"ZIMNO").unwrap();
        }
        sender.epoch()
    };
    (Box::new(send), receiving(receiver))
}

fn receiving<'a, P: Receive<Words<'a>> + 'a>(mut receiver: Receiver<Words<'a>, P>) -> Recv<'a> {
    Box::new(move || {
        receiver
            .try_recv(&mut [0; 24])
            .header()
            .map(|header| header.sequence)
    })
}

fn reformat(
    geometry: Geometry,
    stores: usize,
    attach: &dyn for<'a> Fn(Words<'a>) -> (Box<Send<'a>>, Recv<'a>),
) -> bool {
    let memory = Array::new(geometry.size() as usize);
    let region = memory.words();
    geometry.format(&region, 0).unwrap();
    let (send, mut recv) = attach(region);
    let (epoch, formatted) = (send(3), region.load(GENERATION));
    assert_eq!([recv(), recv()], [Ok(0), Ok(1)]);
    let life = Life::of(stores);
    geometry.format(&formatting(region, &life), 0).unwrap();
    if stores == 0 {
        assert_eq!(recv(), Ok(2), "nothing happened yet");
        return true;
    }
    let read = Geometry::read(&region);
    if life.is_over() {
        assert_eq!(read, Err(GeometryError::Unformatted));
        geometry.format(&region, 0).unwrap();
    } else {
        assert_eq!(read, Ok(geometry));
    }
    let anew = Err(Miss::Reformatted);
    assert_eq!(recv(), anew);
    assert!(send(4) > epoch && region.load(GENERATION) > formatted);
    assert_eq!([recv(), recv()], [anew; 2], "after {stores} stores");
    life.is_over()
}
