"""The part that is written in Rust."""

from os import PathLike
from typing import Callable, Literal, Self, TypeAlias, TypeVar, final

from typing_extensions import Buffer, disjoint_base

from . import _ends

__all__ = [
    "Closed",
    "Gone",
    "Header",
    "Job",
    "Key",
    "Lagged",
    "Map",
    "Message",
    "MessageId",
    "ProgressLost",
    "Receiver",
    "ReceiverStatus",
    "Select",
    "Sender",
    "SenderRestarted",
    "Share",
    "Status",
    "Trust",
    "Worker",
    "remove",
    "status",
]

_Location: TypeAlias = str | int | Key | Map
_Policy: TypeAlias = Literal["overwrite", "backpressure"]
_Event: TypeAlias = Lagged | ProgressLost | SenderRestarted | Closed | Gone

@final
class Key:
    """The number under which both sides find a segment."""

    def __new__(cls, number: int, /) -> Key: ...
    @staticmethod
    def of_name(name: str, /) -> Key:
        """The key of the channel with this name."""

    @staticmethod
    def of_path(path: str | PathLike[str], id: str = "S") -> Key:
        """The key that `ftok(path, id)` gives in C."""

    @property
    def number(self) -> int:
        """The number, as `ipcs` knows it."""

    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Map:
    """A part of a file that both sides have mapped, as firmware's memory is."""

    __hash__ = None  # type: ignore[assignment]

    def __new__(
        cls, path: str | PathLike[str], offset: int = 0, size: int | None = None, uio_map: int = 0
    ) -> Map: ...
    @property
    def path(self) -> PathLike[str]: ...
    @property
    def offset(self) -> int: ...
    @property
    def size(self) -> int | None: ...
    @property
    def uio_map(self) -> int: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...

@final
class Trust:
    """Whose channels are believed: this user's, those of `uids`, and those that others may write as far as `mode` says."""

    __hash__ = None  # type: ignore[assignment]

    def __new__(cls, uids: list[int] = ..., mode: int = 0) -> Trust: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...

@final
class Message:
    """A message, with bytes of its own. `sequence` counts from 0 since the channel was made; `epoch` changes with each sender."""

    __match_args__ = ("payload", "sequence", "epoch")

    def __new__(cls, payload: bytes, sequence: int, epoch: int) -> Message: ...
    @property
    def payload(self) -> bytes: ...
    @property
    def sequence(self) -> int: ...
    @property
    def epoch(self) -> int: ...
    def __bytes__(self) -> bytes: ...
    def __len__(self) -> int: ...

@final
class Header:
    """A message whose `len` bytes went into the caller's buffer."""

    __match_args__ = ("len", "sequence", "epoch")

    def __new__(cls, len: int, sequence: int, epoch: int) -> Header: ...
    @property
    def len(self) -> int: ...
    @property
    def sequence(self) -> int: ...
    @property
    def epoch(self) -> int: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Lagged:
    """`count` messages are gone: the sender overtook this receiver, or they were dropped in its place."""

    __match_args__ = ("count",)

    def __new__(cls, count: int) -> Lagged: ...
    @property
    def count(self) -> int: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class ProgressLost:
    """Messages are gone, nobody knows how many: another program was this receiver at the same time."""

    def __new__(cls) -> ProgressLost: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class SenderRestarted:
    """The messages that follow come from a new incarnation of the sender."""

    def __new__(cls) -> SenderRestarted: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Closed:
    """The sender has closed, and everything it sent was received. Another sender may come."""

    def __new__(cls) -> Closed: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Gone:
    """The channel was removed, and everything of it was received. Open a receiver again for the next one."""

    def __new__(cls) -> Gone: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@disjoint_base
