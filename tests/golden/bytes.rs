//! Which bytes stand where? Written by hand, not by the code under test.

use ramframe_core::channel::{Receiver, Sender};
use ramframe_core::geometry::Geometry;
use ramframe_core::region::RegionMut;

use super::{dump, formatted, memory_of};

fn assert_bytes(memory: &super::Array, expected: &str) {
    let found = memory_of(memory);
    let expected = dump(expected, found.len());
    for (line, (found, expected)) in found.chunks(16).zip(expected.chunks(16)).enumerate() {
        assert_eq!(found, expected, "at {:#06x}", line * 16);
    }
}

/// Sends the tutorial's two texts in turn.
fn send<R: RegionMut>(region: R, messages: usize) {
    let mut sender = Sender::overwrite(region).unwrap();
    for text in ["CIEPLO", "ZIMNO"].iter().cycle().take(messages) {
        sender.send(text.as_bytes()).unwrap();
    }
}

#[test]
fn overwrite_with_lines_of_32() {
    let memory = formatted(Geometry::overwrite(2, 16).with_cache_line(32));
    send(memory.words(), 3);
    assert_bytes(
        &memory,
        "
        0000  52 41 4d 46 01 00 00 00  20 00 00 00 01 00 00 00   RAMF, version 1, line 32, overwrite
        0010  02 00 00 00 20 00 00 00  10 00 00 00 00 00 00 00   2 slots, stride 32, capacity 16, 0 receivers
        0020  01 00 00 00                                        formatted once
        0040  01 00 00 00                                        session at 64: epoch 1
        0060  03 00 00 00                                        head at 96: 3 messages
        0080  00 00 00 00                                        asks at 128
        00a0  06 00 00 00 00 00 00 00  06 00 00 00 01 00 00 00   slot 0 at 160: message 2 is published as 2 * 2 + 2
        00b0  43 49 45 50 4c 4f                                  CIEPLO
        00c0  04 00 00 00 00 00 00 00  05 00 00 00 01 00 00 00   slot 1 at 192: message 1
        00d0  5a 49 4d 4e 4f                                     ZIMNO
        ",
    );
    assert_eq!(memory_of(&memory).len(), 224);
}

#[test]
fn overwrite_with_lines_of_64() {
    let memory = formatted(Geometry::overwrite(2, 48));
    send(memory.words(), 2);
    Sender::overwrite(memory.words()).unwrap().close();
    assert_bytes(
        &memory,
        "
        0000  52 41 4d 46 01 00 00 00  40 00 00 00 01 00 00 00   RAMF, version 1, line 64, overwrite
        0010  02 00 00 00 40 00 00 00  30 00 00 00 00 00 00 00   2 slots, stride 64, capacity 48, 0 receivers
        0020  01 00 00 00                                        formatted once
        0040  02 00 00 00 02 00 00 00                            session at 64: epoch 2, closed
        0080  02 00 00 00                                        head at 128: 2 messages
        0100  02 00 00 00 00 00 00 00  06 00 00 00 01 00 00 00   slot 0 at 256: message 0, of epoch 1
        0110  43 49 45 50 4c 4f                                  CIEPLO
        0140  04 00 00 00 00 00 00 00  05 00 00 00 01 00 00 00   slot 1 at 320: message 1
        0150  5a 49 4d 4e 4f                                     ZIMNO
        ",
    );
    assert_eq!(memory_of(&memory).len(), 384);
}

#[test]
fn overwrite_with_lines_of_128() {
    let memory = formatted(Geometry::overwrite(2, 112).with_cache_line(128));
    send(memory.words(), 1);
    assert_bytes(
        &memory,
        "
        0000  52 41 4d 46 01 00 00 00  80 00 00 00 01 00 00 00   RAMF, version 1, line 128, overwrite
        0010  02 00 00 00 80 00 00 00  70 00 00 00 00 00 00 00   2 slots, stride 128, capacity 112, 0 receivers
        0020  01 00 00 00                                        formatted once
        0080  01 00 00 00                                        session at 128: epoch 1
        0100  01 00 00 00                                        head at 256: 1 message
        0200  02 00 00 00 00 00 00 00  06 00 00 00 01 00 00 00   slot 0 at 512: message 0
        0210  43 49 45 50 4c 4f                                  CIEPLO
        ",
    );
    assert_eq!(memory_of(&memory).len(), 768);
}

#[test]
fn backpressure_with_two_receivers() {
    let geometry = Geometry::backpressure(2, 16, 2).with_cache_line(32);
    let memory = formatted(geometry);
    let mut sender = Sender::backpressure(memory.words()).unwrap();
    sender.send(b"CIEPLO").unwrap();
    sender.send(b"").unwrap();
    let mut first = Receiver::backpressure(memory.words(), 0).unwrap();
    first.recv(&mut [0; 16]).unwrap();
    first.detach();
    let mut second = Receiver::backpressure(memory.words(), 1).unwrap();
    second.recv(&mut [0; 16]).unwrap();
    assert_eq!(second.discard_pending(), Ok(1));
    assert_bytes(
        &memory,
        "
        0000  52 41 4d 46 01 00 00 00  20 00 00 00 02 00 00 00   RAMF, version 1, line 32, backpressure
        0010  02 00 00 00 20 00 00 00  10 00 00 00 02 00 00 00   2 slots, stride 32, capacity 16, 2 receivers
        0020  01 00 00 00                                        formatted once
        0040  01 00 00 00                                        session at 64: epoch 1
        0060  02 00 00 00                                        head at 96: 2 messages
        00a0  01 00 00 00 01 00 00 00  00 00 00 00 00 00 00 00   receiver 0 at 160: took 1, joined once
        00b0  00 00 00 00 01 00 00 00                            and left
        00c0  02 00 00 00 01 00 00 00  01 00 00 00 01 00 00 00   receiver 1 at 192: at 2, joined once, dropped from 1
        00e0  02 00 00 00 00 00 00 00  06 00 00 00 01 00 00 00   slot 0 at 224: message 0
        00f0  43 49 45 50 4c 4f                                  CIEPLO
        0100  04 00 00 00 00 00 00 00  00 00 00 00 01 00 00 00   slot 1 at 256: message 1, empty
        ",
    );
    assert_eq!(memory_of(&memory).len(), 288);
}

#[test]
fn backpressure_with_lines_of_64_and_128() {
    for (line, [session, head, taken, slot]) in [
        (64, ["0040", "0080", "0100", "0140"]),
        (128, ["0080", "0100", "0200", "0280"]),
    ] {
        let memory = formatted(Geometry::backpressure(2, 16, 1).with_cache_line(line));
        let mut sender = Sender::backpressure(memory.words()).unwrap();
        sender.send(b"ZIMNO").unwrap();
        let mut receiver = Receiver::backpressure(memory.words(), 0).unwrap();
        receiver.recv(&mut [0; 16]).unwrap();
        let size = format!("{line:02x} 00 00 00");
        let expected = format!(
            "0000  52 41 4d 46 01 00 00 00 {size} 02 00 00 00
             0010  02 00 00 00 {size} 10 00 00 00 01 00 00 00
             0020  01 00 00 00
             {session}  01 00 00 00
             {head}  01 00 00 00
             {taken}  01 00 00 00 01 00 00 00
             {slot}  02 00 00 00 00 00 00 00 05 00 00 00 01 00 00 00 5a 49 4d 4e 4f"
        );
        assert_bytes(&memory, &expected);
    }
}
