"""What a fork server is told when it starts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Task:
    """What one fork server serves, and where; the line of JSON on its standard input."""

    place: str
    store: str
    socket: str
    generation: int
    asserted: str
    prefixes: dict[str, str]
    allowed: list[str]
    limits: dict[str, Any]
    on_disk_above: int
    disk: str
    parent: int
