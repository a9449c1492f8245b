"""Reads columns, GROUP BY, HAVING, ORDER BY, LIMIT and OFFSET (SPARQL 1.1 Query, section 15)."""

from __future__ import annotations

from collections.abc import Callable

from weihai_kg.explanation.cursor import (
    Cursor,
    UnreadableError,
    read_constraint,
    read_expression,
)
from weihai_kg.explanation.pattern import Expression, Group, Item

_AFTER_KEYS = ("HAVING", "ORDER", "LIMIT", "OFFSET", "VALUES")
_AFTER_HAVING = ("ORDER", "LIMIT", "OFFSET", "VALUES")
_SLICES = ("LIMIT", "OFFSET")


class ModifiersReader:
    """Reads from a cursor; ``group`` reads the group of an EXISTS."""

    def __init__(self, cursor: Cursor, group: Callable[[], Group]) -> None:
        """Nothing is read yet."""
        self.cursor = cursor
        self.group = group

    def item(self) -> Item:
        """``?x`` or ``(expression AS ?x)``."""
        cursor = self.cursor
        if not cursor.is_mark("("):
            return Item(cursor.variable())
        begin = cursor.at
        cursor.skip_balanced()
        end = cursor.at
        if end - begin < 5 or cursor.tokens[end - 3].text.upper() != "AS":
            raise UnreadableError(f"{cursor.slice(begin)} gives no variable with AS.")
        expression = read_expression(cursor, begin + 1, end - 3, self.group)
        cursor.at = end
        return Item(cursor.tokens[end - 2].text[1:], expression)

    def keys(self) -> tuple[Item, ...]:
        """The keys of GROUP BY."""
        cursor = self.cursor
        if not cursor.word("GROUP"):
            return ()
        cursor.word("BY")
        keys = []
        while cursor.at < len(cursor.tokens) and not (
            cursor.is_word(*_AFTER_KEYS) or cursor.is_mark("}")
        ):
            if cursor.peek().kind == "variable":
                keys.append(Item(cursor.variable()))
                continue
            begin = cursor.at
            expression = read_constraint(cursor, self.group)
            end = cursor.at
            named = end - begin > 4 and cursor.tokens[end - 3].text.upper() == "AS"
            if named:
                expression = read_expression(cursor, begin + 1, end - 3, self.group)
                keys.append(Item(cursor.tokens[end - 2].text[1:], expression))
            else:
                keys.append(Item(cursor.fresh("k"), expression))
            cursor.at = end
        return tuple(keys)

    def having(self) -> tuple[Expression, ...]:
        """The conditions of HAVING."""
        cursor = self.cursor
        if not cursor.word("HAVING"):
            return ()
        found = []
        while cursor.at < len(cursor.tokens) and not (
            cursor.is_word(*_AFTER_HAVING) or cursor.is_mark("}")
        ):
            found.append(read_constraint(cursor, self.group))
        return tuple(found)

    def rest(self) -> tuple[Expression, tuple[str, ...], bool]:
        """The order, all modifiers as they are written, and whether a slice is taken."""
        cursor = self.cursor
        found: list[str] = []
        order, sliced = Expression(""), False
        begin = cursor.at
        if cursor.word("ORDER"):
            start = cursor.at
            while cursor.at < len(cursor.tokens) and not (
                cursor.is_word(*_SLICES, "VALUES") or cursor.is_mark("}")
            ):
                if cursor.is_mark("(") or cursor.is_mark("{"):
                    cursor.skip_balanced()
                else:
                    cursor.next()
            order = read_expression(cursor, start, cursor.at, self.group)
            found.append(cursor.slice(begin))
        while cursor.is_word(*_SLICES):
            begin = cursor.at
            cursor.at += 2
            found.append(cursor.slice(begin))
            sliced = True
        return order, tuple(found), sliced
