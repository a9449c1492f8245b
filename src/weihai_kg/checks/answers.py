"""The saved queries, each run against the finished dataset in the engine that will serve it."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

from weihai_kg.engine.service import Engine
from weihai_kg.saved_queries.runs import Run, run_all
from weihai_kg.saved_queries.saved_query import SavedQuery
from weihai_kg.settings import Settings

_PATIENCE = 10


def run(lines: list[str], queries: list[SavedQuery], settings: Settings) -> list[Run]:
    """The run of every query over a dataset given as N-Quads lines, in the order of the queries.

    The limits of the settings hold: a query that would not be answered when it is served is a
    finding here. Only the clock on the wall is given more time: how long it runs says how busy the
    machine of the build is, the processor time says how costly the query is.
    """
    settings = replace(settings, query_timeout=_PATIENCE * settings.query_timeout)
    with tempfile.TemporaryDirectory(prefix="weihai-kg-") as folder:
        file = Path(folder) / "dataset.nq"
        file.write_text("".join(lines), encoding="utf-8")
        engine = Engine.start(file, settings)
        try:
            return list(run_all(queries, engine.query))
        finally:
            engine.close()
