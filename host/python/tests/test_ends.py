"""A sender and a receiver in one process."""

import array
import threading
import time

import pytest
from conftest import LONG

import ramframe


def test_what_is_sent_is_received(name: str) -> None:
    with ramframe.Sender(name, "backpressure") as sender:
        receiver = ramframe.Receiver(name)
        assert [sender.send(b"CIEPLO"), sender.send(bytearray(b"ZIMNO"))] == [0, 1]
        assert sender.pending() == {0: 2}
        first, second = receiver.recv(LONG), receiver.recv(LONG)
        assert isinstance(first, ramframe.Message)
        assert isinstance(second, ramframe.Message)
        assert (first.payload, bytes(second)) == (b"CIEPLO", b"ZIMNO")
        assert (first.sequence, second.sequence, len(second)) == (0, 1, 5)
        assert receiver.recv(0) is None
        assert sender.pending() == {}
    assert receiver.recv(LONG) == ramframe.Closed()
    assert receiver.recv(LONG) == ramframe.Gone()
    receiver.close()


def test_iterating_ends_with_the_sender(name: str) -> None:
    sender = ramframe.Sender(name, "backpressure", slots=8)
    with ramframe.Receiver(name) as receiver:
        for number in range(5):
            sender.send(str(number).encode())
        closing = threading.Thread(target=sender.close)
        closing.start()
        assert [int(message.payload) for message in receiver] == list(range(5))
        closing.join(LONG)


def test_who_is_too_slow_learns_what_it_missed(name: str) -> None:
    with ramframe.Sender(name, "overwrite", slots=4) as sender, ramframe.Receiver(name) as receiver:
        for number in range(10):
            sender.send(bytes([number]))
        lagged = receiver.recv(LONG)
        assert isinstance(lagged, ramframe.Lagged)
        message = receiver.recv(LONG)
        assert isinstance(message, ramframe.Message)
        assert message.payload == bytes([lagged.count])
        assert receiver.lagged == lagged.count >= 6
        newest = receiver.latest()
        assert isinstance(newest, ramframe.Message)
        assert newest.payload == bytes([9])


def test_one_copy_into_the_memory_of_the_caller(name: str) -> None:
    with ramframe.Sender(name, "backpressure") as sender, ramframe.Receiver(name) as receiver:
        for buffer in (bytearray(64), memoryview(array.array("d", [0.0] * 8))):
            later = threading.Timer(0.05, sender.send, [b"CIEPLO"])
            later.start()
            header = receiver.recv_into(buffer, LONG)
            later.join()
            assert isinstance(header, ramframe.Header)
            assert header.len == 6
            assert bytes(buffer)[:7] == b"CIEPLO\0"
        sender.send(b"seven bytes or more")
        with pytest.raises(ramframe.BufferTooSmall):
            receiver.recv_into(bytearray(6))
        with pytest.raises(BufferError):
            receiver.recv_into(b"read only")
        with pytest.raises(BufferError):
            receiver.recv_into(memoryview(bytearray(128))[::2])
        sender.send(b"")
        header = receiver.recv_into(bytearray(48))
        assert isinstance(header, ramframe.Header)
        assert receiver.recv_into(bytearray(), LONG) == ramframe.Header(0, 3, header.epoch)


def test_a_message_stays_until_its_handler_has_returned(name: str) -> None:
    with ramframe.Sender(name, "backpressure") as sender, ramframe.Receiver(name) as receiver:
        sender.send(b"CIEPLO")

        def fails(message: ramframe.Message) -> None:
            raise RuntimeError(message.payload.decode())

        with pytest.raises(RuntimeError, match="CIEPLO"):
            receiver.recv_with(fails, LONG)
        assert sender.pending() == {0: 1}
        handled: list[bytes] = []
        receiver.recv_with(lambda message: handled.append(message.payload), LONG)
        assert (handled, sender.pending()) == ([b"CIEPLO"], {})

        def again(_message: ramframe.Message) -> None:
            receiver.recv()

        sender.send(b"ZIMNO")
        with pytest.raises(RuntimeError, match="in use by the call"):
            receiver.recv_with(again, LONG)
        receiver.recv(0)


