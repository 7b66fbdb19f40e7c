"""Signals end a wait, and a fork leaves its parent alone."""

import signal
import subprocess
import time
from collections.abc import Callable

import pytest
from conftest import LONG

import ramframe

Start = Callable[..., subprocess.Popen[str]]

OPENED = """
import os, signal, sys, ramframe
name = sys.argv[1]
sender = ramframe.Sender(name, "backpressure", slots=2)
receiver = ramframe.Receiver(name)
"""

WAITS = {
    "recv": "receiver.recv()",
    "recv_into": "receiver.recv_into(bytearray(48))",
    "iteration": "next(receiver)",
    "send": "[sender.send(b'') for _ in range(3)]",
    "drain": "sender.send(b''); sender.drain()",
    "open": "ramframe.Receiver(name + 'x')",
    "worker": "ramframe.Worker(name + 'x')",
    "select": "select = ramframe.Select(); select.add(receiver); select.recv()",
    "share": "ramframe.Share(name + '/s', 1).send(b'')",
}


@pytest.mark.parametrize("wait", WAITS)
def test_an_interrupt_ends_a_wait(name: str, python: Start, wait: str) -> None:
    program = f"""{OPENED}
signal.signal(signal.SIGINT, signal.default_int_handler)
print("ready", flush=True)
try:
    {WAITS[wait]}
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""
    process = python(program, name)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    time.sleep(0.05)
    assert process.poll() is None
    process.send_signal(signal.SIGINT)
    assert process.communicate(timeout=LONG) == ("interrupted\n", "")
    # As if it was killed.
    for left in (name, f"{name}/s/0"):
        try:
            ramframe.remove(left)
        except ramframe.NotThere:
            pass


def test_a_handler_closes_what_waits(name: str, python: Start) -> None:
    program = f"""{OPENED}
signal.signal(signal.SIGTERM, lambda *_: receiver.close())
sender.send(b"CIEPLO")
for message in receiver:
    print(message.payload.decode(), flush=True)
sender.close()
print("closed", receiver.closed, flush=True)
"""
    process = python(program, name)
    assert process.stdout is not None
    assert process.stdout.readline() == "CIEPLO\n"
    process.send_signal(signal.SIGTERM)
    assert process.communicate(timeout=LONG) == ("closed True\n", "")


def test_a_child_made_by_fork_waits_for_no_thread_of_its_parent(name: str, python: Start) -> None:
    program = f"""{OPENED}
import threading, time
waiting = threading.Thread(target=lambda: print(receiver.recv(60).payload, flush=True))
waiting.start()
time.sleep(0.2)
child = os.fork()
if child == 0:
    for use in (lambda: receiver.recv(), lambda: receiver.recv(0), lambda: receiver.fileno()):
        try:
            use()
        except ramframe.Lost as error:
            print(error, flush=True)
    receiver.close()
    os._exit(0)
assert os.waitpid(child, 0)[1] == 0
sender.send(b"CIEPLO")
waiting.join()
receiver.close()
sender.close()
"""
    printed, said = python(program, name).communicate(timeout=LONG)
    lost = "this process is not the receiver any more; open the receiver again; after a fork, open it in the child"
    assert (printed.splitlines(), said) == ([lost] * 3 + ["b'CIEPLO'"], "")


def test_a_child_made_by_fork_touches_nothing(name: str, python: Start) -> None:
    program = f"""{OPENED}
sender.send(b"CIEPLO")
descriptor = receiver.fileno()
child = os.fork()
if child == 0:
    for use in (lambda: sender.send(b"no"), lambda: receiver.recv(0), lambda: receiver.recv_into(bytearray(48))):
        try:
            use()
        except ramframe.Lost as error:
            print(error, flush=True)
    receiver.close()
    sender.close()
    # What the child opens is its own.
    own = ramframe.Sender(name + "/c", "overwrite")
    own.send(b"ZIMNO")
    own.close()
    os._exit(0)
assert os.waitpid(child, 0)[1] == 0
sender.send(b"ZIMNO")
print(receiver.recv(60).payload, receiver.recv(60).payload, receiver.recv(0))
receiver.close()
sender.close()
"""
    printed, said = python(program, name).communicate(timeout=LONG)
    lines = printed.splitlines()
    assert (len(lines), said) == (4, "")
    assert lines[0].startswith("this process is not the sender any more")
    assert lines[0].endswith("open the sender again; after a fork, open it in the child")
    for line in lines[1:3]:
        assert line.startswith("this process is not the receiver any more")
    assert lines[3] == "b'CIEPLO' b'ZIMNO' None"
