"""The closure of statements under rules, with a proof of each conclusion.

Rounds: the first takes the statements given, each later one what the last has added (semi-naive).
A conclusion keeps the proof of the round in which it first appears, and of these the one with the
fewest steps in all; ties go to the earlier rule, then to the premises first in order.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from rdflib import OWL, RDF, RDFS, URIRef
from rdflib.term import Variable

from weihai_kg.reasoning.plans import UNBOUND, Facts, Numbers, Plan, Row
from weihai_kg.reasoning.terms import Rule, Triple


@dataclass(frozen=True, slots=True)
class Step:
    """One application of a rule; the premises stand in the order of the rule's body."""

    rule: Rule
    premises: tuple[Triple, ...]


@dataclass(frozen=True, slots=True)
class Clash:
    """Statements that, taken together, the rule does not allow.

    ``leaves`` are the given statements that the premises rest on, by the proofs kept.
    """

    rule: Rule
    premises: tuple[Triple, ...]
    leaves: tuple[Triple, ...] = ()


Candidate = tuple[int, int, int, tuple[Row, ...]]
"""Steps of the whole proof, number of premises, order of the rule, premises."""


@dataclass(frozen=True)
class Closure:
    """The statements given, what follows from them and why, and what does not go together."""

    asserted: frozenset[Triple]
    proofs: Mapping[Triple, Step]
    clashes: tuple[Clash, ...]
    _engine: _Engine = field(repr=False, compare=False)

    def __contains__(self, triple: object) -> bool:
        """Whether the statement is given or follows."""
        return triple in self.asserted or triple in self.proofs

    def __len__(self) -> int:
        """How many statements are given or follow."""
        return len(self.asserted) + len(self.proofs)

    def proof(self, triple: Triple) -> dict[Triple, Step]:
        """The whole proof of one statement: each inferred statement in it with its step."""
        found: dict[Triple, Step] = {}
        todo = [triple]
        while todo:
            here = todo.pop()
            if here in self.proofs and here not in found:
                found[here] = self.proofs[here]
                todo += reversed(found[here].premises)
        return found

    def steps(self, triple: Triple, *, circular: bool = False) -> Iterator[Step]:
        """Every step from the closed set that gives the statement, the shortest proof first.

        A step is circular, and left out unless asked for, when the proof kept of one of its
        premises uses the statement itself.
        """
        for step in self._engine.steps(triple):
            if circular or not any(
                triple == premise or self._rests_on(premise, triple) for premise in step.premises
            ):
                yield step

    def _rests_on(self, conclusion: Triple, triple: Triple) -> bool:
        proof = self.proof(conclusion)
        return triple in proof or any(triple in step.premises for step in proof.values())


def entail(statements: Iterable[Triple], rules: Sequence[Rule]) -> Closure:
    """Close the statements under the rules."""
    asserted = frozenset(statements)
    engine = _Engine(asserted, rules)
    engine.run()
    return engine.closure(asserted)


