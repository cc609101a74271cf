"""The table among the rows of a file: preamble, header, transactions, and what stands between and after them."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from recon.sources.detection.cells import amount_in, is_code
from recon.sources.detection.days import dates_in, time_of
from recon.sources.detection.grids import Grid, Row
from recon.sources.detection.odd_days import with_days
from recon.sources.detection.words import is_word, role_of, roles_of
from recon.sources.tables.table import column_names
from recon.sources.values.amounts import BLANKS

_HEADER_WITHIN: Final = 200
_LETTER: Final = re.compile(r"[^\W\d_]")
_NUMBERED: Final = re.compile(r"^(.*?[^\W\d_].*?)[\s:#.]*[-+(]?\d.*$", re.DOTALL)


@dataclass(frozen=True)
class Column:
    """A column of the table: its name and its cells, one for each transaction, blank where there is nothing."""

    position: int
    name: str
    cells: tuple[str, ...]

    @cached_property
    def filled(self) -> tuple[str, ...]:
        """The cells that hold something."""
        return tuple(cell for cell in self.cells if cell not in BLANKS)

    @cached_property
    def kind(self) -> str:
        """What all filled cells are: date, time, amount, code (of a currency), text or empty."""
        seen = set(self.filled)
        if not seen:
            return "empty"
        if all(dates_in(cell) for cell in seen) and not self._rather_amounts:
            return "date"
        if all(time_of(cell) for cell in seen):
            return "time"
        if all(amount_in(cell) for cell in seen):
            return "amount"
        return "code" if all(is_code(cell) for cell in seen) else "text"

    @property
    def _rather_amounts(self) -> bool:
        """Whether eight digits that might be a day stand under the name of an amount."""
        best = role_of(self.name)
        return best is not None and best[0] in {"amount", "credit", "debit", "balance"} and best[1] >= 70

    @cached_property
    def roles(self) -> dict[str, int]:
        """The roles that its name may give it."""
        return roles_of(self.name)

    @property
    def varies(self) -> bool:
        """Whether its filled cells differ."""
        return len(set(self.filled)) > 1


@dataclass(frozen=True)
class Table:
    """Where the transactions are.

    `header` is the position of the header among the rows, None without one; `rows` are the transactions, `before` the
    rows above them, `between` rows among them that are none and `after` those that follow. `named` counts the columns
    that have a known name, `short` says that some transactions have fewer cells than the header.
    """

    grid: Grid
    header: int | None
    names: tuple[str, ...]
    rows: tuple[Row, ...]
    before: tuple[Row, ...] = ()
    between: tuple[Row, ...] = ()
    after: tuple[Row, ...] = ()
    named: int = 0
    short: bool = False
    columns: tuple[Column, ...] = field(default=())

    def best(self, role: str, *kinds: str, least: int = 40) -> Column | None:
        """The column whose name speaks most for a role, among those of some kinds; the first of equals."""
        fitting = [
            one for one in self.columns if (not kinds or one.kind in kinds) and one.roles.get(role, 0) >= least
        ]
        return max(fitting, key=lambda one: one.roles[role], default=None)


def table_of(grid: Grid, year: int | None = None) -> Table | None:
    """The table of a grid; None where no row has both a date and an amount and no header names them.

    `year` is that of days which do not say theirs.
    """
    header = _named_header(grid.rows)
    if header is not None:
        grid = with_days(grid, header, year)
    rows = grid.rows
    dated = [at for at, row in enumerate(rows) if (header is None or at > header) and is_dated(row)]
    if header is None and dated:
        header = _header_above(rows, dated[0])
    if not dated and (header is None or not _is_empty_statement(rows, header)):
        return None
    day = _day_column(rows, dated)
    taken = [at for at in dated if day < len(rows[at]) and dates_in(rows[at][day])]
    width = _width(rows, taken, header)
    names = _names(rows, header, width)
    first = taken[0] if taken else len(rows)
    last = taken[-1] if taken else (header or 0)
    chosen = set(taken)
    body = tuple(_padded(rows[at], len(names)) for at in taken)
    start = first if header is None else header + 1
    return Table(
        grid,
        header,
        names,
        body,
        before=tuple(row for row in rows[: first if header is None else header] if any(row)),
        between=tuple(rows[at] for at in range(start, last + 1) if at not in chosen and any(rows[at])),
        after=tuple(row for row in rows[last + 1 :] if any(row)),
        named=0 if header is None else sum(is_word(name) for name in names),
        short=grid.delimiter is not None and any(len(rows[at]) < len(names) for at in taken),
        columns=tuple(Column(n, name, tuple(row[n] for row in body)) for n, name in enumerate(names)),
    )


def _is_empty_statement(rows: Sequence[Row], header: int) -> bool:
    """Whether a header has names for dates and money, and no row with an amount below it."""
    roles = {best[0] for name in rows[header] if (best := role_of(name)) and best[1] >= 70}
    named = "date" in roles and bool({"amount", "credit", "debit"} & roles)
    below = rows[header + 1 :]
    return (
        named
        and not any(amount_in(cell) for row in below for cell in row)
        and not _like_rows(rows[header], below)
    )


def _like_rows(header: Row, below: Sequence[Row]) -> bool:
    """Whether a row fills columns of days and of money, though with nothing that can be read as such."""
    places = {"day": list[int](), "money": list[int]()}
    for at, name in enumerate(header):
        best = role_of(name)
        if best and best[1] >= 70 and best[0] in {"date", "value_date", "amount", "credit", "debit"}:
            places["day" if "date" in best[0] else "money"].append(at)
    return any(
        all(any(row[at : at + 1] not in ((), ("",)) for at in ats) for ats in places.values()) for row in below
    )


def is_dated(row: Row) -> bool:
    """Whether a row has a date, and an amount in another cell."""
    days = {at for at, cell in enumerate(row) if dates_in(cell)}
    return bool(days) and any(at not in days and amount_in(cell) for at, cell in enumerate(row))


def _day_column(rows: Sequence[Row], dated: Sequence[int]) -> int:
    """The column in which most transactions have a date."""
    counts = Counter(at for row in dated for at, cell in enumerate(rows[row]) if dates_in(cell))
    return max(counts, key=lambda at: (counts[at], -at), default=0)


def _named_header(rows: Sequence[Row]) -> int | None:
    """The first row that has the most words for columns, three at least or two in a narrow table."""
    best, score = None, 1
    for at, row in enumerate(rows[:_HEADER_WITHIN]):
        filled = [cell for cell in row if cell]
        if len(filled) < 2 or any(dates_in(cell) or amount_in(cell) for cell in filled):
            continue
        words = sum(is_word(cell) for cell in filled)
        if words > score and (words >= 3 or words * 2 >= len(filled)):
            best, score = at, words
    return best


def _header_above(rows: Sequence[Row], first: int) -> int | None:
    """The row right above the transactions, if it has words where they have cells."""
    above = next((at for at in range(first - 1, -1, -1) if any(rows[at])), None)
    if above is None:
        return None
    filled = [cell for cell in rows[above] if cell]
    wide = sum(bool(cell) for cell in rows[first])
    words = all(_LETTER.search(cell) and not dates_in(cell) and not amount_in(cell) for cell in filled)
    return above if words and len(filled) == len(set(filled)) and len(filled) * 5 >= max(wide, 4) * 3 else None


def _width(rows: Sequence[Row], taken: Sequence[int], header: int | None) -> int:
    """How many columns there are: as many as any transaction fills."""
    filled = [max((at + 1 for at, cell in enumerate(rows[row]) if cell), default=0) for row in taken]
    if header is None:
        return max((len(rows[row]) for row in taken), default=0)
    return max([len(column_names(rows[header])), *filled])


def _names(rows: Sequence[Row], header: int | None, width: int) -> tuple[str, ...]:
    if header is None:
        return tuple(f"column_{number}" for number in range(1, width + 1))
    return column_names(rows[header], least=max(width, 1))


def _padded(row: Row, width: int) -> Row:
    return (*row, *("",) * (width - len(row)))[:width]


def label_of(row: Row) -> str | None:
    """How a row that is no transaction begins, without the numbers in it; None where it begins with none."""
    first = next((cell for cell in row if cell), "")
    if dates_in(first) or amount_in(first) or not _LETTER.search(first):
        return None
    match = _NUMBERED.match(first)
    return match[1].strip() if match and len(match[1].strip()) >= 3 else first
