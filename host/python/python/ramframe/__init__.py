"""Messages between processes through shared memory.

A channel has one sender. Both sides find it by a name::

    with ramframe.Sender("readings", "backpressure") as sender:
        sender.send(b"21.5")

    with ramframe.Receiver("readings") as receiver:
        for message in receiver:
            print(message.payload)
"""

from ._ends import Event, JobEvent, Receiver, Select, Sender, Share, Worker
from ._errors import (
    BufferTooSmall,
    Corrupt,
    EndClosed,
    Error,
    Foreign,
    Impossible,
    InUse,
    Lost,
    Mismatch,
    NoRoom,
    NotThere,
    SystemFailed,
    TimedOut,
    TooLong,
    Untrusted,
)
from ._native import (
    Closed,
    Gone,
    Header,
    Job,
    Key,
    Lagged,
    Map,
    Message,
    MessageId,
    ProgressLost,
    ReceiverStatus,
    SenderRestarted,
    Status,
    Trust,
    remove,
    status,
)

__all__ = [
    "BufferTooSmall",
    "Closed",
    "Corrupt",
    "EndClosed",
    "Error",
    "Event",
    "Foreign",
    "Gone",
    "Header",
    "Job",
    "JobEvent",
    "Impossible",
    "InUse",
    "Key",
    "Lagged",
    "Lost",
    "Map",
    "Message",
    "MessageId",
    "Mismatch",
    "NoRoom",
    "NotThere",
    "ProgressLost",
    "Receiver",
    "ReceiverStatus",
    "Select",
    "Sender",
    "SenderRestarted",
    "Share",
    "Status",
    "SystemFailed",
    "TimedOut",
    "TooLong",
    "Trust",
    "Untrusted",
    "Worker",
    "remove",
    "status",
]

# A traceback, a representation and `help` name each class as a program does.
for _name in __all__:
    _value = globals()[_name]
    if getattr(_value, "__module__", "").startswith("ramframe."):
        _value.__module__ = "ramframe"
del _name, _value
