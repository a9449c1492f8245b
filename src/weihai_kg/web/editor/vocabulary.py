"""What the editor completes: the prefixes, properties and classes of the graph, with labels."""

from __future__ import annotations

import json
from typing import Any

from weihai_kg.namespaces import Namespaces
from weihai_kg.query_doctor.statistics import Statistics
from weihai_kg.web.queries.view import short


def document(statistics: Statistics, namespaces: Namespaces) -> bytes:
    """The vocabulary as JSON: ``[name, kind, uses, zh, en]`` each, the most used first."""
    prefixes = namespaces.prefixes
    kinds = (("p", statistics.properties), ("c", statistics.classes))
    terms: list[list[Any]] = [
        [short(iri, prefixes), kind, count, statistics.label(iri, "zh"),
         statistics.label(iri, "en")]
        for kind, counts in kinds
        for iri, count in sorted(counts.items(), key=lambda each: (-each[1], each[0]))
    ]  # fmt: skip
    found = {"version": statistics.version, "prefixes": prefixes, "terms": terms}
    return json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode()
