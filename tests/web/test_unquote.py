"""Percent-decoding is that of the standard library, for any bytes."""

from __future__ import annotations

from urllib.parse import unquote_to_bytes

from hypothesis import given
from hypothesis import strategies as st

from weihai_kg.web.http.request import unquote

_PARTS = [b"%20", b"%3D", b"%0D%0A", b"%e4%bd", b"%zz", b"%2", b"%", b"=", b"\n", b"\r", b"a"]


@given(st.binary(max_size=40))
def test_unquote_bytes_as_the_standard_library_does(raw: bytes) -> None:
    assert unquote(raw) == unquote_to_bytes(raw)


@given(st.lists(st.sampled_from(_PARTS), max_size=12))
def test_unquote_codes_as_the_standard_library_does(parts: list[bytes]) -> None:
    assert unquote(b"".join(parts)) == unquote_to_bytes(b"".join(parts))
