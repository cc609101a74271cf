"""What a tabular file says about itself on lines that are no transactions: balances, totals, its period."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Final

import polars as pl

from recon.errors import InputRefused
from recon.sources.file import SourceFile
from recon.sources.values.amounts import Writing
from recon.sources.values.moments import parsed
from recon.sources.values.time_formats import format_of

AMOUNTS: Final = (
    "opening", "closing", "credits", "debits", "sum", "fees", "charged", "fee_credits", "fee_debits", "gross", "net",
)  # fmt: skip
GROUPS: Final = frozenset({*AMOUNTS, "count", "currency", "from", "to", "id"})
_GROUP: Final = re.compile(r"\(\?P?<(\w+)>")


def check_pattern(text: str) -> None:
    """Refuse a pattern that says nothing about a statement.

    Raises:
        ValueError: it is no regular expression, or none of its groups has a name that is known.
    """
    try:
        names = set(compiled(text).groupindex)
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from None
    if not names or names - GROUPS:
        raise ValueError(f"name its groups, each one of {', '.join(sorted(GROUPS))}: (?P<closing>[0-9.,]+)")


def groups_of(text: str) -> int:
    """How many groups a regular expression has.

    Raises:
        ValueError: it is none.
    """
    try:
        pl.Series([""]).str.extract(text, 0)
        return re.compile(text).groups
    except (re.error, pl.exceptions.ComputeError) as error:
        raise ValueError(f"not a regular expression: {error}") from None


def compiled(text: str) -> re.Pattern[str]:
    """The pattern; `(?<name>...)` is taken for `(?P<name>...)`."""
    return re.compile(_GROUP.sub(lambda match: f"(?P<{match[1]}>", text))


class Stated:
    """Totals found so far, by currency; None stands for lines that name none."""

    def __init__(
        self,
        patterns: Iterable[str],
        sections: Iterable[str],
        writing: Writing,
        formats: Iterable[str],
        file: SourceFile,
    ) -> None:
        self._patterns = [compiled(text) for text in patterns]
        self._sections = [compiled(text) for text in sections]
        self._writing, self._formats, self._file = writing, list(formats), file
        self.found: dict[str | None, dict[str, Decimal | int | date | str]] = {}
        self.of_sections: dict[str | None, dict[str, Decimal]] = {}

    def look(self, lines: Iterable[tuple[int, str]]) -> None:
        """Search lines, each with its number, for what they state.

        Raises:
            InputRefused: a total or date was found that cannot be read, or two lines contradict each other.
        """
        for number, text in lines if self._patterns or self._sections else ():
            for pattern in self._patterns:
                if match := pattern.search(text):
                    self._take(number, match.groupdict())
            for pattern in self._sections:
                if match := pattern.search(text):
                    self._add(number, match.groupdict())

    def _add(self, number: int, groups: Mapping[str, str | None]) -> None:
        """The totals of one more section."""
        here = self.of_sections.setdefault(_currency(groups), {})
        for name, text in groups.items():
            value = None if text is None or name == "currency" else self._value(number, name, text.strip())
            if isinstance(value, (Decimal, int)):
                here[name] = here.get(name, Decimal(0)) + value

    def _take(self, number: int, groups: Mapping[str, str | None]) -> None:
        currency = _currency(groups)
        here = self.found.setdefault(currency, {})
        for name, text in groups.items():
            if text is None or name == "currency":
                continue
            value = self._value(number, name, text.strip())
            if here.setdefault(name, value) != value:
                raise InputRefused(
                    self._file.problem(
                        "totals-contradict",
                        f'"{name}" is {value} here and was {here[name]} before',
                        line=number,
                        hint="make the expression under `statement` precise enough to find one line",
                    )
                )

    def _value(self, number: int, name: str, text: str) -> Decimal | int | date | str:
        value: Decimal | int | date | str | None = text
        if name in AMOUNTS:
            value = amount_of(text, self._writing)
        elif name == "count":
            count = amount_of(text, Writing(".", ","))
            value = int(count) if count is not None and count == int(count) else None
        elif name in {"from", "to"}:
            value = date_of(text, self._formats)
        if value is None:
            raise InputRefused(
                self._file.problem(
                    "totals-unreadable", f'"{text}" cannot be read as "{name}"', line=number, field=name
                )
            )
        return value


def _currency(groups: Mapping[str, str | None]) -> str | None:
    return (groups.get("currency") or "").strip().upper() or None


def amount_of(text: str, writing: Writing) -> Decimal | None:
    """One amount by the grammar of a source."""
    frame = pl.DataFrame({"text": [text]}, schema={"text": pl.String})
    value: Decimal | None = frame.select(writing.value(writing.bare(pl.col("text")))).item()
    return value


def date_of(text: str, formats: Iterable[str]) -> date | None:
    """One date by the first format that fits."""
    frame = pl.DataFrame({"text": [text]}, schema={"text": pl.String})
    for written in formats:
        moment = frame.select(parsed(format_of(written), pl.col("text"))).item()
        if moment is not None:
            found: date = moment.date()
            return found
    return None
