"""Every saved query can be drawn as its header says, and in every other view that suits it."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from tests.drawings.tables import checked, words

from weihai_kg.engine.request import Form
from weihai_kg.release import Release
from weihai_kg.saved_queries.header import parse_all
from weihai_kg.saved_queries.saved_query import SavedQuery
from weihai_kg.web.drawings import draw, suited
from weihai_kg.web.tables.table import Table, read


@pytest.fixture(scope="module")
def answers(release: Release, store: ox.Store) -> dict[str, tuple[SavedQuery, Table]]:
    """The answer of each SELECT with its default parameters."""
    queries, _ = parse_all(release.queries())
    found = {}
    for query in queries:
        if query.form is Form.SELECT:
            solutions = store.query(query.body)
            assert isinstance(solutions, ox.QuerySolutions)
            body = solutions.serialize(format=ox.QueryResultsFormat.JSON)
            assert body is not None
            found[query.name] = query, read(body)
        else:
            assert query.view == "table", f"{query.name}: only a table can be drawn"
    assert len(found) > 90
    return found


def test_every_declared_view_suits_its_answer(
    answers: dict[str, tuple[SavedQuery, Table]],
) -> None:
    wrong = [
        (name, query.view, suited(table))
        for name, (query, table) in answers.items()
        if query.view not in suited(table)
    ]
    assert wrong == []
    assert {query.view for query, _ in answers.values()} >= {
        "number", "bar", "map", "network", "timeline",
    }  # fmt: skip


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_view_that_suits_draws(
    answers: dict[str, tuple[SavedQuery, Table]], language: str
) -> None:
    drawn = 0
    for name, (_, table) in answers.items():
        assert draw(table, "table", language, link=str) is None
        for view in suited(table)[1:]:
            markup = draw(table, view, language, link=lambda each: "/page?" + each)
            assert markup is not None, (name, view)
            assert words(checked(markup)).strip()
            drawn += 1
    assert drawn > 40


def test_what_does_not_suit_is_not_drawn(answers: dict[str, tuple[SavedQuery, Table]]) -> None:
    for name, (_, table) in answers.items():
        for view in {"number", "bar", "line", "map", "network", "timeline"} - set(suited(table)):
            assert draw(table, view, "en", link=str) is None, (name, view)


def test_a_chinese_reader_gets_chinese_names(
    answers: dict[str, tuple[SavedQuery, Table]],
) -> None:
    for name, wanted in (
        ("routes", "威海港"), ("parts-of-initiatives", "四港联动"), ("places-on-the-map", "群山"),
        ("events-by-time", "中韩整车运输试运行"), ("figures-above", "在威投资的日韩企业1100余家"),
    ):  # fmt: skip
        query, table = answers[name]
        markup = draw(table, query.view, "zh", link=str)
        assert wanted in words(checked(markup)), name
