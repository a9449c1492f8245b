"""``weihai-kg query``: ask the current release, in words or by the name of a saved query."""

from __future__ import annotations

import csv
import io
import sys

import click
from rich.console import Console
from rich.table import Table

from weihai_kg import release as releases
from weihai_kg.cli.options import with_settings
from weihai_kg.cli.question import pairs, request_of
from weihai_kg.engine.request import Form, QueryRequest
from weihai_kg.engine.service import Engine
from weihai_kg.engine.substitution import substitute
from weihai_kg.formats import RDF, RESULTS
from weihai_kg.namespaces import Namespaces
from weihai_kg.query_doctor.advice import Level, document
from weihai_kg.query_doctor.doctor import Doctor
from weihai_kg.release import NQUADS, Release
from weihai_kg.settings import Settings

_RESULTS = tuple(format_.name for format_ in RESULTS)
_RDF = tuple(format_.name for format_ in RDF)


@click.command(
    epilog="""\b
    Examples:
      weihai-kg query all-figures
      weihai-kg query cities-in-a-country --param country=id:japan
      weihai-kg query 'SELECT * { ?s ?p ?o } LIMIT 3' --format json
      weihai-kg query question.rq > answer.csv
      weihai-kg query --doctor 'SELECT ?x { ?x rdfs:label "Weihai" }'
      weihai-kg query all-figures --store https://sparql.example.org/query
    """
)
@click.argument("question")
@click.option("--param", "-p", "params", multiple=True, metavar="NAME=VALUE",
              help="A value for a parameter of a saved query; may be repeated.")  # fmt: skip
@click.option("--format", "name", type=click.Choice(_RESULTS + _RDF),
              help="A format instead of a table (terminal) or CSV (pipe).")  # fmt: skip
@click.option("--doctor", "examined", is_flag=True,
              help="Say what is likely wrong with the query, on the error stream.")  # fmt: skip
@click.option("--lang", "language", type=click.Choice(["zh", "en"]), default="en",
              show_default=True, help="The language of the doctor.")  # fmt: skip
@with_settings("releases", "query_timeout", "query_memory", "query_rows", "store", "federation")
def query(
    question: str, params: tuple[str, ...], name: str | None, examined: bool, language: str,
    settings: Settings,
) -> None:  # fmt: skip
    """Answer QUESTION: a saved query's name, a file, or SPARQL text.

    Prints a table to a terminal and CSV to a pipe; a graph (CONSTRUCT, DESCRIBE) as Turtle.
    """
    release = releases.current(settings.releases)
    request = request_of(question, pairs("--param", params), release)
    results, rdf = _formats(name)
    asked = QueryRequest(
        request.text, substitutions=request.substitutions, results=results, rdf=rdf
    )
    engine = Engine.start(release.path / NQUADS, settings)
    try:
        if examined:
            _examine(engine, release, request, language)
        answer = engine.query(asked)
        stream = sys.stdout.buffer
        table = name is None and answer.form is Form.SELECT and sys.stdout.isatty()
        if table:
            body = answer.body if answer.body is not None else b"".join(answer.chunks)
            _print_table(body.decode())
        elif answer.body is not None:
            stream.write(answer.body)
        else:
            for chunk in answer.chunks:
                stream.write(chunk)
        if name is None and answer.form is Form.ASK:
            stream.write(b"\n")
    finally:
        engine.close()


def _examine(engine: Engine, release: Release, request: QueryRequest, language: str) -> None:
    """Print the doctor's advice, each with its place and what may help."""
    base = Namespaces(str(release.report().get("base", Namespaces.base)))
    text = request.text
    if request.substitutions:
        text = substitute(text, request.substitutions)
    doctor = Doctor(engine, base.prefixes)
    found = doctor.before(text)
    if all(each.level is not Level.ERROR for each in found):
        found = doctor.after(text)
    for each in document(text, found):
        place = f"{each['line']}:{each['column']}"
        click.echo(f"{place}: {each['level']}: {each['message'][language]}", err=True)
        for one in each["suggestions"]:
            rows = f" ({one['rows']})" if one["rows"] else ""
            click.echo(f"    -> {one['label'][language]}{rows}", err=True)


def _formats(name: str | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if name is None:
        return ("csv", "json"), ("ttl",)
    return ((name,), ()) if name in _RESULTS else ((), (name,))


def _print_table(text: str) -> None:
    rows = list(csv.reader(io.StringIO(text)))
    table = Table(*rows[0], row_styles=["", "dim"])
    for row in rows[1:]:
        table.add_row(*row)
    console = Console()
    console.print(table)
    console.print(f"{len(rows) - 1} row{'' if len(rows) == 2 else 's'}")
