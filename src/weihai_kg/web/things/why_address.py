"""Terms as the addresses under ``/why`` have them: short where they can be."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlencode

from weihai_kg.explanation.address import PLACES, WHY, typed
from weihai_kg.web.things.terms import Term

_PLAIN = re.compile(r"[A-Za-z0-9_-]+")


def of_statement(subject: Term, predicate: Term, value: Term, prefixes: Mapping[str, str]) -> str:
    """The address of a statement's reasons."""
    terms = (written(each, prefixes) for each in (subject, predicate, value))
    return f"{WHY}?{urlencode(dict(zip(PLACES, terms, strict=True)))}"


def written(term: Term, prefixes: Mapping[str, str]) -> str:
    """A term for an address: a prefixed name where a prefix fits, else in N-Triples."""
    if term.is_iri:
        for prefix, namespace in prefixes.items():
            local = term.value.removeprefix(namespace)
            if local != term.value and _PLAIN.fullmatch(local):
                return f"{prefix}:{local}"
    return typed(term.ntriples)
