"""Each failure says what is wrong, as the Rust library says it, and what to do."""

import inspect
import os
from pathlib import Path
from typing import Any

import pytest
from conftest import LONG

import ramframe


def test_every_class_is_an_error() -> None:
    classes = [value for value in vars(ramframe).values() if isinstance(value, type) and issubclass(value, Exception)]
    assert len(classes) >= 15
    for one in classes:
        assert issubclass(one, ramframe.Error)
        assert one.__module__ == "ramframe"
        assert one.__doc__
    assert issubclass(ramframe.TimedOut, TimeoutError)


def test_the_text_of_the_library_and_what_to_do(name: str) -> None:
    key = f"name {name} (key 0x{ramframe.Key.of_name(name).number & 0xFFFFFFFF:08x})"
    with pytest.raises(ramframe.NotThere) as caught:
        ramframe.Receiver(name, timeout=0)
    assert str(caught.value) == f"no segment has {key}; start the sender, or wait longer with timeout"
    assert caught.value.kind == "Absent"
    with ramframe.Sender(name, "backpressure", slot=8):
        with pytest.raises(ramframe.InUse) as in_use:
            ramframe.Sender(name, "backpressure")
        assert str(in_use.value) == f"process {os.getpid()} already sends on {key}; stop it, or use another name"
        assert in_use.value.kind == "SenderHeld"
        receiver = ramframe.Receiver(name)
        with pytest.raises(ramframe.InUse) as full:
            ramframe.Receiver(name, timeout=0)
        text = f"the channel on {key} has no free receiver slot: 1 of 1 are in use; stop one, wait longer with timeout"
        assert str(full.value).startswith(text)
        receiver.close()
        with pytest.raises(ramframe.InUse):
            ramframe.remove(name)


def test_a_channel_that_is_another_one(name: str) -> None:
    with ramframe.Sender(name, "backpressure", slot=8, receivers=2) as sender:
        with pytest.raises(ramframe.TooLong) as caught:
            sender.send(b"nine bytes")
        assert str(caught.value).startswith(f"the message is longer than the {sender.capacity} bytes of a slot; ")
        sender.close(keep=True)
    others: list[tuple[dict[str, Any], str]] = [({"receivers": 3}, "Mismatch"), ({"slot": 4000}, "Mismatch")]
    for options, kind in others:
        with pytest.raises(ramframe.Mismatch, match="ask for what is there") as mismatch:
            ramframe.Sender(name, "backpressure", **{"receivers": 2, **options})
        assert mismatch.value.kind == kind
    with pytest.raises(ramframe.Mismatch, match='pass policy="backpressure"') as policy:
        ramframe.Sender(name, "overwrite")
    assert policy.value.kind == "Policy"
    ramframe.remove(name)


def test_what_cannot_be(name: str, tmp_path: Path) -> None:
    asked: list[tuple[dict[str, Any], str]] = [
        ({"slots": 3}, "change slot, slots, size or receivers"),
        ({"receivers": 33}, "change slot, slots, size or receivers"),
        ({"mode": 0o400}, "pass mode=0o600"),
        ({"size": 64}, "pass size="),
    ]
    for options, text in asked:
        with pytest.raises(ramframe.Impossible, match=text):
            ramframe.Sender(name, "backpressure", **options)
    for number in (0, -1):
        with pytest.raises(ramframe.Impossible, match="is reserved .*; use another number, or a name"):
            ramframe.Key(number)
    with pytest.raises(ramframe.Impossible, match="use a shorter name"):
        ramframe.Receiver("twenty-five bytes are long")
    with pytest.raises(ramframe.Impossible, match="no key from path"):
        ramframe.Key.of_path(tmp_path / "nothing")
    with pytest.raises(TypeError, match="found by a name"):
        ramframe.Receiver(1.5)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="pass \"overwrite\" or \"backpressure\""):
        ramframe.Sender(name, "both")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="pass \"oldest\" or \"next\""):
        ramframe.Receiver(name, start="newest")  # type: ignore[arg-type]


def test_a_key_a_number_and_a_name_find_one_channel(name: str, tmp_path: Path) -> None:
    key = ramframe.Key.of_name(name)
    assert key == ramframe.Key(key.number) == ramframe.Key(key.number & 0xFFFFFFFF)
    assert len({key, ramframe.Key.of_name(name)}) == 1
    with ramframe.Sender(name, "overwrite") as sender:
        sender.send(b"CIEPLO")
        for location in (key, key.number, name):
            with ramframe.Receiver(location) as receiver:
                assert next(receiver).payload == b"CIEPLO"
    assert ramframe.Key.of_path(tmp_path) != ramframe.Key.of_path(tmp_path, "T")


