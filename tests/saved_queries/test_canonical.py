"""The canonical form of answers and their digests."""

from __future__ import annotations

import json

from weihai_kg.engine.request import Form
from weihai_kg.saved_queries.canonical import canonical


def body(*rows: dict[str, dict[str, str]]) -> bytes:
    return json.dumps({"head": {"vars": ["a", "b"]}, "results": {"bindings": rows}}).encode()


ONE = {"a": {"type": "uri", "value": "http://x/1"}, "b": {"type": "literal", "value": "t\tu\n"}}
TWO = {"a": {"type": "literal", "value": "海", "xml:lang": "zh"}}
THREE = {
    "b": {"type": "literal", "datatype": "http://www.w3.org/2001/XMLSchema#integer", "value": "3"}
}


def test_table_rows_are_sorted_terms() -> None:
    answer = canonical(Form.SELECT, body(ONE, TWO, THREE))
    assert answer.rows == 3
    assert answer.text == (
        "?a\t?b\n"
        '\t"3"^^<http://www.w3.org/2001/XMLSchema#integer>\n'
        '"海"@zh\t\n'
        '<http://x/1>\t"t\\tu\\n"\n'
    )


def test_digest_is_of_what_is_said() -> None:
    first = canonical(Form.SELECT, body(ONE, TWO)).digest
    assert first == canonical(Form.SELECT, body(TWO, ONE)).digest
    assert first != canonical(Form.SELECT, body(ONE, TWO, TWO)).digest
    assert len(first) == 64


def test_boolean_and_graph() -> None:
    yes = canonical(Form.ASK, b'{"head": {}, "boolean": true}')
    assert (yes.text, yes.rows) == ("true\n", 1)
    graph = canonical(Form.CONSTRUCT, b"<b:b> <b:b> <b:b> .\n<a:a> <a:a> <a:a> .\n")
    assert (graph.text, graph.rows) == ("<a:a> <a:a> <a:a> .\n<b:b> <b:b> <b:b> .\n", 2)
