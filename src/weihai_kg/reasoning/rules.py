"""From an ontology to the Horn rules by which its statements entail others.

The rules are those of OWL 2 Profiles, section 4.3, tables 4 to 9, with the ontology's axioms filled
in: every class and property is a constant. What concerns the schema alone (reflexive axioms,
annotation properties, ``x a owl:Thing``) gives no rule. ``owl:Thing`` below a class, which is
outside the OWL 2 RL profile, gives none either.
"""

from __future__ import annotations

from collections.abc import Iterable

from rdflib.term import Node, Variable

from weihai_kg.reasoning.classes import class_clauses
from weihai_kg.reasoning.equality import equality_clauses
from weihai_kg.reasoning.folding import CircularExpressionError, fold
from weihai_kg.reasoning.names import RULES, RuleName, sentence
from weihai_kg.reasoning.properties import property_clauses
from weihai_kg.reasoning.schema import Clause, Schema
from weihai_kg.reasoning.subsumption import restriction_clauses
from weihai_kg.reasoning.terms import Guard, Rule, Triple, substitute, variables

__all__ = [
    "RULES", "CircularExpressionError", "Rule", "RuleName", "compile_rules", "sentence",
]  # fmt: skip


def compile_rules(ontology: Iterable[Triple]) -> tuple[Rule, ...]:
    """The rules of an ontology, such as an ``rdflib.Graph``: in the same order in every run."""
    schema = Schema(ontology)
    clauses = [
        *class_clauses(schema),
        *property_clauses(schema),
        *restriction_clauses(schema),
        *equality_clauses(schema),
    ]
    rules: dict[object, Rule] = {}
    for clause in fold(clauses, schema):
        rule = _rule(clause)
        rules.setdefault((rule.head, rule.body, rule.guards, _content(rule, schema)), rule)
    return tuple(sorted(rules.values(), key=lambda rule: (len(rule.parts), len(rule.body))))


def _rule(clause: Clause) -> Rule:
    """The clause with its variables named in order, and all its axioms together."""
    names: dict[Node, Node] = {
        variable: Variable(f"v{number}") for number, variable in enumerate(variables(clause.body))
    }
    axiom = (*clause.axiom, *(triple for part in clause.parts for triple in part.axiom))
    return Rule(
        name="_".join(part.name for part in clause.parts),
        axiom=tuple(dict.fromkeys(axiom)),
        body=tuple(substitute(pattern, names) for pattern in clause.body),
        head=clause.head and substitute(clause.head, names),
        guards=tuple(
            Guard(guard.condition, tuple(names.get(term, term) for term in guard.terms))
            for guard in clause.guards
        ),
        parts=clause.parts,
    )


def _content(rule: Rule, schema: Schema) -> tuple[str, ...]:
    """The rule's axioms whatever its blank nodes are called."""
    return (
        rule.name,
        *(schema.key(term) for triple in rule.axiom for term in triple),
    )
