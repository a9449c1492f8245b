"""How long a client may take: to ask, to send a body, to read an answer."""

from __future__ import annotations

import fcntl
import socket
import struct
import termios

from weihai_kg.server.incoming import Stage

# Seconds, and bytes per second, before a client is taken for one that will never end.
IDLE = 75.0
HEAD = 10.0
BODY = 20.0
SLOWEST = 4096
STALLED = 30.0
LINGERING = 5.0


class Patience:
    """The patience that one client has left."""

    __slots__ = ("_sent", "since")

    def __init__(self, now: float) -> None:
        """Begin to wait."""
        self.since = now
        self._sent = 0

    def begin(self, now: float) -> None:
        """Begin to wait for something else."""
        self.since = now
        self._sent = 0

    def waited(self, now: float) -> float:
        """Seconds since that began."""
        return now - self.since

    def sender_is_late(self, stage: Stage, received: int, now: float) -> bool:
        """Whether a request, of which so many bytes have come, takes too long."""
        waited = now - self.since
        if stage is Stage.HEAD:
            return waited > HEAD
        return stage is Stage.BODY and waited > BODY + received / SLOWEST

    def reader_is_late(self, connected: socket.socket, handed: int, now: float) -> bool:
        """Whether the client has taken too little since it was last looked at.

        ``handed`` is how many bytes the kernel was given; what it still holds, nobody has taken.
        """
        try:
            held = fcntl.ioctl(connected, termios.TIOCOUTQ, b"\0\0\0\0")
        except OSError:
            return True
        sent = handed - int(struct.unpack("i", held)[0])
        if not self._sent or sent - self._sent >= SLOWEST * STALLED:
            self._sent, self.since = max(1, sent), now
        return now - self.since > STALLED
