"""A round trip from Python to Python: ramframe under its default wait, beside a Unix socket pair, in turn.

Run it on a quiet machine: `python bench/round_trip.py [ROUNDS]`. It prints the median and the 99th percentile of each, and the ratio of
the medians.
"""

import os
import socket
import statistics
import sys
import time
from collections.abc import Callable

import ramframe

#: Round trips in one turn.
TURN = 2000

#: As small as a reading.
PAYLOAD = b"21.5 degrees, 40 bytes of a payload....."


def answer_socket(other: socket.socket, end: socket.socket) -> None:
    other.close()
    while message := end.recv(64):
        end.send(message)


def answer_channel(name: str) -> None:
    with ramframe.Receiver(name) as receiver, ramframe.Sender(f"{name}/back", "backpressure") as sender:
        for message in receiver:
            sender.send(message.payload)


def trips(trip: Callable[[], object]) -> list[float]:
    """The times of one turn, in microseconds."""
    times = []
    for _ in range(TURN):
        before = time.perf_counter_ns()
        trip()
        times.append((time.perf_counter_ns() - before) / 1000)
    return times


def child(work: Callable[[], None]) -> int:
    pid = os.fork()
    if pid == 0:
        work()
        os._exit(0)
    return pid


def shown(name: str, times: list[float]) -> float:
    median = statistics.median(times)
    print(f"{name:12} median {median:7.2f} us, 99 of 100 below {statistics.quantiles(times, n=100)[98]:7.2f} us")
    return median


def main(rounds: int) -> float:
    """The median of ramframe as a part of that of the socket."""
    name = f"bench{os.getpid()}"
    near, far = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    children = [child(lambda: answer_socket(near, far)), child(lambda: answer_channel(name))]
    far.close()
    sender = ramframe.Sender(name, "backpressure")
    receiver = ramframe.Receiver(f"{name}/back")

    def through_socket() -> None:
        near.send(PAYLOAD)
        near.recv(64)

    def through_channel() -> None:
        sender.send(PAYLOAD)
        receiver.recv()

    sockets: list[float] = []
    channels: list[float] = []
    for _ in range(rounds):
        sockets += trips(through_socket)
        channels += trips(through_channel)
    near.close()
    sender.close()
    receiver.close()
    for pid in children:
        os.waitpid(pid, 0)
    ratio = shown("ramframe", channels) / shown("Unix socket", sockets)
    print(f"ratio {ratio:.2f}")
    return ratio


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
