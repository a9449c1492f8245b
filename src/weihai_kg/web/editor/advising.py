"""The doctor of this application, and its advice on one query."""

from __future__ import annotations

from flask import current_app

from weihai_kg.errors import QueryError
from weihai_kg.namespaces import Namespaces
from weihai_kg.query_doctor.advice import Advice
from weihai_kg.query_doctor.doctor import Doctor
from weihai_kg.query_doctor.statistics import Statistics
from weihai_kg.saved_queries.saved_query import SavedQuery
from weihai_kg.web.page import context
from weihai_kg.web.queries.desk import desk

_EXTENSION = "weihai_kg_doctor"


def doctor() -> Doctor:
    """The one of this application."""
    found = current_app.extensions.get(_EXTENSION)
    if not isinstance(found, Doctor):
        asked = context()
        found = Doctor(asked.engine, Namespaces(asked.settings.base).prefixes)
        current_app.extensions[_EXTENSION] = found
    return found


def statistics() -> Statistics:
    """What is in the graph; nothing where counting takes too long."""
    try:
        return doctor().statistics()
    except QueryError:
        return Statistics()


def saved(text: str) -> SavedQuery | None:
    """The saved query that has just this text."""
    words = text.split()
    return next(
        (each for each in desk().library().queries.values() if each.body.split() == words), None
    )


def advice(text: str, *, ran: bool) -> list[Advice]:
    """The advice on a query; none on why a saved query has no rows, which its note tells."""
    if not ran:
        return doctor().before(text)
    known = saved(text)
    found = doctor().after(text)
    if known is None or not known.note:
        return found
    return [each for each in found if not each.code.startswith("empty")]
