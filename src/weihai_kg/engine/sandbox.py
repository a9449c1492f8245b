"""What the kernel takes from a process that runs strangers' queries: network, time, memory."""

from __future__ import annotations

import ctypes
import fcntl
import os
import resource
import signal
import socket
import struct
import time
from pathlib import Path

CLONE_NEWUSER = 0x10000000
CLONE_NEWNET = 0x40000000
PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_SET_NO_NEW_PRIVS = 38
SIOCGIFFLAGS = 0x8913
SIOCSIFFLAGS = 0x8914
IFF_UP = 1
STACK = 64 * 1024 * 1024
_PAGE = resource.getpagesize()


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def die_with_parent(parent: int) -> None:
    """Have the kernel kill this process when its parent ends, however that happens."""
    _libc().prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(0)


def leave_network() -> bool:
    """Move to a network of its own with nothing but a loopback; whether the system let us."""
    libc = _libc()
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    user, group = os.geteuid(), os.getegid()
    if libc.unshare(CLONE_NEWNET) != 0:
        if libc.unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0:
            return False
        for name, text in (
            ("setgroups", "deny"),
            ("uid_map", f"{user} {user} 1"),
            ("gid_map", f"{group} {group} 1"),
        ):
            Path("/proc/self", name).write_text(text, encoding="ascii")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        asked = struct.pack("16sh14x", b"lo", 0)
        _, flags = struct.unpack("16sh14x", fcntl.ioctl(control, SIOCGIFFLAGS, asked))
        fcntl.ioctl(control, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", flags | IFF_UP))
    return True


def widen_stack() -> None:
    """Let the main thread recurse deeper: parser and optimizer recurse with the query."""
    _, hard = resource.getrlimit(resource.RLIMIT_STACK)
    wanted = STACK if hard == resource.RLIM_INFINITY else min(STACK, hard)
    resource.setrlimit(resource.RLIMIT_STACK, (wanted, hard))


def address_space(process: int | str = "self") -> int:
    """Bytes of address space that a process has mapped."""
    try:
        return int(Path(f"/proc/{process}/statm").read_bytes().split()[0]) * _PAGE
    except (OSError, IndexError):
        return 0


def peak_memory() -> int:
    """The most bytes of memory that this process ever held."""
    return memory_taken()[0]


def memory_taken() -> tuple[int, int]:
    """The most bytes that this process ever held, and how many it has copied or been given."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_maxrss * 1024, used.ru_minflt * _PAGE


def processor_time(process: int) -> float:
    """Seconds of processor time that another process has taken; 0 if it is gone."""
    try:
        return time.clock_gettime(~process << 3 | 2)
    except OSError:
        return 0.0


def limit_memory(size: int) -> None:
    """Let allocations fail beyond a size of the address space; no core dumps."""
    resource.setrlimit(resource.RLIMIT_AS, (size, size))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


class ProcessorLimit:
    """Processor time per query in a process that runs many: the kernel counts whole seconds."""

    def __init__(self, seconds: int) -> None:
        """Each query may take this many seconds, rounded up to the kernel's next tick."""
        self._seconds = seconds
        self._set = 0

    def renew(self) -> None:
        """Give the next query its full time."""
        end = int(time.process_time()) + 1 + self._seconds
        if end != self._set:
            _, hard = resource.getrlimit(resource.RLIMIT_CPU)
            resource.setrlimit(resource.RLIMIT_CPU, (end, hard))
            self._set = end