def test_times_end(name: str) -> None:
    with ramframe.Sender(name, "backpressure", slots=2) as sender, ramframe.Receiver(name) as receiver:
        before = time.monotonic()
        assert receiver.recv(0.2) is None
        assert time.monotonic() - before >= 0.2
        assert receiver.recv(0) is None
        sender.send(b"1")
        sender.send(b"2")
        before = time.monotonic()
        with pytest.raises(TimeoutError):
            sender.send(b"3", timeout=0.2)
        assert time.monotonic() - before >= 0.2
        with pytest.raises(ramframe.TimedOut, match="start a receiver"):
            sender.drain(0)
        for bad in (-1, float("nan")):
            with pytest.raises(ValueError, match="is no time"):
                receiver.recv(bad)
        assert [receiver.recv(0) is None for _ in range(3)] == [False, False, True]


def test_what_was_not_received_in_time_stays(name: str) -> None:
    sender = ramframe.Sender(name, "backpressure")
    sender.send(b"CIEPLO")
    with pytest.raises(ramframe.TimedOut):
        sender.close(timeout=0)
    with ramframe.Receiver(name) as receiver:
        assert [message.payload for message in receiver] == [b"CIEPLO"]
    ramframe.remove(name)


def test_an_exception_does_not_wait(name: str) -> None:
    with pytest.raises(ZeroDivisionError), ramframe.Sender(name, "backpressure") as sender:
        sender.send(b"CIEPLO")
        raise ZeroDivisionError
    assert ramframe.status(name).receivers[0].pending == 1
    ramframe.remove(name)


def test_an_end_that_is_closed_says_so(name: str) -> None:
    sender, receiver = ramframe.Sender(name, "backpressure"), ramframe.Receiver(name)
    for end in (receiver, sender):
        end.close()
        end.close()
        assert end.closed
    with pytest.raises(ramframe.EndClosed, match="this sender is closed; open another one"):
        sender.send(b"")
    with pytest.raises(ValueError, match="closed"):
        receiver.recv()
    assert list(receiver) == []


def test_another_thread_ends_a_wait(name: str) -> None:
    with ramframe.Sender(name, "backpressure"):
        receiver = ramframe.Receiver(name)
        found: list[object] = []

        def wait() -> None:
            try:
                found.append(receiver.recv())
            except ramframe.EndClosed as error:
                found.append(error)

        thread = threading.Thread(target=wait)
        thread.start()
        time.sleep(0.1)
        receiver.close()
        thread.join(LONG)
        assert [type(one) for one in found] == [ramframe.EndClosed]


def test_threads_take_turns(name: str) -> None:
    with ramframe.Sender(name, "backpressure", slots=16) as sender, ramframe.Receiver(name) as receiver:
        received: list[bytes] = []

        def work() -> None:
            for number in range(100):
                sender.send(str(number).encode())

        threads = [threading.Thread(target=work) for _ in range(3)]
        for thread in threads:
            thread.start()
        while len(received) < 300:
            message = receiver.recv(LONG)
            assert isinstance(message, ramframe.Message)
            received.append(message.payload)
        for thread in threads:
            thread.join(LONG)
        assert sorted(received) == sorted(str(number).encode() for number in range(100) for _ in range(3))


def test_what_nobody_closed_leaves_in_good_order(name: str) -> None:
    with ramframe.Sender(name, "backpressure") as sender:
        receiver = ramframe.Receiver(name)
        assert sender.attached() == 1
        del receiver
        assert sender.attached() == 0


def test_events_are_matched_and_compared() -> None:
    found: list[object] = [ramframe.Lagged(3), ramframe.Header(1, 2, 3), ramframe.Message(b"x", 5, 1), ramframe.Gone()]
    matched: list[object] = []
    for event in found:
        match event:
            case ramframe.Lagged(count):
                matched.append(count)
            case ramframe.Header(length, sequence, epoch):
                matched.append((length, sequence, epoch))
            case ramframe.Message(payload):
                matched.append(payload)
            case ramframe.Gone():
                matched.append(None)
    assert matched == [3, (1, 2, 3), b"x", None]
    assert ramframe.Lagged(3) == ramframe.Lagged(3) != ramframe.Lagged(4)
    assert ramframe.Closed() != ramframe.Gone()
    assert repr(found[0]) == "Lagged(count=3)"
