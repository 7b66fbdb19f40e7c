"""What each test needs: a channel's name of its own, and a look that nothing is left behind."""

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import ramframe

#: More rounds than `.ci/run` has time for.
DEEP = bool(os.environ.get("DEEP"))

#: A wait that ends a test, where it should have ended long before.
LONG = 60.0

_count = 0


def until(what: str, done: Callable[[], bool]) -> None:
    """Waits until something is so."""
    end = time.monotonic() + LONG
    while not done():
        assert time.monotonic() < end, what
        time.sleep(0.005)


def names_of(name: str) -> list[str]:
    """The name of a channel, and those of the places of a share with its name."""
    return [name, *(f"{name}/{place}" for place in range(64))]


def left(name: str) -> list[str]:
    """The segments and semaphores that a channel has left."""
    keys = {ramframe.Key.of_name(one).number for one in names_of(name)}
    found = []
    for kind in ("shm", "sem"):
        for line in Path("/proc/sysvipc", kind).read_text().splitlines()[1:]:
            if int(line.split()[0]) in keys:
                found.append(f"{kind} {line}")
    return found


@pytest.fixture
def name() -> Iterator[str]:
    """The name of a channel that no other test has; nothing of it is left after the test."""
    global _count
    _count += 1
    unique = f"py{os.getpid()}.{_count}"
    yield unique
    found = left(unique)
    for place in names_of(unique):
        try:
            ramframe.remove(place)
        except ramframe.Error:
            pass
    assert not found


def end(process: subprocess.Popen[str]) -> None:
    """Kills a process, if it has not ended, and forgets it."""
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe is not None:
            with contextlib.suppress(BrokenPipeError):
                pipe.close()


@pytest.fixture
def python() -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Starts another Python with a program and its arguments; it does not outlive the test."""
    started: list[subprocess.Popen[str]] = []

    def start(program: str, *arguments: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", program, *arguments]
        pipe = subprocess.PIPE
        process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True)
        started.append(process)
        return process

    yield start
    for process in started:
        end(process)


def host() -> str:
    """The program `host`, which speaks for the Rust library."""
    root = Path(__file__).parents[3]
    target = Path(os.environ.get("CARGO_TARGET_DIR", root / "target"))
    found = Path(os.environ.get("RAMFRAME_HOST", target / "debug" / "host"))
    assert found.exists(), f"no {found}: run `cargo build --package ramframe-host` first"
    return str(found)


@pytest.fixture
def rust() -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Starts `host` with arguments; it does not outlive the test."""
    started: list[subprocess.Popen[str]] = []

    def start(*arguments: str) -> subprocess.Popen[str]:
        pipe = subprocess.PIPE
        process = subprocess.Popen([host(), *arguments], stdin=pipe, stdout=pipe, stderr=pipe, text=True)
        started.append(process)
        return process

    yield start
    for process in started:
        end(process)
