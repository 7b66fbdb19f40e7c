//! Which bytes stand where? Written by hand, not by the code under test.

use ramframe_core::channel::Channel;
use ramframe_core::geometry::Geometry;
use ramframe_core::region::RegionMut;

use super::{dump, formatted, memory_of};
use crate::support::{Flat, FlatMessage};

fn assert_bytes(memory: &super::Array, expected: &str) {
    let found = memory_of(memory);
    let expected = dump(expected, found.len());
    for (line, (found, expected)) in found.chunks(16).zip(expected.chunks(16)).enumerate() {
        assert_eq!(found, expected, "at {:#06x}", line * 16);
    }
}

/// Sends the tutorial's two texts in turn.
fn send<R: RegionMut>(region: R, messages: usize) {
    let mut sender = Channel::overwrite(region).sender().unwrap();
    for text in ["CIEPLO", "ZIMNO"].iter().cycle().take(messages) {
        sender.try_send(text.as_bytes()).unwrap();
    }
}

#[test]
fn overwrite_with_lines_of_32() {
    let memory = formatted(Geometry::overwrite(2, 16).with_cache_line(32));
    send(memory.words(), 3);
    assert_bytes(
        &memory,
        "
        0000  52 41 4d 46 02 00 00 00  01 00 00 00 02 00 00 00   RAMF, version 2, generation 1, first epoch 2
        0010  00 00 00 00 00 00 00 00  20 00 00 00 01 00 00 00   no features, line 32, overwrite
        0020  02 00 00 00 20 00 00 00  10 00 00 00 00 00 00 00   2 slots, stride 32, capacity 16, 0 receivers
        0030  e0 00 00 00                                        slots at 224
        0080  02 00 00 00 00 00 00 00  00 00 20 00 00 00 00 00   session: epoch 2, notify_seq 0 of generation 1
        00a0  06 00 00 00 00 00 00 00  ff ff ff ff 02 00 00 00   head at 160: 3 messages, no copy
        00c0  00 00 00 00                                        requests at 192
        00e0  06 00 00 00 00 00 00 00  06 00 00 00 02 00 00 00   slot 0 at 224: message 2 is published as 2 * 2 + 2
        00f0  43 49 45 50 4c 4f                                  CIEPLO
        0100  04 00 00 00 00 00 00 00  05 00 00 00 02 00 00 00   slot 1 at 256: message 1
        0110  5a 49 4d 4e 4f                                     ZIMNO
        ",
    );
    assert_eq!(memory_of(&memory).len(), 288);
}

#[test]
fn overwrite_with_lines_of_64() {
    let memory = formatted(Geometry::overwrite(2, 48));
    send(memory.words(), 2);
    Channel::overwrite(memory.words()).sender().unwrap().close();
    assert_bytes(
        &memory,
        "
        0000  52 41 4d 46 02 00 00 00  01 00 00 00 02 00 00 00   RAMF, version 2, generation 1, first epoch 2
        0010  00 00 00 00 00 00 00 00  40 00 00 00 01 00 00 00   no features, line 64, overwrite
        0020  02 00 00 00 40 00 00 00  30 00 00 00 00 00 00 00   2 slots, stride 64, capacity 48, 0 receivers
        0030  40 01 00 00                                        slots at 320
        0080  03 00 00 00 03 00 00 00  00 00 20 00 00 00 00 00   session: epoch 3, closed
        00c0  04 00 00 00 00 00 00 00  ff ff ff ff 03 00 00 00   head at 192: 2 messages, stored again by the sender of epoch 3
        0140  02 00 00 00 00 00 00 00  06 00 00 00 02 00 00 00   slot 0 at 320: message 0, of epoch 2
        0150  43 49 45 50 4c 4f                                  CIEPLO
        0180  04 00 00 00 00 00 00 00  05 00 00 00 02 00 00 00   slot 1 at 384: message 1
        0190  5a 49 4d 4e 4f                                     ZIMNO
        ",
    );
    assert_eq!(memory_of(&memory).len(), 448);
}

#[test]
fn overwrite_with_lines_of_128() {
    let memory = formatted(Geometry::overwrite(2, 112).with_cache_line(128));
    send(memory.words(), 1);
    assert_bytes(
        &memory,
        "
        0000  52 41 4d 46 02 00 00 00  01 00 00 00 02 00 00 00   RAMF, version 2, generation 1, first epoch 2
        0010  00 00 00 00 00 00 00 00  80 00 00 00 01 00 00 00   no features, line 128, overwrite
        0020  02 00 00 00 80 00 00 00  70 00 00 00 00 00 00 00   2 slots, stride 128, capacity 112, 0 receivers
        0030  00 02 00 00                                        slots at 512
        0080  02 00 00 00 00 00 00 00  00 00 20 00 00 00 00 00   session: epoch 2
        0100  02 00 00 00 00 00 00 00  ff ff ff ff 02 00 00 00   head at 256: 1 message
        0200  02 00 00 00 00 00 00 00  06 00 00 00 02 00 00 00   slot 0 at 512: message 0
        0210  43 49 45 50 4c 4f                                  CIEPLO
        ",
    );
    assert_eq!(memory_of(&memory).len(), 768);
}

