"""The validation in a process of its own says what pySHACL says, and leaves nothing behind."""

from __future__ import annotations

from pathlib import Path

import pyshacl
import pytest
from rdflib import SH, Graph
from rdflib.compare import isomorphic

from weihai_kg.checks.validator import Validator

ROOT = Path(__file__).parents[2]


def graph_of(files) -> Graph:
    graph = Graph(bind_namespaces="none")
    for file in files:
        graph.parse(data=file.read_text("utf-8"), format="turtle")
    return graph


def test_report_is_that_of_pyshacl() -> None:
    shapes = graph_of(sorted((ROOT / "ontology/shapes").glob("*.ttl")))
    data = graph_of(sorted((ROOT / "tests/ontology/shapes").glob("*-invalid.ttl")))
    _, wanted, _ = pyshacl.validate(data, shacl_graph=shapes, inference="none", advanced=False)
    with Validator() as validator:
        report = validator.report(data, shapes)
    assert len(list(wanted.objects(None, SH.result))) > 20
    assert isomorphic(report, wanted)


def test_no_shape_is_an_error_and_the_process_is_gone() -> None:
    with Validator() as validator:
        process = validator._process
        with pytest.raises(ValueError, match="no shapes"):
            validator.report([], Graph())
    assert process.poll() is not None


def test_process_that_dies_is_told() -> None:
    shapes = graph_of(sorted((ROOT / "ontology/shapes").glob("*.ttl"))[:1])
    with Validator() as validator:
        validator._process.kill()
        with pytest.raises((RuntimeError, BrokenPipeError)):
            validator.report([], shapes)
