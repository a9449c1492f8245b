"""The page of a thing: its names, what is stated of it and from which words, what links to it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request

from weihai_kg.formats import RDF
from weihai_kg.namespaces import REUSED
from weihai_kg.web.page import context, language, page
from weihai_kg.web.site.surroundings import surroundings
from weihai_kg.web.things.addresses import KINDS
from weihai_kg.web.things.linked_data import known, links
from weihai_kg.web.things.links import reasons
from weihai_kg.web.things.presentation import addresses, names, report
from weihai_kg.web.things.statements import ALT_LABEL, LABEL, MATCHES, Thing, describe
from weihai_kg.web.things.terms import Term, normalized

bp = Blueprint("entities", __name__)

SCHEMA = REUSED["schema"]

# What a page lists of the incoming statements of one property, and of those of a graph; its address
# with ?all=1 lists them all.
LISTED, WITHIN = 12, 80


@bp.get("/page/<path:name>")
def entity(name: str) -> Response:
    """The page of a thing."""
    kind, _, rest = name.partition("/")
    kind, name = (kind, rest) if rest and kind in KINDS else ("id", name)
    iri = known(kind, name)
    name, chosen = normalized(name), language()
    thing = describe(iri, names())
    here = addresses()
    whole = request.args.get("all") == "1"
    response = page(
        "entity.html",
        thing=thing,
        labels=thing.labels,
        drawing=surroundings(iri, title(thing, name, chosen), chosen),
        kind=kind,
        name=name,
        title=title(thing, name, chosen),
        kinds=kinds(thing),
        naming=thing.groups(chosen, "naming"),
        stated=thing.groups(chosen, "rest"),
        matches=thing.groups(chosen, "links"),
        reasons=reasons(Term(iri)),
        incoming=thing.incoming_groups(chosen, inferred=False),
        mirrored=thing.incoming_groups(chosen, inferred=True),
        all=whole,
        listed=0 if whole else LISTED,
        within=WITHIN,
        documents={each: here.data(kind, name, each.name) for each in RDF},
        document=json_ld(thing, chosen, here.page(kind, name)),
        year=str(report().get("modified", ""))[:4],
    )
    response.headers["Link"] = ", ".join((
        links(kind, name),
        f'<{here.data(kind, name, "ttl")}>; rel="describedby"; type="text/turtle"',
        f'</downloads/{context().engine.version}/void.ttl>; rel="describedby"; type="text/turtle"',
    ))  # fmt: skip
    return response


def kinds(thing: Thing) -> list[Term]:
    """The first classes of the project's own that a thing is in, those it was read to be first."""
    return [each for each in thing.types if each.value.startswith(str(names().wkg))][:3]


def title(thing: Thing, name: str, chosen: str) -> str:
    """What to call a thing: its label, the words of a quotation, or the name in its address."""
    exact = thing.text(REUSED["oa"] + "exact", "")
    return thing.text(LABEL, chosen) or thing.labels.get(thing.iri, chosen) or exact or name


def json_ld(thing: Thing, chosen: str, here: str) -> dict[str, Any]:
    """The thing in the words of schema.org, for search engines."""
    kinds = [t.value[len(SCHEMA) :] for t in thing.types if t.value.startswith(SCHEMA)]
    document: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": kinds or "Thing",
        "@id": thing.iri,
        "name": title(thing, thing.iri, chosen),
    }
    document |= {
        "mainEntityOfPage": names().base + here[1:],
        "isPartOf": {"@type": "Dataset", "@id": f"{names().base}void#dataset"},
    }
    others = {v.value for p in (LABEL, ALT_LABEL) for v in thing.values(p)} - {document["name"]}
    same = [v.value for v in thing.values(MATCHES[0])]
    latitude, longitude = (thing.values(SCHEMA + name) for name in ("latitude", "longitude"))
    if others:
        document["alternateName"] = sorted(others)
    if same:
        document["sameAs"] = same
    if latitude and longitude:
        document["geo"] = {
            "@type": "GeoCoordinates",
            "latitude": float(latitude[0].value),
            "longitude": float(longitude[0].value),
        }
    return document
