"""What server processes know of one another: how many connections each of them has."""

from __future__ import annotations

import mmap

_NOBODY = 0xFFFFFFFF


class Board:
    """Numbers in memory that is shared by fork: one for each process."""

    def __init__(self, places: int) -> None:
        """Nobody is there yet."""
        self._memory = mmap.mmap(-1, 4 * places)
        self._numbers = memoryview(self._memory).cast("I")
        self._own = 0
        for place in range(places):
            self._numbers[place] = _NOBODY

    def take(self, place: int) -> None:
        """Be the process of this place from now on."""
        self._own = place
        self._numbers[place] = 0

    def leave(self, place: int) -> None:
        """Note that the process of a place has ended."""
        self._numbers[place] = _NOBODY

    def tell(self, connections: int) -> None:
        """Say how many connections this process has."""
        self._numbers[self._own] = connections

    @property
    def ahead(self) -> int:
        """How many connections more this process has than the one with the fewest."""
        return self._numbers[self._own] - min(self._numbers)
