"""One thing with what is stated of it: statements, the graphs that hold them, their evidence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from weihai_kg.namespaces import REUSED, Namespaces
from weihai_kg.web.things.asking import Row, rows
from weihai_kg.web.things.labels import Labels
from weihai_kg.web.things.terms import Term

TYPE = REUSED["rdf"] + "type"
LABEL = REUSED["rdfs"] + "label"
COMMENT = REUSED["rdfs"] + "comment"
PROV = REUSED["prov"]
ALT_LABEL = REUSED["skos"] + "altLabel"
# Rows that ``rq/thing-statements.rq`` gives at most.
MOST = 5000
# Inferred statements of one property that a page shows at first.
SHOWN = 12
NAMING = (LABEL, ALT_LABEL, TYPE)
MATCHES = tuple(
    REUSED["skos"] + name
    for name in ("exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch")
)


@dataclass(frozen=True)
class Quotation:
    """A run of an article's characters."""

    iri: str
    exact: str
    start: int
    end: int
    article: str


@dataclass
class Ground:
    """A named graph: what its statements rest on."""

    iri: str
    kind: str = ""
    certainty: str = ""
    comments: dict[str, str] = field(default_factory=dict)
    rule: str = ""
    quotations: dict[str, Quotation] = field(default_factory=dict)
    sources: dict[str, Term] = field(default_factory=dict)

    @property
    def inferred(self) -> bool:
        """Whether the statements were inferred, and not read or taken over."""
        return self.kind == "InferredGraph"

    def comment(self, language: str) -> str:
        """The reason of the reading, in a language if it is there."""
        return self.comments.get(language) or next(iter(self.comments.values()), "")


@dataclass
class Statement:
    """A statement with every graph that holds it; ``value`` is the subject of an incoming one."""

    subject: Term
    predicate: Term
    value: Term
    grounds: list[Ground]

    @property
    def inferred(self) -> bool:
        """Whether it was only inferred."""
        return bool(self.grounds) and all(ground.inferred for ground in self.grounds)

    @property
    def read(self) -> list[Ground]:
        """The graphs that were not inferred."""
        return [ground for ground in self.grounds if not ground.inferred]

    @property
    def quotations(self) -> list[Quotation]:
        """The words it was read from, in the order of the article."""
        found = {each.iri: each for ground in self.grounds for each in ground.quotations.values()}
        return sorted(found.values(), key=lambda each: (each.article, each.start, each.end))


@dataclass
class Group:
    """The statements of one property."""

    predicate: Term
    statements: list[Statement]

    @property
    def shown(self) -> list[Statement]:
        """All that were read, and some of those that were inferred."""
        inferred = [each for each in self.statements if each.inferred]
        return [each for each in self.statements if not each.inferred] + inferred[:SHOWN]


@dataclass
class Thing:
    """What is known of one IRI; ``size`` counts all that a graph holds, ``within`` may be cut."""

    iri: str
    labels: Labels
    outgoing: list[Statement]
    incoming: list[Statement]
    within: list[Statement]
    size: int

    def values(self, property_: str) -> list[Term]:
        """The values of a property."""
        return [each.value for each in self.outgoing if each.predicate.value == property_]

    def text(self, property_: str, language: str) -> str:
        """The first value of a property in a language."""
        return next((v.value for v in self.values(property_) if v.language == language), "")

    @property
    def types(self) -> list[Term]:
        """Its types, those that were not only inferred before the others."""
        typed = [each for each in self.outgoing if each.predicate.value == TYPE]
        return [each.value for each in sorted(typed, key=lambda each: each.inferred)]

    def groups(self, language: str, only: str) -> list[Group]:
        """The outgoing statements by property: ``naming``, ``links`` or the ``rest``."""
        kinds = {**dict.fromkeys(NAMING, "naming"), **dict.fromkeys(MATCHES, "links")}
        chosen = [e for e in self.outgoing if kinds.get(e.predicate.value, "rest") == only]
        return grouped(chosen, self.labels, language)

    def incoming_groups(self, language: str, *, inferred: bool) -> list[Group]:
        """The incoming statements by property, the inferred ones apart."""
        chosen = [each for each in self.incoming if each.inferred == inferred]
        return grouped(chosen, self.labels, language)


def grouped(statements: Iterable[Statement], labels: Labels, language: str) -> list[Group]:
    """Statements by property; properties that were read first, then by their labels."""
    groups: dict[str, Group] = {}
    for each in statements:
        group = groups.setdefault(each.predicate.value, Group(each.predicate, []))
        group.statements.append(each)
    for group in groups.values():
        group.statements.sort(key=lambda e: (e.inferred, labels.name(e.value, language)))
    return sorted(
        groups.values(),
        key=lambda g: (
            g.statements[0].inferred,
            NAMING.index(g.predicate.value) if g.predicate.value in NAMING else len(NAMING),
            labels.name(g.predicate, language),
        ),
    )


def grounds_of(
    found: Iterable[Row], quotations: Iterable[Row], names: Namespaces
) -> dict[str, Ground]:
    """The graphs of evidence rows (``rq/thing-evidence.rq``) with their quotations, by IRI."""
    quoted = {row["from"].value: quotation_of(row, "from") for row in quotations}
    grounds: dict[str, Ground] = {}
    for row in found:
        ground = grounds.setdefault(row["g"].value, Ground(row["g"].value))
        about, value = row["about"].value, row["value"]
        if about == TYPE:
            ground.kind = value.value.removeprefix(str(names.wkg))
        elif about == str(names.wkg.certainty):
            ground.certainty = value.value
        elif about == COMMENT:
            ground.comments[value.language] = value.value
        elif about == PROV + "wasGeneratedBy":
            ground.rule = value.value
        elif about == PROV + "wasDerivedFrom":
            if value.value in quoted:
                ground.quotations[value.value] = quoted[value.value]
            else:
                ground.sources[value.value] = value
    return grounds


def quotation_of(row: Row, key: str) -> Quotation:
    """The quotation of a row with its words and place."""
    return Quotation(
        row[key].value, row["exact"].value, int(row["start"].value), int(row["end"].value),
        row["article"].value,
    )  # fmt: skip


def describe(iri: str, names: Namespaces) -> Thing:
    """Everything that a page about a thing shows."""
    thing = Term(iri)
    labels = Labels.of(rows("thing-labels", thing=thing))
    grounds = grounds_of(
        rows("thing-evidence", thing=thing), rows("thing-quotations", thing=thing), names
    )
    ways: dict[str, dict[tuple[Term, Term, Term], Statement]] = {"out": {}, "in": {}, "within": {}}
    mappings = str(names.graph.mappings)
    found = rows("thing-statements", thing=thing)
    for row in found:
        if row["way"].value == "in" and row["g"].value.startswith(mappings):
            continue  # told beside the link that the mapping is the reason of
        key = (row.get("s", thing), row["p"], row["x"])
        statement = ways[row["way"].value].setdefault(key, Statement(*key, []))
        graph = row["g"].value
        statement.grounds.append(grounds.setdefault(graph, Ground(graph)))
    size = graph_size(iri) if len(found) >= MOST else len(ways["within"])
    outgoing, incoming, within = (list(ways[way].values()) for way in ("out", "in", "within"))
    return Thing(iri, labels, outgoing, incoming, within, size)


def graph_size(iri: str) -> int:
    """How many statements a graph holds."""
    (row,) = rows("graph-size", thing=Term(iri))
    return int(row["size"].value)
