"""Three reasoners on the same input, and what one concludes and another does not.

``justified`` is the project's own and gives proofs; ``owlrl`` and ``reasonable`` hold it to
account.
Only statements about things are compared, see ``vocabulary``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import owlrl
import reasonable
from rdflib import XSD, Graph, Literal, URIRef
from rdflib.term import Node

from weihai_kg.reasoning.closure import Clash, Closure, entail
from weihai_kg.reasoning.names import sentence
from weihai_kg.reasoning.rules import compile_rules
from weihai_kg.reasoning.terms import Triple, triple_key
from weihai_kg.reasoning.vocabulary import instance_statements

OWLRL_ERROR = URIRef("http://www.daml.org/2002/03/agents/agent-ont#error")
_GAPS: Mapping[str, Mapping[str, str]] = MappingProxyType({
    "owlrl": {"dt-type2": "owlrl knows a literal's declared datatype, not its value (dt-type2)"},
    "reasonable": {
        name: f"reasonable does not apply {name}"
        for name in (
            "prp-spo2", "prp-key", "cls-maxc2", "cls-maxqc3", "cls-maxqc4", "cls-oo", "dt-type2",
            "scm-svf1", "scm-svf2", "scm-avf1", "scm-avf2",
        )
    },
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a reasoner concludes about things, and the contradictions it reports, in words."""

    reasoner: str
    statements: frozenset[Triple]
    errors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """One statement on which two reasoners do not agree; the reason, where it is known."""

    statement: Triple
    reason: str | None


@dataclass(frozen=True, slots=True)
class Differences:
    """What the other concludes and ours does not (missing), and the other way round (extra)."""

    missing: tuple[Difference, ...]
    extra: tuple[Difference, ...]

    def __bool__(self) -> bool:
        """Whether there is any."""
        return bool(self.missing or self.extra)


def justified(statements: Iterable[Triple], ontology: Iterable[Triple]) -> Verdict:
    """The project's own closure, as a verdict."""
    axioms = list(ontology)
    given = frozenset(statements) | instance_statements(axioms)
    return verdict_of(entail(given, compile_rules(axioms)))


def verdict_of(closure: Closure) -> Verdict:
    """What a closure of ours concludes about things."""
    statements = instance_statements((*closure.asserted, *closure.proofs))
    return Verdict("justified", statements, tuple(map(_words, closure.clashes)))


def _words(clash: Clash) -> str:
    parts = clash.rule.parts
    rules = " ".join(sentence(part.name, "en", part, _n3) for part in parts)
    return f"{clash.rule.name}: {rules} But: " + " ".join(map(_line, clash.premises))


def _n3(term: Node) -> str:
    return str(term.n3())


def _line(triple: Triple) -> str:
    return " ".join(map(_n3, triple)) + " ."


def by_owlrl(statements: Iterable[Triple], ontology: Iterable[Triple]) -> Verdict:
    """The closure that owlrl computes; its error triples become errors."""
    graph = Graph()
    for triple in (*ontology, *statements):
        graph.add(triple)
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
    errors = sorted(str(message) for message in graph.objects(None, OWLRL_ERROR))
    return Verdict("owlrl", instance_statements(graph), tuple(errors))


def by_reasonable(statements: Iterable[Triple], ontology: Iterable[Triple]) -> Verdict:
    """The closure that reasonable computes; its Python interface reports no contradictions.

    It writes out ``xsd:string`` and leaves zeros away, so its literals are put back as they were.
    """
    given = [*ontology, *statements]
    spelling = {_value(o): o for _, _, o in given if isinstance(o, Literal)}
    reasoner = reasonable.PyReasoner()
    reasoner.from_graph(given)
    closed = (
        (s, p, spelling.get(_value(o), o) if isinstance(o, Literal) else o)
        for s, p, o in reasoner.reason()
    )
    return Verdict("reasonable", instance_statements(closed), ())


def _value(literal: Literal) -> tuple[str, Node, str | None]:
    """What a literal is whatever the spelling rdflib gives it: xsd:string is a plain literal."""
    datatype = literal.datatype or XSD.string
    normal = Literal(str(literal), datatype=datatype) if literal.datatype else literal
    return str(normal), datatype, literal.language


REASONERS: Mapping[str, Callable[[Iterable[Triple], Iterable[Triple]], Verdict]] = MappingProxyType(
    {"justified": justified, "owlrl": by_owlrl, "reasonable": by_reasonable}
)


def differences(ours: Closure, other: Verdict) -> Differences:
    """Every statement that only one of the two concludes, in order, with the reason if known.

    A statement that the other lacks is put down to the first rule in our proof that the other is
    known not to apply. For one that we lack there is no proof; its reason is left open.
    """
    mine = verdict_of(ours).statements
    return Differences(
        tuple(
            Difference(triple, None) for triple in sorted(other.statements - mine, key=triple_key)
        ),
        tuple(
            Difference(triple, _gap(ours, triple, other.reasoner))
            for triple in sorted(mine - other.statements, key=triple_key)
        ),
    )


def _gap(closure: Closure, triple: Triple, reasoner: str) -> str | None:
    gaps = _GAPS.get(reasoner, {})
    used = {name for step in closure.proof(triple).values() for name in step.rule.names}
    return next((reason for name, reason in gaps.items() if name in used), None)
