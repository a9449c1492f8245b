"""The page of a thing: its names, what is stated of it and from which words, what links to it."""

from __future__ import annotations

from flask import Blueprint, Response, request

from weihai_kg.formats import RDF
from weihai_kg.namespaces import REUSED
from weihai_kg.web.page import context, language, page
from weihai_kg.web.site import schema_org
from weihai_kg.web.site.surroundings import surroundings
from weihai_kg.web.things.addresses import KINDS
from weihai_kg.web.things.linked_data import known, links
from weihai_kg.web.things.links import reasons
from weihai_kg.web.things.presentation import addresses, names, report
from weihai_kg.web.things.statements import LABEL, Thing, describe
from weihai_kg.web.things.terms import Term, normalized

bp = Blueprint("entities", __name__)

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
    every = request.args.get("all") == "1"
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
        all=every,
        listed=0 if every else LISTED,
        whole=here.graph(name, "ttl"),
        within=WITHIN,
        documents={each: here.data(kind, name, each.name) for each in RDF},
        document=schema_org.document(
            thing, title(thing, name, chosen), names().base + here.page(kind, name)[1:], chosen
        ),
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
