"""What a call fails of. Each text says what is wrong, where, and what to do."""


class Error(Exception):
    """Any failure of this package.

    `kind` names the variant of the Rust library's error: "SenderHeld", "NoRoom" and so on.
    """

    kind: str

    def __init__(self, text: str, kind: str = "") -> None:
        super().__init__(text)
        self.kind = kind


class NotThere(Error):
    """There is no channel, or it has no sender and nothing to give. To wait for it may help."""


class InUse(Error):
    """Another process is the sender, or others have all the places of receivers."""


class Untrusted(Error):
    """It belongs to another user, or others may write it."""


class Foreign(Error):
    """Something else has this name or key. It is left alone."""


class Mismatch(Error):
    """The channel that is there is another one than was asked for."""


class Impossible(Error, ValueError):
    """There can be no such channel, key or name."""


class NoRoom(Error):
    """The machine has no more room for segments or semaphores, or the disk none for the file."""


class SystemFailed(Error):
    """The system refused a call for another reason."""


class Corrupt(Error):
    """The channel contradicts itself: another program wrote into it."""


class Lost(Error):
    """This process is not the sender, or not the receiver, any more: its lock was removed, or this is a child made by fork."""


class TimedOut(Error, TimeoutError):
    """There was no room, or not everything was received, in time."""


class TooLong(Error, ValueError):
    """The message is longer than a slot. Nothing was sent."""


class BufferTooSmall(Error, ValueError):
    """The message is longer than the buffer, and is still there."""


class EndClosed(Error, ValueError):
    """This sender or receiver was closed."""
