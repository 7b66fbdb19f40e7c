//! Formatting dies after its k-th store, for every k: is what it leaves taken for a channel, and can it be formatted again?

use std::sync::atomic::Ordering::Relaxed;

use ramframe_core::channel::{Receive, Receiver, RecvError, Sender, Start, What};
use ramframe_core::layout::{FORMATTED, Layout, LayoutError};
use ramframe_core::region::Region;
use ramframe_core::words::Words;

use super::array::Array;
use super::dying::{DyingRegion, Life};

fn layout(overwrite: bool) -> Layout {
    if overwrite {
        Layout::overwrite(4, 24)
    } else {
        Layout::backpressure(4, 24, 2)
    }
}

/// Memory of no use before. Returns the number of places to die.
pub(crate) fn fresh_format_dies(overwrite: bool) -> usize {
    let layout = layout(overwrite);
    let dies = |&stores: &usize| {
        let memory = Array::new(layout.size() as usize);
        let life = Life::of(stores);
        let dying = DyingRegion::new(memory.words(), &life);
        layout.format(&dying, 7).unwrap();
        let read = Layout::read(&memory.words());
        if !life.is_over() {
            assert_eq!(read, Ok(layout));
            return false;
        }
        assert_eq!(read, Err(LayoutError::Unformatted));
        assert!(layout.is_half_made(&memory.words()), "after {stores}");
        layout.format(&memory.words(), 7).unwrap();
        assert_eq!(Layout::read(&memory.words()), Ok(layout));
        true
    };
    (0..).take_while(dies).count()
}

/// A channel in use, formatted anew by someone who dies, then by someone who does not.
pub(crate) fn reformat_dies(overwrite: bool) -> usize {
    (0..)
        .take_while(|&stores| {
            if overwrite {
                reformat(layout(true), stores, &attach_overwrite)
            } else {
                reformat(layout(false), stores, &attach_backpressure)
            }
        })
        .count()
}

/// Sends some messages; returns its epoch.
type Send<'a> = dyn Fn(u64) -> u32 + 'a;
/// Receives a message: whether there was one, or what was said instead.
type Recv<'a> = Box<dyn FnMut() -> Result<u64, RecvError> + 'a>;

fn attach_overwrite(region: Words<'_>) -> (Box<Send<'_>>, Recv<'_>) {
    let receiver = Receiver::overwrite(region, Start::Oldest).unwrap();
    let send = move |messages| {
        let mut sender = Sender::overwrite(region).unwrap();
        for _ in 0..messages {
            sender.send(b"ZIMNO").unwrap();
        }
        sender.epoch()
    };
    (Box::new(send), receiving(receiver))
}

fn attach_backpressure(region: Words<'_>) -> (Box<Send<'_>>, Recv<'_>) {
    let receiver = Receiver::backpressure(region, 0).unwrap();
    let send = move |messages| {
        let mut sender = Sender::backpressure(region).unwrap();
        for _ in 0..messages {
            sender.send(b"ZIMNO").unwrap();
        }
        sender.epoch()
    };
    (Box::new(send), receiving(receiver))
}

fn receiving<'a, P: Receive<Words<'a>> + 'a>(mut receiver: Receiver<Words<'a>, P>) -> Recv<'a> {
    Box::new(move || receiver.recv(&mut [0; 24]).map(|header| header.sequence))
}

fn reformat(
    layout: Layout,
    stores: usize,
    attach: &dyn for<'a> Fn(Words<'a>) -> (Box<Send<'a>>, Recv<'a>),
) -> bool {
    let memory = Array::new(layout.size() as usize);
    let region = memory.words();
    layout.format(&region, 0).unwrap();
    let (send, mut recv) = attach(region);
    let (epoch, formatted) = (send(3), region.load(FORMATTED, Relaxed));
    assert_eq!([recv(), recv()], [Ok(0), Ok(1)]);
    let life = Life::of(stores);
    layout.format(&DyingRegion::new(region, &life), 0).unwrap();
    if stores == 0 {
        assert_eq!(recv(), Ok(2), "nothing happened yet");
        return true;
    }
    let read = Layout::read(&region);
    if life.is_over() {
        assert_eq!(read, Err(LayoutError::Unformatted));
        layout.format(&region, 0).unwrap();
    } else {
        assert_eq!(read, Ok(layout));
    }
    let anew = Err(RecvError::Corrupt {
        what: What::Formatted,
    });
    assert_eq!(recv(), anew);
    assert!(send(4) > epoch && region.load(FORMATTED, Relaxed) > formatted);
    assert_eq!([recv(), recv()], [anew; 2], "after {stores} stores");
    life.is_over()
}