def test_a_part_of_a_file(tmp_path: Path) -> None:
    file = tmp_path / "memory"
    file.write_bytes(bytes(8192))
    for offset in (1, 8192):
        with pytest.raises(ramframe.Impossible, match="offset"):
            ramframe.Sender(ramframe.Map(file, offset), "backpressure")
    with pytest.raises(ramframe.NotThere):
        ramframe.Receiver(ramframe.Map(tmp_path / "nothing"), timeout=0)
    window = ramframe.Map(file, 64)
    assert window == ramframe.Map(file, 64) != ramframe.Map(file)
    with ramframe.Sender(window, "backpressure") as sender:
        sender.send(b"CIEPLO")
        with ramframe.Receiver(window) as receiver:
            message = receiver.recv(LONG)
            assert isinstance(message, ramframe.Message)
            assert message.payload == b"CIEPLO"
        assert ramframe.status(window).sent == 1
    ramframe.remove(window)
    assert not any(file.read_bytes())


def test_what_is_no_channel_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "text"
    file.write_text("not a channel " * 100)
    before = file.read_bytes()
    for use in (
        lambda: ramframe.Sender(ramframe.Map(file), "overwrite"),
        lambda: ramframe.Receiver(ramframe.Map(file), timeout=0),
        lambda: ramframe.status(ramframe.Map(file)),
        lambda: ramframe.remove(ramframe.Map(file)),
    ):
        with pytest.raises(ramframe.Foreign, match="left alone; use another name or key"):
            use()
    assert file.read_bytes() == before


def test_a_file_that_others_may_write_is_not_believed(tmp_path: Path) -> None:
    file = tmp_path / "memory"
    file.write_bytes(bytes(8192))
    file.chmod(0o622)
    with pytest.raises(ramframe.Untrusted, match="chmod go-w"):
        ramframe.Sender(ramframe.Map(file), "overwrite")
    trust = ramframe.Trust(mode=0o022)
    with ramframe.Sender(ramframe.Map(file), "overwrite", trust=trust) as sender:
        assert sender.policy == "overwrite"


def test_the_state_of_a_channel(name: str) -> None:
    with ramframe.Sender(name, "backpressure", receivers=2, slots=4, slot=100) as sender:
        receiver = ramframe.Receiver(name)
        sender.send(b"CIEPLO")
        status = ramframe.status(name)
        assert (status.name, status.policy, status.slots) == (name, "backpressure", 4)
        assert (status.capacity, status.sent, status.closed) == (sender.capacity, 1, False)
        assert status.sender_pid == os.getpid()
        first, second = status.receivers
        assert (first.pending, first.attach_count, first.detached, first.pid) == (1, 1, False, os.getpid())
        assert (second.attach_count, second.pid) == (0, None)
        assert receiver.has_sender()
        receiver.recv(0)
        receiver.close()
        sender.close(keep=True)
    assert ramframe.status(name).closed
    assert ramframe.status(name).sender_pid is None
    ramframe.remove(name)
    for look in (ramframe.remove, ramframe.status):
        with pytest.raises(ramframe.NotThere, match=r"^no segment has name \S+ \(key 0x[0-9a-f]{8}\)$"):
            look(name)


def test_what_help_says() -> None:
    for one in (ramframe.Sender, ramframe.Receiver, ramframe.Share, ramframe.Worker, ramframe.Select):
        public = [name for name in dir(one) if not name.startswith("_")]
        assert [name for name in public if not inspect.getdoc(getattr(one, name))] == []
    assert repr(ramframe.Trust([1000], 0o022)) == "Trust(uids=[1000], mode=0o22)"
    assert repr(ramframe.Key.of_name("jobs")) == 'Key.of_name("jobs")'


def test_what_an_end_looks_like(name: str) -> None:
    with ramframe.Sender(name, "overwrite") as sender, ramframe.Receiver(name) as receiver:
        for end, kind in ((sender, "Sender"), (receiver, "Receiver")):
            shown = repr(end)
            assert shown.startswith(f"<ramframe.{kind} name {name} (key 0x")
            assert shown.endswith("overwrite, 8 slots of 48 bytes>")
