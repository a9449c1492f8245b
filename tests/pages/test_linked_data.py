"""Addresses of things: negotiation, data documents, names that are no names."""

from __future__ import annotations

import json
import socket

import pyoxigraph as ox
import pytest

HTML = {"Accept": "text/html"}
FORMATS = {
    "ttl": ox.RdfFormat.TURTLE, "nt": ox.RdfFormat.N_TRIPLES, "rdf": ox.RdfFormat.RDF_XML,
    "trig": ox.RdfFormat.TRIG, "nq": ox.RdfFormat.N_QUADS, "jsonld": ox.RdfFormat.JSON_LD,
}  # fmt: skip
MEDIA = {
    "text/turtle": "ttl", "application/n-triples": "nt", "application/rdf+xml": "rdf",
    "application/ld+json": "jsonld", "application/trig": "trig", "application/n-quads": "nq",
}  # fmt: skip
BASE = "https://w3id.org/weihai-kg/"
INCHEON = ox.NamedNode(f"{BASE}id/incheon")


def parse(site, form):
    response = site.get(f"/data/incheon.{form}")
    assert response.status_code == 200, response.text
    return list(ox.parse(response.content, format=FORMATS[form]))


def raw(site, path):
    """Status and Location of a path that is sent as it is, which no client would."""
    with socket.create_connection(("127.0.0.1", site.port), timeout=10) as connection:
        connection.sendall(b"GET " + path + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        data = b""
        while piece := connection.recv(65536):
            data += piece
    return int(data.split()[1]), b"\nlocation:" in data.lower()


@pytest.mark.parametrize(("media_type", "form"), MEDIA.items())
def test_id_for_a_machine_is_303_to_data(site, media_type, form):
    response = site.get("/id/incheon", headers={"Accept": media_type})
    assert response.status_code == 303
    assert response.headers["Location"] == f"/data/incheon.{form}"
    assert "Accept" in response.headers["Vary"]


def test_id_for_a_person_is_303_to_the_page(site):
    response = site.get("/id/incheon?lang=en", headers=HTML)
    assert (response.status_code, response.headers["Location"]) == (303, "/page/incheon?lang=en")


def test_format_beats_accept(site):
    response = site.get("/id/incheon?format=trig", headers=HTML)
    assert response.headers["Location"] == "/data/incheon.trig"


def test_nothing_acceptable_is_406_with_the_list(site):
    response = site.get("/id/incheon", headers={"Accept": "image/png"})
    assert response.status_code == 406
    assert "text/turtle" in response.text


@pytest.mark.parametrize("kind", ["quote", "source", "rule"])
def test_other_kinds_have_addresses_too(site, kind):
    name = {"source": "geonames", "rule": "prp-spo2", "quote": "weihai-japan-korea-3366-3384"}[kind]
    page = site.get(f"/{kind}/{name}", headers=HTML)
    assert page.headers["Location"] == f"/page/{kind}/{name}"
    assert site.get(page.headers["Location"]).status_code == 200
    data = site.get(f"/{kind}/{name}", headers={"Accept": "text/turtle"})
    assert site.get(data.headers["Location"]).status_code == 200


def test_graph_has_a_page_for_a_person_and_its_statements_for_a_machine(site):
    path, browser = "/graph/links/wikidata", "text/html,application/xml;q=0.9,*/*;q=0.8"
    for page in (site.get(path, headers={"Accept": browser}), site.get(f"{path}?format=html")):
        assert (page.status_code, page.headers["Location"]) == (303, f"/page{path}")
        assert "Accept" in page.headers["Vary"]
    assert site.get(f"/page{path}").status_code == 200
    for accept in ("*/*", "text/html;q=0.5, text/turtle"):
        data = site.get(path, headers={"Accept": accept})
        assert data.headers["Content-Type"] == "text/turtle; charset=utf-8"
        assert "Accept" in data.headers["Vary"]
    assert site.get("/graph/nothing", headers=HTML).status_code == 404


@pytest.mark.parametrize("name", ["ontology", "evidence", "asserted"])
def test_graph_of_any_size_is_given_and_counted_whole(site, name):
    whole = site.get(f"/graph/{name}?format=nq").content
    data = site.get(f"/data/graph/{name}.nq")
    if data.status_code == 303:
        assert data.headers["Location"] == f"/graph/{name}?format=nq"
    else:
        graph = f" <{BASE}graph/{name}> .\n".encode()
        lines = data.content.splitlines(keepends=True)
        assert sum(line.endswith(graph) for line in lines) == len(whole.splitlines())
    page = site.get(f"/page/graph/{name}?lang=en").text
    assert f'Statements of this graph <span class="count">{len(whole.splitlines())}<' in page


@pytest.mark.parametrize("form", FORMATS)
def test_data_holds_statements_both_ways_and_labels(site, form):
    quads = parse(site, form)
    triples = {(q.subject, q.predicate, q.object) for q in quads}
    assert any(s == INCHEON and p.value.endswith("locatedIn") for s, p, _ in triples)
    assert any(o == INCHEON and p.value.endswith("destination") for _, p, o in triples)
    assert any(
        s.value.endswith("id/south-korea") and p.value.endswith("label") for s, p, _ in triples
    )
    assert any(p.value.endswith("terms/license") for _, p, _ in triples)


@pytest.mark.parametrize("form", ["trig", "nq", "jsonld"])
def test_data_for_datasets_holds_the_evidence(site, form):
    quads = parse(site, form)
    graphs = {q.graph_name for q in quads if q.subject == INCHEON}
    evidence = ox.NamedNode(f"{BASE}graph/evidence")
    described = {q.subject for q in quads if q.graph_name == evidence}
    assert graphs - {ox.DefaultGraph()} <= described
    assert any(q.predicate.value.endswith("oa#exact") for q in quads if q.graph_name == evidence)


def test_formats_for_datasets_say_the_same(site):
    name = f"{BASE}data/incheon."
    trig, nq, jsonld = (
        {str(quad).replace(name + form, name) for quad in parse(site, form)}
        for form in ("trig", "nq", "jsonld")
    )
    assert trig == nq == jsonld


def test_data_says_its_other_formats_and_licence(site):
    response = site.get("/data/incheon.ttl")
    assert response.headers["Content-Type"] == "text/turtle; charset=utf-8"
    for part in ('rel="alternate"', 'rel="describedby"', 'rel="license"', "/data/incheon.nq"):
        assert part in response.headers["Link"]
    etag = response.headers["ETag"]
    assert site.get("/data/incheon.ttl", headers={"If-None-Match": etag}).status_code == 304


def test_unicode_names_are_composed(site):
    assert (
        site.get("/id/北京路", headers=HTML).headers["Location"]
        == "/page/%E5%8C%97%E4%BA%AC%E8%B7%AF"
    )
    decomposed = site.get("/id/cafe\u0301", headers=HTML)
    assert decomposed.headers["Location"] == "/page/caf%C3%A9"
    assert "Café" in site.get("/page/caf%C3%A9?lang=en").text


@pytest.mark.parametrize(
    "path",
    [b"/id/../x", b"/id/%2e%2e%2fx", b"/id/incheon%00", b"/id//evil", b"//evil",
     b"//evil.example/id/incheon",
     b"/id/%5Cevil", b"/%5Cevil", b"/\\evil", b"/id/%2F%2Fevil.example", b"/id/nothing",
     b"/page/", b"/page/../x",
     b"/id/incheon/", b"/article/nothing", b"/data/nothing.ttl", b"/data/incheon.exe",
     b"/id/%ff%fe",
     b"/id/%3Cscript%3E", b"/id/a%20b", b"/quote/..", b"/page/graph/%2e%2e", b"/ontology.exe"],
)  # fmt: skip
def test_what_is_no_name_is_404_and_no_redirect(site, path):
    assert raw(site, path) == (404, False)


def test_ontology_terms_resolve(site):
    for accept, form in MEDIA.items():
        response = site.get("/ontology", headers={"Accept": accept})
        assert response.headers["Location"] == f"/ontology.{form}"
        content = site.get(f"/ontology.{form}").content
        subjects = {q.subject for q in ox.parse(content, format=FORMATS[form])}
        assert ox.NamedNode(f"{BASE}ontology#City") in subjects
    page = site.get("/ontology", headers=HTML)
    assert 'id="City"' in page.text
    assert 'id="locatedIn"' in page.text


@pytest.mark.parametrize(
    ("path", "page"),
    [("City", "/ontology#City"), ("locatedIn", "/ontology#locatedIn"),
     ("1.0.0", "/ontology"), ("alignments/geosparql", "/ontology")],
)  # fmt: skip
def test_slash_terms_and_parts_of_the_ontology_resolve(site, path, page):
    response = site.get(f"/ontology/{path}", headers=HTML)
    assert (response.status_code, response.headers["Location"]) == (303, page)
    response = site.get(f"/ontology/{path}", headers={"Accept": "text/turtle"})
    assert (response.status_code, response.headers["Location"]) == (303, "/ontology.ttl")


@pytest.mark.parametrize("path", ["Nothing", "a/../City", "%2e%2e/City", "//evil", "City/x"])
def test_what_is_no_part_of_the_ontology_is_404(site, path):
    assert raw(site, f"/ontology/{path}".encode()) == (404, False)


def test_downloads_have_the_media_types_of_their_formats(site):
    for name, kind in (
        ("wikidata.sssom.tsv", "text/tab-separated-values"),
        ("weihai-kg.nq", "application/n-quads"),
        ("wikidata-links.ttl", "text/turtle"), ("SHA256SUMS", "text/plain"),
    ):  # fmt: skip
        place = site.get(f"/downloads/latest/{name}").headers["Location"]
        content_type = site.get(place).headers["Content-Type"]
        assert content_type.partition(";")[0] == kind
        assert content_type.count("charset") <= 1


def test_well_known_void_leads_to_the_description_in_every_format(site):
    response = site.get("/.well-known/void")
    assert (response.status_code, response.headers["Location"]) == (303, "/void.ttl")
    assert site.get("/.well-known/void", headers={"Accept": "image/png"}).status_code == 406
    described = set()
    for accept, form in MEDIA.items():
        response = site.get("/.well-known/void", headers={"Accept": accept})
        assert response.headers["Location"] == f"/void.{form}"
        assert "Accept" in response.headers["Vary"]
        found = site.get(f"/void.{form}")
        assert found.headers["Content-Type"].startswith(accept)
        described.add(frozenset(map(str, ox.parse(found.content, format=FORMATS[form]))))
    assert len(described) == 1
    assert any("void#triples" in each for each in described.pop())


@pytest.mark.parametrize("path", ["/void.ttl", "/void.jsonld", "/ontology.ttl", "/ontology.nq"])
def test_descriptions_are_asked_for_again_only_when_they_changed(site, path):
    tag = site.get(path).headers["ETag"]
    assert site.get(path, headers={"If-None-Match": tag}).status_code == 304
    assert site.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


def test_mapping_set_resolves_to_its_links_with_their_reasons(site):
    table = site.get("/mappings/wikidata", headers={"Accept": "text/tab-separated-values"})
    text = site.get(table.headers["Location"]).text
    assert text.startswith("#mapping_set_id: https://w3id.org/weihai-kg/mappings/wikidata\n")
    response = site.get("/mappings/wikidata", headers={"Accept": "text/turtle"})
    assert response.headers["Location"] == "/mappings/wikidata.ttl"
    for form in FORMATS:
        content = site.get(f"/mappings/wikidata.{form}").content
        quads = list(ox.parse(content, format=FORMATS[form]))
        assert any(q.predicate.value.endswith("mapping_justification") for q in quads)
        assert any(q.predicate.value.endswith("core#exactMatch") for q in quads)
    page = site.get("/mappings/wikidata", headers=HTML)
    assert page.headers["Location"] == "/queries/reasons-of-links"
    assert site.get("/mappings/nothing").status_code == 404


def test_page_tells_why_a_thing_is_linked(site):
    text = site.get("/page/yeosu?lang=en").text
    assert "curated by hand" in text
    assert "not Lishui in Zhejiang" in text
    assert "annotatedSource" not in text


def test_robots_and_sitemap(site):
    assert "Sitemap: http://127.0.0.1" in site.get("/robots.txt").text
    text = site.get("/sitemap.xml").text
    assert "/page/weihai<" in text
    assert "/article/weihai-japan-korea<" in text


def test_pages_carry_schema_org(site):
    text = site.get("/page/incheon?lang=en").text
    found = text.partition('<script type="application/ld+json">')[2].partition("</script>")[0]
    document = json.loads(found)
    assert document["name"] == "Incheon"
    assert "City" in document["@type"]
    assert "http://www.wikidata.org/entity/Q20934" in document["sameAs"]
    assert [each["name"] for each in document["containedInPlace"]] == ["South Korea"]
    home = site.get("/").text
    assert '"@type": "Dataset"' in home


@pytest.mark.parametrize(
    ("name", "day"),
    [("launch-ceremony-2023-12-19", "2023-12-19"), ("visit-2025-02", "2025-02"),
     ("conferences-2024", "2024"), ("korea-shandong-import-fair-5", None)],
)  # fmt: skip
def test_event_tells_schema_org_its_place_and_its_day_as_exactly_as_they_are_known(site, name, day):
    text = site.get(f"/page/{name}?lang=en").text
    found = text.partition('<script type="application/ld+json">')[2].partition("</script>")[0]
    document = json.loads(found)
    assert "Event" in document["@type"]
    assert document.get("startDate") == day
    for place in document.get("location", ()):
        assert place["@type"] == "Place"
        assert place["name"]
    assert "isPartOf" not in document
