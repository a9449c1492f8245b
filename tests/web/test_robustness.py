"""Whatever the headers and parameters are, the answer is never a 500."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

LATIN = st.text(st.characters(max_codepoint=255, exclude_characters="\r\n\0"), max_size=60)
NAMES = st.sampled_from(
    ["query", "update", "default-graph-uri", "named-graph-uri", "infer", "timeout", "format",
     "using-graph-uri", "version", "x", ""]
)  # fmt: skip
VALUES = (
    st.sampled_from(
        ["ASK{}", "ASK%20%7B%7D", "SELECT", "%", "%FF", "+", "true", "http://a", "1", "json", ""]
    )
    | LATIN
)
PAIRS = st.lists(st.tuples(NAMES, VALUES), max_size=5).map(
    lambda pairs: "&".join(f"{name}={value}" for name, value in pairs)
)
QUIET = settings(max_examples=150, deadline=None,
                 suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip


@QUIET
@given(query_string=PAIRS | LATIN)
def test_get_any_query_string_is_never_500(client, query_string):
    response = client.get("/sparql", query_string=query_string)
    assert response.status_code < 500, response.text


@QUIET
@given(body=st.binary(max_size=60) | PAIRS.map(lambda text: text.encode("latin-1")))
def test_post_any_form_is_never_500(client, body):
    response = client.post("/sparql", data=body, content_type="application/x-www-form-urlencoded")
    assert response.status_code < 500, response.text


@QUIET
@given(accept=LATIN, encoding=LATIN, etag=LATIN, kind=LATIN)
def test_any_headers_are_never_500(client, accept, encoding, etag, kind):
    headers = {
        "Accept": accept, "Accept-Encoding": encoding, "If-None-Match": etag,
        "If-Modified-Since": etag, "X-Request-Id": kind,
    }  # fmt: skip
    assert client.get("/sparql?query=ASK{}", headers=headers).status_code < 500
    response = client.post("/sparql", data=b"ASK{}", content_type=kind, headers=headers)
    assert response.status_code < 500


@QUIET
@given(path=LATIN)
def test_any_path_is_never_500(client, path):
    for start in ("/", "/graph/", "/graph-store/", "/downloads/", "/downloads/latest/"):
        response = client.get(start + path.replace("?", ""))
        assert response.status_code < 500, response.text
