"""Other ways to a statement that the release keeps no proof of, since it keeps the shortest.

Each rule that can give the statement is one query for premises that the graph has; nothing new is
concluded. A way whose premise rests on the statement itself is circular, and left out.
"""

from __future__ import annotations

from rdflib.term import Node, Variable

from weihai_kg.explanation.asking import Asker
from weihai_kg.explanation.evidence import Evidence
from weihai_kg.explanation.model import Ground, Justification, Rule, Statement
from weihai_kg.explanation.proof import Rulebook, axioms, unify
from weihai_kg.explanation.terms import key, triple_key
from weihai_kg.reasoning.terms import Rule as HornRule
from weihai_kg.reasoning.terms import substitute

MOST = 20
_MOST_RULES = 400


class Alternatives:
    """Finds the other ways."""

    def __init__(self, asker: Asker, evidence: Evidence, rulebook: Rulebook) -> None:
        """``evidence`` gets the reasons of the premises."""
        self._asker = asker
        self._evidence = evidence
        self._rulebook = rulebook

    def of(self, statement: Statement) -> tuple[Justification, ...]:
        """The other ways, the shortest first."""
        kept = {
            each.premises for each in self._evidence.reasons[statement].justifications
            if each.premises
        }  # fmt: skip
        ways: dict[tuple[Statement, ...], Justification] = {}
        for rule, bound in self._rules(statement):
            for premises in self._premises(rule, bound):
                if premises in kept or statement in premises or premises in ways:
                    continue
                iri = self._evidence.rule_iri(rule.name)
                named = Rule(iri, rule.name, self._rulebook.sentences(rule), axioms(rule))
                ways[premises] = Justification(None, Ground.INFERRED, rule=named, premises=premises)
            if len(ways) >= MOST:
                break
        self._evidence.collect(each for premises in ways for each in premises)
        sound = [
            each for each in ways.values()
            if not any(self._rests_on(premise, statement, set()) for premise in each.premises)
        ]  # fmt: skip
        sizes: dict[Statement, int] = {}
        sound.sort(key=lambda each: (
            self._evidence.size(each, sizes), [triple_key(p.triple) for p in each.premises],
        ))  # fmt: skip
        return tuple(sound[:MOST])

    def _rules(self, statement: Statement) -> list[tuple[HornRule, dict[Node, Node]]]:
        found = []
        for rules in self._rulebook.rules.values():
            for rule in rules:
                if rule.head is None or rule.guards or not rule.body:
                    continue
                bound = unify(rule.head, statement.triple, {})
                if bound is not None:
                    found.append((rule, bound))
        found.sort(key=lambda pair: (len(pair[0].body), pair[0].name, str(pair[0].body)))
        return found[:_MOST_RULES]

    def _premises(self, rule: HornRule, bound: dict[Node, Node]) -> list[tuple[Statement, ...]]:
        patterns = [substitute(pattern, bound) for pattern in rule.body]
        text = " . ".join(" ".join(map(_shown, pattern)) for pattern in patterns)
        rows = self._asker.rows(f"SELECT * {{ {text} }} LIMIT {MOST}")
        found = []
        for row in rows:
            full: dict[Node, Node] = {Variable(name): value for name, value in row.items()}
            found.append(tuple(Statement(*substitute(each, full)) for each in patterns))
        return sorted(found, key=lambda each: [triple_key(one.triple) for one in each])

    def _rests_on(self, premise: Statement, goal: Statement, seen: set[Statement]) -> bool:
        """Whether the shortest proof of a premise uses the goal."""
        if premise == goal:
            return True
        if premise in seen or premise not in self._evidence.reasons:
            return False
        seen.add(premise)
        ways = self._evidence.reasons[premise].justifications
        return bool(ways) and any(self._rests_on(each, goal, seen) for each in ways[0].premises)


def _shown(term: Node) -> str:
    return f"?{term}" if isinstance(term, Variable) else key(term)
