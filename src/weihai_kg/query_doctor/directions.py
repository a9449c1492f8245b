"""Properties of things that never have them, and properties written the wrong way round.

What is found fault with has no match in the data. Where the ontology lets the class have the
property all the same, nothing is said: that there is none yet is an answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from weihai_kg.explanation.paths import TYPE
from weihai_kg.query_doctor.advice import Advice, Edit, Level, Suggestion
from weihai_kg.query_doctor.case import Case, Place
from weihai_kg.query_doctor.statistics import Statistics
from weihai_kg.query_doctor.wording import say


def directions(case: Case, statistics: Statistics) -> Iterator[Advice]:
    """Advice on each pattern whose property never meets the class beside it."""
    for place in case.places:
        triple = place.triple
        if not place.plain or not isinstance(triple.path, str) or triple.path == TYPE:
            continue
        iri = case.iri(triple.path)
        if iri not in statistics.properties:
            continue
        subjects, objects = statistics.subjects.get(iri, {}), statistics.objects.get(iri, {})
        found = None
        for class_ in _classes(place, place.subject, case, statistics):
            if class_ not in subjects:
                found = found or _judge(case, statistics, place, class_, (subjects, objects), 0)
        for class_ in _classes(place, place.object, case, statistics):
            if class_ not in objects:
                found = found or _judge(case, statistics, place, class_, (objects, subjects), 1)
        if found is not None:
            yield found


def _classes(place: Place, term: str, case: Case, statistics: Statistics) -> list[str]:
    """The classes with instances that patterns beside this one give a term."""
    found = {case.iri(each) for each in place.types.get(term, ())}
    return sorted(each for each in found if each in statistics.classes)


def _judge(
    case: Case, statistics: Statistics, place: Place, class_: str,
    sides: tuple[Mapping[str, int], Mapping[str, int]], end: int,
) -> Advice | None:  # fmt: skip
    here, other = sides
    triple = place.triple
    shown, name = str(triple.path), case.short(class_)
    start, stop = triple.span
    if class_ in other:
        code = "wrong-direction-object" if end else "wrong-direction"
        text = say(code, class_=name, property=shown, count=other[class_])
        return Advice(code, Level.WARNING, text, start, stop, _turned(case, place))
    there = _typical(here, statistics)
    declared = statistics.ranges if end else statistics.domains
    if not there or statistics.fits(class_, declared.get(case.iri(shown), frozenset())):
        return None
    code = "wrong-range" if end else "wrong-domain"
    text = say(code, class_=name, property=shown, there=", ".join(map(case.short, there)))
    return Advice(code, Level.WARNING, text, start, stop)


def _typical(counts: Mapping[str, int], statistics: Statistics) -> list[str]:
    """The narrowest classes that account for the most statements."""
    ordered = sorted(counts, key=lambda each: (-counts[each], statistics.classes.get(each, 0)))
    return ordered[:3]


def _turned(case: Case, place: Place) -> tuple[Suggestion, ...]:
    """The pattern the other way round, where its path is this one property."""
    start, _ = place.triple.span
    path = str(place.triple.path)
    if sum(each.triple.span == place.triple.span for each in case.places) > 1:
        return ()
    places = [number for number, each in enumerate(case.tokens) if each.start == start]
    if not places:
        return ()
    first = case.tokens[places[0]]
    after = case.tokens[places[0] + 1 : places[0] + 2]
    if first.text == path and not (after and after[0].text in {"/", "|", "*", "+", "?"}):
        edit = Edit(start, start, "^")
    elif first.text == "^" and after and after[0].text == path:
        edit = Edit(start, first.end, "")
    else:
        return ()
    return (Suggestion(say("turn", property=path), (edit,)),)
