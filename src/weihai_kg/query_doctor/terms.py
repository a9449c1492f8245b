"""Terms that are not in the graph, and those that are likely meant."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import unquote

from rdflib import URIRef

from weihai_kg.explanation.asking import Asker, values
from weihai_kg.explanation.paths import TYPE
from weihai_kg.explanation.terms import key
from weihai_kg.query_doctor.advice import Advice, Edit, Level, Suggestion
from weihai_kg.query_doctor.case import Case
from weihai_kg.query_doctor.statistics import Statistics
from weihai_kg.query_doctor.wording import say

_CLOSE = 0.8
_OF_A_WORD, _EACH_WORD = 0.92, 0.01
_MOST = 3
_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_LABELS = "<http://www.w3.org/2000/01/rdf-schema#label>|" \
    "<http://www.w3.org/2004/02/skos/core#altLabel>"  # fmt: skip


def unknown_terms(case: Case, statistics: Statistics) -> Iterator[Advice]:
    """Properties and classes that no statement has."""
    seen: set[tuple[str, str]] = set()
    for place in case.places:
        triple = place.triple
        if isinstance(triple.path, str):
            yield from _judge(case, statistics, "property", triple.path, seen)
        if triple.path == TYPE:
            yield from _judge(case, statistics, "class", place.object, seen)


def _judge(
    case: Case, statistics: Statistics, kind: str, term: str, seen: set[tuple[str, str]]
) -> Iterator[Advice]:
    iri = case.iri(term)
    there = statistics.properties if kind == "property" else statistics.classes
    if not iri or (kind, iri) in seen or iri in there or iri in statistics.elsewhere:
        return
    seen.add((kind, iri))
    places = case.occurrences(term)
    if places:
        shown = tuple(_other_scheme(case, term, iri, there)) or tuple(
            _suggestion(case, statistics, term, each, there[each])
            for each in alike(iri, there, statistics.labels)
        )
        yield Advice(
            f"unknown-{kind}", Level.WARNING, say(f"unknown-{kind}", term=term),
            places[0].start, places[0].end, shown,
        )  # fmt: skip


def _other_scheme(
    case: Case, term: str, iri: str, there: Mapping[str, int]
) -> Iterator[Suggestion]:
    """The namespace with https for http, or the other way, if the term is there then."""
    scheme, colon, rest = iri.partition(":")
    other = {"http": "https", "https": "http"}.get(scheme, "") + colon + rest
    if other not in there:
        return
    prefix = term.partition(":")[0]
    for one, name, namespace in zip(case.tokens, case.tokens[1:], case.tokens[2:], strict=False):
        if one.text.upper() == "PREFIX" and name.text == f"{prefix}:":
            inner = namespace.text[1:-1].partition(":")
            put = f"<{other.partition(':')[0]}:{inner[2]}>"
            edit = Edit(namespace.start, namespace.end, put)
            yield Suggestion(say("declare-as", prefix=prefix, namespace=put), (edit,))
            return
    yield Suggestion(say("use-literal", literal=f"<{other}>"), case.put(term, f"<{other}>"))


def _suggestion(case: Case, statistics: Statistics, term: str, iri: str, count: int) -> Suggestion:
    written, declared = case.written(iri)
    text = {
        language: say("did-you-mean", term=written, count=count,
                      label=statistics.label(iri, language) or written)[language]
        for language in ("zh", "en")
    }  # fmt: skip
    return Suggestion(text, (*declared, *case.put(term, written)))


def alike(iri: str, there: Iterable[str], labels: Mapping[str, Mapping[str, str]]) -> list[str]:
    """The IRIs that are likeliest meant by one that is not there, best first."""
    local = local_name(iri)
    scored = []
    for each in there:
        names = [local_name(each), *labels.get(each, {}).values()]
        score = max(_likeness(local, name) for name in names)
        if score >= _CLOSE:
            near = 0.01 if each.startswith(iri[: len(iri) - len(local)]) else 0.0
            scored.append((-score - near, each))
    return [each for _, each in sorted(scored)[:_MOST]]


def local_name(iri: str) -> str:
    """The part of an IRI after the last ``#``, ``/`` or ``:``."""
    return unquote(re.split(r"[/#:]", iri.rstrip("/#"))[-1])


