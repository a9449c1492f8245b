"""Reads a query text that the engine has taken into the tree of ``pattern``.

It is a reader, not a validator: the engine judges the syntax first. It stands on the same terminals
as the engine's guards, takes a fraction of a millisecond, and what it does not know becomes
``Unexplained`` in its place.
"""

from __future__ import annotations

from weihai_kg.explanation.cursor import (
    Cursor,
    UnreadableError,
    read_constraint,
)
from weihai_kg.explanation.modifiers import ModifiersReader
from weihai_kg.explanation.pattern import (
    Bind,
    Filter,
    Graph,
    Group,
    Item,
    Minus,
    Optional,
    Part,
    Query,
    Service,
    Subquery,
    Triple,
    Unexplained,
    Union,
    Values,
)
from weihai_kg.explanation.scope import in_scope
from weihai_kg.explanation.triples import TriplesReader

_CLAUSES = ("FILTER", "OPTIONAL", "MINUS", "GRAPH", "SERVICE", "BIND", "VALUES")
_FORMS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")


def read(text: str) -> Query:
    """The tree of a query; raises UnreadableError for a text that is none."""
    reader = _Reader(text)
    query = reader.query()
    if reader.cursor.at < len(reader.cursor.tokens):
        raise UnreadableError(f"{reader.cursor.peek().text!r} stands after the end of the query.")
    return query


