"""The examples run, and do what they say."""

import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from conftest import DEEP, LONG, end, host, until

import ramframe


EXAMPLES = Path(__file__).parents[1] / "examples"

KILLS = 20


def ingest(name: str, count: int) -> subprocess.Popen[str]:
    built = Path(os.environ.get("RAMFRAME_INGEST", Path(host()).parent / "examples" / "ingest"))
    assert built.exists(), f"no {built}: run `cargo build --example ingest` in host/python first"
    return subprocess.Popen([built, name, str(count)], text=True, stderr=subprocess.PIPE)


def test_ten_lines() -> None:
    program = EXAMPLES / "ten_lines.py"
    assert len(program.read_text().splitlines()) == 10
    done = subprocess.run([sys.executable, program], capture_output=True, text=True, timeout=LONG)
    assert (done.returncode, done.stdout, done.stderr) == (0, "0 21.5\n1 22.0\n", "")


class Worker:
    """One worker, and a file for what it prints: more than a pipe holds."""

    def __init__(self, name: str) -> None:
        self.file = tempfile.TemporaryFile("w+")
        command = [sys.executable, str(EXAMPLES / "worker.py"), name]
        self.process = subprocess.Popen(command, text=True, stdout=self.file, stderr=subprocess.PIPE)

    def printed(self) -> list[str]:
        """Its whole lines: number, attempts, and when."""
        said = self.process.communicate(timeout=LONG)[1]
        assert said == ""
        self.file.seek(0)
        printed = self.file.read()
        return printed[: printed.rfind("\n") + 1].splitlines()


class Crew:
    """Three workers, and what those printed that were killed."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.printed: list[str] = []
        self.workers = [Worker(name) for _ in range(3)]

    def kill_the_first(self) -> None:
        """Another one takes its place."""
        self.workers[0].process.kill()
        self.printed += self.workers[0].printed()
        self.workers[0] = Worker(self.name)

    def is_complete(self) -> bool:
        places = [ramframe.status(f"{self.name}/{place}") for place in range(3)]
        pids = [worker.process.pid for worker in self.workers]
        return all(place.receivers[0].pid in pids for place in places)


def longest_pause(lines: list[str]) -> float:
    times = [float(line.split()[2]) for line in lines]
    return max(later - sooner for sooner, later in zip(times, times[1:]))


def test_one_of_three_workers_is_killed_again_and_again(name: str) -> None:
    chance = random.Random(name)
    count = 20_000 if DEEP else 6000
    crew, sender = Crew(name), ingest(name, count)
    try:
        for _ in range(KILLS):
            time.sleep(chance.uniform(0.05, 0.15))
            assert sender.poll() is None
            crew.kill_the_first()
        until("a worker in each place", lambda: crew.is_complete())
        assert sender.poll() is None
        assert sender.wait(2 * LONG) == 0
        ends = [worker.printed() for worker in crew.workers]
    finally:
        for process in [*(worker.process for worker in crew.workers), sender]:
            end(process)
    handled = [line for lines in [crew.printed, *ends] for line in lines]
    assert {int(line.split()[0]) for line in handled} == set(range(count))
    repeated = len(handled) - count
    assert repeated <= KILLS
    pauses = [longest_pause(lines) for lines in ends[1:]]
    print(
        f"{KILLS} kills: {count} messages handled, {repeated} of them twice;",
        f"the other two paused {1000 * max(pauses):.1f} ms at most",
    )
    if DEEP:
        assert max(pauses) < 0.05


def test_the_round_trip_is_measured() -> None:
    bench = EXAMPLES.parent / "bench" / "round_trip.py"
    done = subprocess.run([sys.executable, bench, "1"], capture_output=True, text=True, timeout=LONG)
    assert (done.returncode, done.stderr) == (0, "")
    assert {"free", "near"} <= {line.split(":")[0] for line in done.stdout.splitlines() if "ratio" in line}
