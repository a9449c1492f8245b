"""The linkset: every link with its reason, in the graph, as Turtle, SSSOM and QuickStatements."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from pathlib import Path

import pyoxigraph as ox
import pytest
import yaml
from rdflib import OWL, RDF, VOID, BNode, Graph, Namespace, URIRef

from weihai_kg.namespaces import Namespaces
from weihai_kg.publish import linkset
from weihai_kg.release import Release
from weihai_kg.sources.mappings import parse

BASE = "https://w3id.org/weihai-kg/"
SSSOM = Namespace("https://w3id.org/sssom/")
SETS = ("wikidata", "geonames")


@pytest.fixture(scope="module")
def links(release: Release) -> Graph:
    return Graph().parse(release.path / "wikidata-links.ttl")


def table(path: Path) -> tuple[dict[str, object], list[dict[str, str]]]:
    lines = path.read_text("utf-8").splitlines()
    header = [line[1:] for line in lines if line.startswith("#")]
    body = csv.DictReader(lines[len(header) :], delimiter="\t")
    return yaml.safe_load("\n".join(header)), list(body)


@pytest.mark.parametrize("name", SETS)
def test_published_table_has_every_row_and_a_whole_header(
    release: Release, project: Path, name: str
) -> None:
    header, rows = table(release.path / f"{name}.sssom.tsv")
    _, source = table(project / f"data/mappings/{name}.sssom.tsv")
    kept = [tuple(sorted((k, v) for k, v in row.items() if v)) for row in rows]
    assert Counter(kept) == Counter(
        tuple(sorted((k, v) for k, v in row.items() if v)) for row in source
    )
    assert header["mapping_set_id"] == f"{BASE}mappings/{name}"
    assert header["mapping_set_version"] == release.version
    assert header["license"].startswith("https://creativecommons.org/")
    assert {row["mapping_justification"].split(":")[0] for row in rows} == {"semapv"}
    read, findings = parse((release.path / f"{name}.sssom.tsv").read_text("utf-8"), name, name)
    assert not findings
    assert read is not None
    assert len(read.mappings) == len(source)


@pytest.mark.parametrize("name", SETS)
def test_each_row_is_an_axiom_with_its_justification(
    release: Release, links: Graph, name: str
) -> None:
    _, rows = table(release.path / f"{name}.sssom.tsv")
    mapping_set = URIRef(f"{BASE}mappings/{name}")
    axioms = set(links.objects(mapping_set, SSSOM.mappings))
    assert len(axioms) == len(rows)
    for axiom in axioms:
        assert (axiom, RDF.type, OWL.Axiom) in links
        link = tuple(
            links.value(axiom, part)
            for part in (OWL.annotatedSource, OWL.annotatedProperty, OWL.annotatedTarget)
        )
        assert link in links
        justification = links.value(axiom, SSSOM.mapping_justification)
        assert str(justification).startswith("https://w3id.org/semapv/vocab/")
        assert 0 <= float(links.value(axiom, SSSOM.confidence)) <= 1


def test_turtle_has_no_blank_node(links: Graph) -> None:
    assert not [t for t in links if any(isinstance(each, BNode) for each in t)]


def test_graph_gives_the_reason_of_a_link(store: ox.Store) -> None:
    query = """
        PREFIX owl: <http://www.w3.org/2002/07/owl#> PREFIX sssom: <https://w3id.org/sssom/>
        PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
        SELECT ?why ?comment { ?mapping owl:annotatedSource <https://w3id.org/weihai-kg/id/yeosu> ;
            owl:annotatedTarget <http://www.wikidata.org/entity/Q42125> ;
            sssom:mapping_justification ?why ; rdfs:comment ?comment }"""
    (row,) = store.query(query)
    assert row["why"].value.endswith("ManualMappingCuration")
    assert "not Lishui" in row["comment"].value


def test_void_counts_the_links_by_predicate_and_justification(release: Release) -> None:
    void = Graph().parse(release.path / "void.ttl")
    for name in SETS:
        _, rows = table(release.path / f"{name}.sssom.tsv")
        whole = URIRef(f"{BASE}mappings/{name}")
        assert (whole, RDF.type, VOID.Linkset) in void
        assert int(void.value(whole, VOID.triples)) == len(rows)
        parts = {
            (str(void.value(part, VOID.linkPredicate)).rsplit("#", 1)[1],
             str(void.value(part, SSSOM.mapping_justification)).rsplit("/", 1)[1]):
                int(void.value(part, VOID.triples))
            for part in void.objects(whole, VOID.subset)
        }  # fmt: skip
        assert parts == Counter(
            (row["predicate_id"].split(":")[1], row["mapping_justification"].split(":")[1])
            for row in rows
        )
        report = json.loads((release.path / "report.json").read_text("utf-8"))
        counted = report["justifications"][name]
        assert sum(sum(each.values()) for each in counted.values()) == len(rows)


def test_quickstatements_say_only_what_the_article_says_and_ask_for_a_review(
    release: Release, store: ox.Store
) -> None:
    lines = (release.path / "wikidata.quickstatements.tsv").read_text("utf-8").splitlines()
    form = re.compile(
        r"(Q\d+)\tP190\t(Q\d+)\tS854\t\"(https://\S+#char=(\d+),(\d+))\"\t"
        r"/\* .*reviewed by a person.* \*/"
    )
    pairs = set()
    for line in (each for each in lines if "\tP2888\t" not in each):
        found = form.fullmatch(line)
        assert found, line
        pairs.add((found[1], found[2]))
        words = f"""PREFIX oa: <http://www.w3.org/ns/oa#>
            ASK {{ ?q oa:start {found[4]} ; oa:end {found[5]} }}"""
        assert store.query(words)
    weihai, gunsan, ube = "Q373023", "Q42074", "Q468765"
    assert pairs == {(weihai, gunsan), (gunsan, weihai), (weihai, ube), (ube, weihai)}


def test_quickstatements_hold_every_exact_link_of_a_thing(release: Release) -> None:
    _, rows = table(release.path / "wikidata.sssom.tsv")
    text = (release.path / "wikidata.quickstatements.tsv").read_text("utf-8")
    form = r'^(Q\d+)\tP2888\t"(\S+)"\t/\* weihai-kg: (\w+), confidence (\S+);.*reviewed.* \*/$'
    assert Counter(re.findall(form, text, re.MULTILINE)) == Counter(
        (row["object_id"].removeprefix("wd:"), row["subject_id"].replace("id:", f"{BASE}id/"),
         row["mapping_justification"].removeprefix("semapv:"), row["confidence"])
        for row in rows
        if row["predicate_id"] == "skos:exactMatch" and row["subject_id"].startswith("id:")
    )  # fmt: skip


def test_names_of_mappings_do_not_depend_on_the_other_rows(project: Path) -> None:
    text = (project / "data/mappings/wikidata.sssom.tsv").read_text("utf-8")
    lines = text.splitlines(keepends=True)
    head = sum(line.startswith("#") for line in lines) + 1
    names = Namespaces()
    whole, _ = parse(text, "wikidata.sssom.tsv", "wikidata")
    few, _ = parse("".join(lines[: head + 5]), "wikidata.sssom.tsv", "wikidata")
    assert whole is not None
    assert few is not None
    some = {linkset.mapping_iri(each, few, names) for each in few.mappings}
    every = [linkset.mapping_iri(each, whole, names) for each in whole.mappings]
    assert len(some) == 5
    assert some < set(every)
    assert len(set(every)) == len(every)
