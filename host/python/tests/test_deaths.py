"""Python peers are killed at any instant, and the Rust side and the next peers lose nothing."""

import contextlib
import os
import random
import select
import subprocess
import threading
import time
from collections.abc import Callable

from conftest import DEEP, LONG, until

import ramframe

KILLS = 1000 if DEEP else 200

Start = Callable[..., subprocess.Popen[str]]

RECEIVER = """
import os, sys, ramframe
with ramframe.Receiver(sys.argv[1], timeout=60) as receiver:
    while True:
        receiver.recv_with(lambda message: os.write(1, message.payload + b"\\n"))
"""

SENDER = """
import os, sys, ramframe
sender = ramframe.Sender(sys.argv[1], "backpressure", slots=16)
os.write(1, b"open\\n")
while True:
    sender.send(str(sender.next_sequence).encode())
"""


def kill(process: subprocess.Popen[str], chance: random.Random) -> str:
    """Kills a process at an instant after it has printed something, and mostly soon. Returns what it printed."""
    assert process.stdout is not None
    if chance.random() < 0.9:
        assert select.select([process.stdout], [], [], LONG)[0]
    time.sleep(chance.uniform(0, 0.002))
    process.kill()
    return process.communicate(timeout=LONG)[0]


def test_receivers_in_python_are_killed(name: str, python: Start, rust: Start) -> None:
    chance = random.Random(name)
    sender = rust("send", "--name", name, "--lines", "--backpressure", "--quiet")
    assert sender.stdin is not None
    os.set_blocking(sender.stdin.fileno(), False)
    fed = heard = repeated = 0

    def feed() -> None:
        """Writes more lines than the sender has slots, unless its pipe is full."""
        nonlocal fed
        assert sender.stdin is not None
        lines = "".join(f"{number}\n" for number in range(fed, fed + 200))
        with contextlib.suppress(BlockingIOError):
            assert os.write(sender.stdin.fileno(), lines.encode()) == len(lines), "a part of a line was written"
            fed += 200

    for _ in range(KILLS):
        feed()
        printed = kill(python(RECEIVER, name), chance)
        whole = printed[: printed.rfind("\n") + 1].split()
        for index, line in enumerate(whole):
            if index == 0 and heard and int(line) == heard - 1:
                repeated += 1
                continue
            assert int(line) == heard
            heard += 1
    # Where the receivers have taken all lines, the sender ends at the end of its input, and its channel with it. So
    # there are lines that only the last receiver can take.
    feed()
    assert fed > heard
    sender.stdin.close()
    with ramframe.Receiver(name, timeout=LONG) as receiver:
        rest = [int(message.payload) for message in receiver]
    if rest and rest[0] == heard - 1:
        repeated += 1
        rest = rest[1:]
    assert rest == list(range(heard, fed))
    assert sender.wait(LONG) == 0
    print(f"{KILLS} receivers killed: {fed} messages, {repeated} of them twice")


def test_senders_in_python_are_killed(name: str, python: Start, rust: Start) -> None:
    chance = random.Random(name)
    receiver = rust("recv", "--name", name, "--any", "--raw", "--until-close")
    heard = ""

    def listen() -> None:
        nonlocal heard
        assert receiver.stdout is not None
        heard = receiver.stdout.read()

    listening = threading.Thread(target=listen)
    listening.start()
    for _ in range(KILLS):
        kill(python(SENDER, name), chance)
        assert receiver.poll() is None
    with ramframe.Sender(name, "backpressure", slots=16) as sender:
        until("the last receiver", lambda: sender.attached() == 1)
        sent = sender.next_sequence
        restarts = ramframe.status(name).restarts
    assert receiver.wait(LONG) == 0
    listening.join(LONG)
    assert [int(line) for line in heard.split()] == list(range(sent))
    assert restarts >= KILLS // 2
    print(f"{KILLS} senders killed: {sent} messages, {restarts} restarts")
