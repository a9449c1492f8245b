"""The words of the reasoner: statements, patterns, guards and compiled rules."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from rdflib import BNode, Literal, URIRef
from rdflib.term import Node, Variable

Triple: TypeAlias = tuple[Node, Node, Node]
Pattern: TypeAlias = tuple[Node, Node, Node]


class Condition(StrEnum):
    """What a guard asks of the values it is given; only a sure answer lets a rule fire."""

    INSIDE = "inside"
    OUTSIDE = "outside"
    ILL_TYPED = "ill-typed"
    UNEQUAL = "unequal"


@dataclass(frozen=True, slots=True)
class Guard:
    """A condition on literals that no triple can state (the dt- rules of the specification)."""

    condition: Condition
    terms: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One rule of the specification as the ontology's axiom fills it.

    ``terms`` are the classes and properties by the letters that the rule's sentence uses.
    """

    name: str
    axiom: tuple[Triple, ...]
    terms: tuple[tuple[str, tuple[Node, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """A Horn rule over triples: when every pattern of ``body`` holds, so does ``head``.

    A rule without a head gives false. Classes without a name (``owl:Restriction``,
    ``owl:intersectionOf`` ...) never stand in a body or a head: the rules of the specification that
    lead into them and out of them again are folded into one. ``parts`` are these rules in the order
    they are applied, the last gives the head; ``name`` is their names joined by ``_``, so that
    ``cls-hv2_cls-int1_cax-eqc2`` reads: by cls-hv2, cls-int1 and at last cax-eqc2. Most rules have
    one part, and the name of the specification. ``axiom`` is every schema triple the parts rest on.
    """

    name: str
    axiom: tuple[Triple, ...]
    body: tuple[Pattern, ...]
    head: Pattern | None
    guards: tuple[Guard, ...] = ()
    parts: tuple[Part, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The rules of the specification that were folded into this one, in order."""
        return tuple(part.name for part in self.parts)


def term_key(term: Node) -> tuple[int, str, str, str]:
    """A total order of terms: IRIs, then literals by form, datatype and language, then the rest."""
    if isinstance(term, Literal):
        return 1, str(term), str(term.datatype or ""), term.language or ""
    return (
        (0 if isinstance(term, URIRef) else 2 if isinstance(term, BNode) else 3),
        str(term),
        "",
        "",
    )


def triple_key(triple: Triple) -> tuple[tuple[int, str, str, str], ...]:
    """A total order of triples, the same in every run."""
    return tuple(map(term_key, triple))


def substitute(pattern: Pattern, bindings: dict[Node, Node]) -> Pattern:
    """The pattern with its bound variables replaced."""
    s, p, o = pattern
    return bindings.get(s, s), bindings.get(p, p), bindings.get(o, o)


def variables(patterns: Iterable[Pattern]) -> list[Variable]:
    """The variables of the patterns in order of appearance."""
    return list(
        dict.fromkeys(
            term for pattern in patterns for term in pattern if isinstance(term, Variable)
        )
    )
