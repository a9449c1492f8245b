"""Whole answers kept in memory, bounded in bytes.

Two steps: the raw texts of a request lead to the key of its answer, the key leads to the entry.
So a hit costs two dictionary look-ups, and GET and POST of one query share one entry. Entries are
given up by the clock algorithm (second chance), which needs no lock on a hit.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass

from weihai_kg.web.http.response import Headers

# What an entry takes beside its body: about 1.5 KiB of headers, objects, dictionary slots, key.
OVERHEAD = 4096
RAW_OVERHEAD = 400

# No single answer may push out more than this part of the others.
LARGEST_SHARE = 8

# The part of the limit that raw requests may take.
RAW_SHARE = 4


@dataclass(slots=True)
class Entry:
    """One whole 200 answer, ready to be sent; ``head`` is the headers as they are sent."""

    headers: Headers
    body: bytes
    etag: str
    last_modified: str
    version: str
    head: bytes
    coding: str = "identity"
    used: bool = False

    @property
    def size(self) -> int:
        """Bytes that the entry counts for."""
        return len(self.body) + OVERHEAD


class Cache:
    """Entries by key and keys by raw request, each bounded in bytes."""

    def __init__(self, limit: int) -> None:
        """``limit`` is in bytes; 0 keeps nothing."""
        self.raw_limit = limit // RAW_SHARE
        self.limit = limit - self.raw_limit
        self.largest = self.limit // LARGEST_SHARE
        self.size = 0
        self._raw_size = 0
        self._entries: OrderedDict[Hashable, Entry] = OrderedDict()
        self._keys: OrderedDict[Hashable, tuple[Hashable, int]] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        """How many entries there are."""
        return len(self._entries)

    @property
    def bytes(self) -> int:
        """Bytes in use."""
        return self.size + self._raw_size

    def find(self, raw: Hashable) -> Entry | None:
        """The entry that a raw request led to before."""
        found = self._keys.get(raw)
        if found is None:
            return None
        return self.get(found[0])

    def get(self, key: Hashable) -> Entry | None:
        """The entry of a key."""
        entry = self._entries.get(key)
        if entry is not None:
            entry.used = True
        return entry

    def put(self, key: Hashable, entry: Entry) -> None:
        """Keep an entry, unless it is too large."""
        size = entry.size
        if size > self.largest:
            return
        with self._lock:
            old = self._entries.pop(key, None)
            if old is not None:
                self.size -= old.size
            self._entries[key] = entry
            self.size += size
            while self.size > self.limit:
                self._give_up_one()

    def remember(self, raw: Hashable, key: Hashable, length: int) -> None:
        """Let a raw request of ``length`` characters lead to the entry of a key."""
        size = length + RAW_OVERHEAD
        if size * LARGEST_SHARE > self.raw_limit or key not in self._entries:
            return
        with self._lock:
            if raw in self._keys:
                self._raw_size -= self._keys.pop(raw)[1]
            self._keys[raw] = (key, size)
            self._raw_size += size
            while self._raw_size > self.raw_limit:
                self._raw_size -= self._keys.popitem(last=False)[1][1]

    def _give_up_one(self) -> None:
        while True:
            key, entry = self._entries.popitem(last=False)
            if not entry.used:
                self.size -= entry.size
                return
            entry.used = False
            self._entries[key] = entry
