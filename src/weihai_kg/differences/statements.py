"""The statements of a release by named graph, and which were added and removed."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from weihai_kg.release import NQUADS, Release

DEFAULT_GRAPH = ""

_QUAD = re.compile(
    r'(?P<statement>(?:<[^>]*>|_:\S+) <[^>]*> (?:<[^>]*>|_:\S+|"(?:[^"\\]|\\.)*"\S*))'
    r"(?: (?P<graph><[^>]*>|_:\S+))? \.\s*"
)


@dataclass(frozen=True, slots=True)
class GraphDifference:
    """The statements of one named graph that only one of the releases has; N-Triples, sorted.

    ``graph`` is empty for the default graph.
    """

    graph: str
    added: tuple[str, ...]
    removed: tuple[str, ...]


def by_graph(lines: Iterable[str]) -> Mapping[str, set[str]]:
    """The statements of N-Quads lines by the IRI of their graph.

    Raises ValueError for a line that is no statement.
    """
    found: dict[str, set[str]] = defaultdict(set)
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        quad = _QUAD.fullmatch(line)
        if quad is None:
            raise ValueError(f"line {number} is no N-Quads statement: {line[:100].strip()}")
        found[(quad["graph"] or "").strip("<>")].add(quad["statement"])
    return found


def compare(before: Release, after: Release) -> tuple[GraphDifference, ...]:
    """The graphs that differ, the default graph first, then by IRI."""
    old, new = _read(before), _read(after)
    differences = []
    for graph in sorted(old.keys() | new.keys()):
        was, is_ = old.get(graph, set()), new.get(graph, set())
        if was != is_:
            added, removed = tuple(sorted(is_ - was)), tuple(sorted(was - is_))
            differences.append(GraphDifference(graph, added, removed))
    return tuple(differences)


def _read(release: Release) -> Mapping[str, set[str]]:
    with (release.path / NQUADS).open(encoding="utf-8", newline="\n") as lines:
        return by_graph(lines)
