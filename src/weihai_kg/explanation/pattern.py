"""A query as a tree, near to its text: every part keeps the words it was written with.

Paths are taken apart where SPARQL 1.1 Query, section 18.2.2.4, does so: a sequence becomes patterns
joined by a variable of its own, an inverse is turned round, an alternative becomes a union. What is
left of a path are the closures (``*``, ``+``, ``?``). A blank node is a variable of its own.
Reified triples and annotations (RDF 1.2) are patterns with ``rdf:reifies`` and a triple term.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression: its text, its variables outside of EXISTS, and the EXISTS within it."""

    text: str
    variables: tuple[str, ...] = ()
    exists: tuple[Exists, ...] = ()
    aggregates: tuple[Aggregate, ...] = ()
    volatile: bool = False


@dataclass(frozen=True, slots=True)
class Aggregate:
    """One call of an aggregate; ``argument`` is empty for ``COUNT(*)``."""

    text: str
    argument: str
    distinct: bool


@dataclass(frozen=True, slots=True)
class Exists:
    """EXISTS or NOT EXISTS with its group."""

    group: Group
    negated: bool
    text: str


@dataclass(frozen=True, slots=True)
class Embedded:
    """A triple term, whose places may be variables."""

    subject: Term
    predicate: str
    object: Term

    def __str__(self) -> str:
        """The triple term as SPARQL 1.2 writes it."""
        return f"<<( {self.subject} {self.predicate} {self.object} )>>"


def variables_of(term: Term | Closure) -> tuple[str, ...]:
    """The names of the variables in one place of a pattern."""
    if isinstance(term, Embedded):
        places = (term.subject, term.predicate, term.object)
        return tuple(name for place in places for name in variables_of(place))
    return (term[1:],) if isinstance(term, str) and term.startswith("?") else ()


@dataclass(frozen=True, slots=True)
class Triple:
    """One triple pattern. ``path`` is an IRI, a variable, or a closure; ``text`` as written.

    ``span`` is where its path begins in the query and where its object ends; several patterns that
    one path stands for have the same.
    """

    subject: Term
    path: str | Closure
    object: Term
    text: str
    span: tuple[int, int] = field(default=(0, 0), compare=False)

    @property
    def variables(self) -> tuple[str, ...]:
        """The names of its variables, in order."""
        places = (self.subject, self.path, self.object)
        return tuple(dict.fromkeys(name for place in places for name in variables_of(place)))


@dataclass(frozen=True, slots=True)
class Closure:
    """A path with ``*``, ``+`` or ``?``: ``step`` leads from ``?__from`` to ``?__to``."""

    text: str
    mark: str
    inner: str
    step: Group


@dataclass(frozen=True, slots=True)
class Group:
    """A group graph pattern: its parts in order; of a path, ``source`` is its pattern."""

    parts: tuple[Part, ...]
    text: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Optional:
    """OPTIONAL; ``marker`` is a variable that is bound when it matched."""

    group: Group
    marker: str
    text: str


@dataclass(frozen=True, slots=True)
class Union:
    """UNION, or the alternatives of a path; ``marker`` is bound to the number of the branch.

    ``source`` is the pattern of the path. The engine counts what several alternatives give once.
    """

    branches: tuple[Group, ...]
    marker: str
    text: str
    source: str = ""

    @property
    def path(self) -> bool:
        """Whether these are the alternatives of a path."""
        return bool(self.source)


@dataclass(frozen=True, slots=True)
class Minus:
    """MINUS."""

    group: Group
    text: str


@dataclass(frozen=True, slots=True)
class Graph:
    """GRAPH with the name of the graph, an IRI or a variable."""

    name: str
    group: Group
    text: str


@dataclass(frozen=True, slots=True)
class Filter:
    """FILTER; ``restless`` if it judges a value that is another one each time (``volatility``)."""

    expression: Expression
    text: str
    restless: bool = False


@dataclass(frozen=True, slots=True)
class Bind:
    """BIND; ``settled`` is the value that the row has for what is another value each time."""

    expression: Expression
    variable: str
    text: str
    settled: str = ""
    restless: bool = False


@dataclass(frozen=True, slots=True)
class Values:
    """VALUES; the rows stay as they are written."""

    variables: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Service:
    """SERVICE; ``marker`` is a variable that is bound when the other server answered."""

    name: str
    silent: bool
    group: Group
    marker: str
    text: str


@dataclass(frozen=True, slots=True)
class Unexplained:
    """What is passed on but not explained: whatever is newer than this."""

    text: str
    reason: str
    variables: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """One column of a projection, or one key of a grouping."""

    variable: str
    expression: Expression | None = None


@dataclass(frozen=True, slots=True)
class Query:
    """A query or a subquery.

    ``head`` is the text up to the group (SELECT clause without its dataset), ``tail`` what follows
    the group. ``modifiers`` are DISTINCT, ORDER BY, LIMIT and OFFSET as they are written. ``items``
    is empty for ``SELECT *`` and for the forms that have no columns. Variables that begin with
    ``prefix`` are not the query's own. ``shuffled`` if the order is another one each time.
    ``template`` are the patterns of a CONSTRUCT, ``described`` the terms of a DESCRIBE.
    """

    form: str
    prologue: str
    head: str
    dataset: str
    where: Group
    items: tuple[Item, ...] = ()
    keys: tuple[Item, ...] = ()
    having: tuple[Expression, ...] = ()
    order: str = ""
    values: Values | None = None
    modifiers: tuple[str, ...] = ()
    sliced: bool = False
    tail: str = ""
    text: str = ""
    constants: frozenset[str] = field(default_factory=frozenset)
    ordering: tuple[Aggregate, ...] = ()
    prefix: str = "__"
    shuffled: bool = False
    template: tuple[Triple, ...] = ()
    described: tuple[str, ...] = ()

    @property
    def aggregates(self) -> tuple[Aggregate, ...]:
        """Every aggregate of the columns, of HAVING and of the order."""
        found = [item.expression for item in self.items if item.expression]
        calls = [call for each in (*found, *self.having) for call in each.aggregates]
        return tuple(dict.fromkeys((*calls, *self.ordering)))

    @property
    def grouped(self) -> bool:
        """Whether a row stands for a group of solutions."""
        return bool(self.keys or self.having or self.aggregates)


@dataclass(frozen=True, slots=True)
class Subquery:
    """A subquery."""

    query: Query
    text: str


Term: TypeAlias = str | Embedded
Part: TypeAlias = (
    Triple | Group | Optional | Union | Minus | Graph | Filter | Bind | Values | Service
    | Unexplained | Subquery
)  # fmt: skip
