"""A thing in the words of schema.org, for search engines: only what its vocabulary has a word for.

https://schema.org/docs/datamodel.html
"""

from __future__ import annotations

import datetime
from typing import Any

from weihai_kg.namespaces import REUSED
from weihai_kg.web.things.asking import rows
from weihai_kg.web.things.presentation import names
from weihai_kg.web.things.statements import ALT_LABEL, LABEL, MATCHES, Thing
from weihai_kg.web.things.terms import Term

SCHEMA = REUSED["schema"]

# Properties whose values are things, each with the type that schema.org expects of a value.
_PLACES = {"heldIn": ("location", "Event"), "locatedIn": ("containedInPlace", "Place")}
_OTHERS = {
    "organizer": ("organizer", "Event"),
    "subEventOf": ("superEvent", "Event"),
    "about": ("observationAbout", "Observation"),
}


def document(thing: Thing, name: str, page: str, chosen: str) -> dict[str, Any]:
    """JSON-LD about a thing that is called ``name`` and has the address ``page``."""
    kinds = [t.value[len(SCHEMA) :] for t in thing.types if t.value.startswith(SCHEMA)]
    found: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": kinds or "Thing",
        "@id": thing.iri,
        "name": name,
        "mainEntityOfPage": page,
        "subjectOf": {"@type": "Dataset", "@id": f"{names().base}void#dataset"},
    }
    others = {v.value for p in (LABEL, ALT_LABEL) for v in thing.values(p)} - {name}
    same = [v.value for v in thing.values(MATCHES[0])]
    latitude, longitude = (thing.values(SCHEMA + each) for each in ("latitude", "longitude"))
    if others:
        found["alternateName"] = sorted(others)
    if same:
        found["sameAs"] = same
    if latitude and longitude:
        found["geo"] = {
            "@type": "GeoCoordinates",
            "latitude": float(latitude[0].value),
            "longitude": float(longitude[0].value),
        }
    for property_, (word, kind) in (_PLACES | _OTHERS).items():
        values = thing.values(str(names().wkg[property_])) if kind in kinds else []
        if values:
            found[word] = [
                ({"@type": "Place"} if property_ in _PLACES else {})
                | {"@id": each.value, "name": thing.labels.name(each, chosen)}
                for each in values
            ]
    if "Event" in kinds and (day := _date(rows("thing-period", thing=Term(thing.iri)))):
        found["startDate"] = day
    return found


def _date(periods: list[dict[str, Term]]) -> str:
    """The one day, month or year of a thing (ISO 8601); empty for a period of any other length."""
    if len(periods) != 1:
        return ""
    try:
        start, end = (
            datetime.datetime.fromisoformat(periods[0][each].value) for each in ("start", "end")
        )
    except ValueError:
        return ""  # 24:00:00 and the year 10000 are times that Python cannot hold
    if end.replace(tzinfo=None) - start.replace(tzinfo=None) == datetime.timedelta(days=1):
        return start.strftime("%Y-%m-%d")
    if (
        start.day == end.day == 1
        and (end.year * 12 + end.month) - (start.year * 12 + start.month) == 1
    ):
        return start.strftime("%Y-%m")
    if (start.month, start.day, end.month, end.day) == (1, 1, 1, 1) and end.year - start.year == 1:
        return start.strftime("%Y")
    return ""
