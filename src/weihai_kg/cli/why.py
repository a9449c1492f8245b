"""``weihai-kg why``: the words and the reasons behind a statement or a row of an answer."""

from __future__ import annotations

import sys
from collections.abc import Callable

import click

from weihai_kg import release as releases
from weihai_kg.cli.options import with_settings
from weihai_kg.cli.question import pairs, request_of
from weihai_kg.engine.request import QueryRequest
from weihai_kg.engine.service import Engine
from weihai_kg.errors import UsageError
from weihai_kg.explanation import dataset, document, plain
from weihai_kg.explanation.explainer import SHOWN, Explainer
from weihai_kg.explanation.model import Explanation, Statement
from weihai_kg.explanation.names import Names
from weihai_kg.explanation.page import standalone
from weihai_kg.namespaces import Namespaces
from weihai_kg.release import Release
from weihai_kg.settings import Settings

_PLACES = 3


@click.command(
    epilog="""\b
    Examples:
      weihai-kg why 'id:weihai wkg:linkedTo id:japan'
      weihai-kg why 威海 通达 日本
      weihai-kg why cities-in-a-country --row 1
      weihai-kg why --query question.rq --row 2 --format trig
      weihai-kg why cities-in-a-country --not city=id:tokyo
      weihai-kg why 'id:weihai rdfs:label 威海' --query construct.rq
    """
)
@click.argument("words", nargs=-1)
@click.option("--query", "-q", help="A saved query's name, a file, or SPARQL text.")
@click.option("--row", "-n", type=click.IntRange(1), help="The row to explain, counted from 1.")
@click.option("--not", "wanted", multiple=True, metavar="VAR=VALUE",
              help="Why no row has this value (none if empty); may be repeated.")  # fmt: skip
@click.option("--param", "-p", "params", multiple=True, metavar="NAME=VALUE",
              help="A value for a parameter of a saved query; may be repeated.")  # fmt: skip
@click.option("--all", "alternatives", is_flag=True,
              help="Other ways to infer the statement as well.")  # fmt: skip
@click.option("--shown", type=click.IntRange(1), default=SHOWN, show_default=True,
              help="How many solutions, or members of a group, are shown.")  # fmt: skip
@click.option("--format", "name", type=click.Choice(["text", "json", "trig", "html"]),
              default="text", show_default=True)  # fmt: skip
@click.option("--lang", "language", type=click.Choice(["zh", "en"]), default="en",
              show_default=True, help="The language of text and html.")  # fmt: skip
@with_settings("releases", "base", "query_timeout", "query_memory")
def why(
    words: tuple[str, ...], query: str | None, row: int | None, wanted: tuple[str, ...],
    params: tuple[str, ...], alternatives: bool, shown: int, name: str, language: str,
    settings: Settings,
) -> None:  # fmt: skip
    """Explain a statement, or a row of an answer, down to the quoted words.

    WORDS are a statement, 'SUBJECT PROPERTY OBJECT' in prefixed names or labels, or with --row or
    --not a query. --not tells why an expected row is missing. A statement with --query is one of
    the answer of a CONSTRUCT or a DESCRIBE.
    """
    release = releases.current(settings.releases)
    engine = Engine.start(settings.current, settings)
    try:
        base = Namespaces(str(release.report().get("base", settings.base)))
        explainer = Explainer(engine, base, seconds=settings.query_timeout)
        if query is None and row is None and not wanted:
            statement = _statement(explainer, words)
            found = explainer.statement(statement, alternatives=alternatives)
        elif query is not None and words and row is None and not wanted:
            request = request_of(query, pairs("--param", params), release)
            found = explainer.row(request, statement=_statement(explainer, words), shown=shown)
        else:
            request = _request(query, words, pairs("--param", params), release)
            if wanted:
                names = Names(explainer.asker(), base.prefixes)
                values = {key: names.term(value) if value else None for key, value in
                          pairs("--not", wanted).items()}  # fmt: skip
                found = explainer.missing(request, values)
            else:
                found = explainer.row(request, number=row or 1, shown=shown)
    finally:
        engine.close()
    _WRITERS[name](found, base, language)
    if not found.stated:
        sys.exit(1)


def _statement(explainer: Explainer, words: tuple[str, ...]) -> Statement:
    if not words:
        raise UsageError("Give a statement, or a query with --row or --not; see --help.")
    names = Names(explainer.asker(), explainer.namespaces.prefixes)
    whole = len(words) != _PLACES
    return names.statement(" ".join(words)) if whole else names.of(*words)


def _request(
    query: str | None, words: tuple[str, ...], arguments: dict[str, str], release: Release
) -> QueryRequest:
    if (query is None) == (not words) or len(words) > 1:
        raise UsageError("Give one query, as an argument or with --query.")
    return request_of(query or words[0], arguments, release)


def _text(found: Explanation, namespaces: Namespaces, language: str) -> None:
    click.echo(plain.render(found, language), nl=False)


def _json(found: Explanation, namespaces: Namespaces, language: str) -> None:
    click.echo(document.render(found), nl=False)


def _trig(found: Explanation, namespaces: Namespaces, language: str) -> None:
    click.echo(dataset.render(found, namespaces), nl=False)


def _html(found: Explanation, namespaces: Namespaces, language: str) -> None:
    click.echo(standalone(found, language), nl=False)


_WRITERS: dict[str, Callable[[Explanation, Namespaces, str], None]] = {
    "text": _text, "json": _json, "trig": _trig, "html": _html,
}  # fmt: skip
