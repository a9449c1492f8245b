"""The limits of a query, as its worker is told them, and the errors that name them."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from weihai_kg.errors import LimitExceededError

if TYPE_CHECKING:
    from weihai_kg.settings import Settings


@dataclass(frozen=True, slots=True)
class Limits:
    """Those settings that hold within a worker."""

    query_timeout: float
    query_cpu: int
    query_memory: int
    query_rows: int
    query_bytes: int
    query_nesting: int

    @classmethod
    def of(cls, settings: Settings) -> Limits:
        """The limits that the settings tell."""
        return cls(**{name: getattr(settings, name) for name in cls.__slots__})

    def as_dict(self) -> dict[str, Any]:
        """The limits as plain data."""
        return asdict(self)

    def memory_error(self) -> LimitExceededError:
        """The error of a query that took too much memory."""
        return LimitExceededError(
            "query_memory",
            self.query_memory,
            f"The query took more than {self.query_memory:,} bytes of memory (query_memory); "
            "ask for less at a time.",
        )

    def processor_error(self) -> LimitExceededError:
        """The error of a query that took too much processor time."""
        return LimitExceededError(
            "query_cpu",
            self.query_cpu,
            f"The query took more than {self.query_cpu} s of processor time (query_cpu); "
            "make it more specific.",
        )

    def clock_error(self) -> LimitExceededError:
        """The error of a query that took too long."""
        return LimitExceededError(
            "query_timeout",
            self.query_timeout,
            f"The query took more than {self.query_timeout:g} s (query_timeout); "
            "make it more specific.",
        )
