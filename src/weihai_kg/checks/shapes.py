"""SHACL: the shapes of ontology/shapes/ over everything that is published, merged.

https://www.w3.org/TR/shacl/
"""

from __future__ import annotations

import pyshacl
from rdflib import RDF, SH, Graph
from rdflib.term import Node

from weihai_kg.errors import Finding
from weihai_kg.ntriples import term
from weihai_kg.sources.named_graphs import Places


def validate(data: Graph, shapes: Graph) -> Graph:
    """The SHACL report on the data."""
    report: Graph
    _, report, _ = pyshacl.validate(
        data, shacl_graph=shapes, inference="none", advanced=False, inplace=True
    )
    return report


def findings(report: Graph, places: Places) -> list[Finding]:
    """The violations of a report as findings with their places."""
    return [_finding(report, result, places) for result in report.objects(None, SH.result)]


def _finding(report: Graph, result: Node, places: Places) -> Finding:
    focus = report.value(result, SH.focusNode)
    path = report.value(result, SH.resultPath)
    value = report.value(result, SH.value)
    message = " ".join(sorted(str(each) for each in report.objects(result, SH.resultMessage)))
    shape = report.value(result, SH.sourceShape)
    where = places.all(focus or RDF.nil, path, value)
    place = where[0]
    others = sorted({f"{each.file}:{each.line}" for each in where[1:] if path is not None})
    also = f" (also at {', '.join(others)})" if others else ""
    about = f"<{focus}>" + (f", <{path}>" if path is not None else "")
    said = f" (value {term(value)})" if value is not None and value != focus else ""
    component = report.value(result, SH.sourceConstraintComponent)
    kind = str(component or shape).rsplit("#", 1)[-1].removesuffix("ConstraintComponent")
    return place.finding(
        f"shape violated: {about}{said}: {kind}{also}", message or "make it conform to its shape"
    )
