//! How a program begins on memory of any past: when it formats, and which places a format keeps.

use std::panic::{AssertUnwindSafe, catch_unwind, panic_any};

use crate::support::{Flat, FlatMessage, Miss, Words};
use ramframe_core::channel::{AttachError, Channel, Overwrite, SendError, Sender, Start};
use ramframe_core::geometry::{GENERATION, Geometry, GeometryError};
use ramframe_core::region::Region;

use super::array::Array;
use super::at_each;
use super::interrupted::{Interrupted, Interruption};

const CHANNEL: Geometry = Geometry::overwrite(8, 48);

/// A sender of an overwrite channel over an array.
type Tx<'a> = Sender<Words<'a>, Overwrite>;

/// The recipe of a program whose memory is its own: attach, and format what cannot be attached to, or is of another geometry.
fn begin(region: Words<'_>) -> Result<Tx<'_>, AttachError> {
    match Channel::overwrite(region).sender() {
        Ok(sender) if *sender.geometry() == CHANNEL => return Ok(sender),
        Ok(_)
        | Err(AttachError::Geometry(_) | AttachError::Corrupt { .. } | AttachError::Policy) => {}
        Err(busy) => return Err(busy),
    }
    CHANNEL.format_exclusive(&region, 7)?;
    Channel::overwrite(region).sender()
}

/// After a short loss of power any word may have another bit. The program begins all the same, and its messages arrive.
#[test]
fn the_recipe_begins_whatever_one_bit_says() {
    let memory = Array::new(CHANNEL.size() as usize);
    let mut sender = begin(memory.words()).unwrap();
    for _ in 0..20 {
        sender.try_send(b"CIEPLO").unwrap();
    }
    let words = memory.snapshot();
    for at in 0..words.len() {
        for bit in [0, 1, 5, 12, 20, 31] {
            let mut flipped = words.clone();
            flipped[at] ^= 1 << bit;
            memory.restore(&flipped);
            let begun = begin(memory.words());
            let mut sender =
                begun.unwrap_or_else(|error| panic!("{error:?}: bit {bit} of word {at}"));
            let mut receiver = Channel::overwrite(memory.words())
                .receiver(Start::Next)
                .unwrap();
            let sequence = sender.try_send(b"ZIMNO").unwrap();
            let got = std::iter::repeat_with(|| receiver.try_recv(&mut [0; 48]).header());
            let got = got.take(3).find_map(Result::ok);
            assert_eq!(
                got.map(|header| header.sequence),
                Some(sequence),
                "bit {bit} of word {at}"
            );
        }
    }
}

/// Whoever attached before notices; and a line that changes moves the word of requests, which receivers of both policies store to.
#[test]
fn a_format_is_another_generation_on_the_same_line() {
    let lines = [32, 64, 128];
    for (before, after) in lines
        .iter()
        .flat_map(|line| lines.map(|after| (*line, after)))
    {
        let memory = Array::new(4096);
        let region = memory.words();
        for _ in 0..4 {
            CHANNEL.with_cache_line(before).format(&region, 0).unwrap();
        }
        let mut sender = Channel::overwrite(region).sender().unwrap();
        let mut receiver = Channel::overwrite(region).receiver(Start::Oldest).unwrap();
        for _ in 0..3 {
            sender.try_send(b"CIEPLO").unwrap();
        }
        let generation = region.load(GENERATION);
        let formatted = CHANNEL.with_cache_line(after).format(&region, 0);
        if before == after {
            assert_eq!(region.load(GENERATION), generation + 1);
            assert!(sender.was_reformatted() && receiver.was_reformatted());
            assert_eq!(receiver.skip().flat(), Err(Miss::Reformatted));
        } else {
            assert_eq!(formatted, Err(GeometryError::MovesPlaces));
            assert_eq!(receiver.skip().flat(), Ok(0));
        }
    }
}

/// Where there are receivers, their lines stay, and the slots behind them.
#[test]
fn a_format_keeps_the_places_of_those_who_store() {
    let three = Geometry::backpressure(4, 48, 3);
    let moved = Err(GeometryError::MovesPlaces);
    let one_to_three = [
        (Geometry::backpressure(8, 100, 1), Ok(three.slots_at())),
        (Geometry::backpressure(4, 48, 3), Ok(three.slots_at())),
        (Geometry::overwrite(4, 48), Ok(three.slots_at())),
        (Geometry::backpressure(4, 48, 4), moved),
        (Geometry::backpressure(4, 48, 3).with_cache_line(32), moved),
        (Geometry::overwrite(4, 48).with_cache_line(128), moved),
    ];
    for (anew, expected) in one_to_three {
        let memory = Array::new(4096);
        let region = memory.words();
        three.format(&region, 0).unwrap();
        let sender = Channel::backpressure(region).sender().unwrap();
        let formatted = anew.format(&region, 0);
        assert_eq!(
            formatted.map(|()| Geometry::read(&region).unwrap().slots_at()),
            expected
        );
        assert_eq!(
            sender.was_reformatted(),
            expected.is_ok(),
            "a format that is refused stores nothing"
        );
        // Whoever vouches that nobody is attached may move everything.
        anew.format_exclusive(&region, 1).unwrap();
        assert_eq!(Geometry::read(&region), Ok(anew));
    }
}

/// The whole format, or one that dies somewhere: attaching says what is true, and never that something is wrong.
#[test]
fn attaching_while_someone_formats_or_dies_of_it_never_says_corrupt() {
    for (slots, sent) in [(4, 4), (4, 9), (2, 7)] {
        let geometry = Geometry::backpressure(slots, 48, 1);
        for dies in [1, 5, 15, 25, 35, 45, 400] {
            at_each(|at| {
                let memory = Array::new(geometry.size() as usize);
                let region = memory.words();
                geometry.format(&region, 0).unwrap();
                let mut sender = Channel::backpressure(region).sender().unwrap();
                let mut receiver = Channel::backpressure(region).receiver(0).unwrap();
                for _ in 0..sent {
                    sender.try_send(b"CIEPLO").unwrap();
                    let _ = receiver.skip().flat();
                    let _ = receiver.skip().flat();
                }
                let by = Interruption::none();
                by.before(at, || {
                    let by = Interruption::none();
                    by.before(dies, || panic_any("died"));
                    let formatter = Interrupted::new(region, &by);
                    let _ = catch_unwind(AssertUnwindSafe(|| geometry.format(&formatter, 0)));
                });
                let attached = Channel::backpressure(Interrupted::new(region, &by)).receiver(0);
                let unformatted = AttachError::Geometry(GeometryError::Unformatted);
                assert!(attached.map_or_else(|error| error == unformatted, |_| true));
                by.is_over()
            });
        }
    }
}

/// Someone discards for a receiver of the channel before: nothing of the new one.
#[test]
fn nothing_of_a_new_channel_is_discarded_for_the_one_before() {
    let geometry = Geometry::backpressure(4, 48, 1);
    let memory = Array::new(geometry.size() as usize);
    let region = memory.words();
    geometry.format(&region, 0).unwrap();
    let mut old = Channel::backpressure(region).sender().unwrap();
    let mut receiver = Channel::backpressure(region).receiver(0).unwrap();
    for _ in 0..10 {
        old.try_send(b"old").unwrap();
        while receiver.skip().flat().is_ok() {}
    }
    geometry.format(&region, 0).unwrap();
    let mut sender = Channel::backpressure(region).sender().unwrap();
    sender.try_send(b"new").unwrap();
    assert_eq!(receiver.discard_pending().flat(), Err(Miss::Reformatted));
    for _ in 1..4 {
        sender.try_send(b"new").unwrap();
    }
    assert_eq!(
        sender.try_send(b"new"),
        Err(SendError::Full { receiver: 0 })
    );
    let mut next = Channel::backpressure(region).receiver(0).unwrap();
    assert_eq!(
        (0..4)
            .map_while(|_| next.skip().flat().ok())
            .collect::<Vec<_>>(),
        [0, 1, 2, 3]
    );
}
