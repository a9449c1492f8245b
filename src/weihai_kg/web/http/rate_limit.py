"""A limit on requests per client, counted by the ``limits`` library; off unless it is set.

All server processes of a service count together, in a file in the engine's folder.
"""

from __future__ import annotations

import math
import os
import time
from pathlib import Path

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from weihai_kg.errors import UsageError
from weihai_kg.settings import Settings
from weihai_kg.web.http.metrics import ENGINE
from weihai_kg.web.http.problem import Problem
from weihai_kg.web.http.request import Request
from weihai_kg.web.http.shared_counts import SharedCounts


def client_of(environ: dict[str, str], settings: Settings) -> str:
    """The client's address: the peer, or behind our own proxy the address the proxy saw."""
    if settings.public_url:
        forwarded = environ.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()
        if forwarded and len(forwarded) <= 45:
            return forwarded
    return environ.get("REMOTE_ADDR", "")


class RateLimit:
    """Counts the requests of each client in a sliding window."""

    def __init__(self, text: str) -> None:
        """``text`` is such as ``600/minute``; raises UsageError if it is not."""
        try:
            self._item: RateLimitItem = parse(text)
        except ValueError:
            raise UsageError(
                f"rate_limit: {text!r} is not a rate; write 600/minute or 10 per second."
            ) from None
        engine = os.environ.get(ENGINE)
        storage = SharedCounts(Path(engine) / "requests") if engine else MemoryStorage()
        self._limiter = SlidingWindowCounterRateLimiter(storage)

    def check(self, request: Request) -> None:
        """Raise Problem 429 when the client of this request is over its limit."""
        client = client_of(request.environ, request.settings)
        if self._limiter.hit(self._item, client):
            return
        reset = self._limiter.get_window_stats(self._item, client).reset_time
        seconds = max(1, math.ceil(reset - time.time()))
        raise Problem(
            429, f"More than {self._item} from one client.",
            todo=f"Wait {seconds} s; for all the data take a dump from /downloads.",
            headers=[("Retry-After", str(seconds))], limit="rate_limit", value=str(self._item),
        )  # fmt: skip