#[test]
fn backpressure_with_two_receivers() {
    let geometry = Geometry::backpressure(2, 16, 2).with_cache_line(32);
    let memory = formatted(geometry);
    let mut sender = Channel::backpressure(memory.words()).sender().unwrap();
    sender.try_send(b"CIEPLO").unwrap();
    sender.try_send(b"").unwrap();
    let mut first = Channel::backpressure(memory.words()).receiver(0).unwrap();
    first.try_recv(&mut [0; 16]).header().unwrap();
    first.detach();
    let mut second = Channel::backpressure(memory.words()).receiver(1).unwrap();
    second.try_recv(&mut [0; 16]).header().unwrap();
    assert_eq!(second.discard_pending().flat(), Ok(1));
    assert_bytes(
        &memory,
        "
        0000  52 41 4d 46 02 00 00 00  01 00 00 00 02 00 00 00   RAMF, version 2, generation 1, first epoch 2
        0010  00 00 00 00 00 00 00 00  20 00 00 00 02 00 00 00   no features, line 32, backpressure
        0020  02 00 00 00 20 00 00 00  10 00 00 00 02 00 00 00   2 slots, stride 32, capacity 16, 2 receivers
        0030  20 01 00 00                                        slots at 288
        0080  02 00 00 00 00 00 00 00  00 00 20 00 00 00 00 00   session: epoch 2
        00a0  04 00 00 00 00 00 00 00  ff ff ff ff 02 00 00 00   head at 160: 2 messages
        00e0  01 00 20 00 01 00 20 00  01 00 20 00 00 00 20 00   receiver 0 at 224: consumed 1, attached once, detached, no gap
        0100  02 00 20 00 01 00 20 00  00 00 20 80 01 00 20 00   receiver 1 at 256: at 2, attached once, not detached, a gap
        0110  01 00 00 00 00 00 00 00                            from message 1 on
        0120  02 00 00 00 00 00 00 00  06 00 00 00 02 00 00 00   slot 0 at 288: message 0
        0130  43 49 45 50 4c 4f                                  CIEPLO
        0140  04 00 00 00 00 00 00 00  00 00 00 00 02 00 00 00   slot 1 at 320: message 1, empty
        ",
    );
    assert_eq!(memory_of(&memory).len(), 352);
}

#[test]
fn backpressure_with_lines_of_64_and_128() {
    for (line, [head, consumed, slot], slots_at) in [
        (64, ["00c0", "0140", "0180"], "80 01"),
        (128, ["0100", "0200", "0280"], "80 02"),
    ] {
        let memory = formatted(Geometry::backpressure(2, 16, 1).with_cache_line(line));
        let mut sender = Channel::backpressure(memory.words()).sender().unwrap();
        sender.try_send(b"ZIMNO").unwrap();
        let mut receiver = Channel::backpressure(memory.words()).receiver(0).unwrap();
        receiver.try_recv(&mut [0; 16]).header().unwrap();
        let size = format!("{line:02x} 00 00 00");
        let expected = format!(
            "0000  52 41 4d 46 02 00 00 00 01 00 00 00 02 00 00 00
             0010  00 00 00 00 00 00 00 00 {size} 02 00 00 00
             0020  02 00 00 00 {size} 10 00 00 00 01 00 00 00
             0030  {slots_at} 00 00
             0080  02 00 00 00 00 00 00 00 00 00 20 00
             {head}  02 00 00 00 00 00 00 00 ff ff ff ff 02 00 00 00
             {consumed}  01 00 20 00 01 00 20 00 00 00 20 80 00 00 20 00
             {slot}  02 00 00 00 00 00 00 00 05 00 00 00 02 00 00 00 5a 49 4d 4e 4f"
        );
        assert_bytes(&memory, &expected);
    }
}

/// The line of a receiver that a later format may add, and the first words of one generation after another.
#[test]
fn a_second_format_with_room_for_another_receiver() {
    let geometry = Geometry::backpressure(2, 16, 1).with_cache_line(32);
    let memory = super::Array::new(352);
    let spacious = geometry.with_slots_at(288);
    spacious.format(&memory.words(), 0).unwrap();
    spacious.format(&memory.words(), 3).unwrap();
    assert_bytes(
        &memory,
        "
        0000  52 41 4d 46 02 00 00 00  02 18 00 00 04 00 00 00   generation 3 * 2048 + 2, first epoch 4
        0010  00 00 00 00 00 00 00 00  20 00 00 00 02 00 00 00   no features, line 32, backpressure
        0020  02 00 00 00 20 00 00 00  10 00 00 00 01 00 00 00   2 slots, stride 32, capacity 16, 1 receiver
        0030  20 01 00 00                                        slots at 288
        0080  00 00 00 00 00 00 00 00  00 00 40 00 00 00 00 00   session: no sender yet, notify_seq 0 of generation 2
        00e0  00 00 40 80 00 00 40 80  00 00 40 80 00 00 40 80   receiver 0 at 224: of generation 2 + 1024
        0100  00 00 40 80 00 00 40 80  00 00 40 80 00 00 40 80   the one behind it, which nobody may take, likewise
        ",
    );
}
