"""A difference as text, as JSON and as RDF.

The RDF is that of the Changeset vocabulary (http://purl.org/vocab/changeset/schema#): a change set
for each named graph, whose additions and removals are reified statements.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict
from urllib.parse import quote

from weihai_kg.differences.difference import Difference

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_CS = "http://purl.org/vocab/changeset/schema#"
_REMOVED, _ADDED = "schema:replacee", "schema:replacer"
_PREFIXES = {
    "cs": _CS, "rdf": _RDF, "prov": "http://www.w3.org/ns/prov#",
    "schema": "https://schema.org/", "dcterms": "http://purl.org/dc/terms/",
}  # fmt: skip


def to_text(difference: Difference) -> str:
    """Lines for a terminal: ``+`` added, ``-`` removed."""
    lines = [f"{difference.before} -> {difference.after}", difference.note.text(), ""]
    for graph in difference.graphs:
        name = graph.graph or "default graph"
        lines.append(f"graph {name}: +{len(graph.added)} -{len(graph.removed)}")
        lines += [f"  - {each}" for each in graph.removed]
        lines += [f"  + {each}" for each in graph.added]
    for each in difference.answers:
        counts = f"{_count(each.before)} -> {_count(each.after)}"
        reworded = ", its text changed" if each.reworded else ""
        lines.append(f"query {each.name}: {counts} rows{reworded}")
        if each.columns:
            lines.append(f"    {each.columns}")
        lines += [f"  - {row}" for row in each.removed]
        lines += [f"  + {row}" for row in each.added]
    return "\n".join(lines).rstrip() + "\n"


def _count(rows: int | None) -> str:
    return "none" if rows is None else str(rows)


def to_json(difference: Difference) -> str:
    """One JSON document."""
    document = {
        "before": difference.before,
        "after": difference.after,
        "summary": asdict(difference.note)
        | {"text": {language: difference.note.text(language) for language in ("zh", "en")}},
        "graphs": [asdict(each) for each in difference.graphs],
        "queries": [asdict(each) for each in difference.answers],
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def to_turtle(difference: Difference) -> str:
    """Turtle, sorted: the same difference has the same bytes."""
    lines = [f"@prefix {prefix}: <{name}> ." for prefix, name in sorted(_PREFIXES.items())]
    root = f"{difference.base}change/{difference.digest}"
    lines += [
        "",
        f"<{root}> a prov:Entity ;",
        f"    prov:wasDerivedFrom <{_release(difference, difference.before)}> , "
        f"<{_release(difference, difference.after)}> ;",
        f"    dcterms:description {_literal(difference.note.text('zh'))}@zh , "
        f"{_literal(difference.note.text())}@en .",
    ]
    for graph in difference.graphs:
        lines += _change_set(root, graph.graph, graph.added, graph.removed)
    for each in difference.answers:
        lines += [
            "",
            f"<{root}#query-{each.name}> a schema:ReplaceAction ;",
            f"    schema:object <{difference.base}queries/{each.name}> ;",
            *(f"    {_REMOVED} {_literal(row)} ;" for row in each.removed),
            *(f"    {_ADDED} {_literal(row)} ;" for row in each.added),
            f"    dcterms:isPartOf <{root}> .",
        ]
    return "\n".join(lines) + "\n"


def _change_set(
    root: str, graph: str, added: tuple[str, ...], removed: tuple[str, ...]
) -> Iterator[str]:
    node = f"{root}#graph-{hashlib.sha256(graph.encode()).hexdigest()[:16]}"
    yield ""
    yield f"<{node}> a cs:ChangeSet ;"
    if graph:
        yield f"    cs:subjectOfChange <{graph}> ;"
    else:
        yield '    cs:changeReason "the default graph" ;'
    for name, statements in (("removal", removed), ("addition", added)):
        for each in statements:
            subject, predicate, value = each.split(" ", 2)
            yield (
                f"    cs:{name} [ a rdf:Statement ; rdf:subject {subject} ; "
                f"rdf:predicate {predicate} ; rdf:object {value} ] ;"
            )
    yield f"    dcterms:isPartOf <{root}> ."


def _release(difference: Difference, version: str) -> str:
    return f"{difference.base}downloads/{quote(version, safe='+')}"


def _literal(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
