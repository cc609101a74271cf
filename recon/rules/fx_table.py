"""Exchange rates by day, as they are kept beside the rules: `configs/rates/<table>.yaml`, the rows in a CSV file.

A rate is what one unit of `from` is worth in `to`. The rate of a day is that day's, or that of the nearest day before
it which is not too old; a rate of a later day is never taken, and no rate is turned around or made from two others.
"""

import csv
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Annotated, Final

from pydantic import Field, model_validator

from recon.errors import ConfigError, Place, Problem
from recon.model.money import decimal_of, is_currency
from recon.project.models import ConfigModel, Fault, no_currency, refuse
from recon.rules.rate_card import Name

COLUMNS: Final = ("date", "from", "to", "rate")
Rate = Annotated[Decimal, Field(gt=0, max_digits=13, decimal_places=8)]


class FxRate(ConfigModel):
    """What one unit of a currency is worth in another on a day."""

    date: Annotated[date, Field(description="The day.")]
    of: str = Field(alias="from", description="The currency that is turned into the other.")
    to: str = Field(description="The currency that it becomes.")
    rate: Rate = Field(description="How much of `to` one unit of `from` is.")


class FxTable(ConfigModel):
    """Exchange rates of one source."""

    rates: Name = Field(description="Name of the table; the file is called the same.")
    title: str = Field(default="", description="Whose rates these are.")
    file: str | None = Field(
        default=None, description="A CSV file beside this one, with the columns date, from, to and rate."
    )
    rows: tuple[FxRate, ...] = Field(default=(), description="The rates, when they do not stand in a file.")
    oldest: Annotated[int, Field(ge=0, le=366)] = Field(
        default=5, description="How many days old a rate may be when a day has none of its own."
    )

    @model_validator(mode="after")
    def _is_whole(self) -> "FxTable":
        if (self.file is None) == (not self.rows):
            refuse(
                Fault("the rates stand either in a file or in rows", ("file",), "give one of file: and rows:")
            )
        faults = list(_faults([(row.date, row.of, row.to) for row in self.rows]))
        if faults:
            refuse(*faults)
        return self


FxKey = tuple[date, str, str]


def _faults(keys: list[FxKey]) -> Iterator[Fault]:
    seen = set[FxKey]()
    for place, (day, of, to) in enumerate(keys):
        for name, code in (("from", of), ("to", to)):
            if not is_currency(code):
                yield no_currency(code, "rows", place, name)
        if of == to:
            yield Fault(f"{of} is always worth one {to}", ("rows", place, "to"), "leave the row out")
        if (day, of, to) in seen:
            yield Fault(
                f"a second rate of {of} in {to} on {day}", ("rows", place, "date"), "keep one of the two"
            )
        seen.add((day, of, to))


def rates_of_text(text: str, shown: str) -> tuple[FxRate, ...]:
    """The rates in the text of a CSV file, which messages call `shown`.

    Raises:
        ConfigError: with every line that is wrong.
    """
    lines = list(csv.reader(text.splitlines()))
    if not lines or tuple(cell.strip() for cell in lines[0]) != COLUMNS:
        hint = "the first line is date,from,to,rate"
        raise ConfigError(
            Problem("rates-header", "the columns are not those of a table of rates", Place(shown, 1), hint)
        )
    found, problems, seen = list[FxRate](), list[Problem](), set[FxKey]()
    for number, cells in enumerate(lines[1:], start=2):
        row = _row(cells)
        if isinstance(row, str):
            problems.append(
                Problem("rates-line", row, Place(shown, number), "such as 2026-10-01,USD,NGN,1500.25")
            )
        elif (row.date, row.of, row.to) in seen:
            message = f"a second rate of {row.of} in {row.to} on {row.date}"
            problems.append(Problem("rates-line", message, Place(shown, number), "keep one of the two"))
        else:
            seen.add((row.date, row.of, row.to))
            found.append(row)
    if problems:
        raise ConfigError(*problems)
    return tuple(found)


def _row(cells: list[str]) -> FxRate | str:
    """The rate that a line says, or what is wrong with it."""
    if len(cells) != len(COLUMNS):
        return f"the line has {len(cells)} cells, not {len(COLUMNS)}"
    day, of, to, text = (cell.strip() for cell in cells)
    rate = decimal_of(text)
    for code in (of, to):
        if not is_currency(code):
            return f"`{code}` is no currency of ISO 4217"
    if of == to:
        return f"{of} is always worth one {to}"
    if rate is None or rate <= 0 or rate >= 10**5:
        return f"`{text}` is no rate"
    try:
        return FxRate.model_validate({"date": date.fromisoformat(day), "from": of, "to": to, "rate": rate})
    except ValueError:
        return f"`{day}` is no date"
