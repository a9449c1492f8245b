"""A release: complete, checked, the same bytes from the same sources."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
import zstandard

from weihai_kg.build import build
from weihai_kg.release import COMPRESSED, DUMPS, NQUADS, VOIDS, Release
from weihai_kg.settings import Settings

BASE = "https://w3id.org/weihai-kg/"
FORMATS = {".nq": ox.RdfFormat.N_QUADS, ".trig": ox.RdfFormat.TRIG, ".ttl": ox.RdfFormat.TURTLE,
           ".nt": ox.RdfFormat.N_TRIPLES, ".rdf": ox.RdfFormat.RDF_XML,
           ".jsonld": ox.RdfFormat.JSON_LD}  # fmt: skip


def quads(file: Path) -> set[str]:
    return {str(quad) for quad in ox.parse(path=str(file), format=FORMATS[file.suffix])}


def named(lines: set[str]) -> set[str]:
    """Those without a blank node, whose label a reader may change."""
    return {line for line in lines if "_:" not in line}


def test_release_holds_every_file_with_its_checksum(release: Release) -> None:
    tables = ("wikidata.sssom.tsv", "geonames.sssom.tsv")
    names = {name + end for name in (*DUMPS, *tables) for end in ("", *COMPRESSED)}
    names |= {*VOIDS, "report.json", "queries.json", "articles.json", "names.json"}
    names |= {"article-weihai-japan-korea.txt"}
    assert set(release.files()) == names
    for name, digest in release.files().items():
        assert hashlib.sha256((release.path / name).read_bytes()).hexdigest() == digest, name


@pytest.mark.parametrize("name", DUMPS)
def test_compressed_twin_is_the_same_file(release: Release, name: str) -> None:
    content = (release.path / name).read_bytes()
    assert gzip.decompress((release.path / f"{name}.gz").read_bytes()) == content
    packed = (release.path / f"{name}.zst").read_bytes()
    assert zstandard.ZstdDecompressor().decompress(packed) == content


def test_build_twice_gives_the_same_bytes_whatever_the_hash_seed(
    project: Path, release: Release, tmp_path: Path
) -> None:
    command = [sys.executable, "-m", "weihai_kg", "build", "--project", str(project),
               "--releases", str(tmp_path)]  # fmt: skip
    environment = os.environ | {"PYTHONHASHSEED": "77", "TZ": "Asia/Tokyo"}
    subprocess.run(command, check=True, env=environment, capture_output=True)
    other = Release((tmp_path / "current").resolve())
    assert other.version == release.version
    assert other.files() == release.files()


def test_build_again_of_unchanged_sources_does_nothing(project: Path, releases: Path) -> None:
    before = (releases / "current").resolve().stat().st_mtime_ns
    again, fresh = build(Settings(project=project, releases=releases))
    assert not fresh
    assert again.path.stat().st_mtime_ns == before


def test_build_again_of_a_damaged_release_mends_it(project: Path, tmp_path: Path) -> None:
    first, _ = build(Settings(project=project, releases=tmp_path))
    (first.path / "void.ttl").write_text("damaged")
    again, fresh = build(Settings(project=project, releases=tmp_path))
    assert fresh
    assert again.intact()


def test_nquads_trig_and_jsonld_hold_the_same_dataset(release: Release) -> None:
    whole = quads(release.path / NQUADS)
    assert quads(release.path / "weihai-kg.trig") == whole
    assert quads(release.path / "weihai-kg.jsonld") == whole


def test_ntriples_and_rdfxml_hold_the_default_graph(release: Release, store: ox.Store) -> None:
    default = {str(quad) for quad in store.quads_for_pattern(None, None, None, ox.DefaultGraph())}
    assert len(default) > 10_000
    assert named(quads(release.path / "weihai-kg.nt")) == named(default)
    read = len(list(ox.parse(path=str(release.path / "weihai-kg.rdf"))))
    assert read == len(default)


def test_default_graph_is_the_distinct_union_of_the_named_graphs(store: ox.Store) -> None:
    default = {quad.triple for quad in store.quads_for_pattern(None, None, None, ox.DefaultGraph())}
    named = {quad.triple for quad in store if not isinstance(quad.graph_name, ox.DefaultGraph)}
    assert default == named


def test_asserted_graph_has_everything_but_the_inferred(store: ox.Store) -> None:
    wkg = f"PREFIX wkg: <{BASE}ontology#>"
    asserted = ox.NamedNode(f"{BASE}graph/asserted")
    held = {quad.triple for quad in store.quads_for_pattern(None, None, None, asserted)}
    query = wkg + "SELECT ?s ?p ?o { ?g a wkg:InferredGraph . GRAPH ?g { ?s ?p ?o } }"
    inferred = {ox.Triple(row["s"], row["p"], row["o"]) for row in store.query(query)}
    assert len(inferred) > 1000
    assert not held & inferred
    union = {quad.triple for quad in store.quads_for_pattern(None, None, None, ox.DefaultGraph())}
    evidence = {t for t in union - held - inferred
                if "/graph/inferred-" in str(t.subject) or "/rule/" in str(t.subject)}  # fmt: skip
    assert union == held | inferred | evidence


def test_published_data_has_no_blank_node_outside_the_ontology(store: ox.Store) -> None:
    ontology = ox.NamedNode(f"{BASE}graph/ontology")
    own = {quad.triple for quad in store.quads_for_pattern(None, None, None, ontology)}
    for quad in store:
        blank = isinstance(quad.subject, ox.BlankNode) or isinstance(quad.object, ox.BlankNode)
        assert not blank or quad.triple in own, quad


def test_turtle_view_leads_from_each_subject_to_its_words(release: Release) -> None:
    graph = rdflib.Graph().parse(release.path / "weihai-kg.ttl")
    query = """
        PREFIX prov: <http://www.w3.org/ns/prov#> PREFIX oa: <http://www.w3.org/ns/oa#>
        SELECT ?words { <https://w3id.org/weihai-kg/id/route-weihai-pyeongtaek>
                        prov:wasDerivedFrom/oa:exact ?words }"""
    assert any("威海—平泽" in str(row.words) for row in graph.query(query))


def test_rdf12_view_answers_a_query_with_annotations(release: Release) -> None:
    store = ox.Store()
    store.load(path=str(release.path / "weihai-kg-rdf12.ttl"), format=ox.RdfFormat.TURTLE)
    query = """
        PREFIX id: <https://w3id.org/weihai-kg/id/> PREFIX wkg: <https://w3id.org/weihai-kg/ontology#>
        PREFIX prov: <http://www.w3.org/ns/prov#> PREFIX oa: <http://www.w3.org/ns/oa#>
        SELECT ?words { id:obs-traders wkg:value ?v {| prov:wasDerivedFrom/oa:exact ?words |} }"""
    assert any("3424" in row["words"].value for row in store.query(query))


def test_report_counts_what_is_there(release: Release, store: ox.Store) -> None:
    report = json.loads((release.path / "report.json").read_text("utf-8"))
    assert report["version"] == release.version
    assert report["quads"] == len(store)
    query = f"SELECT (COUNT(?q) AS ?n) {{ ?q a <{BASE}ontology#Quotation> }}"
    assert int(next(iter(store.query(query)))["n"].value) == report["quotations"]
    assert report["articles"]["weihai-japan-korea"]["share"] > 0.95


def test_another_base_moves_every_own_iri(project: Path, tmp_path: Path) -> None:
    base = "https://data.example.org/wh/"
    moved, _ = build(Settings(project=project, releases=tmp_path, base=base))
    text = (moved.path / NQUADS).read_text("utf-8")
    assert BASE not in text
    assert f"<{base}id/weihai>" in text
    assert moved.version.split("+")[0] == "1.0.0"
