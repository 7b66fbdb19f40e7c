"""Python and Rust, both ways and under both policies: nothing is lost."""

import subprocess
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Literal

import pytest
from conftest import DEEP, LONG

import ramframe

COUNT = 1_000_000 if DEEP else 10_000

#: So many that an overwrite sender overtakes nobody.
SLOTS = 1 << (20 if DEEP else 14)

Start = Callable[..., subprocess.Popen[str]]
Policy = Literal["overwrite", "backpressure"]

both = pytest.mark.parametrize("policy", ["overwrite", "backpressure"])


def slots(policy: Policy) -> int:
    return SLOTS if policy == "overwrite" else 64


def feed(sender: subprocess.Popen[str]) -> threading.Thread:
    """Writes the numbers as lines, while the receiver receives."""
    lines = sender.stdin
    assert lines is not None

    def write() -> None:
        lines.writelines(f"{number}\n" for number in range(COUNT))
        lines.close()

    feeding = threading.Thread(target=write)
    feeding.start()
    return feeding


@both
def test_rust_sends_and_python_receives(name: str, rust: Start, policy: Policy) -> None:
    size = str(slots(policy) * 128)
    sender = rust("send", "--name", name, "--lines", f"--{policy}", "--slot", "48", "--size", size, "--quiet")
    with ramframe.Receiver(name, timeout=LONG) as receiver:
        feeding = feed(sender)
        received = [int(message.payload) for message in receiver]
        feeding.join(LONG)
        assert (receiver.policy, receiver.lagged) == (policy, 0)
    assert received == list(range(COUNT))
    assert sender.wait(LONG) == 0


@both
def test_python_sends_and_rust_receives(name: str, rust: Start, policy: Policy) -> None:
    with ramframe.Sender(name, policy, slots=slots(policy)) as sender:
        receiver = rust("recv", "--name", name, "--any", "--raw", "--count", str(COUNT))
        # More than a pipe holds.
        with ThreadPoolExecutor() as listening:
            printed = listening.submit(receiver.communicate, timeout=3 * LONG)
            for number in range(COUNT):
                sender.send(str(number).encode(), LONG)
            sender.notify()
            heard, said = printed.result()
    assert (receiver.returncode, said) == (0, "")
    assert [int(line) for line in heard.split()] == list(range(COUNT))


def test_python_counts_what_it_missed_of_a_fast_sender(name: str, rust: Start) -> None:
    sender = rust("send", "--name", name, "--lines", "--overwrite", "--slot", "48", "--size", "1024", "--quiet")
    with ramframe.Receiver(name, timeout=LONG) as receiver:
        feeding = feed(sender)
        received = [int(message.payload) for message in receiver]
        feeding.join(LONG)
        assert received == sorted(set(received))
        assert len(received) + receiver.lagged == COUNT
    assert sender.wait(LONG) == 0
