//! Which line does a sender send next? One that shows by itself which it is, and whether it is whole.

/// The longest line, as `host send --lines` takes it.
pub(crate) const LONGEST: usize = 4096;

/// A line's place: which sender sent it, and as its how manieth.
pub(crate) type Place = (u32, u64);

/// The line at `place`: from no bytes to [`LONGEST`], with its place in front, and no two alike at any position for long.
pub(crate) fn line((sender, index): Place) -> Vec<u8> {
    let hash = mix(u64::from(sender) << 32 ^ index);
    // Nobody could tell which one an empty line is, so the first of a sender is none.
    if index % 17 == 5 {
        return Vec::new();
    }
    let mut line = format!("{sender}:{index}:{hash:016x}:").into_bytes();
    let length = match hash % 4 {
        0 => line.len(),
        1 => 64,
        _ => 256 + (hash >> 8) as usize % (LONGEST - 255),
    };
    let letters = hash.to_le_bytes();
    let turns = (0..26).cycle().flat_map(|turn| [turn; 8]);
    let fill = turns
        .zip(letters.iter().cycle())
        .map(|(turn, letter)| b'a' + (letter % 26 + turn) % 26);
    let missing = length.saturating_sub(line.len());
    line.extend(fill.take(missing));
    line
}

/// The place of a line that was received, if it is whole; `None` for an empty one.
pub(crate) fn place(received: &[u8]) -> Option<Place> {
    if received.is_empty() {
        return None;
    }
    let text = std::str::from_utf8(received).unwrap();
    let mut parts = text.split(':');
    let mut part = || {
        parts
            .next()
            .unwrap_or_else(|| panic!("no line of ours: {text:?}"))
    };
    let place = (part().parse().unwrap(), part().parse().unwrap());
    assert!(received == line(place), "torn: {text:?}");
    Some(place)
}

fn mix(number: u64) -> u64 {
    let number = (number ^ number >> 31).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (number ^ number >> 29).wrapping_mul(0xBF58_476D_1CE4_E5B9) ^ number
}
