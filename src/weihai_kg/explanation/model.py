"""An explanation as plain data; text, JSON, TriG and HTML are made of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from rdflib.term import Node

from weihai_kg.explanation.terms import Triple


class Statement(NamedTuple):
    """A statement; ``graph`` is None for one of the default graph."""

    subject: Node
    predicate: Node
    object: Node
    graph: Node | None = None

    @property
    def triple(self) -> Triple:
        """Its three terms."""
        return self.subject, self.predicate, self.object


class Kind(StrEnum):
    """What a step stands for."""

    PATTERN = "pattern"
    PATH = "path"
    OPTIONAL = "optional"
    UNION = "union"
    GROUP = "group"
    GRAPH = "graph"
    FILTER = "filter"
    BIND = "bind"
    VALUES = "values"
    EXISTS = "exists"
    NOT_EXISTS = "not-exists"
    MINUS = "minus"
    SUBQUERY = "subquery"
    SERVICE = "service"
    REMOTE = "remote"
    TEMPLATE = "template"
    DESCRIBED = "described"
    AGGREGATE = "aggregate"
    HAVING = "having"
    COLUMN = "column"
    UNEXPLAINED = "unexplained"


@dataclass(frozen=True, slots=True)
class Step:
    """One part of a query and what it found; ``note`` is a phrase of ``phrases``.

    ``remote`` are statements of another server: they are not in this data set.
    """

    kind: Kind
    text: str
    statements: tuple[Statement, ...] = ()
    inputs: tuple[tuple[str, Node | None], ...] = ()
    result: Node | None = None
    note: str = ""
    note_values: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    rows: RowReasons | None = None
    remote: tuple[Statement, ...] = ()

    def walk(self) -> Iterator[Step]:
        """This step and all below it."""
        yield self
        for step in self.steps:
            yield from step.walk()
        if self.rows is not None:
            yield from self.rows.walk()


@dataclass(frozen=True, slots=True)
class Derivation:
    """One solution of the patterns, with what each part found."""

    bindings: tuple[tuple[str, Node], ...]
    steps: tuple[Step, ...]

    def statements(self) -> Iterator[Statement]:
        """Every statement it rests on."""
        for step in self.steps:
            for each in step.walk():
                yield from each.statements


MOST_COUNTED = 100_000


@dataclass(frozen=True, slots=True)
class RowReasons:
    """A row and the solutions that make it: any one of them, or, of a group, all together.

    ``total`` is the number of solutions there are; as many as asked for are in ``derivations``.
    Those of a row that is no group are not counted beyond ``MOST_COUNTED`` and one more.
    """

    row: tuple[tuple[str, Node | None], ...]
    derivations: tuple[Derivation, ...]
    total: int
    grouped: bool = False
    computations: tuple[Step, ...] = ()
    modifiers: tuple[str, ...] = ()

    def walk(self) -> Iterator[Step]:
        """Every step."""
        for step in self.computations:
            yield from step.walk()
        for derivation in self.derivations:
            for step in derivation.steps:
                yield from step.walk()

    def statements(self) -> Iterator[Statement]:
        """Every statement that the row rests on."""
        for step in self.walk():
            yield from step.statements


@dataclass(frozen=True, slots=True)
class Near:
    """Statements near to one that is not there, and in what they are."""

    how: str
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Failure:
    """The first part of a query that an expected row does not get past.

    ``before`` is a solution of all parts up to it; ``instead`` gives, for variables, the values
    that the graph has; ``found`` is what should not be there; ``inner`` is the same one level down.
    """

    text: str
    note: str
    before: Derivation | None = None
    passed: tuple[str, ...] = ()
    wanted: tuple[tuple[str, Node | None], ...] = ()
    instead: tuple[tuple[str, tuple[Node, ...]], ...] = ()
    inputs: tuple[tuple[tuple[str, Node | None], ...], ...] = ()
    near: tuple[Near, ...] = ()
    found: Derivation | None = None
    inner: tuple[Failure, ...] = ()

    def walk(self) -> Iterator[Failure]:
        """This failure and all below it."""
        yield self
        for each in self.inner:
            yield from each.walk()

    def statements(self) -> Iterator[Statement]:
        """Every statement it shows."""
        for each in self.walk():
            for derivation in (each.before, each.found):
                if derivation is not None:
                    yield from derivation.statements()
            for near in each.near:
                yield from near.statements


class Ground(StrEnum):
    """What a statement rests on."""

    QUOTED = "quoted"
    BACKGROUND = "background"
    COMPUTED = "computed"
    INFERRED = "inferred"
    LINK = "link"
    ONTOLOGY = "ontology"
    RECORD = "record"
    STATED = "stated"


@dataclass(frozen=True, slots=True)
class Quotation:
    """A run of the article's words, with its place and the words around it."""

    iri: Node
    exact: str
    prefix: str
    suffix: str
    start: int
    end: int
    paragraph: int
    article: Node | None


@dataclass(frozen=True, slots=True)
class Source:
    """A source outside the articles, or a graph that a figure was computed from."""

    iri: Node
    labels: Mapping[str, str]
    quotations: tuple[Quotation, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """The rule of an inference: its IRI, its name, and what it says here, in zh and in en.

    ``axioms`` are the statements of the ontology that it is applied with: with the premises they
    entail the conclusion.
    """

    iri: Node
    name: str
    sentences: Mapping[str, str]
    axioms: tuple[Triple, ...] = ()


@dataclass(frozen=True, slots=True)
class Justification:
    """One reason for a statement: the graph that holds it, and what that graph rests on.

    A derivation that the release does not publish, though it holds as well, has no graph.
    ``premises`` are the statements that the rule was applied to, in the order of the rule; if they
    could not be told apart, ``sources`` names their graphs. Where the data set has reifiers
    (RDF 1.2) instead of named graphs, ``graph`` is one, and ``reifier`` true.
    """

    graph: Node | None
    ground: Ground
    certainty: str = ""
    notes: Mapping[str, str] = field(default_factory=dict)
    quotations: tuple[Quotation, ...] = ()
    sources: tuple[Source, ...] = ()
    rule: Rule | None = None
    premises: tuple[Statement, ...] = ()
    reifier: bool = False


@dataclass(frozen=True, slots=True)
class Reason:
    """A statement with every justification, those with the shortest proof first."""

    statement: Statement
    justifications: tuple[Justification, ...]


class Question(StrEnum):
    """What was asked."""

    STATEMENT = "statement"
    ROW = "row"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Explanation:
    """The answer to one why: what it says, and the reasons for every statement it names.

    ``reasons`` are numbered from 1 in this order; ``record`` is the description of their graphs,
    quotations, sources and rules, statement by statement.
    """

    question: Question
    version: str
    statement: Statement | None = None
    stated: bool = True
    near: tuple[Near, ...] = ()
    query: str = ""
    form: str = "SELECT"
    row: RowReasons | None = None
    failure: Failure | None = None
    asked: tuple[tuple[str, Node | None], ...] = ()
    reasons: Mapping[Statement, Reason] = field(default_factory=dict)
    labels: Mapping[Node, Mapping[str, str]] = field(default_factory=dict)
    record: tuple[Triple, ...] = ()
    alternatives: tuple[Justification, ...] = ()
    prefixes: Mapping[str, str] = field(default_factory=dict)

    def named(self) -> Iterator[Statement]:
        """Every statement that it names itself; their premises are left to the reasons."""
        if self.statement is not None:
            yield self.statement
        for part in (self.row, self.failure):
            if part is not None:
                yield from part.statements()
        for near in self.near:
            yield from near.statements
        for way in self.alternatives:
            yield from way.premises
