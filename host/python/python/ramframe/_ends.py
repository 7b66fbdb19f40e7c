"""The ends of a channel and of a share, with what the extension module leaves to Python: tasks, and the end of a block."""

import asyncio
from functools import cached_property
from types import TracebackType
from typing import Literal, Self, TypeAlias

from . import _native, _tasks
from ._errors import EndClosed, Lost, TimedOut

Event: TypeAlias = (
    _native.Message
    | _native.Lagged
    | _native.ProgressLost
    | _native.SenderRestarted
    | _native.Closed
    | _native.Gone
)
"""What a `Receiver` finds."""

JobEvent: TypeAlias = (
    _native.Job | _native.Lagged | _native.ProgressLost | _native.SenderRestarted | _native.Closed | _native.Gone
)
"""What a `Worker` finds."""

_Kind: TypeAlias = type[BaseException] | None


class Sender(_native.Sender):
    """The one sender of a channel. Makes the channel, or takes over the one that is there.

    `location` is a name (str), a number (int), a `Key` or a `Map`. `policy` says what happens if a receiver is slow: with
    "backpressure" the sender waits for it and no message is lost; with "overwrite" the sender never waits, and a receiver that is
    too slow learns how many messages it missed.

    As a context manager it waits at the end until everything was received. After an exception it does not wait, and messages that
    were not received stay for the next receiver.

    Args:
        receivers: how many receivers a backpressure channel is made for, 1 to 32.
        slots: how many messages the channel holds, a power of two.
        slot: the longest message, in bytes; 48 if not given.
        size: the bytes of the segment.
        mode: the permission bits of the segment.
        fresh: begins with a new channel; one that is there is removed, with all messages in it.
        reclaim_after: the seconds after which the messages of a receiver that died are dropped; without it the sender waits for
            the next receiver.
        spin: the seconds that a wait polls before it sleeps; without it as long as that pays.
        trust: whose channels are believed; without it those of this user.
    """

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: _Kind, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close() if kind is None else self._leave()

    def _leave(self) -> None:
        """Closes and waits for nobody: what was not received stays."""
        try:
            self.close(timeout=0)
        except TimedOut:
            pass

    async def send_async(self, message: bytes | bytearray | memoryview, timeout: float | None = None) -> int:
        """As `send`, for a task: while there is no room, other tasks run.

        If the task is cancelled, nothing was sent.
        """
        return await _tasks.again(lambda time: self.send(message, time), timeout)

    async def drain_async(self, timeout: float | None = None) -> None:
        """As `drain`, for a task."""
        await _tasks.again(self.drain, timeout)

    async def close_async(self, timeout: float | None = None) -> None:
        """As `close`, for a task."""
        try:
            if not self.closed:
                await self.drain_async(timeout)
        except Lost:
            # It is another one's by now, or a parent's, and is left as it is.
            pass
        except BaseException:
            self._leave()
            raise
        await asyncio.to_thread(self.close)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: _Kind, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            await self.close_async()
        else:
            self._leave()


class Receiver(_native.Receiver):
    """A receiver of a channel. Waits until there is a channel, at most `timeout` seconds; without a timeout for ever.

    Iterating yields the messages, and ends when the sender has closed and everything was received.

    Args:
        location: a name (str), a number (int), a `Key` or a `Map`.
        start: where to begin in an overwrite channel: with the "oldest" message that is there, or with the "next" that is sent.
        spin: the seconds that a wait polls before it sleeps; without it as long as that pays.
        trust: whose channels are believed; without it those of this user.
    """

    @cached_property
    def _turns(self) -> _tasks.Turns:
        return _tasks.Turns()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: _Kind, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @classmethod
    async def open_async(
        cls,
        location: str | int | _native.Key | _native.Map,
        *,
        start: Literal["oldest", "next"] = "oldest",
        timeout: float | None = None,
        trust: _native.Trust | None = None,
    ) -> Self:
        """As `Receiver()`, for a task: waits for a channel while other tasks run."""
        return await _tasks.opened(lambda: cls(location, start=start, timeout=0, trust=trust), timeout)

    def close(self) -> None:
        super().close()
        self._turns.closed()

    async def recv_async(self, timeout: float | None = None) -> Event | None:
        """As `recv`, for a task of asyncio: while there is nothing, other tasks run.

        If the task is cancelled, nothing was received.
        """
        return await self._turns.recv(self, timeout)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: _Kind, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.__exit__(kind, error, trace)

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> _native.Message:
        while True:
            try:
                found = await self.recv_async()
            except EndClosed:
                raise StopAsyncIteration from None
            if isinstance(found, _native.Message):
                return found
            if isinstance(found, _native.Closed | _native.Gone):
                raise StopAsyncIteration


