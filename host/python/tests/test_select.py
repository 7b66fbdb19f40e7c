"""One call that waits for any of many receivers."""

import selectors
import threading

import pytest
from conftest import LONG

import ramframe


def test_any_of_many(name: str) -> None:
    names = [f"{name}/{number}" for number in range(3)]
    senders = [ramframe.Sender(one, "backpressure") for one in names]
    receivers = [ramframe.Receiver(one) for one in names]
    with ramframe.Select() as select:
        for receiver in receivers:
            select.add(receiver)
        assert (len(select), select.recv(0)) == (3, None)
        with pytest.raises(RuntimeError, match="in a Select"):
            receivers[0].recv(0)
        with pytest.raises(RuntimeError, match="in a Select"):
            receivers[0].close()
        later = threading.Timer(0.1, senders[1].send, [b"CIEPLO"])
        later.start()
        found = select.recv(LONG)
        later.join()
        assert found is not None
        assert found[0] is receivers[1]
        assert isinstance(found[1], ramframe.Message)
        assert found[1].payload == b"CIEPLO"
        select.remove(receivers[2])
        assert receivers[2].recv(0) is None
        for sender in senders:
            sender.close()
        ends: dict[ramframe.Receiver, list[object]] = {receiver: [] for receiver in receivers}
        while len(select):
            found = select.recv(LONG)
            assert found is not None
            ends[found[0]].append(found[1])
        over = [ramframe.Closed(), ramframe.Gone()]
        assert ends == {receivers[0]: over, receivers[1]: over, receivers[2]: []}
        assert select.recv() is None
    for receiver in receivers:
        receiver.close()


def test_none_starves(name: str) -> None:
    names = [f"{name}/{number}" for number in range(4)]
    senders = [ramframe.Sender(one, "backpressure", slots=64) for one in names]
    counts = dict.fromkeys(range(4), 0)

    def send(number: int) -> None:
        for _ in range(500):
            senders[number].send(bytes([number]), LONG)

    threads = [threading.Thread(target=send, args=[number]) for number in counts]
    with ramframe.Select() as select:
        for one in names:
            select.add(ramframe.Receiver(one))
        for thread in threads:
            thread.start()
        while sum(counts.values()) < 2000:
            found = select.recv(LONG)
            assert found is not None
            assert isinstance(found[1], ramframe.Message)
            counts[found[1].payload[0]] += 1
        for thread in threads:
            thread.join(LONG)
        assert set(counts.values()) == {500}
        for sender in senders:
            sender.close()


def test_a_select_that_is_forgotten_gives_its_receivers_back(name: str) -> None:
    with ramframe.Sender(name, "backpressure"), ramframe.Receiver(name) as receiver:
        select = ramframe.Select()
        select.add(receiver)
        del select
        assert receiver.recv(0) is None


def test_a_descriptor_for_selectors(name: str) -> None:
    with ramframe.Sender(name, "backpressure") as sender, ramframe.Receiver(name) as receiver:
        with selectors.DefaultSelector() as selector:
            selector.register(receiver, selectors.EVENT_READ)
            assert receiver.recv(0) is None
            later = threading.Timer(0.1, sender.send, [b"CIEPLO"])
            later.start()
            found = None
            while found is None:
                assert selector.select(LONG)
                found = receiver.recv(0)
            later.join()
            assert isinstance(found, ramframe.Message)
