"""Wholes that a share implies: if 132 is 60.3 %, the whole lies in an interval, here exactly 219.

A printed share is rounded to its last digit, and so is an amount; a count is exact and its whole is
a whole number. The interval follows from that and nothing else. Each whole is an observation of its
own, in a ``wkg:DerivedGraph`` that names the graphs of its two premises.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Context, Decimal

from rdflib import PROV, RDF, RDFS, XSD, Literal, URIRef
from rdflib.term import Node

from weihai_kg.namespaces import REUSED, UNIT, Namespaces
from weihai_kg.sources.named_graphs import NamedGraphs
from weihai_kg.sources.turtle import Triple, decimal_text

RULE = "implied-whole"
_DIGITS = Context(prec=5, rounding=ROUND_HALF_EVEN)


@dataclass(frozen=True, slots=True)
class Interval:
    """The values a whole may have: bounds (None: no bound) and the value that fits best."""

    value: Decimal
    lower: Decimal | None
    upper: Decimal | None

    @property
    def qualifier(self) -> str:
        """The qualifier that these bounds call for."""
        if self.lower is not None and self.lower == self.upper:
            return "exact"
        return "approximately" if self.upper is not None else "moreThan"


def implied_whole(
    part: Decimal, share: Decimal, *, counted: bool, exact: bool, step: Decimal = Decimal(0)
) -> Interval:
    """The whole of which ``part`` is ``share`` percent.

    ``counted``: the whole is a number of things. ``exact``: the part has no open upper bound.
    ``step``: the last printed digit of a part that was rounded. The share is taken as rounded to
    its last printed digit.
    """
    half = Decimal(1).scaleb(int(share.as_tuple().exponent)) / 2
    lower = (part - step / 2) * 100 / (share + half)
    upper = (part + step / 2) * 100 / (share - half) if exact else None
    best = part * 100 / share
    if counted:
        lower = lower.to_integral_value(ROUND_CEILING)
        upper = None if upper is None else upper.to_integral_value(ROUND_FLOOR)
        best = best.to_integral_value(ROUND_HALF_EVEN) if upper is not None else lower
    else:
        lower = Context(prec=6, rounding=ROUND_FLOOR).plus(lower)
        upper = None if upper is None else Context(prec=6, rounding=ROUND_CEILING).plus(upper)
        best = _DIGITS.plus(best)
    return Interval(best, lower, upper)


def derive(graphs: NamedGraphs, namespaces: Namespaces) -> NamedGraphs:
    """One derived observation, in a graph of its own, for each share with numerator and whole."""
    derived = NamedGraphs()
    index = _index(graphs)
    shares = {subject for subject, predicate in index if predicate == namespaces.wkg.numerator}
    for share in sorted(shares, key=str):
        _derive(share, _Facts(index), namespaces, derived)
    return derived


_Index = dict[tuple[Node, Node], list[tuple[Node, URIRef]]]


def _index(graphs: NamedGraphs) -> _Index:
    index: _Index = {}
    for graph, (subject, predicate, value) in graphs:
        index.setdefault((subject, predicate), []).append((value, graph))
    return {key: sorted(found) for key, found in index.items()}


class _Facts:
    """Values of properties; the graphs that were looked into are kept as premises."""

    def __init__(self, index: _Index) -> None:
        self._index = index
        self.premises: set[URIRef] = set()

    def value(self, subject: Node, predicate: Node) -> Node | None:
        found = self._index.get((subject, predicate))
        if not found:
            return None
        value, graph = found[0]
        self.premises.add(graph)
        return value

    def label(self, subject: Node, language: str) -> str | None:
        for value, _ in self._index.get((subject, RDFS.label), ()):
            if isinstance(value, Literal) and value.language == language:
                return str(value)
        return None


def _derive(share: Node, facts: _Facts, ns: Namespaces, derived: NamedGraphs) -> None:
    wkg = ns.wkg
    part = facts.value(share, wkg.numerator)
    whole = facts.value(share, wkg.denominator)
    percent = facts.value(share, wkg.value)
    number = None if part is None else facts.value(part, wkg.value)
    if part is None or whole is None or percent is None or number is None:
        return
    unit = facts.value(part, wkg.unit)
    counted = unit == UNIT.NUM
    printed = str(facts.value(part, wkg.valueText) or "")
    interval = implied_whole(
        Decimal(str(number)),
        Decimal(str(percent)),
        counted=counted,
        exact=str(facts.value(part, wkg.qualifier)) == "exact",
        step=Decimal(0) if counted else _step(Decimal(str(number)), printed),
    )
    name = f"{_local(share)}-implied-whole"
    observation, graph, evidence = ns.id[name], ns.graph[name], ns.graph.evidence
    for triple in _observation(observation, interval, whole, unit, facts, ns):
        derived.add(graph, triple)
    for predicate, found in (
        (wkg.about, (share, part)),
        (wkg.timeBasis, (share, part)),
        (URIRef(REUSED["time"] + "hasTime"), (share, part)),
    ):
        values = (facts.value(subject, predicate) for subject in found)
        value = next((value for value in values if value is not None), None)
        if value is not None:
            derived.add(graph, (observation, predicate, value))
    derived.add(evidence, (graph, RDF.type, wkg.DerivedGraph))
    derived.add(evidence, (graph, wkg.certainty, Literal("implied")))
    derived.add(evidence, (graph, PROV.wasGeneratedBy, ns.rule[RULE]))
    for premise in sorted(facts.premises):
        derived.add(evidence, (graph, PROV.wasDerivedFrom, premise))
    for triple in _rule(ns):
        derived.add(evidence, triple)


def _observation(
    observation: URIRef,
    interval: Interval,
    whole: Node,
    unit: Node | None,
    facts: _Facts,
    ns: Namespaces,
) -> Iterator[Triple]:
    wkg = ns.wkg
    yield observation, RDF.type, wkg.Observation
    yield observation, wkg.indicator, whole
    yield observation, wkg.value, _decimal(interval.value)
    yield observation, wkg.qualifier, Literal(interval.qualifier)
    if interval.lower is not None:
        yield observation, wkg.lowerBound, _decimal(interval.lower)
    if interval.upper is not None:
        yield observation, wkg.upperBound, _decimal(interval.upper)
    if unit is not None:
        yield observation, wkg.unit, unit
    for language, form in (("zh", "{}(由占比推算)"), ("en", "{} (implied by a share)")):
        label = facts.label(whole, language)
        if label:
            yield observation, RDFS.label, Literal(form.format(label), lang=language)


def _rule(ns: Namespaces) -> Iterator[Triple]:
    rule = ns.rule[RULE]
    yield rule, RDF.type, ns.wkg.InferenceRule
    yield rule, RDFS.label, Literal("implied whole", lang="en")
    yield rule, RDFS.label, Literal("由占比推算整体", lang="zh")
    text = "A part and its share of a whole bound the whole: part × 100 / (share ± half a digit)."
    yield rule, RDFS.comment, Literal(text, lang="en")
    text = "由部分及其占比推算整体的区间:部分 × 100 /(占比 ± 末位之半)。"
    yield rule, RDFS.comment, Literal(text, lang="zh")


def _step(number: Decimal, printed: str) -> Decimal:
    """The size of the last digit printed: 729.5亿元 was rounded to 0.1亿."""
    digits = "".join(letter for letter in printed if letter.isdigit() or letter == ".")
    if not digits.strip("."):
        return Decimal(0)
    shown = Decimal(digits)
    return Decimal(1).scaleb(int(shown.as_tuple().exponent)) * (number / shown if shown else 0)


def _decimal(number: Decimal) -> Literal:
    return Literal(decimal_text(number), datatype=XSD.decimal)


def _local(term: Node) -> str:
    return str(term).rsplit("/", 1)[-1]
