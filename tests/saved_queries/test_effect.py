"""Each parameter takes effect as if its term stood in the query.

Bound by the engine, and by pyoxigraph's own substitutions, which know less.
"""

from __future__ import annotations

from collections.abc import Mapping

import pyoxigraph as ox
import pytest
from tests.saved_queries.conftest import local, substitutions

from weihai_kg.engine.substitution import substitute
from weihai_kg.saved_queries.parameters import Parameter, Type, choices_query
from weihai_kg.saved_queries.saved_query import SavedQuery, slot

VALUES = {
    Type.INTEGER: ["1", "2", "18", "30", "48"],
    Type.YEAR: ["2023", "2024", "2025"],
    Type.DECIMAL: ["0", "100", "2999.5"],
    Type.STRING: ["威海", "Weihai", 'x" } UNION {?s ?p ?o} #'],
    Type.LANGUAGE: ["zh", "en", "ja"],
    Type.IRI: ["id:japan", "wkg:cooperatesWith", "wkg:locatedIn", "https://example.org/none"],
}
SAME_FOR_ALL = {
    "investment-of-a-company": "the article gives no amount for any company",
    "liner-routes-to-one-country": "the article counts no routes to one country alone",
}
"""Queries whose answer is empty for every choice, each with the reason."""

CASES = [(query.name, each.name) for query in local().values() for each in query.parameters]


def rows(store: ox.Store, text: str, bound: Mapping[ox.Variable, ox.Literal]) -> list[str]:
    found = store.query(text, substitutions=dict(bound))
    assert isinstance(found, ox.QuerySolutions)
    return sorted("\t".join(str(term or "") for term in row) for row in found)


def values(parameter: Parameter, store: ox.Store) -> list[str]:
    """Every choice that a form would offer (fifteen at most), or values that try it."""
    if parameter.choices:
        return list(parameter.choices)
    offered = choices_query(parameter)
    if offered:
        found = store.query(offered)
        assert isinstance(found, ox.QuerySolutions)
        assert [name.value for name in found.variables] == ["value", "labelZh", "labelEn"]
        members = [row["value"].value for row in found]
        assert members, "no choices"
        return members[:15]
    return VALUES[parameter.type]


@pytest.mark.parametrize(("name", "parameter"), CASES, ids=[f"{a}-{b}" for a, b in CASES])
def test_parameter_takes_effect(
    name: str, parameter: str, queries: Mapping[str, SavedQuery], store: ox.Store
) -> None:
    query = queries[name]
    declared = next(each for each in query.parameters if each.name == parameter)
    default = rows(store, query.text, {})
    answers = {tuple(default)}
    for value in values(declared, store):
        request = query.request({parameter: value})
        term = request.substitutions[parameter]
        written = slot(parameter).sub(
            lambda match, term=term: f"VALUES ?{parameter} {{ {term} }}\n", query.body, count=1
        )
        found = rows(store, request.text, substitutions(request))
        assert found == rows(store, written, {}), value
        assert found == rows(store, substitute(request.text, request.substitutions), {}), value
        answers.add(tuple(found))
    assert len(answers) > 1 or name in SAME_FOR_ALL


@pytest.mark.parametrize("name", sorted(local()))
def test_default_given_is_default_left_out(
    name: str, queries: Mapping[str, SavedQuery], store: ox.Store
) -> None:
    query = queries[name]
    defaults = {each.name: each.default for each in query.parameters if each.default is not None}
    if not defaults:
        return
    request = query.request(defaults)
    assert set(request.substitutions) == set(defaults)
    assert rows(store, request.text, substitutions(request)) == rows(store, query.text, {})


@pytest.mark.parametrize(
    ("name", "arguments", "column", "wanted"),
    [
        # 1100余 is above 1100: the words exclude the bound itself
        ("figures-above", {"minimum": "1100"}, "figure", "id:obs-jk-enterprises"),
        ("figures-above", {"minimum": "3400"}, "figure", "id:obs-traders-rounded"),
        ("compare-two-figures", {"first": "id:obs-jk-share-implied-whole",
         "second": "id:obs-outbound-share-implied-whole"}, "verdict", "yes"),
        ("compare-two-figures", {"first": "id:obs-outbound", "second": "id:obs-jk-enterprises"},
         "verdict", "no"),
        ("compare-two-figures", {"first": "id:obs-jk-enterprises", "second": "id:obs-coops"},
         "verdict", "cannot be told"),
        ("time-between", {"first": "id:launch-ceremony-2023-12-19",
         "second": "id:golden-bridge-sets-sail-1990"}, "order", "second, then first"),
        ("time-between", {"first": "id:korea-shandong-import-fair-5",
         "second": "id:sino-korean-ecommerce-conference-7"}, "order", "cannot be told"),
    ],
)  # fmt: skip
def test_answer_for_other_values(
    name: str, arguments: dict[str, str], column: str, wanted: str,
    queries: Mapping[str, SavedQuery], store: ox.Store,
) -> None:  # fmt: skip
    request = queries[name].request(arguments)
    found = store.query(request.text, substitutions=substitutions(request))
    assert isinstance(found, ox.QuerySolutions)
    values = {str(row[column].value) for row in found}
    assert wanted.replace("id:", "https://w3id.org/weihai-kg/id/") in values
