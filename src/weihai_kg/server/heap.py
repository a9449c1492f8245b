"""How the C library keeps the memory of one server process."""

from __future__ import annotations

import ctypes

_M_ARENA_MAX = -8


def share_heap() -> bool:
    """Have all threads allocate from one heap; False where the C library has no such setting.

    glibc gives threads heaps of their own, up to eight for each processor. An answer is made in any
    thread and kept, or freed in another: each heap would keep holes of its own, and the process
    would go on growing long after its cache is full. Holds for
    processes that are forked later; to be called before threads start.
    """
    try:
        return bool(ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 1))
    except AttributeError:
        return False
