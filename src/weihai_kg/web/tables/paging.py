"""One page of an answer: which rows, and the bytes of just these in each format."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from weihai_kg.web.tables.result import Result

_XML_ROW = re.compile(rb"<result>.*?</result>", re.DOTALL)


@dataclass(frozen=True)
class Page:
    """Rows ``start`` to ``start + size`` of ``total``, in the order of the whole answer."""

    number: int
    size: int
    total: int

    @property
    def start(self) -> int:
        """The first row, from 0."""
        return (self.number - 1) * self.size

    @property
    def end(self) -> int:
        """The row after the last."""
        return min(self.start + self.size, self.total)

    @property
    def last(self) -> int:
        """The number of the last page."""
        return max(1, -(-self.total // self.size))

    def links(self, path: str, arguments: dict[str, str]) -> str:
        """The ``Link`` header to the other pages (RFC 8288)."""
        places = {"first": 1, "prev": self.number - 1, "next": self.number + 1, "last": self.last}
        return ", ".join(
            f"<{path}?{urlencode(arguments | {'page': str(number), 'size': str(self.size)})}>; "
            f'rel="{relation}"'
            for relation, number in places.items()
            if 1 <= number <= self.last
        )


def cut(result: Result, page: Page) -> Result:
    """The rows of a page, in SPARQL JSON, XML or TSV."""
    if result.format == "json":
        document = json.loads(result.body)
        document["results"]["bindings"] = document["results"]["bindings"][page.start : page.end]
        body = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    elif result.format == "tsv":
        head, *rows = result.body.split(b"\n")
        body = b"\n".join([head, *rows[page.start : page.end], b""])
    else:
        rows = _XML_ROW.findall(result.body)
        before, _, rest = result.body.partition(b"<results>")
        after = rest.rpartition(b"</results>")[2]
        wanted = b"".join(rows[page.start : page.end])
        body = before + b"<results>" + wanted + b"</results>" + after
    return replace(result, body=body)
