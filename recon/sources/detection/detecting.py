"""An unknown table read in every way that its content allows; the way with the most proof is the one to draft."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from recon.model.money import exponent, is_currency
from recon.sources.detection.currencies import CurrencyFound, currency_column, currency_of
from recon.sources.detection.dating import Dating, dating_of
from recon.sources.detection.days import dates_in
from recon.sources.detection.grids import Grid, grids_of
from recon.sources.detection.marks import Numbers, numbers_of
from recon.sources.detection.money import amount_columns, money_of
from recon.sources.detection.odd_days import year_of
from recon.sources.detection.places import Place, place_of
from recon.sources.detection.readings import Reading
from recon.sources.detection.stated import StatedBalance, balances_in, is_summary, ties
from recon.sources.detection.summaries import summaries
from recon.sources.detection.tables import Column, Table, is_dated, table_of
from recon.sources.detection.words import is_booked
from recon.sources.file import SourceFile

_WHOLE: Final = frozenset({"IDR", "COP", "HUF", "ARS"})
"""Currencies whose amounts are mostly written without the fraction that they have."""


@dataclass(frozen=True)
class Detected:
    """What a table seems to be, with the proofs and the doubts of each setting.

    `ignored` are the rows among the transactions that are balances or totals by their label.
    """

    table: Table
    numbers: Numbers
    money: Reading | None
    currency: CurrencyFound
    dates: tuple[tuple[Column, Dating], ...]
    place: Place
    balances: tuple[StatedBalance, ...] = ()
    ignored: tuple[tuple[str, ...], ...] = ()
    sheets: tuple[str, ...] = ()
    """The worksheets that hold tables of the same columns, where there are several."""
    others: tuple[str, ...] = ()
    """The worksheets that hold tables of other columns."""

    @cached_property
    def score(self) -> tuple[int, int, int, int, int]:
        """How well it is understood: dates and money at all, proof by balances, columns named, rows, cells."""
        money = self.money
        return (
            bool(self.dates) + (money is not None and money.complete),
            money.steps.ties if money and money.steps.proven else 0,
            self.table.named,
            len(self.table.rows),
            self.table.grid.first_sheet,
        )

    @property
    def described(self) -> str:
        """What was found, in words."""
        table, money = self.table, self.money
        header = "no header" if table.header is None else f"header in row {table.header + 1}"
        rows = (
            f"{len(table.rows)} transactions"
            if table.grid.whole
            else f"{len(table.rows)} transactions looked at"
        )
        columns = ", ".join(one.name for one in money.columns) if money else "none"
        proof = f" ({money.proof})" if money and money.proof else ""
        currency = self.currency.column.name if self.currency.column else self.currency.code
        return f"{rows}, {header}; amount: {columns}{proof}; currency: {currency}"

    @property
    def lost(self) -> int:
        """How many rows above the header or below the transactions may be transactions of another table."""
        rows = (*(self.table.before if self.table.header is not None else ()), *self.table.after)
        return sum(is_dated(row) and not is_summary(row) for row in rows)

    @property
    def doubts(self) -> list[str]:
        """What is guessed and not proven, in words."""
        found = [("decimal mark", self.numbers.doubt), ("currency", self.currency.doubt)]
        found.append(("amount", "no column of amounts was found" if self.money is None else self.money.doubt))
        found += [(column.name, dating.doubt) for column, dating in self.dates]
        if not self.dates:
            found.append(("dates", "no column of dates was found"))
        if self.lost:
            found.append(
                ("rows", f"{self.lost} above or below the table have a date and an amount and are not read")
            )
        if self.others:
            found.append(("worksheets", f"tables of other columns are not read: {', '.join(self.others)}"))
        return [f"{what}: {doubt}" for what, doubt in found if doubt]


def detected(file: SourceFile, reader: str) -> Detected | None:
    """The best understanding of a tabular file; None where it holds no table.

    Raises:
        InputRefused: it is a workbook that cannot be opened.
    """
    found = [one for grid in grids_of(file, reader) if (one := _understood(grid, file.path.stem)) is not None]
    best = max(found, key=lambda one: one.score, default=None)
    return best if best is None or reader != "excel" else _with_sheets(best, found)


def _with_sheets(best: Detected, found: Sequence[Detected]) -> Detected:
    """The best understanding of a workbook with the worksheets that hold more transactions."""
    tables = [one for one in found if one.table.named and one.dates and one.money and one.table.rows]
    same = {one.table.grid.sheet or "" for one in tables if one.table.names == best.table.names}
    named = [one.table.grid.sheet or "" for one in tables]
    sheets = tuple(name for name in named if name in same) if best.table.named else ()
    others = tuple(name for name in named if name not in same and name != best.table.grid.sheet)
    return replace(best, sheets=sheets if len(sheets) > 1 else (), others=others)


def _understood(grid: Grid, name: str) -> Detected | None:
    table = table_of(grid, year_of(grid, name))
    if table is None:
        return None
    place = place_of(grid, name)
    currency = currency_column(table)
    digits = _digits(table, place)
    numbers = _numbers(table, place, digits)
    keys = currency[0] if currency else None
    whole = table
    ignored = summaries(whole, numbers, lambda: money_of(whole, numbers, name, keys))
    table = _without(whole, ignored)
    money = money_of(table, numbers, name, keys)
    own = _own_numbers(money.columns, numbers, place, table, digits) if money else numbers
    if own is not numbers:
        numbers = own
        money = money_of(table, numbers, name, keys)
    columns = money.columns if money else tuple(amount_columns(table))
    empty = _without_amount(table, money)
    if money is not None and empty:
        ignored, table = (*ignored, *empty), _without(table, empty)
        money = money_of(table, numbers, name, keys)
        columns = money.columns if money else columns
    asides = (*table.before, *table.between, *table.after, *ignored)
    dates = _dates(table, place, asides)
    return Detected(
        table,
        numbers,
        money,
        _currency(currency_of(table, columns, place), dates),
        dates,
        place,
        _balances(asides, numbers, money),
        ignored,
    )


def _digits(table: Table, place: Place) -> int | None:
    """How many digits amounts usually have behind the decimal mark; None where no currency is known."""
    named = currency_of(table, tuple(amount_columns(table)), place)
    codes = {named.code} if named.column is None else {cell.upper() for cell in named.column.cells}
    found = {0 if code in _WHOLE else exponent(code) if code and is_currency(code) else None for code in codes}
    return found.pop() if len(found) == 1 else None


def _numbers(table: Table, place: Place, digits: int | None) -> Numbers:
    """The marks of all amounts of a table."""
    cells = [cell for column in amount_columns(table) for cell in column.filled]
    asides = (*table.before, *table.between, *table.after)
    cells += [cell for row in asides if is_summary(row) for cell in row if not dates_in(cell)]
    return numbers_of(cells, comma=place.comma, mixed=table.grid.delimiter is None, digits=digits)


def _own_numbers(
    columns: Sequence[Column], numbers: Numbers, place: Place, table: Table, digits: int | None
) -> Numbers:
    """The marks of some columns, if other columns of the table are written in another way."""
    cells = [cell for column in columns for cell in column.filled]
    own = numbers_of(cells, comma=place.comma, mixed=table.grid.delimiter is None, digits=digits)
    return own if own.values(cells).count(None) < numbers.values(cells).count(None) else numbers


def _without(table: Table, rows: Sequence[tuple[str, ...]]) -> Table:
    if not rows:
        return table
    gone = {id(row) for row in rows}
    kept = tuple(row for row in table.rows if id(row) not in gone)
    columns = tuple(
        Column(one.position, one.name, tuple(row[one.position] for row in kept)) for one in table.columns
    )
    return replace(table, rows=kept, columns=columns)


def _without_amount(table: Table, money: Reading | None) -> tuple[tuple[str, ...], ...]:
    """Rows with a date and no amount, where most rows have one: balances of a day, remarks."""
    if money is None or money.complete:
        return ()
    pairs = zip(table.rows, money.amounts, strict=True)
    empty = tuple(row for row, amount in pairs if amount is None)
    others = [one for one in amount_columns(table) if one.roles.get("balance", 0) < 50]
    holds = any(row[one.position] for row in empty for one in others)
    return () if holds or len(empty) == len(table.rows) else empty


def _currency(found: CurrencyFound, dates: tuple[tuple[Column, Dating], ...]) -> CurrencyFound:
    """The currency; where nothing says it, dates with the month first speak for the dollar."""
    proven = [dating for _, dating in dates[:1] if dating.formats[:1] and not dating.doubt]
    if found.column is None and found.code is None and proven and proven[0].formats[0].startswith("M"):
        return CurrencyFound(code="USD", doubt="guessed from dates that begin with the month")
    return found


def _dates(table: Table, place: Place, asides: Sequence[tuple[str, ...]]) -> tuple[tuple[Column, Dating], ...]:
    """The columns of dates, the day of booking first, then the value date.

    Balances and totals among the rows, `asides`, may prove how the days of their column are written.
    """
    columns = [column for column in table.columns if column.kind == "date"]
    if not table.rows:
        named = [one for one in (table.best("date"), table.best("value_date")) if one is not None]
        return tuple((one, Dating(("yyyy-MM-dd",), doubt="no date was seen")) for one in dict.fromkeys(named))
    whole = [column for column in columns if len(column.filled) == len(column.cells)]

    def order(column: Column) -> tuple[object, ...]:
        roles = column.roles
        booked, value = roles.get("date", 0), roles.get("value_date", 0)
        return (
            column not in whole,
            not (column.varies or len(column.cells) == 1),
            value > booked,
            not is_booked(column.name),
            -max(booked, value),
        )

    ranked = sorted(columns, key=lambda column: (*order(column), column.position))
    further = [_aside(column, asides) for column in columns]
    return tuple(
        (
            one,
            _odd(table.grid.days[one.position])
            if one.position in table.grid.days
            else dating_of(
                one,
                [other for other in (*columns, *further) if other is not one],
                american=place.american,
            ),
        )
        for one in ranked
    )


def _aside(column: Column, rows: Sequence[tuple[str, ...]]) -> Column:
    """The days that stand in a column in rows that are no transactions."""
    at = column.position
    return Column(at, column.name, tuple(row[at] for row in rows if len(row) > at and dates_in(row[at])))


def _odd(written: str) -> Dating:
    """The dating of days that are plain numbers, have no year or count it from 1912 on."""
    if "{" in written:
        return Dating((written,), doubt="the year is that of the file's head or name")
    if len(written) == len("yyMMdd") and "yyyy" not in written:
        return Dating((written,), doubt="of six digits the first or the last two may be the year")
    taiwan = "yyy" in written and "yyyy" not in written
    return Dating((written,), "the years count from 1912 on" if taiwan else "the days are plain numbers")


def _balances(
    rows: Sequence[tuple[str, ...]], numbers: Numbers, money: Reading | None
) -> tuple[StatedBalance, ...]:
    """Stated balances that are proven: both are there, or one is where the running balance begins or ends."""
    found = balances_in(rows, numbers)
    if money is None or len(found) < 2:
        return ()
    return tuple(found) if ties(found, money.amounts) or not money.steps.proven else ()
