"""One table of settings: each has a name, a default and a help text.

A setting is given by a flag (``--query-timeout 30``) or by the environment
(``WEIHAI_KG_QUERY_TIMEOUT=30``); flags win. ``HOST`` and ``PORT`` are read as well, since that
is what hosting platforms set.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from weihai_kg.errors import UsageError
from weihai_kg.namespaces import DEFAULT_BASE

ENVIRONMENT_PREFIX = "WEIHAI_KG_"
MIB = 1024 * 1024
_ORIGIN = re.compile(r"https?://[^/?#\s@]+/?", re.IGNORECASE)
HERE = Path()
BUILD = Path("build")


# Below this a time limit lets no query through.
SHORTEST = 0.001


def _setting(default: Any, text: str, least: float | None = None) -> Any:
    return field(default=default, metadata={"help": text, "least": least})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Every setting, with its default; build one with ``Settings.load``."""

    base: str = _setting(DEFAULT_BASE, "Base IRI under which the graph is published; ends in /.")
    project: Path = _setting(HERE, "Folder that holds ontology/, data/ and queries/.")
    releases: Path = _setting(BUILD, "Folder that holds releases/ and current.")

    host: str = _setting("127.0.0.1", "Address to listen on.")
    port: int = _setting(8000, "Port to listen on.", 0)
    processes: int = _setting(2, "Server processes.", 1)
    threads: int = _setting(16, "Requests that one server process handles at the same time.", 1)
    workers: int = _setting(4, "Query workers of one server process.", 1)
    public_url: str = _setting(
        "", "Address the service is reached at, if a proxy stands before it; without a path."
    )

    query_timeout: float = _setting(
        20.0, "Seconds (wall clock) before a query is stopped.", SHORTEST
    )
    query_cpu: int = _setting(20, "Seconds of processor time before a query is stopped.", 1)
    query_memory: int = _setting(1024 * MIB, "Bytes of memory a query may take beyond the data.", 0)
    query_rows: int = _setting(1_000_000, "Rows (or triples) an answer may have.", 0)
    query_bytes: int = _setting(256 * MIB, "Bytes an answer may have.", 0)
    query_length: int = _setting(1 * MIB, "Bytes the text of a query may have.", 0)
    query_nesting: int = _setting(100, "Depth to which a query may nest brackets and operators.", 0)
    queue_length: int = _setting(64, "Queries of one server process that may wait for a worker.", 0)
    queue_wait: float = _setting(5.0, "Seconds a query may wait for a worker.", 0)

    store: str = _setting(
        "", "Endpoint (http or https) that holds the release and answers instead of this engine."
    )
    federation: str = _setting(
        "https://query.wikidata.org",
        "Endpoints that SERVICE may call: scheme://host:port, separated by blanks; empty for none. "
        "https://a=http://b asks b in place of a.",
    )
    federation_timeout: float = _setting(10.0, "Seconds a remote endpoint may take.", SHORTEST)
    federation_bytes: int = _setting(16 * MIB, "Bytes a remote endpoint may answer.", 0)

    cache_bytes: int = _setting(64 * MIB, "Bytes of answers that one server process keeps.", 0)
    rate_limit: str = _setting("", "Requests per client, such as 600/minute; empty for no limit.")
    grace: float = _setting(10.0, "Seconds that running requests have to finish on SIGTERM.", 0)
    log_format: str = _setting("json", "Access log: json, text or none.")

    on_disk_above: int = _setting(
        2048 * MIB, "Size of weihai-kg.nq in bytes above which the store is kept on disk."
    )

    @classmethod
    def load(
        cls, flags: Mapping[str, Any] | None = None, environ: Mapping[str, str] | None = None
    ) -> Settings:
        """The settings from flags over the environment over the defaults.

        Raises UsageError that names the setting when a value does not fit its type or is less
        than makes sense.
        """
        environ = os.environ if environ is None else environ
        values: dict[str, Any] = {}
        for each in fields(cls):
            variable = ENVIRONMENT_PREFIX + each.name.upper()
            given = environ.get(variable)
            if given is None and each.name in {"host", "port"}:
                variable = each.name.upper()
                given = environ.get(variable)
            if given is not None:
                values[each.name] = _convert(each.name, given, variable)
        for name, value in (flags or {}).items():
            if value is not None:
                values[name] = _convert(name, value, "--" + name.replace("_", "-"))
        settings = cls(**values)
        if settings.store:
            # Others may change what that store holds: its answers are not kept.
            settings = replace(settings, cache_bytes=0)
        if not settings.base.endswith(("/", "#")):
            raise UsageError(f"base: {settings.base!r} does not end in /; add the slash.")
        if settings.public_url and not _ORIGIN.fullmatch(settings.public_url):
            raise UsageError(
                f"public_url: {settings.public_url!r} is not scheme://host[:port]; "
                "give the service a host of its own, at whose root it stands."
            )
        return settings

    @property
    def current(self) -> Path:
        """The link to the release that is served."""
        return self.releases / "current"


def _convert(name: str, given: Any, origin: str) -> Any:
    found = Settings.__dataclass_fields__[name]
    default: Any = found.default
    kind = type(default) if not isinstance(default, Path) else Path
    try:
        value = kind(given)
    except (TypeError, ValueError):
        raise UsageError(f"{origin}: {given!r} is not a {kind.__name__} ({name}).") from None
    least = found.metadata["least"]
    if least is not None and not value >= least:
        raise UsageError(f"{origin}: {given!r} is less than {least} ({name}).")
    return value
