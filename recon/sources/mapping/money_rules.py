"""Sign rules on columns: cells become signed amounts, and each cell that cannot is told apart."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

import polars as pl

from recon.sources.profiles.money_columns import Amount
from recon.sources.values.amounts import LARGEST, MONEY, Writing, is_blank

ZERO: Final = pl.lit(0).cast(MONEY)
EXPONENT: Final = "\x01exponent"
"""The name of the column that holds the digits of the row's currency, where minor units follow the currency."""
_EXPONENTS: Final = (0, 2, 3, 4)


@dataclass(frozen=True)
class Check:
    """A condition under which a row is refused, and what is said: the field, its cell, a code and the reason."""

    field: str
    cell: pl.Expr
    bad: pl.Expr
    code: str
    reason: str


@dataclass
class Rules:
    """Compiles the amount rules of one file. `cells` maps the columns' names to their cleaned cells."""

    writing: Writing
    by_currency: bool
    cells: Mapping[str, pl.Expr]
    checks: list[Check] = field(default_factory=list)
    numbers: set[str] = field(default_factory=set)

    def compiled(self, name: str, rule: Amount) -> pl.Expr | None:
        """The signed amount of a field, or None when an optional column is absent. Checks are added."""
        if rule.same_as is not None:
            return pl.col(rule.same_as)
        if rule.sum_of:
            return self._sum(name, rule)
        if rule.optional and any(column not in self.cells for column in rule.columns()):
            return None
        if rule.column is not None:
            value = self._one_column(name, rule, rule.column)
            asked = [self.cells[rule.column]]
        else:
            value = self._two_columns(name, rule, str(rule.credit), str(rule.debit))
            asked = [self.cells[str(rule.credit)], self.cells[str(rule.debit)]]
        when_empty = rule.empty or ("refuse" if name == "amount" else "none")
        if when_empty == "zero":
            return value.fill_null(ZERO)
        if when_empty == "refuse":
            shown = pl.concat_str(asked, separator=" | ")
            self._check(name, shown, pl.all_horizontal(map(is_blank, asked)), "empty", "the amount is missing")
        return value

    def _sum(self, name: str, rule: Amount) -> pl.Expr | None:
        """The columns of the rule that the file has, together; empty cells are nothing."""
        numbers = [self.number(name, column) for column in rule.sum_of if column in self.cells]
        if not numbers:
            return None
        total = pl.sum_horizontal([number.fill_null(ZERO) for number in numbers]).cast(MONEY, strict=False)
        return total if rule.plus == "in" else -total

    def number(self, name: str, column: str) -> pl.Expr:
        """The number in a column, read once; a cell that is none is refused."""
        if column not in self.numbers:
            cell = self.cells[column]
            self.numbers.add(column)
            value = pl.col(number_name(column))
            present = self.writing.bare(cell).is_not_null() if self.writing.words else ~is_blank(cell)
            reason = f"not an amount; {self.writing.described}, {LARGEST}"
            self._check(name, cell, present & value.is_null(), "amount", reason)
        return pl.col(number_name(column))

    def read(self, frame: pl.DataFrame) -> list[pl.Series]:
        """The numbers of all columns that hold some; `frame` has the cleaned cells."""
        return [self._read(frame, column).alias(number_name(column)) for column in self.numbers]

    def _read(self, frame: pl.DataFrame, column: str) -> pl.Series:
        cells = frame.select(self.cells[column])
        if not self.by_currency:
            return self.writing.values(cells.to_series())
        value = pl.lit(None, dtype=MONEY)
        bare = self.writing.bare(self.cells[column])
        for digits in _EXPONENTS:
            writing = replace(self.writing, minor_units=digits)
            value = pl.when(pl.col(EXPONENT) == digits).then(writing.value(bare)).otherwise(value)
        return frame.select(value.alias("value"))["value"]

    def _one_column(self, name: str, rule: Amount, column: str) -> pl.Expr:
        number = self.number(name, column)
        if rule.plus is not None:
            return number if rule.plus == "in" else -number
        number = self._unsigned(name, rule, column, number)
        if rule.always is not None:
            return number if rule.always == "in" else -number
        direction = rule.direction
        if direction is None:
            raise ValueError(f"the rule of {name} has no sign")
        word = self.cells[direction.column]
        if direction.find is not None:
            word = word.str.extract(direction.find, 1).fill_null("")
        inward, outward = word.is_in(direction.in_), word.is_in(direction.out)
        neither, unsaid = word.is_in(direction.neither), word.is_in(direction.unsaid)
        known = ", ".join([*direction.in_, *direction.out, *direction.neither, *direction.unsaid])
        present = ~is_blank(self.cells[column])
        wrong = present & ~(inward | outward | neither | unsaid)
        self._check(name, word, wrong, "direction", f"the direction is none of {known}")
        nothing = pl.when(number.is_not_null()).then(ZERO)
        return pl.when(inward).then(number).when(outward).then(-number).when(neither).then(nothing)

    def _two_columns(self, name: str, rule: Amount, credit: str, debit: str) -> pl.Expr:
        inward = self._unsigned(name, rule, credit, self.number(name, credit))
        outward = self._unsigned(name, rule, debit, self.number(name, debit))
        both = (inward != ZERO) & (outward != ZERO)
        shown = pl.concat_str([self.cells[credit], self.cells[debit]], separator=" | ")
        self._check(name, shown, both, "two-amounts", f"both {credit} and {debit} hold an amount")
        value = (inward.fill_null(ZERO) - outward.fill_null(ZERO)).cast(MONEY, strict=False)
        return pl.when(inward.is_not_null() | outward.is_not_null()).then(value)

    def _unsigned(self, name: str, rule: Amount, column: str, number: pl.Expr) -> pl.Expr:
        if rule.minus == "same":
            return number.abs()
        if rule.minus == "refuse":
            reason = "an amount whose direction is given otherwise has a minus; say what `minus` means in the profile"
            self._check(name, self.cells[column], number < ZERO, "minus", reason)
        return number

    def _check(self, name: str, cell: pl.Expr, bad: pl.Expr, code: str, reason: str) -> None:
        self.checks.append(Check(name, cell, bad, code, reason))


def number_name(column: str) -> str:
    """The name under which the number of a column is kept."""
    return f"\x01number {column}"
