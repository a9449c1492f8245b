"""Every competency question is answered by saved queries, with the values it calls for.

``competency.json`` has the questions and what the article says; a question without values is one
that the article does not answer: its queries give no rows and their notes say so.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path

import pytest
from tests.saved_queries.answers import expected

from weihai_kg.saved_queries.saved_query import Expectation, SavedQuery

QUESTIONS = json.loads((Path(__file__).parent / "competency.json").read_text("utf-8"))


def is_in(value: str, tables: list[list[list[str]]]) -> bool:
    """Whether a value is in a cell: numbers by amount (changes are signed) or count of rows."""
    cells = [cell for rows in tables for row in rows for cell in row]
    try:
        number = Decimal(value)
    except InvalidOperation:
        return any(value in cell for cell in cells)
    return any(number == len(rows) for rows in tables) or any(
        cell.lstrip("-").replace(".", "", 1).isdecimal() and abs(Decimal(cell)) == number
        for cell in cells
    )


@pytest.mark.parametrize("question", QUESTIONS, ids=[each["id"] for each in QUESTIONS])
def test_question_is_answered(
    question: Mapping[str, object], queries: Mapping[str, SavedQuery]
) -> None:
    own = [query for query in queries.values() if question["id"] in query.answers]
    assert own, "no query answers it"
    tables = [expected(query.name)[1] for query in own]
    values = question["values"]
    assert isinstance(values, list)
    if not values:
        assert all(query.expect is Expectation.NONE and query.note for query in own)
        assert not any(tables)
    missing = [value for value in values if not is_in(value, tables)]
    assert not missing, tables
