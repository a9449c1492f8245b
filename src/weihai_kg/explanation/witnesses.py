"""What EXISTS finds for a solution, and what a MINUS finds that takes it away."""

from __future__ import annotations

from dataclasses import replace

from rdflib.term import Node

from weihai_kg.engine.substitution import substitute
from weihai_kg.engine.tokens import tokens
from weihai_kg.errors import QuerySyntaxError
from weihai_kg.explanation import pattern as q
from weihai_kg.explanation import writing
from weihai_kg.explanation.asking import Row
from weihai_kg.explanation.retracing import Retracer
from weihai_kg.explanation.scope import in_scope
from weihai_kg.explanation.terms import askable, key, row_key, same
from weihai_kg.explanation.writing import Demand

MOST = 10_000
_FEW = 100


def of_group(deriver: Retracer, group: q.Group, row: Row, graph: Node | None) -> Row | None:
    """The first solution of a group into which the values of a solution are put.

    A blank node cannot be put in: those solutions are left that have it. Raises QuerySyntaxError
    where the solutions do not tell whether they do.
    """
    query = within(replace(deriver.query, where=group), graph, deriver.query.dataset)
    text = writing.solutions(query, query.where.parts, Demand(), None)
    used = {token.text[1:] for token in tokens(text) if token.kind == "variable"}
    put = {name: key(row[name]) for name in used & row.keys() if askable(row[name])}
    blank = {name: row[name] for name in (used & row.keys()) - put.keys()}
    if not blank.keys() <= in_scope(group.parts):
        raise QuerySyntaxError("A blank node has no name to put into a query.")
    text = substitute(text, put) + f" LIMIT {MOST if blank else _FEW}"
    rows = [
        each for each in deriver.asker.rows(text)
        if all(name not in each or same(each[name], blank[name]) for name in blank)
    ]  # fmt: skip
    return min(rows, key=row_key) if rows else None


def of_minus(deriver: Retracer, part: q.Minus, row: Row, graph: Node | None) -> Row | None:
    """The first solution of a MINUS that takes a solution away.

    It has a variable in common with it, and no other value for any (SPARQL 1.1 Query, section
    18.5); a filter in it knows no other variable of the solution.
    """
    query = within(replace(deriver.query, where=part.group), graph, deriver.query.dataset)
    shared = in_scope(part.group.parts) & row.keys()
    tests = [
        f"(!BOUND(?{name}) || " + (
            f"sameTerm(?{name}, {key(row[name])}))" if askable(row[name])
            else f"isBlank(?{name}))"
        )
        for name in sorted(shared)
    ]  # fmt: skip
    condition = " && ".join(tests)
    test = q.Filter(q.Expression(condition), f"FILTER({condition})")
    text = writing.solutions(query, (q.Group(query.where.parts), test), Demand(), MOST)
    rows = deriver.asker.rows(text) if shared else []
    rows = [
        each
        for each in rows
        if shared & each.keys() and all(same(each[n], row[n]) for n in shared & each.keys())
    ]
    return min(rows, key=row_key) if rows else None


def within(query: q.Query, graph: Node | None, dataset: str) -> q.Query:
    """The query over one graph, for what stands in GRAPH."""
    if graph is None:
        return query if query.dataset == dataset else replace(query, dataset=dataset)
    where = q.Group((q.Graph(key(graph), query.where, query.where.text),), query.where.text)
    return replace(query, where=where, dataset=dataset)
