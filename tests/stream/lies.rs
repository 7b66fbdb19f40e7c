//! Any bytes whatever in the region: no panic, no endless call, no length that is not there.

use std::sync::atomic::Ordering::Relaxed;

use embedded_io::{BufRead, Read, ReadReady, Write, WriteReady};
use ramframe_core::region::{Region as _, RegionMut};
use ramframe_core::stream::{Duplex, DuplexGeometry, End, Link, StreamError};
use ramframe_core::wait::MaxWaits;

use super::{CAPACITY, Dice, Region, SLOTS, memory};

type Both = Duplex<Region, ramframe_core::wait::Spin, MaxWaits, CAPACITY>;

const LINK: DuplexGeometry = DuplexGeometry::new(SLOTS as u32, CAPACITY as u32);

/// A word near to what could be there, or anything.
fn lie(dice: &mut Dice) -> u32 {
    match dice.roll(4) {
        0 => dice.roll(2 * SLOTS) as u32,
        1 => (dice.roll(4) as u32).wrapping_sub(2),
        2 => CAPACITY as u32 + dice.roll(2) as u32,
        _ => dice.roll(usize::MAX) as u32,
    }
}

fn call(side: &mut Both, dice: &mut Dice) -> Result<(), StreamError> {
    let (len, mut buf) = (dice.roll(2 * CAPACITY), [0; 2 * CAPACITY]);
    match dice.roll(5) {
        0 => assert!(side.read(&mut buf[..len])? <= len),
        1 => {
            assert!(side.fill_buf()?.len() <= CAPACITY);
            side.consume(dice.roll(CAPACITY));
        }
        2 => assert_eq!(side.write(&buf[..len])?, len.min(CAPACITY)),
        3 => drop(side.read_ready()?),
        _ => drop(side.write_ready()?),
    }
    side.flush()
}

/// What an error leads to, as its docs say.
fn mend(side: Both, region: Region) -> Option<Both> {
    drop(side);
    Link::new(region)
        .attach::<_, CAPACITY>(End::A, MaxWaits(3))
        .ok()
}

#[test]
fn a_region_that_lies_while_both_ways_are_in_use() {
    for seed in 1..300 {
        let (region, mut dice) = (memory(LINK.size()), Dice(seed));
        LINK.format(&region, 0).unwrap();
        let mut side: Option<Both> = Link::new(region)
            .attach::<_, CAPACITY>(End::A, MaxWaits(3))
            .ok();
        for _ in 0..300 {
            if dice.roll(3) == 0 {
                region.store(dice.roll(region.len() / 4) * 4, lie(&mut dice), Relaxed);
            }
            side = match side {
                None => mend_format(region),
                Some(mut side) => match call(&mut side, &mut dice) {
                    Err(StreamError::Corrupt { .. }) if dice.roll(4) == 0 => mend(side, region),
                    _ => Some(side),
                },
            };
        }
    }
}

fn mend_format(region: Region) -> Option<Both> {
    LINK.format(&region, 1).unwrap();
    Link::new(region)
        .attach::<_, CAPACITY>(End::A, MaxWaits(3))
        .ok()
}

#[test]
fn a_link_whose_first_words_lie_is_refused_or_works() {
    let mut dice = Dice(9);
    for _ in 0..20_000 {
        let region = memory(4096);
        LINK.format(&region, 0).unwrap();
        for _ in 0..1 + dice.roll(3) {
            region.store(dice.roll(10) * 4, lie(&mut dice), Relaxed);
        }
        if let Ok(mut side) = Link::new(region).attach::<_, CAPACITY>(End::B, MaxWaits(3)) {
            let _ = call(&mut side, &mut dice);
        }
    }
}