class _Reader:
    """One reading."""

    def __init__(self, text: str) -> None:
        self.cursor = Cursor(text)
        self.triples = TriplesReader(self.cursor)
        self.modifiers = ModifiersReader(self.cursor, self.group)
        self.prologue = ""

    def query(self) -> Query:
        cursor = self.cursor
        while cursor.is_word("PREFIX", "BASE", "VERSION"):
            cursor.at += 3 if cursor.is_word("PREFIX") else 2
        self.prologue = cursor.slice(0)
        return self.select()

    def select(self) -> Query:
        """One query from its form on, or a subquery."""
        cursor = self.cursor
        begin = cursor.at
        form = cursor.word(*_FORMS)
        if not form:
            raise UnreadableError("The text is no SELECT, ASK, CONSTRUCT or DESCRIBE.")
        modifiers = []
        if form == "SELECT" and (distinct := cursor.word("DISTINCT", "REDUCED")):
            modifiers.append(distinct)
        items = self._items() if form == "SELECT" else ()
        template = self._template() if form == "CONSTRUCT" and cursor.is_mark("{") else None
        described = self._described() if form == "DESCRIBE" else ()
        head = cursor.slice(begin)
        start = cursor.at
        while cursor.word("FROM"):
            cursor.word("NAMED")
            cursor.next()
        dataset = cursor.slice(start)
        cursor.word("WHERE")
        where = Group(()) if form == "DESCRIBE" and not cursor.is_mark("{") else self.group()
        if form == "CONSTRUCT" and template is None:
            template = where
        if described == ("*",):
            described = tuple(f"?{name}" for name in sorted(in_scope(where.parts)))
        start = cursor.at
        keys = self.modifiers.keys()
        having = self.modifiers.having()
        order, more, sliced = self.modifiers.rest()
        values = self._values() if cursor.is_word("VALUES") else None
        return Query(
            form, self.prologue, head, dataset, where, items, keys, having, order.text, values,
            (*modifiers, *more), sliced, cursor.slice(start), cursor.slice(begin),
            frozenset(self.triples.constants), order.aggregates, cursor.prefix, order.volatile,
            tuple(each for each in (template or Group(())).parts if isinstance(each, Triple)),
            described,
        )  # fmt: skip

    def _template(self) -> Group:
        """The template of a CONSTRUCT; its blank nodes are not those of the patterns."""
        outer, self.triples = self.triples, TriplesReader(self.cursor)
        template = self.group()
        outer.constants |= self.triples.constants
        self.triples = outer
        return template

    def _described(self) -> tuple[str, ...]:
        """The terms of a DESCRIBE."""
        cursor, found = self.cursor, []
        while not cursor.is_word("FROM", "WHERE") and not self._ends():
            found.append("*" if cursor.mark("*") else self.triples.name())
        return tuple(found)

    def _ends(self) -> bool:
        return self.cursor.at >= len(self.cursor.tokens) or self.cursor.is_mark("{")

    def _items(self) -> tuple[Item, ...]:
        cursor = self.cursor
        if cursor.mark("*"):
            return ()
        items = []
        while not cursor.is_word("FROM", "WHERE") and not cursor.is_mark("{"):
            items.append(self.modifiers.item())
        return tuple(items)

    def group(self) -> Group:
        """A group graph pattern, with its braces."""
        cursor = self.cursor
        cursor.enter()
        begin = cursor.at
        cursor.expect("{")
        parts: list[Part] = []
        if cursor.is_word("SELECT"):
            query = self.select()
            parts.append(Subquery(query, query.text))
        while not cursor.is_mark("}"):
            if not cursor.mark("."):
                parts += self._part()
        cursor.expect("}")
        cursor.leave()
        return Group(tuple(parts), cursor.slice(begin))

    def _part(self) -> list[Part]:
        cursor = self.cursor
        begin = cursor.at
        if cursor.is_mark("{") and not cursor.is_mark("|", ahead=1):
            return [self._union()]
        match cursor.word(*_CLAUSES):
            case "OPTIONAL":
                marker = cursor.fresh("o")
                group = self.group()
                return [Optional(group, marker, cursor.slice(begin))]
            case "MINUS":
                group = self.group()
                return [Minus(group, cursor.slice(begin))]
            case "GRAPH":
                name = self.triples.name()
                group = self.group()
                return [Graph(name, group, cursor.slice(begin))]
            case "FILTER":
                expression = read_constraint(cursor, self.group)
                return [Filter(expression, cursor.slice(begin))]
            case "BIND":
                item = self.modifiers.item()
                if item.expression is None:
                    raise UnreadableError("BIND gives no expression.")
                return [Bind(item.expression, item.variable, cursor.slice(begin))]
            case "VALUES":
                cursor.at = begin
                return [self._values()]
            case "SERVICE":
                silent = bool(cursor.word("SILENT"))
                name = self.triples.name()
                marker = cursor.fresh("s")
                group = self.group()
                return [Service(name, silent, group, marker, cursor.slice(begin))]
        try:
            return self.triples.block()
        except UnreadableError:
            cursor.at = begin
            self._skip_block()
            return [self._unexplained(begin, "syntax")]

    def _union(self) -> Part:
        cursor = self.cursor
        begin = cursor.at
        first = self.group()
        branches = [first]
        while cursor.word("UNION"):
            branches.append(self.group())
        if len(branches) == 1:
            if len(first.parts) == 1 and isinstance(first.parts[0], Subquery):
                return first.parts[0]
            return Group(first.parts, first.text)
        return Union(tuple(branches), cursor.fresh("u"), cursor.slice(begin))

    def _values(self) -> Values:
        cursor = self.cursor
        begin = cursor.at
        cursor.next()
        names = []
        if cursor.mark("("):
            while not cursor.mark(")"):
                names.append(cursor.variable())
        else:
            names.append(cursor.variable())
        cursor.skip_balanced()
        return Values(tuple(names), cursor.slice(begin))

    def _unexplained(self, begin: int, reason: str) -> Unexplained:
        cursor = self.cursor
        names = {
            token.text[1:] for token in cursor.tokens[begin : cursor.at]
            if token.kind == "variable"
        }  # fmt: skip
        return Unexplained(cursor.slice(begin), reason, tuple(sorted(names)))

    def _skip_block(self) -> None:
        """Read on to where the next clause begins, or to the end of the group."""
        cursor = self.cursor
        begin = cursor.at
        while not cursor.is_mark("}"):
            annotation = cursor.is_mark("{") and cursor.is_mark("|", ahead=1)
            if cursor.at > begin and (
                cursor.is_word(*_CLAUSES) or (cursor.is_mark("{") and not annotation)
            ):
                break
            if cursor.at > begin and cursor.mark("."):
                return
            if cursor.peek().text in {"{", "(", "[", "<<", "<<("}:
                cursor.skip_balanced()
            else:
                cursor.next()
        if cursor.at == begin:
            raise UnreadableError(f"There is {cursor.peek().text!r} where a pattern was expected.")
