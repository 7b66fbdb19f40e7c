"""A round trip from Python to Python: ramframe under its default wait, beside a Unix socket pair, in turn.

Run it on a quiet machine: `python bench/round_trip.py [ROUNDS]`. It prints the median and the 99th percentile of each, and the ratio of
the medians, for each placement: `far` gives each side a core of its own, `near` gives both the same, and `free` leaves it to the kernel.
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


def child(core: int | None, work: Callable[[], None]) -> int:
    pid = os.fork()
    if pid == 0:
        pin(core)
        work()
        os._exit(0)
    return pid


def pin(core: int | None) -> None:
    if core is not None:
        os.sched_setaffinity(0, {core})


def shown(name: str, times: list[float]) -> float:
    median = statistics.median(times)
    print(f"{name:12} median {median:7.2f} us, 99 of 100 below {statistics.quantiles(times, n=100)[98]:7.2f} us")
    return median


def measure(rounds: int, here: int | None, there: int | None) -> float:
    """The median of ramframe as a part of that of the socket, with each side on a core."""
    name = f"bench{os.getpid()}"
    near, far = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    children = [child(there, lambda: answer_socket(near, far)), child(there, lambda: answer_channel(name))]
    far.close()
    pin(here)
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
    return shown("ramframe", channels) / shown("Unix socket", sockets)


def main(rounds: int) -> None:
    cores = sorted(os.sched_getaffinity(0))
    placements: dict[str, tuple[int | None, int | None]] = {"free": (None, None), "near": (cores[0], cores[0])}
    if len(cores) > 1:
        placements["far"] = (cores[0], cores[1])
    for placement, (here, there) in placements.items():
        print(f"{placement}: ratio {measure(rounds, here, there):.2f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
