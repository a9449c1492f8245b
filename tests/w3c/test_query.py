"""The W3C SPARQL 1.0 and 1.1 query tests, asked over HTTP of a running service."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.w3c import answers
from tests.w3c.answers import Solutions
from tests.w3c.conftest import Endpoint, dataset_of, running, text_of, write_file
from tests.w3c.deviations import DEVIATIONS
from tests.w3c.manifests import Case, cases, path_of

JSON = "application/sparql-results+json"
XML = "application/sparql-results+xml"
GRAPHS = {"text/turtle": "turtle", "application/n-triples": "nt", "application/rdf+xml": "xml"}
CASES = list(cases())
LARGEST = int(os.environ.get("W3C_DATASETS", "5"))


def parameters() -> Iterator[Any]:
    for case in CASES:
        reason = DEVIATIONS.get(case.name)
        marks = [pytest.mark.xfail(reason=reason, strict=True)] if reason else []
        yield pytest.param(case, id=case.name, marks=marks)


def test_suites_are_whole() -> None:
    names = [case.name for case in CASES]
    assert len(names) == len(set(names)) == 735
    assert set(names) >= DEVIATIONS.keys()


@pytest.mark.parametrize("case", list(parameters()))
def test_w3c(endpoint: Endpoint, case: Case) -> None:
    if "NegativeSyntax" in case.kind:
        status, body = endpoint.ask(text_of(case, endpoint.address), JSON)
        assert status == 400, body
    elif "Syntax" in case.kind:
        status, body = endpoint.ask(text_of(case, endpoint.address), "*/*", dataset_of(case))
        # A SERVICE clause is well-formed also where it may not be called.
        refused = status == 502 and b"is not allowed here" in body
        assert status == 200 or refused, body
    else:
        evaluate(endpoint, case)


def test_file_is_served_as_it_is_and_followed(tmp_path: Path) -> None:
    """The same service after its file was replaced, a few times: no answer of the file before."""
    path = tmp_path / "data.trig"
    groups: dict[tuple[str, ...], list[Case]] = {}
    for case in CASES:
        if case.result and not case.chosen and not case.services and case.name not in DEVIATIONS:
            groups.setdefault((*case.default, "", *case.named), []).append(case)
    largest = sorted(groups.values(), key=len, reverse=True)[:LARGEST]
    write_file(largest[0][0], path)
    with running(path) as endpoint:
        for group in largest:
            if group is not largest[0]:
                before = endpoint.release()
                write_file(group[0], path)
                end = time.monotonic() + 30
                while endpoint.release() == before:
                    assert time.monotonic() < end
                    time.sleep(0.05)
            for case in group:
                evaluate(endpoint, case, as_file=True)


def evaluate(endpoint: Endpoint, case: Case, *, as_file: bool = False) -> None:
    text = text_of(case, endpoint.address)
    dataset = [] if as_file else dataset_of(case)
    path = path_of(case.result)
    wanted = answers.read_expected(path, case.result)

    def ask(accept: str) -> bytes:
        status, body = endpoint.ask(text, accept, dataset)
        assert status == 200, body
        return body

    if isinstance(wanted, bool):
        assert answers.read_json(ask(JSON)) is wanted
        assert answers.read_xml(ask(XML)) is wanted
    elif isinstance(wanted, Solutions):
        readers = {JSON: answers.read_json, XML: answers.read_xml}
        if path.suffix == ".csv":
            readers = {"text/csv": answers.read_csv}
        elif path.suffix == ".tsv":
            readers |= {"text/tab-separated-values": answers.read_tsv}
        for accept, read in readers.items():
            given = read(ask(accept))
            assert isinstance(given, Solutions)
            assert wanted.is_met_by(given, lax=case.lax), (wanted, given)
    else:
        for accept, format_ in GRAPHS.items():
            given = answers.read_graph(ask(accept), format_, case.query)
            assert answers.same_graph(wanted, given), given.serialize(format="nt")
