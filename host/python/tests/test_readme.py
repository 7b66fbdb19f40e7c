"""The programs on the package's page run, and print what the page says."""

import ast
import io
import subprocess
import threading
from collections.abc import Callable
from contextlib import redirect_stdout
from pathlib import Path

from conftest import LONG

import ramframe

PAGE = (Path(__file__).parents[1] / "README.md").read_text()

PROGRAMS = [block.split("```")[0] for block in PAGE.split("```python\n")[1:]]

Start = Callable[..., subprocess.Popen[str]]


def program(part: str, *changes: tuple[str, str]) -> str:
    """The one program that has this part, with other names of channels."""
    (found,) = [program for program in PROGRAMS if part in program]
    for old, new in changes:
        assert old in found
        found = found.replace(old, new)
    return found


def test_every_program_can_be_compiled() -> None:
    assert len(PROGRAMS) >= 7
    for one in PROGRAMS:
        compile(one, "README.md", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)


def test_the_first_steps(name: str, python: Start) -> None:
    named = ('"readings"', f'"{name}"')
    receiver = python(program("print(message.payload.decode())", named))
    sender = python(program("import time", named, ("0.5", "0.01")))
    assert sender.communicate(timeout=LONG) == ("", "")
    printed = "".join(f"reading {number}\n" for number in range(10))
    assert receiver.communicate(timeout=LONG) == (printed, "")


def test_each_event(name: str) -> None:
    events = compile(program("case ramframe.Lagged"), "README.md", "exec")
    printed = io.StringIO()
    sender = ramframe.Sender(name, "overwrite", slots=4)
    with ramframe.Receiver(name) as receiver, redirect_stdout(printed):
        sender.send(b"CIEPLO")
        exec(events, {"ramframe": ramframe, "receiver": receiver})
        exec(events, {"ramframe": ramframe, "receiver": receiver})
        for _ in range(9):
            sender.send(b"ZIMNO")
        exec(events, {"ramframe": ramframe, "receiver": receiver})
        missed = receiver.lagged
        while receiver.recv(0) is not None:
            pass
        sender.close()
        exec(events, {"ramframe": ramframe, "receiver": receiver})
    lines = printed.getvalue().splitlines()
    assert lines == [
        "0 b'CIEPLO'",
        "nothing for a second",
        f"{missed} messages were missed",
        "the sender has ended",
    ]


def test_many_senders(name: str, python: Start) -> None:
    select = python(
        "import ramframe\n"
        + program("ramframe.Select()", ('("left", "right")', f'("{name}", "{name}/0")'))
        + "        print(event, flush=True)\n"
    )
    with ramframe.Sender(name, "backpressure") as left, ramframe.Sender(f"{name}/0", "backpressure") as right:
        left.send(b"CIEPLO")
        right.send(b"CIEPLO")
    printed, said = select.communicate(timeout=LONG)
    assert (said, printed.count("b'CIEPLO'"), printed.count("Closed()"), printed.count("Gone()")) == ("", 2, 2, 2)


def test_many_workers(name: str, python: Start) -> None:
    named = ('"jobs"', f'"{name}"')
    worker = python("import ramframe\nhandle = print\n" + program("ramframe.Worker", named))
    share = python("import ramframe\n" + program("ramframe.Share", named))
    assert share.communicate(timeout=LONG) == ("", "")
    assert worker.communicate(timeout=LONG) == ("b'a job'\n", "")


def test_tasks(name: str, python: Start) -> None:
    body = program("async for", ('"readings"', f'"{name}"')).replace("\n", "\n    ")
    task = f"""
import asyncio, ramframe
async def handle(payload): print(payload)
async def main():
    {body}
asyncio.run(main())
"""
    receiver = python(task)
    with ramframe.Sender(name, "backpressure") as sender:
        sender.send(b"CIEPLO")
    assert receiver.communicate(timeout=LONG) == ("b'CIEPLO'\n", "")
    assert threading.active_count() < 10
