"""Pages in HTML that banks hand out under the name of a workbook: each table of the page is a worksheet of texts."""

import re
from html.parser import HTMLParser
from typing import Final

from recon.errors import InputRefused
from recon.sources.file import SourceFile
from recon.sources.text import guess_encoding

_BEGINS: Final = re.compile(
    rb"(?is)\s*(?:<\?xml[^>]{0,200}>\s*|<!--.{0,2000}?-->\s*)*"
    rb"<(?:!doctype html|html|head|meta|body|style|title|table|div|center|form|font|p|br|b|h[1-6])\b"
)
_TABLE: Final = re.compile(rb"(?i)<table\b")
_CHARSET: Final = re.compile(rb"""(?i)<meta[^>]{0,200}charset\s*=\s*["']?\s*([\w-]{1,40})""")
_WIDEST: Final = 1_000
"""Columns or rows that one cell may stretch over."""
_UNSEEN: Final = frozenset({"script", "style", "title", "noscript", "template"})
_CELLS: Final = frozenset({"td", "th"})


def is_page(head: bytes) -> bool:
    """Whether a file begins as a page that has a table."""
    return _BEGINS.match(head.removeprefix(b"\xef\xbb\xbf")) is not None and _TABLE.search(head) is not None


def page_rows(content: bytes, file: SourceFile) -> dict[str, list[tuple[str, ...]]]:
    """The rows of each table of a page, `table 1` and so on; a cell that stretches over several is in the first.

    A table inside a cell is a table of its own.

    Raises:
        InputRefused: a byte is not of the page's encoding, or the page ends inside a table.
    """
    tables = _Tables()
    tables.feed(_text(content, file))
    tables.close()
    if tables.open:
        raise InputRefused(
            file.problem(
                "truncated",
                "the page ends inside a table",
                line=tables.getpos()[0],
                hint="the download was cut short; fetch the file again",
            )
        )
    return {f"table {number}": rows for number, rows in enumerate(filter(None, tables.found), 1)}


def _text(content: bytes, file: SourceFile) -> str:
    head = content[: 64 * 1024]
    declared = _CHARSET.search(head)
    name = declared[1].decode("ascii") if declared and head[:2] not in {b"\xff\xfe", b"\xfe\xff"} else None
    name = name or guess_encoding(head)
    try:
        return content.decode(name).removeprefix("\ufeff")
    except (UnicodeDecodeError, LookupError) as error:
        message, hint = f"the page is not {name} text: {error}", "fetch the file again, or ask the bank for CSV"
        raise InputRefused(file.problem("encoding", message, hint=hint)) from error


class _Open:
    """A table that is open: its rows, the row and the cell being read, and cells that reach down into later rows."""

    def __init__(self) -> None:
        self.rows: list[tuple[str, ...]] = []
        self.row: list[str] | None = None
        self.text: list[str] | None = None
        self.width = self.height = 1
        self.down: dict[int, int] = {}

    def begin_row(self) -> None:
        self.end_row()
        self.row = []

    def begin_cell(self, width: int, height: int) -> None:
        self.end_cell()
        if self.row is None:
            self.row = []
        self._reach()
        self.text, self.width, self.height = [], width, height

    def end_cell(self) -> None:
        if self.text is None or self.row is None:
            return
        if self.height > 1:
            self.down.update(dict.fromkeys(range(len(self.row), len(self.row) + self.width), self.height))
        self.row += [" ".join("".join(self.text).split()), *[""] * (self.width - 1)]
        self.text = None

    def end_row(self) -> None:
        self.end_cell()
        if self.row is None:
            return
        self._reach()
        self.rows.append(tuple(self.row))
        self.down = {at: left - 1 for at, left in self.down.items() if left > 1}
        self.row = None

    def _reach(self) -> None:
        """Leave the places blank into which cells of rows above reach."""
        while self.row is not None and self.down.get(len(self.row), 0) > 0:
            self.row.append("")


class _Tables(HTMLParser):
    """Collects tables in the order in which they begin; what stands outside of tables is left out."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[list[tuple[str, ...]]] = []
        self.open: list[_Open] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _UNSEEN:
            self._unseen += 1
        elif tag == "table":
            self.open.append(_Open())
            self.found.append(self.open[-1].rows)
        elif self.open and tag == "tr":
            self.open[-1].begin_row()
        elif self.open and tag in _CELLS:
            said = dict(attrs)
            self.open[-1].begin_cell(_span(said.get("colspan")), _span(said.get("rowspan")))
        elif tag in {"br", "p", "div"}:
            self.handle_data(" ")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _UNSEEN:
            self.handle_starttag(tag, attrs)
            if tag in _CELLS:
                self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self._unseen = max(self._unseen - 1, 0)
        elif self.open and tag == "table":
            self.open.pop().end_row()
        elif self.open and tag == "tr":
            self.open[-1].end_row()
        elif self.open and tag in _CELLS:
            self.open[-1].end_cell()

    def handle_data(self, data: str) -> None:
        if self.open and not self._unseen and self.open[-1].text is not None:
            self.open[-1].text.append(data)


def _span(said: str | None) -> int:
    return min(int(said), _WIDEST) if said and said.isascii() and said.isdigit() and said != "0" else 1
