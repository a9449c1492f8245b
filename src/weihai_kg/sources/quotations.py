"""Quotations: runs of an article's characters, found by their words.

Web Annotation Data Model, sections 4.2.4 (text quote selector) and 4.2.5 (text position selector):
https://www.w3.org/TR/annotation-model/#text-quote-selector
"""

from __future__ import annotations

from dataclasses import dataclass

from weihai_kg.sources.article import Article

CONTEXT = 12


@dataclass(frozen=True, order=True, slots=True)
class Quotation:
    """A run of characters of one article: ``[start, end)`` in code points from 0."""

    slug: str
    start: int
    end: int

    @property
    def name(self) -> str:
        """The local name of its IRI."""
        return f"{self.slug}-{self.start}-{self.end}"


@dataclass(frozen=True, slots=True)
class Words:
    """What an author wrote of a quotation: its words, and as much more as makes them unique."""

    exact: str
    prefix: str = ""
    suffix: str = ""
    start: int | None = None
    end: int | None = None


class QuotationError(ValueError):
    """Raised when words do not name one run of the article; says why and what to do."""

    def __init__(self, what: str, todo: str) -> None:
        """``what`` is wrong, ``todo`` says how to mend it."""
        self.what, self.todo = what, todo
        super().__init__(f"{what}: {todo}")


def places(article: Article, words: Words) -> list[int]:
    """Every position in the article's own lines at which these words stand in this context."""
    whole = words.prefix + words.exact + words.suffix
    found = []
    at = article.text.find(whole)
    while at >= 0:
        start = at + len(words.prefix)
        if article.quotable(start, start + len(words.exact)):
            found.append(start)
        at = article.text.find(whole, at + 1)
    return found


def locate(article: Article, words: Words) -> Quotation:
    """The one quotation that the words name.

    Raises QuotationError when the words are not in the article, stand there more than once, stand
    only in a line that is not the article's own, or contradict the offsets given with them.
    """
    if not words.exact:
        raise QuotationError("an empty quotation", "quote the words that say it")
    if words.start is not None or words.end is not None:
        return _at_offsets(article, words)
    found = places(article, words)
    if len(found) == 1:
        return Quotation(article.slug, found[0], found[0] + len(words.exact))
    if found:
        lines = ", ".join(str(article.line_of(start)) for start in found)
        raise QuotationError(
            f"“{words.exact}” stands {len(found)} times in the article (lines {lines})",
            "quote more words, or add oa:prefix or oa:suffix that stand at one place only",
        )
    raise QuotationError(f"“{words.exact}” is not in {article.file}", _nearest(article, words))


def _at_offsets(article: Article, words: Words) -> Quotation:
    start = words.start if words.start is not None else (words.end or 0) - len(words.exact)
    end = words.end if words.end is not None else start + len(words.exact)
    there = article.text[max(0, start) : max(0, end)]
    if there != words.exact:
        true = places(article, words)
        hint = f"they stand at {true[0]}" if len(true) == 1 else "leave the offsets out"
        raise QuotationError(
            f"wrong offset: characters {start} to {end} are “{there}”, not “{words.exact}”",
            f"{hint}; the build finds offsets by itself",
        )
    if start not in places(article, words):
        raise QuotationError(
            f"“{words.exact}” at {start} does not fit its context, or is not the article's own",
            "correct oa:prefix and oa:suffix, or leave them out",
        )
    return Quotation(article.slug, start, end)


def _nearest(article: Article, words: Words) -> str:
    """Advice on words that were not found: the longest beginning of them that is there."""
    whole = words.prefix + words.exact + words.suffix
    if whole in article.text:
        return "these words are in a line that is not the article's own; they are no evidence"
    if words.exact in article.text:
        return "the words are there, but not in this context: correct oa:prefix or oa:suffix"
    size = len(words.exact)
    while size and words.exact[:size] not in article.text:
        size -= 1
    if size < 2:
        return "copy the words from the article, with its punctuation (`weihai-kg cite` helps)"
    start = article.text.find(words.exact[:size])
    there = article.text[start : start + len(words.exact)].split("\n")[0]
    return f"the article has “{there}” (line {article.line_of(start)}); copy the words exactly"


def context(article: Article, quotation: Quotation) -> tuple[str, str]:
    """Some text just before and just after a quotation (oa:prefix and oa:suffix)."""
    before = article.text[max(0, quotation.start - CONTEXT) : quotation.start]
    return before, article.text[quotation.end : quotation.end + CONTEXT]