class Sender:
    def __new__(
        cls,
        location: _Location,
        policy: _Policy,
        *,
        receivers: int = 1,
        slots: int | None = None,
        slot: int | None = None,
        size: int | None = None,
        mode: int = 0o600,
        fresh: bool = False,
        reclaim_after: float | None = None,
        spin: float | None = None,
        trust: Trust | None = None,
    ) -> Self: ...
    def send(self, message: Buffer, timeout: float | None = None) -> int:
        """Sends one message and returns its sequence. Under backpressure it waits for room, at most `timeout` seconds."""

    def drain(self, timeout: float | None = None) -> None:
        """Waits until every receiver has received everything. Under overwrite nobody waits for receivers."""

    def notify(self) -> None:
        """Wakes the receivers, before this program does something else for a while.

        Receivers of a fast overwrite sender may otherwise sleep up to 100 ms longer.
        """

    def pending(self) -> dict[int, int | None]:
        """How many messages each receiver that is behind has not received; None if its word makes no sense."""

    def dropped(self) -> dict[int, int]:
        """How many messages were dropped for each receiver that died."""

    def attached(self) -> int:
        """How many receivers a backpressure channel has now."""

    def close(self, timeout: float | None = None, *, keep: bool = False) -> None:
        """Waits until everything was received, at most `timeout` seconds, closes, and removes the channel.

        What was not received in time stays for the next receiver, and `TimedOut` says so. With `keep` this does not wait, and the
        channel stays with all its messages. Calls that wait in other threads end with `EndClosed`.
        """

    def abandon(self, *, keep: bool = False) -> None:
        """Ends as if this process were killed: receivers do not learn that this was the end. Removes the channel, or keeps it."""

    @property
    def next_sequence(self) -> int:
        """Sequence of the next message."""

    @property
    def policy(self) -> _Policy:
        """What happens if a receiver is slow."""

    @property
    def slots(self) -> int:
        """How many messages the channel holds."""

    @property
    def capacity(self) -> int:
        """The longest message, in bytes."""

    @property
    def receivers(self) -> int:
        """How many receivers a backpressure channel is made for."""

    @property
    def closed(self) -> bool:
        """Whether this end was closed."""

@disjoint_base
class Receiver:
    def __new__(
        cls,
        location: _Location,
        *,
        start: Literal["oldest", "next"] = "oldest",
        timeout: float | None = None,
        spin: float | None = None,
        trust: Trust | None = None,
    ) -> Self: ...
    def recv(self, timeout: float | None = None) -> Message | _Event | None:
        """Takes the next message, or finds another event; None after `timeout` seconds without either.

        The message counts as received when this returns.
        """

    def recv_into(self, buffer: Buffer, timeout: float | None = None) -> Header | _Event | None:
        """As `recv`, with one copy: straight from the shared memory into `buffer`, which must be writable and contiguous."""

    def recv_with(
        self, handle: Callable[[Message], object], timeout: float | None = None
    ) -> Message | _Event | None:
        """As `recv`, and the message counts as received when `handle` has returned.

        If `handle` raises, or this process dies in it, the message is still there: for this receiver or, under backpressure, for
        the next one in its place.
        """

    def latest(self) -> Message | _Event | None:
        """The newest message, again and again until there is a newer one; None if there is none.

        Under backpressure this receives all that are there, so that the sender goes on.
        """

    def fileno(self) -> int:
        """A descriptor for selectors, poll and event loops: readable while there may be something to receive.

        Then call `recv(0)` until it returns None. Never read or close it. It is closed with the receiver.
        """

    def has_sender(self) -> bool | None:
        """Whether a process is the sender; None if that cannot be known."""

    @property
    def lagged(self) -> int:
        """How many messages this receiver missed, of which it was told."""

    @property
    def next_sequence(self) -> int:
        """Sequence of the next message."""

    @property
    def policy(self) -> _Policy:
        """What happens if a receiver is slow."""

    @property
    def slots(self) -> int:
        """How many messages the channel holds."""

    @property
    def capacity(self) -> int:
        """The longest message, in bytes."""

    @property
    def closed(self) -> bool:
        """Whether this end was closed."""

    def close(self) -> None:
        """Leaves in good order: under backpressure, what was not received waits for the next receiver.

        Calls that wait in other threads end with `EndClosed`.
        """

    def __iter__(self) -> Self: ...
    def __next__(self) -> Message: ...

@final
class MessageId:
    """Which message of a share this is. It stays the same when the message goes to another worker, or comes again."""

    def __new__(cls, worker: int, generation: int, epoch: int, sequence: int) -> MessageId: ...
    @property
    def worker(self) -> int: ...
    @property
    def generation(self) -> int: ...
    @property
    def epoch(self) -> int: ...
    @property
    def sequence(self) -> int: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    def __lt__(self, other: MessageId, /) -> bool: ...
    def __le__(self, other: MessageId, /) -> bool: ...
    def __gt__(self, other: MessageId, /) -> bool: ...
    def __ge__(self, other: MessageId, /) -> bool: ...
    def __hash__(self) -> int: ...