class Share(_native.Share):
    """One sender of messages for many workers: each message goes to one of them, the one that has the fewest.

    If a worker dies or leaves, its messages go to the others: each message is handled at least once. As a context manager it
    waits at the end until everything was handled. After an exception it does not wait, and messages that were not handled stay for
    workers to come.

    Args:
        base: a name (str) of at most 21 bytes, a number (int) or a `Key`.
        workers: how many workers it has places for, 1 to 64.
        slots: how many messages wait for each worker at most, a power of two.
        slot, size, mode, fresh, trust: as for a `Sender`, for each place.
    """

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: _Kind, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close() if kind is None else self._leave()

    def _leave(self) -> None:
        """Closes and waits for nobody: what was not received stays."""
        try:
            self.close(timeout=0)
        except TimedOut:
            pass

    async def send_async(self, message: bytes | bytearray | memoryview, timeout: float | None = None) -> _native.MessageId:
        """As `send`, for a task: while no worker has room, other tasks run.

        If the task is cancelled, nothing was sent.
        """
        return await _tasks.again(lambda time: self.send(message, time), timeout)

    async def drain_async(self, timeout: float | None = None) -> None:
        """As `drain`, for a task."""
        await _tasks.again(self.drain, timeout)

    async def close_async(self, timeout: float | None = None) -> None:
        """As `close`, for a task."""
        try:
            if not self.closed:
                await self.drain_async(timeout)
        except Lost:
            # It is another one's by now, or a parent's, and is left as it is.
            pass
        except BaseException:
            self._leave()
            raise
        await asyncio.to_thread(self.close)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: _Kind, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            await self.close_async()
        else:
            self._leave()


class Worker(_native.Worker):
    """One worker of a share. Waits for a share with a free place, at most `timeout` seconds; without a timeout for ever.

    Iterating yields the messages, and ends when the share has closed. A message counts as handled when the next one is asked for,
    when `done` is called, and at the end of a `with` block without an exception. If the worker dies or raises before, another
    worker gets the message.

    Args:
        base: the name, number or `Key` of the share.
        spin, trust: as for a `Receiver`.
    """

    @cached_property
    def _turns(self) -> _tasks.Turns:
        return _tasks.Turns()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: _Kind, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None and not self.closed:
                self.done()
        finally:
            self.close()

    @classmethod
    async def open_async(
        cls,
        base: str | int | _native.Key,
        *,
        timeout: float | None = None,
        trust: _native.Trust | None = None,
    ) -> Self:
        """As `Worker()`, for a task: waits for a place while other tasks run."""
        return await _tasks.opened(lambda: cls(base, timeout=0, trust=trust), timeout)

    def close(self) -> None:
        super().close()
        self._turns.closed()

    async def recv_async(self, timeout: float | None = None) -> JobEvent | None:
        """As `recv`, for a task of asyncio: while there is nothing, other tasks run.

        If the task is cancelled, nothing was received.
        """
        return await self._turns.recv(self, timeout)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: _Kind, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.__exit__(kind, error, trace)

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> _native.Job:
        while True:
            try:
                found = await self.recv_async()
            except EndClosed:
                raise StopAsyncIteration from None
            if isinstance(found, _native.Job):
                return found
            if isinstance(found, _native.Closed | _native.Gone):
                raise StopAsyncIteration


class Select(_native.Select):
    """Waits for any of many receivers: the answer to many senders, which have a channel each.

    The receivers take turns, so that none starves. Tasks of asyncio do not need it: give each receiver a task.

    Args:
        spin: the seconds that a wait polls before it sleeps; without it as long as that pays.
    """

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: _Kind, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