def _likeness(one: str, other: str) -> float:
    first, second = _plain(one), _plain(other)
    if first == second:
        return 1.0
    if min(len(first), len(second)) < 3:
        return 0.0
    words = [each for each in second.split() if len(each) > 2]
    less = _EACH_WORD * len(words)
    return max(
        _ratio(first, second), *(_OF_A_WORD * _ratio(first, each) - less for each in words), 0.0
    )  # fmt: skip


def _ratio(one: str, other: str) -> float:
    return difflib.SequenceMatcher(None, one, other, autojunk=False).ratio()


def _plain(text: str) -> str:
    """The words of a name in small letters, whatever holds them together."""
    found = _WORDS.findall(text) if text.isascii() else []
    return (" ".join(found) or text).casefold().replace("-", " ").replace("_", " ").strip()


def unknown_things(case: Case, asker: Asker) -> Iterator[Advice]:
    """IRIs as subjects and objects that are in no statement."""
    wanted: dict[str, str] = {}
    for place in case.places:
        triple = place.triple
        ends = (place.subject,) if triple.path == TYPE else (place.subject, place.object)
        wanted |= {case.iri(term): term for term in ends if case.iri(term)}
    if not wanted:
        return
    given = values(["x"], ([URIRef(iri)] for iri in sorted(wanted)))
    rows = asker.rows(
        f"SELECT ?x {{ {given} FILTER NOT EXISTS {{ ?x ?p1 ?o1 }} "
        "FILTER NOT EXISTS { ?s2 ?p2 ?x } FILTER NOT EXISTS { ?s4 ?x ?o4 } "
        "FILTER NOT EXISTS { GRAPH ?x { ?s5 ?p5 ?o5 } } "
        "FILTER NOT EXISTS { GRAPH ?g { { ?x ?p3 ?o3 } UNION { ?s3 ?p3 ?x } } } }"
    )
    for row in sorted(rows, key=lambda row: str(row["x"])):
        iri = str(row["x"])
        places = case.occurrences(wanted[iri])
        if places:
            shown = tuple(_things(case, asker, iri, wanted[iri]))
            yield Advice(
                "unknown-thing", Level.WARNING, say("unknown-thing", term=wanted[iri]),
                places[0].start, places[0].end, shown,
            )  # fmt: skip


def _things(case: Case, asker: Asker, iri: str, term: str) -> Iterator[Suggestion]:
    """Things of the same namespace, or of the same name, whose names are alike."""
    namespace = key(URIRef(iri))[1 : -1 - len(iri) + len(_stem(iri))]
    rows = asker.rows(
        f"SELECT DISTINCT ?x ?label {{ ?x {_LABELS} ?label "
        f'FILTER(isIRI(?x) && STRSTARTS(STR(?x), "{namespace}")) }}'
    )
    labels: dict[str, dict[str, str]] = {}
    for row in sorted(rows, key=lambda row: key(row["label"])):
        language = getattr(row["label"], "language", "") or ""
        names = labels.setdefault(str(row["x"]), {})
        names[language if language not in names else f"{language}{len(names)}"] = str(row["label"])
    for each in alike(iri, labels, labels):
        written, declared = case.written(each)
        text = {
            language: say("did-you-mean-thing", term=written,
                          label=labels[each].get(language) or written)[language]
            for language in ("zh", "en")
        }  # fmt: skip
        yield Suggestion(text, (*declared, *case.put(term, written)))


def _stem(iri: str) -> str:
    cut = max(iri.rfind("/"), iri.rfind("#"), iri.rfind(":")) + 1
    return iri[:cut]


def missing_prefix(text: str, prefix: str, known: Mapping[str, str], at: int) -> Advice:
    """A prefix that the query uses and does not declare."""
    shown: tuple[Suggestion, ...] = ()
    if prefix in known:
        line = f"PREFIX {prefix}: <{known[prefix]}>"
        shown = (Suggestion(say("declare", text=line), (Edit(0, 0, line + "\n"),)),)
    return Advice(
        "no-prefix", Level.ERROR, say("no-prefix", prefix=prefix), at, at + len(prefix) + 1, shown
    )
