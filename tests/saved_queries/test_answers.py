"""Each saved query gives the answer that the article calls for.

``expected/<name>.csv`` holds the answer of ``queries/<name>.rq`` with its default parameters: the
columns that say something, the rows in their order. A query without such a file fails.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest
from tests.saved_queries.answers import EXPECTED, expected, rows
from tests.saved_queries.conftest import local

from weihai_kg.engine.request import Answer, Form, QueryRequest
from weihai_kg.saved_queries.canonical import Table, canonical, table
from weihai_kg.saved_queries.runs import run_all
from weihai_kg.saved_queries.saved_query import SavedQuery

NAMES = sorted(local())


@pytest.mark.parametrize("name", NAMES)
def test_answer_of_each_query(
    name: str, queries: Mapping[str, SavedQuery], ask: Callable[[QueryRequest], Answer]
) -> None:
    query = queries[name]
    answer = ask(query.request())
    assert answer.body is not None
    columns, wanted = expected(name)
    if query.form is Form.SELECT:
        found = table(answer.body)
    else:
        text = canonical(query.form, answer.body).text
        found = Table(("answer",), tuple((f'"{line}"',) for line in text.splitlines()))
        if query.form is not Form.ASK:
            found = Table(("triple",), tuple((line,) for line in text.splitlines()))
            assert [row[0] for row in found.rows] == [row[0] for row in wanted]
            return
    assert rows(found, columns) == wanted


def test_expected_answers_have_a_query() -> None:
    assert sorted(file.stem for file in EXPECTED.glob("*.csv")) == NAMES


def test_runs_of_all_queries_have_no_findings(
    queries: Mapping[str, SavedQuery], ask: Callable[[QueryRequest], Answer]
) -> None:
    runs = list(run_all(queries.values(), ask))
    assert [run.name for run in runs] == NAMES
    assert not [str(finding) for run in runs for finding in run.findings]
    again = list(run_all(queries.values(), ask))
    assert [run.digest for run in again] == [run.digest for run in runs]


def test_queries_are_many_and_in_every_group(queries: Mapping[str, SavedQuery]) -> None:
    assert len(queries) >= 45
    assert len({query.group for query in queries.values()}) == 10
