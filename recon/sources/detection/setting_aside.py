"""Which settings keep rows that are no transactions out: the beginning of a footer, rows without a date, balances."""

from collections.abc import Iterator
from typing import Final

from recon.sources.detection.cells import amount_in
from recon.sources.detection.days import dates_in
from recon.sources.detection.detecting import Detected
from recon.sources.detection.grids import Row
from recon.sources.detection.stated import is_summary
from recon.sources.detection.tables import label_of
from recon.sources.detection.yaml_text import listed, quoted
from recon.sources.values.amounts import BLANKS

_MOST: Final = 40


def aside_lines(found: Detected) -> Iterator[str]:
    """The settings `end` and `ignore` of a layout."""
    table = found.table
    if not found.dates or not table.names:
        return
    day = found.dates[0][0]
    ignored: dict[str, list[str]] = {}
    end: str | None = None
    before = table.before if table.header is None else ()
    for row in (*before, *table.between):
        _ignore(ignored, found, row, day.position)
    for row in table.after:
        label = label_of(row)
        if label is not None and not _stays(found, row) and not _begins_a_row(found, label):
            end = label
            break
        _ignore(ignored, found, row, day.position)
    for row in found.ignored:
        _ignore(ignored, found, row, day.position)
    if end is not None:
        yield f"end: {listed([end])}"
    if ignored:
        rules = ", ".join(f"{quoted(name)}: {listed(words[:_MOST])}" for name, words in ignored.items())
        yield f"ignore: {{{rules}}}"


def _begins_a_row(found: Detected, label: str) -> bool:
    """Whether a transaction, or a row among them such as the total of a page, begins so: then more may follow."""
    rows = (*found.table.rows, *found.table.between)
    return any(next((cell for cell in row if cell), "").startswith(label) for row in rows)


def _stays(found: Detected, row: Row) -> bool:
    """Whether a row holds something where the money stands, and is no balance and no total."""
    return _holds_money(found, _padded(found, row)) and not is_summary(row)


def _padded(found: Detected, row: Row) -> Row:
    width = len(found.table.names)
    return (*row, *("",) * width)[:width]


def _holds_money(found: Detected, cells: Row) -> bool:
    columns = found.money.columns if found.money else ()
    dated = any(map(dates_in, cells))
    held = [cells[one.position] for one in columns if cells[one.position] != one.name]
    return any(amount_in(cell) or (dated and cell not in BLANKS) for cell in held)


def _ignore(ignored: dict[str, list[str]], found: Detected, row: Row, day: int) -> None:
    """Tell a row from the transactions by its missing date, or else by a label that no transaction has.

    A row that stays is refused by the reader, unless it is a transaction after all.
    """
    if _stays(found, row):
        return
    names, cells = found.table.names, _padded(found, row)
    position = day
    if dates_in(cells[day]) or (not cells[day] and _holds_money(found, cells)):
        labels = [
            at
            for at, cell in enumerate(cells)
            if cell
            and not dates_in(cell)
            and not amount_in(cell)
            and all(row[at] != cell for row in found.table.rows)
        ]
        amount = found.money.column if found.money else None
        if amount is not None and not cells[amount.position]:
            position = amount.position
        elif labels:
            position = labels[0]
        else:
            return
    words = ignored.setdefault(names[position], [])
    if cells[position] not in words:
        words.append(cells[position])
