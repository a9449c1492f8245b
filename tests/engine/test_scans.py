"""The scans before the parser, and the frames: whatever the text, they end and they are right."""

from __future__ import annotations

import contextlib
import socket

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from weihai_kg import errors
from weihai_kg.engine.frames import (
    HEADER,
    FrameReader,
    Kind,
    decode_error,
    decode_request,
    encode_error,
    encode_request,
)
from weihai_kg.engine.nesting import check_nesting
from weihai_kg.engine.outline import outline
from weihai_kg.engine.request import QueryRequest
from weihai_kg.engine.rows import RowCounter
from weihai_kg.engine.tokens import decode_escapes, tokens
from weihai_kg.errors import LimitExceededError, QueryError

SPARQLISH = st.lists(
    st.sampled_from(
        ["{", "}", "(", ")", "[", "]", "!", "||", "&&", "<", ">", "<<(", ")>>", "'", '"', "'''",
         '"""', "\\", "\\u0041", "#", "\n", " ", "SERVICE", "FROM", "NAMED", "VALUES", "UNION",
         "PREFIX", "BASE", "a:", ":b", "?x", "@en", "1", ".", ";", "^", "*", "é", "<http://x/>"]
    ),
    max_size=60,
).map("".join)  # fmt: skip


@given(SPARQLISH | st.text())
@settings(deadline=None)
def test_scans_end_in_an_answer_or_a_query_error(text: str) -> None:
    kinds = list(tokens(text))
    assert all(text[each.start : each.end] == each.text for each in kinds)
    for scan in (lambda: outline(decode_escapes(text)), lambda: check_nesting(text, 3)):
        with contextlib.suppress(QueryError):
            scan()


@given(st.integers(0, 40), st.sampled_from(["{}", "()", "[]"]), st.text("ab'\"#\n {(", max_size=20))
def test_brackets_count_outside_of_strings_only(depth: int, pair: str, inside: str) -> None:
    quoted = '"""' + inside.replace('"', "'") + '"""'
    text = "ASK " + pair[0] * depth + quoted + pair[1] * depth
    if depth > 20:
        with pytest.raises(LimitExceededError):
            check_nesting(text, 20)
    else:
        check_nesting(text, 20)


@pytest.mark.parametrize(
    "text",
    [
        "ASK { VALUES ?x { " + "1 " * 20_000 + "} }",
        "ASK { VALUES (?x ?y) { " + "(1 2) " * 20_000 + "} }",
        "ASK { ?s ?p ?o FILTER(?o IN (" + ",".join(["1"] * 20_000) + ")) }",
        "CONSTRUCT { " + "<a:s> <a:p> 1 . " * 400 + " } {}",
        "ASK { " + "{ ?s ?p ?o } UNION " * 200 + "{} }",
    ],
)
def test_long_lists_do_not_nest(text: str) -> None:
    check_nesting(text, 100)


@given(
    st.builds(
        QueryRequest,
        st.text(),
        base_iri=st.none() | st.text(),
        default_graphs=st.lists(st.text()).map(tuple),
        named_graphs=st.lists(st.text()).map(tuple),
        infer=st.booleans(),
        substitutions=st.dictionaries(st.text(), st.text()),
        results=st.lists(st.text()).map(tuple),
        head_only=st.booleans(),
    )
)
def test_requests_survive_their_frame(request: QueryRequest) -> None:
    assert decode_request(encode_request(request)[4:]) == request


@given(st.text(), st.floats(allow_nan=False, allow_infinity=False))
def test_errors_survive_their_frame(text: str, value: float) -> None:
    limit = decode_error(encode_error(LimitExceededError("query_rows", value, text)))
    assert isinstance(limit, LimitExceededError)
    assert (limit.limit, limit.value, str(limit)) == ("query_rows", value, text)
    other = decode_error(encode_error(errors.EvaluationError(text)))
    assert type(other) is errors.EvaluationError
    assert str(other) == text


@given(st.binary())
def test_nonsense_from_a_worker_is_an_error(body: bytes) -> None:
    assert isinstance(decode_error(body), QueryError)


@given(st.lists(st.binary(max_size=2000), max_size=10), st.integers(1, 300))
def test_frames_are_read_however_they_arrive(bodies: list[bytes], step: int) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        data = b"".join(HEADER.pack(Kind.CHUNK, 1, 2, 0, len(body)) + body for body in bodies)
        reader = FrameReader(ours)
        read = []
        ours.setblocking(False)
        for start in range(0, len(data), step):
            theirs.sendall(data[start : start + step])
            try:
                while True:
                    read.append(reader.read()[-1])
            except BlockingIOError:
                continue
        assert read == bodies
        theirs.close()
        with pytest.raises(EOFError):
            reader.read()


VALUES = st.text('},{"[]:\\x', max_size=12)


ROW = st.dictionaries(st.sampled_from(["a", "b"]), VALUES)


@given(st.lists(ROW, max_size=30), st.integers(1, 50))
@settings(deadline=None)
def test_rows_are_counted_whatever_the_values(rows: list[dict[str, str]], step: int) -> None:
    def term(row: dict[str, str], name: str) -> str:
        return str(ox.Literal(row[name])) if name in row else "UNDEF"

    clauses = " ".join(f"({term(row, 'a')} {term(row, 'b')})" for row in rows)
    query = f"SELECT ?a ?b {{ VALUES (?a ?b) {{ {clauses} }} }}"
    for name in ("json", "xml", "csv", "tsv"):
        format_ = getattr(ox.QueryResultsFormat, name.upper())
        body = ox.Store().query(query).serialize(format=format_)
        assert body is not None
        counter = RowCounter(name)
        for start in range(0, len(body), step):
            counter.feed(body[start : start + step])
        assert counter.finish() == len(rows), (name, body)
