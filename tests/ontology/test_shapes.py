"""Every SHACL shape accepts its valid example and refuses its invalid one.

The examples are ``shapes/<Shape>-valid.ttl`` and ``shapes/<Shape>-invalid.ttl``, each as small as
the shape allows; the first line of each says what it shows.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyshacl
import pytest
from rdflib import RDF, RDFS, SH, Graph, Namespace, URIRef

ROOT = Path(__file__).parents[2]
EXAMPLES = Path(__file__).parent / "shapes"
SHAPE = Namespace("https://w3id.org/weihai-kg/shape/")
TARGETS = (SH.targetClass, SH.targetNode, SH.targetSubjectsOf, SH.targetObjectsOf)


def _shapes() -> Graph:
    graph = Graph(bind_namespaces="none")
    for file in sorted((ROOT / "ontology" / "shapes").glob("*.ttl")):
        graph.parse(data=file.read_text("utf-8"), format="turtle")
    return graph


SHAPES = _shapes()
NAMES = sorted(
    shape.removeprefix(SHAPE)
    for shape in SHAPES.subjects(RDF.type, SH.NodeShape)
    if isinstance(shape, URIRef)
)


def _alone(name: str) -> Graph:
    """The shapes with no target but those of one shape."""
    graph = Graph(bind_namespaces="none")
    for subject, predicate, value in SHAPES:
        if predicate not in TARGETS or subject == SHAPE[name]:
            graph.add((subject, predicate, value))
    return graph


def _validate(name: str, kind: str, core: Any) -> tuple[bool, str]:
    text = (EXAMPLES / f"{name}-{kind}.ttl").read_text("utf-8")
    data = Graph(bind_namespaces="none").parse(data=text, format="turtle")
    for statement in core.graph.triples((None, RDFS.subClassOf, None)):
        data.add(statement)
    conforms, _, report = pyshacl.validate(data, shacl_graph=_alone(name), inference="none")
    return conforms, report


def test_there_are_shapes() -> None:
    assert len(NAMES) >= 25, NAMES


def test_every_shape_has_both_examples() -> None:
    expected = {f"{name}-{kind}.ttl" for name in NAMES for kind in ("valid", "invalid")}
    found = {file.name for file in EXAMPLES.glob("*")}
    assert found == expected, f"missing or without a shape: {sorted(found ^ expected)}"


@pytest.mark.parametrize("name", NAMES)
def test_every_shape_has_a_target_and_says_what_to_do(name: str) -> None:
    assert any((SHAPE[name], target, None) in SHAPES for target in TARGETS)
    silent = [
        constraint
        for link in (SH.property, SH.sparql)
        for constraint in SHAPES.objects(SHAPE[name], link)
        if (constraint, SH.message, None) not in SHAPES
    ]
    assert not silent, f"constraints of {name} without sh:message: {len(silent)}"


@pytest.mark.parametrize("name", NAMES)
def test_valid_example_conforms(name: str, core: Any) -> None:
    conforms, report = _validate(name, "valid", core)
    assert conforms, report


@pytest.mark.parametrize("name", NAMES)
def test_invalid_example_is_refused(name: str, core: Any) -> None:
    conforms, report = _validate(name, "invalid", core)
    assert not conforms, f"{name} accepts its invalid example"
    assert "Message:" in report


def test_the_shapes_are_shacl() -> None:
    """The shapes themselves conform to SHACL's own shapes."""
    conforms, _, report = pyshacl.validate(
        Graph(bind_namespaces="none"), shacl_graph=SHAPES, meta_shacl=True, inference="none"
    )
    assert conforms, report
