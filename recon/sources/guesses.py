"""What the content of a table suggests: its header, and for each column whether it holds dates, amounts, words."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import polars as pl

from recon.model.money import is_currency
from recon.sources.amounts import Writing
from recon.sources.balances import RunningBalance
from recon.sources.moments import format_of
from recon.sources.table import column_names

_DAYS: Final = ("yyyy-MM-dd", "dd/MM/yyyy", "MM/dd/yyyy", "dd-MM-yyyy", "MM-dd-yyyy", "dd.MM.yyyy", "yyyy/MM/dd",
                "dd-MMM-yyyy", "dd MMM yyyy", "dd/MM/yy", "MM/dd/yy", "yyyyMMdd")  # fmt: skip
_CLOCKS: Final = ("", " HH:mm:ss", " HH:mm", "'T'HH:mm:ss", "'T'HH:mm:ssXXX", " HH:mm:ss.SSS")
FORMATS: Final = tuple(day + clock for clock in _CLOCKS for day in _DAYS)
_TOTAL: Final = re.compile("total|summe|sum\\b|opening|closing|end of|итого|合计|总", re.IGNORECASE)
_DIGITS: Final = re.compile(r"\d")
_AMOUNT: Final = re.compile(r"^[(+\-\u2212]?\s?[\d.,' \u00a0]*\d[\d.,]*\s?[)\-\u2212]?$")


@dataclass(frozen=True)
class Column:
    """A column: its name, its filled cells, and what they look like.

    `formats` are the date formats that fit every cell; `kind` is date, amount, currency, word, text or empty.
    """

    name: str
    cells: tuple[str, ...]
    kind: str
    formats: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """A header and what lies below it; `end` is how the first footer row begins, if there is one."""

    header_line: int
    columns: tuple[Column, ...]
    end: str | None

    def named(self, *words: str, kind: str | None = None) -> Column | None:
        """The first column of a kind whose name holds one of the words, earlier words first."""
        for word in words:
            for column in self.columns:
                if word in column.name.casefold() and kind in {None, column.kind}:
                    return column
        return None


def table_of(rows: Sequence[Sequence[str]]) -> Table | None:
    """The table among the rows of a file: the header is the first row of words above rows of the same width."""
    widths = [sum(bool(cell.strip()) for cell in row) for row in rows]
    for position, (row, width) in enumerate(zip(rows, widths, strict=True)):
        below = [later for later in rows[position + 1 : position + 6] if any(cell.strip() for cell in later)]
        alike = sum(len(later) == len(row) and any(map(_looks_like_data, later)) for later in below)
        if width >= 2 and below and alike * 2 > len(below) and not any(map(_looks_like_data, row)):
            names = column_names(row)
            data, end = _data(rows[position + 1 :], len(names))
            columns = (_column(name, [one[n].strip() for one in data]) for n, name in enumerate(names))
            return Table(position + 1, tuple(columns), end)
    return None


def _looks_like_data(cell: str) -> bool:
    text = cell.strip()
    return bool(_DIGITS.search(text)) and (bool(_AMOUNT.match(text)) or len(_DIGITS.findall(text)) >= 6)


def _data(rows: Sequence[Sequence[str]], width: int) -> tuple[list[list[str]], str | None]:
    """Rows of the header's width, and how the first row that is none begins."""
    data: list[list[str]] = []
    for row in rows:
        filled = [cell.strip() for cell in row if cell.strip()]
        if not filled:
            continue
        if len(row) < width or len(filled) * 2 < width or _TOTAL.match(filled[0]):
            return data, filled[0]
        data.append([*row[:width]])
    return data, None


def _column(name: str, cells: Sequence[str]) -> Column:
    filled = tuple(cell for cell in cells if cell)
    if not filled:
        return Column(name, filled, "empty")
    formats = fitting_formats(filled)
    if formats:
        return Column(name, filled, "date", formats)
    if all(is_currency(cell.upper()) for cell in set(filled)):
        return Column(name, filled, "currency")
    if all(_AMOUNT.match(cell) for cell in filled) and any(len(cell) < 15 for cell in filled):
        return Column(name, filled, "amount")
    words = len(set(filled)) <= max(3, min(15, len(filled) // 3))
    return Column(name, filled, "word" if words else "text")


def fitting_formats(cells: Sequence[str]) -> tuple[str, ...]:
    """The date formats that fit every cell."""
    frame = pl.DataFrame({"cell": list(cells)}, schema={"cell": pl.String})
    fitting = []
    for written in FORMATS:
        found = frame.select(format_of(written).moment(pl.col("cell")).alias("moment"))["moment"]
        if found.null_count() == 0 and found.dt.year().is_between(1990, 2100).all():
            fitting.append(written)
    return tuple(fitting)


def marks(columns: Sequence[Column]) -> tuple[str, str, str | None]:
    """Decimal mark and mark of groups in columns of amounts, and a doubt if the cells do not decide."""
    cells = [cell for column in columns for cell in column.cells]
    for mark, other in ((".", ","), (",", ".")):
        last = re.compile(rf"\d{re.escape(mark)}(?:\d{{1,2}}|\d{{4,}})\D*$")
        if any(last.search(cell) for cell in cells):
            return mark, other if any(other in cell for cell in cells) else "none", None
    if any(re.search(r"\d[.,]\d{3}\D*$", cell) for cell in cells):
        return ".", ",", "no amount has a fraction: check which mark is the decimal one"
    return ".", "none", None


def sign_by_balance(amount: Column, balance: Column, writing: Writing) -> str | None:
    """`in` or `out` if the running balance proves what a plus means; None when it proves nothing."""
    if len(amount.cells) != len(balance.cells) or len(amount.cells) < 2:
        return None
    frame = pl.DataFrame({"a": list(amount.cells), "b": list(balance.cells)})
    values = frame.select(writing.value(writing.bare(pl.col(name))).alias(name) for name in ("a", "b"))
    if values.null_count().sum_horizontal().item() or all(x == y for x, y in pairwise(values["b"])):
        return None
    for sign, amounts in (("in", values["a"]), ("out", -values["a"])):
        running = RunningBalance()
        running.add(amounts, values["b"])
        if running.result()[2]:
            return sign
    return None
