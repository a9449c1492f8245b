"""What is in a graph, counted once per release: properties, classes, and how they meet."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from rdflib import OWL, RDF, RDFS, XSD, Literal
from rdflib.term import Node

from weihai_kg.explanation.asking import Asker, Row
from weihai_kg.explanation.terms import askable

_TYPE, _LABEL = f"<{RDF.type}>", f"<{RDFS.label}>"
_ANYWHERE = "{ { %s } UNION { GRAPH ?g { %s } } }"
PLAIN = str(XSD.string)
NUMBERS = frozenset(str(XSD[name]) for name in (
    "integer", "decimal", "double", "float", "int", "long", "short", "nonNegativeInteger",
    "positiveInteger", "negativeInteger", "nonPositiveInteger", "unsignedInt", "unsignedLong",
))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kinds:
    """What the values of a property are: datatypes (of those without a tag), languages, IRIs."""

    datatypes: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    iris: bool = False

    def __or__(self, other: Kinds) -> Kinds:
        """The kinds of two properties together."""
        return Kinds(
            self.datatypes | other.datatypes, self.languages | other.languages,
            self.iris or other.iris,
        )  # fmt: skip


@dataclass(frozen=True)
class Statistics:
    """The counts of one release; ``labels`` are those of properties and classes."""

    version: str = ""
    properties: Mapping[str, int] = field(default_factory=dict)
    classes: Mapping[str, int] = field(default_factory=dict)
    elsewhere: frozenset[str] = frozenset()
    subjects: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    objects: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    kinds: Mapping[str, Kinds] = field(default_factory=dict)
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    domains: Mapping[str, frozenset[str]] = field(default_factory=dict)
    ranges: Mapping[str, frozenset[str]] = field(default_factory=dict)
    above: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def label(self, iri: str, language: str) -> str:
        """The label of a property or class, else an empty text."""
        found = self.labels.get(iri, {})
        return found.get(language) or next(iter(found.values()), "")

    def fits(self, class_: str, declared: frozenset[str]) -> bool:
        """Whether things of a class may be of one of the declared classes, or none is declared."""
        return not declared or any(
            each == class_ or each in self.above.get(class_, ())
            or class_ in self.above.get(each, ())
            for each in declared
        )  # fmt: skip


def gather(asker: Asker) -> Statistics:
    """Count; raises QueryError if the engine will not say in time."""
    properties = _counts(asker, "?s ?t ?o")
    classes = _counts(asker, f"?s {_TYPE} ?t")
    declared = {
        str(row["t"]) for kind in (OWL.Class, RDFS.Class, OWL.ObjectProperty, OWL.DatatypeProperty,
                                   OWL.AnnotationProperty, RDF.Property)
        for row in asker.rows("SELECT DISTINCT ?t " + _both(f"?t {_TYPE} <{kind}>"))
    }  # fmt: skip
    named = {str(row["t"]) for row in asker.rows(
        f"SELECT DISTINCT ?t {{ {{ GRAPH ?g {{ ?s ?t ?o }} }} UNION "
        f"{{ GRAPH ?h {{ ?x {_TYPE} ?t }} }} }}"
    )}  # fmt: skip
    return Statistics(
        asker.version, properties, classes, frozenset(declared | named),
        _pairs(asker, f"?s ?p ?o . ?s {_TYPE} ?c"), _pairs(asker, f"?s ?p ?o . ?o {_TYPE} ?c"),
        _kinds(asker), _labels(asker, {*properties, *classes, *declared}),
        _classes(asker, f"<{RDFS.domain}>"), _classes(asker, f"<{RDFS.range}>"),
        _classes(asker, f"<{RDFS.subClassOf}>+"),
    )  # fmt: skip


def _both(pattern: str) -> str:
    return _ANYWHERE % (pattern, pattern)


def _classes(asker: Asker, path: str) -> dict[str, frozenset[str]]:
    """The classes that a path leads to from each term; one without a name makes it say nothing."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    vague = set()
    for row in asker.rows(f"SELECT DISTINCT ?t ?c {{ ?t {path} ?c }}"):
        if askable(row["c"]):
            found[str(row["t"])].add(str(row["c"]))
        elif not path.endswith("+"):
            vague.add(str(row["t"]))
    return {name: frozenset(each) for name, each in found.items() if name not in vague}


def _number(node: Node | None) -> int:
    return int(str(node)) if node is not None else 0


def _counts(asker: Asker, pattern: str) -> dict[str, int]:
    rows = asker.rows(f"SELECT ?t (COUNT(*) AS ?n) {{ {pattern} }} GROUP BY ?t")
    return {str(row["t"]): _number(row["n"]) for row in rows if "t" in row}


def _pairs(asker: Asker, pattern: str) -> dict[str, dict[str, int]]:
    """How often each property meets each class."""
    found: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for row in asker.rows(f"SELECT ?p ?c (COUNT(*) AS ?n) {{ {pattern} }} GROUP BY ?p ?c"):
        if "p" in row:
            found[str(row["p"])][str(row["c"])] = _number(row["n"])
    return dict(found)


def _kinds(asker: Asker) -> dict[str, Kinds]:
    rows = asker.rows(
        f"SELECT DISTINCT ?p ?d ?l {{ {_both('?s ?p ?o')} "
        "BIND(DATATYPE(?o) AS ?d) BIND(LANG(?o) AS ?l) }"
    )
    found: dict[str, Kinds] = {}
    for row in rows:
        name = str(row["p"])
        found[name] = found.get(name, Kinds()) | _kind(row)
    return found


def _kind(row: Row) -> Kinds:
    if "d" not in row:
        return Kinds(iris=True)
    if language := str(row.get("l", "")):
        return Kinds(languages=frozenset({language}))
    return Kinds(datatypes=frozenset({str(row["d"])}))


def _labels(asker: Asker, terms: Iterable[str]) -> dict[str, dict[str, str]]:
    wanted = set(terms)
    found: dict[str, dict[str, str]] = {}
    rows = asker.rows(
        f"SELECT DISTINCT ?t ?label {{ {{ SELECT DISTINCT ?t {{ {{ ?s ?t ?o }} UNION "
        f"{{ ?s {_TYPE} ?t }} UNION {{ ?t {_TYPE} <{OWL.Class}> }} }} }} ?t {_LABEL} ?label }}"
    )
    for row in rows:
        label = row["label"]
        if str(row["t"]) in wanted and isinstance(label, Literal):
            found.setdefault(str(row["t"]), {}).setdefault(label.language or "", str(label))
    return found


def largest(counts: Mapping[str, int], most: int = 3) -> list[str]:
    """The names with the largest counts."""
    return [name for name, _ in Counter(counts).most_common(most)]
