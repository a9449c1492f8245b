"""Evidence: what authors wrote of their graphs, completed with quotations and their offsets.

Outside any block a TriG file describes its graphs, as in ``g:x wkg:quotes "words"``. ``weave``
turns the words into quotations (oa:exact, oa:start ...) and ``wkg:quotes`` into
``prov:wasDerivedFrom``; all of it stands in the graph ``.../graph/evidence``.
"""

from __future__ import annotations

from collections import defaultdict

from rdflib import PROV, RDF, XSD, BNode, Literal, URIRef
from rdflib.term import Node

from weihai_kg.errors import Finding
from weihai_kg.namespaces import OA, Namespaces
from weihai_kg.sources.article import Article
from weihai_kg.sources.corpus import Corpus
from weihai_kg.sources.named_graphs import NamedGraphs, Place
from weihai_kg.sources.quotations import Quotation, QuotationError, Words, context, locate
from weihai_kg.sources.turtle import Statement

EMPTY = "is described but holds no statement"
_PARTS = (OA.exact, OA.prefix, OA.suffix)
_OFFSETS = (OA.start, OA.end)


def weave(corpus: Corpus) -> tuple[NamedGraphs, list[Finding]]:
    """The corpus' named graphs with the evidence graph among them, and what is wrong with it."""
    weaver = _Weaver(corpus)
    weaver.weave()
    return weaver.graphs, weaver.findings


class _Weaver:
    def __init__(self, corpus: Corpus) -> None:
        self.corpus = corpus
        self.ns = corpus.namespaces
        self.graphs = NamedGraphs(corpus.statements)
        self.findings: list[Finding] = []
        self.words: dict[Node, list[Statement]] = defaultdict(list)

    def weave(self) -> None:
        wkg = self.ns.wkg
        described: dict[Node, Place] = {}
        outside = [each for each in self.corpus.statements if each.graph is None]
        for each in outside:
            subject, predicate, _ = each.triple
            if predicate in (*_PARTS, *_OFFSETS):
                self.words[subject].append(each)
        for each in outside:
            subject, predicate, value = each.triple
            place = Place(each.file, each.line)
            if subject in self.words:
                continue
            if predicate == RDF.type and value in {wkg.AssertedGraph, wkg.BackgroundGraph}:
                self._once(subject, described, place)
            if predicate == wkg.quotes:
                self._quote(each, place)
            elif isinstance(subject, BNode) or isinstance(value, BNode):
                todo = "give it an IRI; only a wkg:quotes node may be blank"
                self.findings.append(place.finding("a blank node", todo))
            else:
                self.graphs.add(self.ns.graph.evidence, each.triple, place)
        self._match_blocks(described)

    def _once(self, graph: Node, described: dict[Node, Place], place: Place) -> None:
        if graph in described:
            first = described[graph]
            what = f"graph {_short(graph)} is described twice (first at {first.file}:{first.line})"
            self.findings.append(place.finding(what, "describe each graph once; rename one"))
        described[graph] = place

    def _match_blocks(self, described: dict[Node, Place]) -> None:
        for graph, triples in self.graphs.graphs.items():
            if graph not in described and graph != self.ns.graph.evidence:
                place = next(iter(triples.values()))
                self.findings.append(
                    place.finding(
                        f"graph {_short(graph)} has statements but no description",
                        "write `a wkg:AssertedGraph ; wkg:certainty … ; wkg:quotes …` above it",
                    )
                )
        for name, place in described.items():
            if name not in self.graphs.graphs:
                what = f"graph {_short(name)} {EMPTY}"
                self.findings.append(place.finding(what, "add its block, or drop the description"))

    def _quote(self, statement: Statement, place: Place) -> None:
        graph, _, value = statement.triple
        article = self.corpus.article_of(statement.file)
        if article is None:
            if self.corpus.readable:
                todo = "quotations belong to the folder of their article, data/articles/<slug>/"
                self.findings.append(place.finding("wkg:quotes outside an article", todo))
            return
        try:
            quotation = locate(article, self._words(value))
        except QuotationError as error:
            self.findings.append(place.finding(error.what, error.todo))
            return
        iri = self.ns.quote[quotation.name]
        self.graphs.add(self.ns.graph.evidence, (graph, PROV.wasDerivedFrom, iri), place)
        self._describe(article, quotation, iri, place)

    def _words(self, value: Node) -> Words:
        if isinstance(value, Literal):
            return Words(str(value))
        given = {each.triple[1]: str(each.triple[2]) for each in self.words.get(value, ())}
        if OA.exact not in given:
            raise QuotationError("a quotation without oa:exact", "give the words it quotes")
        try:
            start, end = (int(given[each]) if each in given else None for each in _OFFSETS)
        except ValueError as error:
            todo = "leave it out; the build finds offsets"
            raise QuotationError(f"wrong offset: {error}", todo) from None
        prefix, suffix = given.get(OA.prefix, ""), given.get(OA.suffix, "")
        return Words(given[OA.exact], prefix, suffix, start, end)

    def _describe(self, article: Article, quotation: Quotation, iri: URIRef, place: Place) -> None:
        before, after = context(article, quotation)
        for predicate, value in (
            (RDF.type, self.ns.wkg.Quotation),
            (OA.exact, Literal(article.text[quotation.start : quotation.end])),
            (OA.prefix, Literal(before)),
            (OA.suffix, Literal(after)),
            (OA.start, _integer(quotation.start)),
            (OA.end, _integer(quotation.end)),
            (self.ns.wkg.paragraph, _integer(article.line_of(quotation.start))),
            (PROV.wasQuotedFrom, self.ns.article[article.slug]),
        ):
            self.graphs.add(self.ns.graph.evidence, (iri, predicate, value), place)


def _integer(number: int) -> Literal:
    return Literal(str(number), datatype=XSD.integer)


def _short(term: Node) -> str:
    return str(term).rsplit("/", 1)[-1]


def quotations(graphs: NamedGraphs, namespaces: Namespaces, slug: str) -> list[tuple[int, int]]:
    """The positions of every quotation of one article, sorted."""
    own = namespaces.article[slug]
    found: dict[Node, dict[Node, Node]] = defaultdict(dict)
    for subject, predicate, value in graphs.graphs.get(namespaces.graph.evidence, {}):
        if predicate in {OA.start, OA.end, PROV.wasQuotedFrom}:
            found[subject][predicate] = value
    return sorted(
        (int(str(each[OA.start])), int(str(each[OA.end])))
        for each in found.values()
        if each.get(PROV.wasQuotedFrom) == own
    )


def words(graphs: NamedGraphs, namespaces: Namespaces) -> dict[Node, list[str]]:
    """For each graph the words of its quotations, in the order of the text."""
    described = graphs.graphs.get(namespaces.graph.evidence, {})
    exact = {subject: str(value) for subject, predicate, value in described
             if predicate == OA.exact}  # fmt: skip
    found: dict[Node, list[str]] = defaultdict(list)
    for subject, predicate, value in sorted(described):
        if predicate == PROV.wasDerivedFrom and value in exact:
            found[subject].append(exact[value])
    return found
