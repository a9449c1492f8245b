"""Data rules: a SELECT named ``*-violation.rq``; each row is a finding.

The comment ``# message:`` at its head is what the finding says.
"""

from __future__ import annotations

import pyoxigraph as ox
from rdflib import URIRef

from weihai_kg.errors import Finding
from weihai_kg.sources.named_graphs import Places

_MESSAGE = "# message:"


def check(lines: list[str], rules: dict[str, str], places: Places) -> list[Finding]:
    """The findings of every rule over the finished dataset, given as N-Quads lines.

    Raises ValueError when there is no rule: a check that looked at nothing must not pass.
    """
    if not rules:
        raise ValueError("no rules to check with")
    store = ox.Store()
    store.bulk_extend(ox.parse("".join(lines).encode(), format=ox.RdfFormat.N_QUADS))
    findings = []
    for file, text in sorted(rules.items()):
        what = message(text)
        try:
            solutions = store.query(text)
        except SyntaxError as error:
            todo = "correct the query"
            findings.append(Finding(file, error.lineno or 0, f"not SPARQL: {error.msg}", todo))
            continue
        if not isinstance(solutions, ox.QuerySolutions):
            findings.append(Finding(file, 0, "not a SELECT", "write the rule as a SELECT"))
            continue
        names = [variable.value for variable in solutions.variables]
        for solution in solutions:
            row = {name: solution[name] for name in names}
            this = row.get("this")
            place = places.of(URIRef(this.value)) if isinstance(this, ox.NamedNode) else None
            shown = ", ".join(f"{name} = {value}" for name, value in row.items() if value)
            where = place if place and place.line else None
            findings.append(
                Finding(
                    where.file if where else file,
                    where.line if where else 0,
                    f"rule {file.rsplit('/', 1)[-1].removesuffix('-violation.rq')}: {shown}",
                    what,
                )
            )
    return findings


def message(text: str) -> str:
    """What a rule says of its rows: its ``# message:`` comment, with the ``#`` lines after it."""
    words: list[str] = []
    for line in text.splitlines():
        if line.startswith(_MESSAGE):
            words.append(line.removeprefix(_MESSAGE).strip())
        elif words and line.startswith("#"):
            words.append(line.lstrip("# ").strip())
        elif words:
            break
    return " ".join(words) or "mend what this row shows"
