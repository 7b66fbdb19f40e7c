"""The stubs say what the extension module has, and everything here is typed."""

import subprocess
import sys
from pathlib import Path

from conftest import LONG

PACKAGE = Path(__file__).parents[1]


def mypy(*arguments: str, timeout: float = 3 * LONG) -> str:
    command = [sys.executable, "-m", *arguments]
    done = subprocess.run(command, cwd=PACKAGE, capture_output=True, text=True, timeout=timeout)
    return done.stdout + done.stderr if done.returncode else ""


def test_the_stubs_are_true() -> None:
    assert mypy("mypy.stubtest", "ramframe._native") == ""


def test_everything_is_typed() -> None:
    examples = ["examples/worker.py", "examples/ten_lines.py"]
    assert mypy("mypy", "python/ramframe", "tests", "bench", *examples) == ""
