"""``weihai-kg dump``: a release, or one of its named graphs, in any format."""

from __future__ import annotations

import sys

import click

from weihai_kg import release as releases
from weihai_kg.cli.options import with_settings
from weihai_kg.errors import UsageError
from weihai_kg.formats import RDF, Kind
from weihai_kg.namespaces import Namespaces
from weihai_kg.publish import serialization
from weihai_kg.settings import Settings

_FORMATS = {format_.name: format_ for format_ in RDF}


@click.command(epilog="Example: weihai-kg dump --format ttl --graph g:ontology > ontology.ttl")
@click.option("--format", "name", type=click.Choice(sorted(_FORMATS)), default="trig")
@click.option("--graph", help="Only this named graph: an IRI or a prefixed name.")
@click.option("--output", type=click.File("wb"), default="-", help="A file instead of the output.")
@with_settings("releases", "base")
def dump(name: str, graph: str | None, output: object, settings: Settings) -> None:
    """Write the current release in another format.

    A format that holds one graph only (ttl, nt, rdf) gets the default graph, which has every
    statement once; trig, nq and jsonld get the named graphs as well.
    """
    release = releases.current(settings.releases)
    lines = (release.path / releases.NQUADS).read_text("utf-8").splitlines(keepends=True)
    quads = serialization.parse(lines)
    prefixes = Namespaces(release.report()["base"]).prefixes
    if graph is not None:
        iri = _expand(graph, prefixes)
        quads = serialization.named_graph(quads, iri)
        if not quads:
            raise UsageError(f"--graph {graph}: this release has no graph <{iri}>")
    elif _FORMATS[name].kind is Kind.GRAPH:
        quads = serialization.default_graph(quads)
    stream = output if hasattr(output, "write") else sys.stdout.buffer
    stream.write(serialization.serialize(quads, f".{name}", prefixes))


def _expand(name: str, prefixes: dict[str, str]) -> str:
    prefix, colon, local = name.partition(":")
    return prefixes[prefix] + local if colon and prefix in prefixes else name.strip("<>")