@disjoint_base
class Share:
    def __new__(
        cls,
        base: str | int | Key,
        workers: int,
        *,
        slots: int | None = None,
        slot: int | None = None,
        size: int | None = None,
        mode: int = 0o600,
        fresh: bool = False,
        trust: Trust | None = None,
    ) -> Self: ...
    def send(self, message: Buffer, timeout: float | None = None) -> MessageId:
        """Sends one message to the worker that has the fewest. Waits for a worker with room, at most `timeout` seconds."""

    def drain(self, timeout: float | None = None) -> None:
        """Waits until workers have handled everything. Messages of workers that are gone go to the others."""

    def redistribute(self) -> bool:
        """Moves the messages of workers that are gone to the others, and says whether none are left to be moved.

        `send` and `drain` do so too. A program that does neither for a while should call this now and then.
        """

    def close(self, timeout: float | None = None, *, keep: bool = False) -> None:
        """Waits until everything was handled, at most `timeout` seconds, closes, and removes the channels.

        What was not handled in time stays for workers to come, and `TimedOut` says so. With `keep` this does not wait, and the
        channels stay with all their messages.
        """

    def abandon(self, *, keep: bool = False) -> None:
        """Ends as if this process were killed: workers do not learn that this was the end. Removes the channels, or keeps them."""

    @property
    def places(self) -> int:
        """How many workers it has places for."""

    @property
    def workers(self) -> int:
        """How many workers are there. One that was killed counts for some 20 ms more."""

    @property
    def pending(self) -> int:
        """How many messages were not handled."""

    @property
    def moved(self) -> int:
        """How many messages of workers that were gone went to others."""

    @property
    def capacity(self) -> int:
        """The longest message, in bytes."""

    @property
    def closed(self) -> bool:
        """Whether this end was closed."""

@final
class Job:
    """A message as a worker gets it. `attempts` says how often a worker may have begun it before and did not finish."""

    __match_args__ = ("payload", "id", "attempts")

    def __new__(cls, payload: bytes, id: MessageId, attempts: int) -> Job: ...
    @property
    def payload(self) -> bytes: ...
    @property
    def id(self) -> MessageId: ...
    @property
    def attempts(self) -> int: ...

@disjoint_base
class Worker:
    def __new__(
        cls,
        base: str | int | Key,
        *,
        timeout: float | None = None,
        spin: float | None = None,
        trust: Trust | None = None,
    ) -> Self: ...
    def recv(self, timeout: float | None = None) -> Job | _Event | None:
        """The next message, or another event; None after `timeout` seconds without either.

        The message that was returned before counts as handled now. If this process dies before that, another worker gets it.
        """

    def fileno(self) -> int:
        """A descriptor for event loops, as that of a `Receiver`."""

    def done(self) -> None:
        """Says that the message that `recv` returned last is handled."""

    def close(self) -> None:
        """Leaves in good order. A message that is not handled goes to another worker."""

    @property
    def number(self) -> int:
        """The number of this worker's place."""

    @property
    def closed(self) -> bool:
        """Whether this end was closed."""

    def __iter__(self) -> Self: ...
    def __next__(self) -> Job: ...

@disjoint_base
class Select:
    def __new__(cls, *, spin: float | None = None) -> Self: ...
    def add(self, receiver: _ends.Receiver) -> None:
        """Waits for this receiver too. Until it is removed, or has told its end, it cannot receive by itself."""

    def remove(self, receiver: _ends.Receiver) -> None:
        """Gives a receiver back. One that is not here is no error."""

    def recv(self, timeout: float | None = None) -> tuple[_ends.Receiver, Message | _Event] | None:
        """The next message or event of any receiver; None after `timeout` seconds, and at once if there is no receiver.

        After `Gone` a receiver is given back, and not waited for any more. So it is after an error, which has it as its attribute
        `receiver`.
        """

    def __len__(self) -> int:
        """How many receivers are waited for."""

    @property
    def closed(self) -> bool:
        """Whether this end was closed."""

    def close(self) -> None:
        """Gives all receivers back."""

@final
class Status:
    """The state of a channel at one moment."""

    @property
    def name(self) -> str | None: ...
    @property
    def policy(self) -> _Policy: ...
    @property
    def slots(self) -> int: ...
    @property
    def capacity(self) -> int: ...
    @property
    def generation(self) -> int: ...
    @property
    def epoch(self) -> int: ...
    @property
    def restarts(self) -> int: ...
    @property
    def sent(self) -> int: ...
    @property
    def closed(self) -> bool: ...
    @property
    def sender_pid(self) -> int | None: ...
    @property
    def receivers(self) -> list[ReceiverStatus]: ...

@final
class ReceiverStatus:
    """One receiver of a backpressure channel."""

    @property
    def pending(self) -> int | None: ...
    @property
    def attach_count(self) -> int: ...
    @property
    def detached(self) -> bool: ...
    @property
    def pid(self) -> int | None: ...

def status(location: _Location, *, trust: Trust | None = None) -> Status:
    """Looks at a channel. Changes nothing."""

def remove(location: _Location, *, trust: Trust | None = None) -> None:
    """Removes a channel that nobody uses, with all messages in it."""
