"""``weihai-kg serve``: the endpoint and the pages over HTTP."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from weihai_kg.cli.options import with_settings
from weihai_kg.errors import UsageError
from weihai_kg.settings import Settings

_SETTINGS = (
    "base", "releases", "host", "port", "processes", "threads", "workers", "public_url",
    "query_timeout", "query_cpu", "query_memory", "query_rows", "query_bytes", "query_length",
    "query_nesting", "queue_length", "queue_wait",
    "store", "federation", "federation_timeout", "federation_bytes",
    "cache_bytes", "rate_limit", "grace", "log_format", "on_disk_above",
)  # fmt: skip


@click.command(
    epilog="""\b
    Examples:
      weihai-kg serve
      weihai-kg serve --port 8080 --query-timeout 5
      weihai-kg serve --dataset data.ttl
      weihai-kg serve --store https://sparql.example.org/query
      weihai-kg serve --get "/sparql?query=ASK{}"
    """
)
@with_settings(*_SETTINGS)
@click.option(
    "--dataset",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Serve this RDF file as it is instead of the current release.",
)
@click.option("--get", "path", metavar="PATH", help="Answer one request without a port.")
def serve(settings: Settings, dataset: Path | None, path: str | None) -> None:
    """Serve the current release, or any RDF file, until SIGTERM."""
    from weihai_kg import server

    if dataset is not None and settings.store:
        raise UsageError("--dataset and --store exclude each other: only one can hold the data.")
    if path is None:
        server.serve(settings, dataset)
        return
    status, body = server.get(path, settings, dataset)
    sys.stdout.buffer.write(body)
    if not 200 <= status < 300:
        raise SystemExit(1)
