"""Counts the rows of a serialised answer, because the engine's serialisers do not tell.

Only answers large enough to hold more rows than allowed are counted. The counts rest on the
engine's own layout: one line per row (TSV), one line outside of quotes (CSV), ``<result>`` (XML),
and in JSON one object per row that follows a comma or the opening bracket.
"""

from __future__ import annotations

SMALLEST_ROW = {"json": 3, "xml": 17, "csv": 2, "tsv": 1}
_STARTS = (b',{"', b'[{"')
_AMBIGUOUS = (b",{}", b"[{}", b',{"}', b',{",', b'[{"}', b'[{",')


class RowCounter:
    """Rows so far in an answer that is fed to it piece by piece."""

    def __init__(self, format_: str) -> None:
        """``format_`` is one of json, xml, csv and tsv."""
        self._count = getattr(self, f"_count_{format_}")
        self._quoted = False
        self._tail = b""
        self._unquoted: list[bytes] = []
        self.rows = -1 if format_ in {"csv", "tsv"} else 0

    def feed(self, piece: bytes) -> int:
        """Take the next piece; the rows so far."""
        self._count(piece)
        return self.rows

    def finish(self) -> int:
        """The rows of the whole answer."""
        self._count_block(b"".join(self._unquoted))
        return self.rows

    def _count_tsv(self, piece: bytes) -> None:
        self.rows += piece.count(b"\n")

    def _count_csv(self, piece: bytes) -> None:
        parts = piece.split(b'"')
        self.rows += sum(part.count(b"\n") for part in parts[self._quoted :: 2])
        self._quoted ^= len(parts) % 2 == 0

    def _count_xml(self, piece: bytes) -> None:
        window = self._tail + piece
        self.rows += window.count(b"<result>")
        self._tail = window[-7:]

    def _count_json(self, piece: bytes) -> None:
        """Count in blocks that end with a quote, so that none cuts what stands between strings."""
        end = piece.rfind(b'"') + 1
        if end:
            self._count_block(b"".join([*self._unquoted, piece[:end]]))
            self._unquoted.clear()
        self._unquoted.append(piece[end:])

    def _count_block(self, block: bytes) -> None:
        clean = block
        if b"\\" in block:
            clean = block.replace(b"\\\\", b"").replace(b'\\"', b"")
        if block.endswith(_STARTS) or any(each in block for each in _AMBIGUOUS):
            between = b'"'.join(clean.split(b'"')[self._quoted :: 2])
            self.rows += between.count(b",{") + between.count(b"[{")
        else:
            self.rows += sum(map(block.count, _STARTS))
        self._quoted ^= clean.count(b'"') % 2 == 1
