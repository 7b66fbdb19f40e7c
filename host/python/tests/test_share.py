"""One sender, many workers: each message is handled at least once, whoever dies."""

import subprocess
import threading
from collections.abc import Callable

import pytest
from conftest import LONG, until

import ramframe


def test_each_message_goes_to_one_worker(name: str) -> None:
    with ramframe.Share(name, 2) as share, ramframe.Worker(name) as one, ramframe.Worker(name) as other:
        assert (share.places, share.workers, one.number, other.number) == (2, 2, 0, 1)
        ids = [share.send(bytes([number])) for number in range(4)]
        assert len(set(ids)) == 4
        assert sorted(ids)[0] < sorted(ids)[1]
        handled = {}
        for worker in (one, other):
            for _ in range(2):
                job = worker.recv(LONG)
                assert isinstance(job, ramframe.Job)
                assert job.attempts == 0
                handled[job.id] = job.payload
            worker.done()
            worker.done()
        assert handled == {id: bytes([number]) for number, id in enumerate(ids)}
        assert share.pending == 0


def test_what_a_worker_began_and_did_not_finish_goes_to_another(name: str) -> None:
    with ramframe.Share(name, 2) as share:
        first = ramframe.Worker(name)
        id = share.send(b"CIEPLO")
        job = first.recv(LONG)
        assert isinstance(job, ramframe.Job)
        first.close()
        with ramframe.Worker(name, timeout=LONG) as second:
            share.redistribute()
            again = second.recv(LONG)
            assert isinstance(again, ramframe.Job)
            assert (again.id, again.payload, again.attempts) == (id, b"CIEPLO", 1)


def test_an_exception_in_a_worker_leaves_its_message_to_another(name: str) -> None:
    with ramframe.Share(name, 1) as share:
        with pytest.raises(ZeroDivisionError), ramframe.Worker(name) as worker:
            share.send(b"CIEPLO")
            for _job in worker:
                raise ZeroDivisionError
        with ramframe.Worker(name, timeout=LONG) as worker:
            job = next(worker)
            assert job.attempts == 1
        # The end of the block without an exception is the end of the work.
        assert share.pending == 0


def test_workers_end_with_their_share(name: str) -> None:
    done: list[int] = []

    def work() -> None:
        with ramframe.Worker(name, timeout=LONG) as worker:
            done.extend(job.payload[0] for job in worker)

    threads = [threading.Thread(target=work) for _ in range(3)]
    with ramframe.Share(name, 3, slots=4) as share:
        for thread in threads:
            thread.start()
        for number in range(100):
            share.send(bytes([number]), timeout=LONG)
    for thread in threads:
        thread.join(LONG)
    assert sorted(done) == list(range(100))


def test_without_a_worker_a_message_waits_with_its_sender(name: str) -> None:
    with ramframe.Share(name, 1) as share:
        with pytest.raises(ramframe.TimedOut, match="start a worker") as caught:
            share.send(b"CIEPLO", timeout=0)
        assert caught.value.kind in ("NoWorker", "TimedOut")
        with ramframe.Worker(name) as worker:
            assert worker.recv(0) is None
            with pytest.raises(ramframe.InUse, match="no free receiver slot"):
                ramframe.Worker(name, timeout=0)


def test_a_share_that_cannot_be(name: str) -> None:
    for workers in (0, 65):
        with pytest.raises(ramframe.Impossible, match="pass workers from 1 to 64"):
            ramframe.Share(name, workers)
    with pytest.raises(ramframe.Impossible, match="use a shorter name, or a key"):
        ramframe.Share("a name of 24 bytes or so", 1)
    with pytest.raises(ramframe.NotThere):
        ramframe.Worker(name, timeout=0)


WORKER = """
import sys, ramframe
with ramframe.Worker(sys.argv[1], timeout=60) as worker:
    for job in worker:
        print(int(job.payload), flush=True)
"""


def test_a_worker_that_is_killed_loses_nothing(name: str, python: Callable[..., subprocess.Popen[str]]) -> None:
    total, printed = 200, []
    with ramframe.Share(name, 2, slots=8) as share:
        processes = [python(WORKER, name) for _ in range(2)]
        for number in range(total):
            share.send(str(number).encode(), timeout=LONG)
            if number == 50:
                processes[0].kill()
                printed += processes[0].communicate()[0].split()
                until("the end of a worker", lambda: share.redistribute() and share.workers == 1)
                processes[0] = python(WORKER, name)
                until("a worker in its place", lambda: share.workers == 2)
    for process in processes:
        printed += process.communicate(timeout=LONG)[0].split()
    assert {int(line) for line in printed} == set(range(total))
    assert len(printed) <= total + 1
