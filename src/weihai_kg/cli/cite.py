"""``weihai-kg cite``: from words to the block that a curator pastes."""

from __future__ import annotations

import click

from weihai_kg.cli.options import with_settings
from weihai_kg.errors import FindingsError, UsageError
from weihai_kg.namespaces import Namespaces
from weihai_kg.settings import Settings
from weihai_kg.sources import corpus
from weihai_kg.sources.article import Article
from weihai_kg.sources.quotations import QuotationError, Words, locate, places


@click.command(epilog='Example: weihai-kg cite "27对国际友城"')
@click.argument("words")
@click.option("--article", "slug", help="The article to look in, if there are several.")
@click.option("--at", type=int, help="Which of several places, counted from 1.")
@with_settings("project")
def cite(words: str, slug: str | None, at: int | None, settings: Settings) -> None:
    """Find WORDS in the article and print the TriG block to paste.

    Shows the line and the words around them. If they stand at several places, it lists them; choose
    one with --at, and the block gets the context that makes it unique.
    """
    sources, findings = corpus.read(settings.project, Namespaces())
    articles = [each for each in sources.articles.values() if slug in {None, each.slug}]
    if not articles:
        if findings:
            raise FindingsError(findings)
        raise UsageError(f"no article {slug!r}; there is: {', '.join(sources.articles)}")
    found = [(each, start) for each in articles for start in places(each, Words(words))]
    if not found:
        reasons = []
        for each in articles:
            try:
                locate(each, Words(words))
            except QuotationError as error:
                reasons.append(str(error))
        raise click.ClickException("\n".join(reasons))
    if len(found) > 1 and at is None:
        for number, (each, start) in enumerate(found, 1):
            click.echo(f"{number}: {_shown(each, start, words)}")
        raise click.ClickException(f"{len(found)} places; choose one with --at 1 to {len(found)}")
    if at is not None and not 1 <= at <= len(found):
        raise UsageError(f"--at {at}: there are {len(found)} places")
    article, start = found[(at or 1) - 1]
    click.echo(f"# {_shown(article, start, words)}")
    click.echo(_block(article, start, words))


def _shown(article: Article, start: int, words: str) -> str:
    before = article.text[max(0, start - 12) : start].split("\n")[-1]
    after = article.text[start + len(words) : start + len(words) + 12].split("\n")[0]
    end = start + len(words)
    return (
        f"{article.slug}, line {article.line_of(start)}, {start}-{end}: …{before}[{words}]{after}…"
    )


def _block(article: Article, start: int, words: str) -> str:
    name = f"g:p{article.line_of(start):02d}-NAME"
    return (
        f'{name} a wkg:AssertedGraph ; wkg:certainty "explicit" ;\n'
        f"    wkg:quotes {_node(article, start, words)} .\n"
        f"{name} {{\n    \n}}"
    )


def _node(article: Article, start: int, words: str) -> str:
    """The words as a string if that is unique, else a node with as little context as it takes."""
    if len(places(article, Words(words))) == 1:
        return _string(words)
    end = start + len(words)
    for size in range(1, 40):
        before = article.text[max(0, start - size) : start].split("\n")[-1]
        after = article.text[end : end + size].split("\n")[0]
        for prefix, suffix in ((before, ""), ("", after), (before, after)):
            if len(places(article, Words(words, prefix, suffix))) == 1:
                parts = [("exact", words), ("prefix", prefix), ("suffix", suffix)]
                shown = " ; ".join(f"oa:{key} {_string(text)}" for key, text in parts if text)
                return f"[ {shown} ]"
    raise click.ClickException(f"no context makes it unique: {_shown(article, start, words)}")


def _string(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
