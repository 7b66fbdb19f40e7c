"""The two ends, with what the extension module leaves to Python."""

from types import TracebackType
from typing import Self

from . import _native
from ._errors import TimedOut


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
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            return self.close()
        try:
            self.close(timeout=0)
        except TimedOut:
            pass


class Receiver(_native.Receiver):
    """A receiver of a channel. Waits until there is a channel, at most `timeout` seconds; without a timeout for ever.

    Iterating yields the messages, and ends when the sender has closed and everything was received.

    Args:
        location: a name (str), a number (int), a `Key` or a `Map`.
        start: where to begin in an overwrite channel: with the "oldest" message that is there, or with the "next" that is sent.
        spin: the seconds that a wait polls before it sleeps; without it as long as that pays.
        trust: whose channels are believed; without it those of this user.
    """

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


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
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            return self.close()
        try:
            self.close(timeout=0)
        except TimedOut:
            pass


class Worker(_native.Worker):
    """One worker of a share. Waits for a share with a free place, at most `timeout` seconds; without a timeout for ever.

    Iterating yields the messages, and ends when the share has closed. A message counts as handled when the next one is asked for,
    when `done` is called, and at the end of a `with` block without an exception. If the worker dies or raises before, another
    worker gets the message.

    Args:
        base: the name, number or `Key` of the share.
        spin, trust: as for a `Receiver`.
    """

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None and not self.closed:
                self.done()
        finally:
            self.close()
