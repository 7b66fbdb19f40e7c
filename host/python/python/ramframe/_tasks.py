"""How tasks of asyncio wait: by the descriptor of a receiver, and by looking again for what has none."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar

from ._errors import NotThere, InUse, TimedOut

T = TypeVar("T")
Found = TypeVar("Found", covariant=True)

#: After so many messages without a wait, the other tasks of the loop have a turn.
BUSY = 32

#: How long one attempt to send holds up the loop, and the pauses between two.
ATTEMPT = 0.0002
PAUSES = (0.0005, 0.02)

#: Between two looks for a channel.
LOOK = 0.05


class Receiving(Protocol[Found]):
    """An end that receives."""

    @property
    def closed(self) -> bool: ...
    def fileno(self) -> int: ...
    def recv(self, timeout: float | None = None) -> Found | None: ...


class Turns:
    """Lets the tasks of a loop receive from one end, one after the other."""

    def __init__(self) -> None:
        self._lock = asyncio.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._waiting: asyncio.Future[None] | None = None
        self._busy = 0

    async def recv(self, end: Receiving[Found], timeout: float | None) -> Found | None:
        """What `end` finds next. A task that is cancelled has taken nothing."""
        loop = asyncio.get_running_loop()
        if self._loop is not loop:
            self._loop, self._lock = loop, asyncio.Lock()
        if self._busy >= BUSY:
            self._busy = 0
            await asyncio.sleep(0)
        try:
            async with asyncio.timeout(timeout), self._lock:
                while (found := end.recv(0)) is None:
                    self._busy = 0
                    await self._readable(loop, end.fileno())
                self._busy += 1
                return found
        except TimeoutError:
            # The time may be over before anybody looked.
            return end.recv(0) if timeout == 0 else None

    async def _readable(self, loop: asyncio.AbstractEventLoop, descriptor: int) -> None:
        # The end may be closed while this waits, and its descriptor's number be another file's then.
        own = os.dup(descriptor)
        self._waiting = waiting = loop.create_future()
        loop.add_reader(own, wake, waiting)
        try:
            await waiting
        finally:
            self._waiting = None
            loop.remove_reader(own)
            os.close(own)

    def closed(self) -> None:
        """The end was closed: the task that waits learns it. May be called by another thread."""
        waiting = self._waiting
        if waiting is not None and not waiting.get_loop().is_closed():
            waiting.get_loop().call_soon_threadsafe(wake, waiting)


def wake(waiting: asyncio.Future[None]) -> None:
    """Ends a wait that has not ended."""
    if not waiting.done():
        waiting.set_result(None)


async def again(attempt: Callable[[float], T], timeout: float | None) -> T:
    """What `attempt` returns, once there is room. It is told how long it may hold up the loop."""
    loop = asyncio.get_running_loop()
    end = None if timeout is None else loop.time() + timeout
    pause, longest = PAUSES
    while True:
        try:
            return attempt(ATTEMPT)
        except TimedOut:
            left = longest if end is None else end - loop.time()
            if left <= 0:
                raise
            await asyncio.sleep(min(pause, left))
            pause = min(2 * pause, longest)


async def opened(attempt: Callable[[], T], timeout: float | None) -> T:
    """What `attempt` opens, once it is there."""
    loop = asyncio.get_running_loop()
    end = None if timeout is None else loop.time() + timeout
    while True:
        try:
            return attempt()
        except (NotThere, InUse) as error:
            left = LOOK if end is None else end - loop.time()
            if left <= 0 or isinstance(error, InUse) and error.kind != "NoFreeReceiver":
                raise
            await asyncio.sleep(min(LOOK, left))