class _Engine:
    """The evaluation; everything in numbers."""

    def __init__(self, asserted: frozenset[Triple], rules: Sequence[Rule]) -> None:
        constants = {
            term
            for rule in rules
            for pattern in (*rule.body, *((rule.head,) if rule.head else ()))
            for term in pattern
            if not isinstance(term, Variable)
        }
        types = {RDF.type, OWL.sameAs, OWL.Thing, RDFS.Resource}
        self._numbers = Numbers({term for t in asserted for term in t} | constants | types)
        of = self._numbers.of
        self._plans = [Plan(order, rule, self._numbers) for order, rule in enumerate(rules)]
        self._triggers: dict[tuple[int, int], list[tuple[Plan, int]]] = defaultdict(list)
        for plan in self._plans:
            for position, (_, p, o) in enumerate(plan.body):
                key = (~p if p < 0 else UNBOUND, ~o if o < 0 else UNBOUND)
                self._triggers[key].append((plan, position))
        self._givers: dict[tuple[int, int], list[Plan]] = defaultdict(list)
        for plan in self._plans:
            if plan.head:
                _, p, o = plan.head
                key = (~p if p < 0 else UNBOUND, ~o if o < 0 else UNBOUND)
                self._givers[key].append(plan)
        self._type, self._same = of[RDF.type], of[OWL.sameAs]
        self._anything = {of[OWL.Thing], of[RDFS.Resource]}
        self._iris = frozenset(
            n for n, term in enumerate(self._numbers.terms) if isinstance(term, URIRef)
        )
        self._rows = sorted((of[s], of[p], of[o]) for s, p, o in asserted)
        self._size = dict.fromkeys(self._rows, 0)
        self._kept: dict[Row, Candidate] = {}
        self._clashes: dict[tuple[int, tuple[Row, ...]], None] = {}
        self._facts = Facts(self._rows)

    def run(self) -> None:
        """Apply the rules until nothing is new."""
        new = self._rows
        first = True
        while first or new:
            found: dict[Row, Candidate] = {}
            for plan in self._plans if first else ():
                if not plan.size:
                    self._fire(plan, [], (), found)
            for row in new:
                self._react(row, found)
            for row, candidate in found.items():
                self._size[row] = candidate[0]
            self._kept.update(found)
            new = sorted(found)
            self._facts.add(new)
            first = False

    def _react(self, row: Row, found: dict[Row, Candidate]) -> None:
        """Apply every rule that the row can set off."""
        s, p, o = row
        triggers = self._triggers
        for key in ((p, o), (p, UNBOUND), (UNBOUND, o), (UNBOUND, UNBOUND)):
            for plan, position in triggers.get(key, ()):
                join = plan.joins[position]
                first, pattern = join[0], plan.body[position]
                slots = [UNBOUND] * plan.width
                if pattern[0] < 0 and ~pattern[0] != s:
                    continue
                if not first.bind(row, slots):
                    continue
                if plan.size == 1:
                    if not plan.guarded or plan.allowed(slots):
                        self._fire(plan, slots, (row,), found)
                else:
                    for _, premises in plan.complete(join, self._facts, slots, [row]):
                        self._fire(plan, slots, premises, found)

    def _fire(
        self, plan: Plan, slots: list[int], premises: tuple[Row, ...], found: dict[Row, Candidate]
    ) -> None:
        row = plan.conclude(slots)
        if row is None:
            self._clashes[plan.order, premises] = None
            return
        if row in self._size or not self._worth(row):
            return
        size = self._size
        steps = 1
        for premise in premises:
            steps += size[premise]
        candidate = (steps, len(premises), plan.order, premises)
        kept = found.get(row)
        if kept is None or candidate < kept:
            found[row] = candidate

    def _worth(self, row: Row) -> bool:
        """Whether a statement may be concluded: RDF, about something, and not about everything."""
        s, p, o = row
        if s in self._numbers.literals or p not in self._iris:
            return False
        if p == self._same:
            return s != o and o not in self._numbers.literals
        return p != self._type or (o not in self._anything and o not in self._numbers.literals)

    def _triple(self, row: Row) -> Triple:
        terms = self._numbers.terms
        return terms[row[0]], terms[row[1]], terms[row[2]]

    def _premises(self, rows: Iterable[Row]) -> tuple[Triple, ...]:
        return tuple(map(self._triple, rows))

    def closure(self, asserted: frozenset[Triple]) -> Closure:
        """What was found, in terms again."""
        proofs = {
            self._triple(row): Step(self._plans[order].rule, self._premises(premises))
            for row, (_, _, order, premises) in self._kept.items()
        }
        return Closure(asserted, proofs, tuple(self._contradictions()), self)

    def _contradictions(self) -> Iterator[Clash]:
        """One clash for each set of given statements that do not go together, the shortest."""
        seen: set[tuple[Row, ...]] = set()
        for _, order, rows in sorted(
            (sum(self._size[row] for row in rows), order, rows) for order, rows in self._clashes
        ):
            rule, leaves = self._plans[order].rule, tuple(self._leaves(rows))
            if leaves not in seen:
                seen.add(leaves)
                yield Clash(rule, self._premises(rows), self._premises(leaves))

    def _leaves(self, rows: Iterable[Row]) -> list[Row]:
        """The given rows that these rest on."""
        seen: dict[Row, None] = {}
        todo = list(rows)
        while todo:
            row = todo.pop()
            if row not in seen:
                seen[row] = None
                todo += self._kept[row][3] if row in self._kept else ()
        return sorted(row for row in seen if row not in self._kept)

    def steps(self, triple: Triple) -> Iterator[Step]:
        """Every one-step derivation of the statement from all that is known."""
        of = self._numbers.of
        if not all(term in of for term in triple):
            return
        s, p, o = (of[term] for term in triple)
        ways: set[Candidate] = set()
        for key in ((p, o), (p, UNBOUND), (UNBOUND, o), (UNBOUND, UNBOUND)):
            for plan in self._givers.get(key, ()):
                ways.update(self._ways(plan, (s, p, o)))
        for _, _, order, premises in sorted(ways):
            yield Step(self._plans[order].rule, self._premises(premises))

    def _ways(self, plan: Plan, goal: Row) -> Iterator[Candidate]:
        slots = [UNBOUND] * plan.width
        for place, number in zip(plan.head or (), goal, strict=True):
            if place < 0:
                if ~place != number:
                    return
            elif slots[place] not in {UNBOUND, number}:
                return
            else:
                slots[place] = number
        bound = {slot for slot, number in enumerate(slots) if number != UNBOUND}
        join = plan.join_from([], bound)
        for _, premises in plan.complete(join, self._facts, slots, []):
            steps = 1 + sum(self._size[premise] for premise in premises)
            yield steps, len(premises), plan.order, premises
