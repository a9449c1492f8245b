"""Compiled rules over numbered terms: which statement sets off which rule, and how it joins.

Terms are numbered in their order, so a comparison of numbers is one of terms, and the same in every
run. A slot is a variable of a rule.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rdflib import Literal
from rdflib.term import Node, Variable

from weihai_kg.reasoning.datatypes import contains, equal, ill_typed
from weihai_kg.reasoning.terms import Condition, Guard, Rule, term_key, variables

Row = tuple[int, int, int]
UNBOUND = -1


class Numbers:
    """Terms by number and numbers by term, in the order of the terms."""

    def __init__(self, terms: Iterable[Node]) -> None:
        """Number all the terms there will ever be."""
        self.terms = sorted(set(terms), key=term_key)
        self.of = {term: number for number, term in enumerate(self.terms)}
        self.literals = frozenset(
            number for number, term in enumerate(self.terms) if isinstance(term, Literal)
        )


class Facts:
    """Rows by any of their places; an index is made when it is first asked for."""

    def __init__(self, rows: Iterable[Row]) -> None:
        """Hold the rows in the order given."""
        self._rows = list(rows)
        self._indexes: dict[tuple[int, ...], dict[int | tuple[int, ...], list[Row]]] = {}

    def add(self, rows: list[Row]) -> None:
        """Take in new rows."""
        self._rows += rows
        for places, index in self._indexes.items():
            self._enter(places, index, rows)

    def find(self, places: tuple[int, ...], key: int | tuple[int, ...]) -> list[Row]:
        """The rows that hold the key at the places, in the order they came."""
        if not places:
            return self._rows
        if places not in self._indexes:
            self._indexes[places] = defaultdict(list)
            self._enter(places, self._indexes[places], self._rows)
        return self._indexes[places].get(key, [])

    @staticmethod
    def _enter(
        places: tuple[int, ...],
        index: dict[int | tuple[int, ...], list[Row]],
        rows: Iterable[Row],
    ) -> None:
        if len(places) == 1:
            (place,) = places
            for row in rows:
                index[row[place]].append(row)
        elif len(places) == 2:
            first, second = places
            for row in rows:
                index[row[first], row[second]].append(row)
        else:
            for row in rows:
                index[row].append(row)


@dataclass(frozen=True, slots=True)
class Match:
    """One pattern in the order of a join: what is known of it, what it binds, what it checks.

    ``key`` holds, for each place already known, its slot, or ``~number`` for a constant.
    """

    position: int
    places: tuple[int, ...]
    key: tuple[int, ...]
    binds: tuple[tuple[int, int], ...]
    checks: tuple[tuple[int, int], ...]

    def rows(self, facts: Facts, slots: list[int]) -> list[Row]:
        """The rows that fit what is bound so far."""
        key = [slots[place] if place >= 0 else ~place for place in self.key]
        return facts.find(self.places, key[0] if len(key) == 1 else tuple(key))

    def bind(self, row: Row, slots: list[int]) -> bool:
        """Put the row into the slots; False if it does not fit."""
        for place, slot in self.binds:
            slots[slot] = row[place]
        return not self.checks or all(row[place] == slots[slot] for place, slot in self.checks)


class Plan:
    """A rule over numbers: its head, its guards, and a join for each pattern that may begin it."""

    def __init__(self, order: int, rule: Rule, numbers: Numbers) -> None:
        """Plan the joins of one rule."""
        self.order = order
        self.rule = rule
        self.slots = {name: slot for slot, name in enumerate(variables(rule.body))}
        self.width = len(self.slots)
        self.size = len(rule.body)
        self._of = numbers.of
        self._terms = numbers.terms
        self.body = [self._encode(pattern) for pattern in rule.body]
        self.head = self._encode(rule.head) if rule.head else None
        self.guarded = bool(rule.guards)
        self.joins = [self.join_from([first], set()) for first in range(self.size)]

    def _encode(self, pattern: Iterable[Node]) -> tuple[int, ...]:
        return tuple(
            self.slots[term] if isinstance(term, Variable) else ~self._of[term] for term in pattern
        )

    def join_from(self, first: list[int], bound: set[int]) -> list[Match]:
        """The patterns in an order in which each has as much bound as can be."""
        todo = [n for n in range(self.size) if n not in first]
        order = list(first)
        known = set(bound) | {slot for n in order for slot in self.body[n] if slot >= 0}
        while todo:
            best = max(todo, key=lambda n: (sum(s < 0 or s in known for s in self.body[n]), -n))
            todo.remove(best)
            order.append(best)
            known |= {slot for slot in self.body[best] if slot >= 0}
        matches, seen = [], set(bound)
        for n in order:
            matches.append(self._match(n, seen))
            seen |= {slot for slot in self.body[n] if slot >= 0}
        return matches

    def _match(self, position: int, bound: set[int]) -> Match:
        pattern = self.body[position]
        places = tuple(p for p, slot in enumerate(pattern) if slot < 0 or slot in bound)
        binds: dict[int, int] = {}
        checks: list[tuple[int, int]] = []
        for place, slot in enumerate(pattern):
            if place not in places:
                if slot in binds:
                    checks.append((place, slot))
                else:
                    binds[slot] = place
        return Match(
            position,
            places,
            tuple(pattern[place] for place in places),
            tuple((place, slot) for slot, place in binds.items()),
            tuple(checks),
        )

    def conclude(self, slots: list[int]) -> Row | None:
        """The head with the slots filled in."""
        if self.head is None:
            return None
        s, p, o = (slots[place] if place >= 0 else ~place for place in self.head)
        return s, p, o

    def allowed(self, slots: list[int]) -> bool:
        """Whether every guard is surely met."""
        return all(self._passes(guard, slots) for guard in self.rule.guards)

    def _passes(self, guard: Guard, slots: list[int]) -> bool:
        values = [
            self._terms[slots[self.slots[term]]] if isinstance(term, Variable) else term
            for term in guard.terms
        ]
        first, last = values[0], values[-1]
        if not isinstance(first, Literal):
            return False
        match guard.condition:
            case Condition.INSIDE:
                return contains(last, first) is True
            case Condition.OUTSIDE:
                return contains(last, first) is False
            case Condition.ILL_TYPED:
                return ill_typed(first)
            case Condition.UNEQUAL:
                return isinstance(last, Literal) and equal(first, last) is False

    def complete(
        self, join: list[Match], facts: Facts, slots: list[int], found: list[Row]
    ) -> Iterator[tuple[list[int], tuple[Row, ...]]]:
        """Every way to finish a join: the slots and the premises in the order of the body."""
        depth = len(found)
        if depth == len(join):
            if not self.guarded or self.allowed(slots):
                ordered = sorted(zip((m.position for m in join), found, strict=True))
                yield slots, tuple(row for _, row in ordered)
            return

        match = join[depth]
        for row in match.rows(facts, slots):
            if match.bind(row, slots):
                yield from self.complete(join, facts, slots, [*found, row])
