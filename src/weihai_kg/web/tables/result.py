"""A whole answer of the engine."""

from __future__ import annotations

from dataclasses import dataclass

from weihai_kg.engine.request import Form


@dataclass(frozen=True, slots=True)
class Result:
    """A whole answer: its bytes in one format, and the release it comes from."""

    form: Form
    format: str
    body: bytes
    version: str
