"""From text cells to entries: a profile compiled for the columns of one file, and run on whole columns."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from recon.model.money import exponent, is_currency
from recon.sources.file import SourceFile
from recon.sources.mapping.line_rules import UNEQUAL, LineRules
from recon.sources.mapping.money_rules import EXPONENT, Check, Rules
from recon.sources.mapping.time_rules import TimeRules
from recon.sources.profiles.columns import FILE_NAME, NO_REFERENCE, REFERENCE_FIELDS, CellRef, Words
from recon.sources.profiles.money_columns import Currency
from recon.sources.profiles.profile import TableProfile
from recon.sources.tables.table import Wanted
from recon.sources.values.amounts import Writing

_CELL: Final = "\x01cell"
WARNING: Final = "warning"
"""The attribute of entries that were taken with a doubt."""


@dataclass(frozen=True)
class Mapped:
    """Rows after mapping: `values` has a column per field, `checks` fell on rows with `bad` (position, check)."""

    values: pl.DataFrame
    bad: dict[int, Check]


def wanted_columns(profile: TableProfile, *, optional: bool = False) -> Wanted:
    """The columns that files of the profile must have, each as the names it may have; with `optional` all."""
    wanted: list[tuple[str, ...]] = []
    money, columns = profile.money, profile.columns
    refs = [*columns.texts().values(), *columns.times().values(), *columns.attributes.values()]
    balance = profile.statement.running_balance if profile.statement else None
    for ref in [*refs, *([money.fx_rate] if money.fx_rate else []), *([balance] if balance else [])]:
        if optional or not ref.optional:
            wanted += ref.wanted()
    for rule in [*money.rules().values(), *money.fee_parts.values()]:
        if optional or not rule.optional:
            wanted += [tuple(rule.sum_of)] if rule.sum_of else [(name,) for name in rule.columns()]
    words = (money.currency, money.original_currency, profile.type, profile.status)
    for one in words:
        if isinstance(one, (Currency, Words)) and (optional or not one.optional):
            wanted.append((one.column,))
    wanted += [(name,) for name in (*profile.layout.ignore, *profile.layout.keep)]
    others = profile.layout.other_names
    named = (tuple(name for first in one for name in (first, *others.get(first, ()))) for one in wanted)
    return [one for one in dict.fromkeys(named) if FILE_NAME not in one]


class Mapping:
    """A profile compiled for files with certain columns."""

    def __init__(self, profile: TableProfile, names: Sequence[str], file: SourceFile, reader: str) -> None:
        self.profile, self.names, self.file = profile, tuple(names), file
        self.cells = {name: pl.col(raw_name(actual)) for name, actual in by_name(names, profile).items()}
        self.cells[FILE_NAME] = pl.lit(file.shown)
        money = profile.money
        by_currency = money.minor_units == "currency"
        digits = money.minor_units if isinstance(money.minor_units, int) else None
        units = 2 if by_currency else digits
        minus = tuple(money.minus_words)
        self.writing = Writing(money.decimal, money.thousands, tuple(money.words), units, minus)
        self.rules = Rules(self.writing, by_currency, self.cells)
        self.checks = self.rules.checks
        self.texts = {name: self._text(name, ref) for name, ref in profile.columns.texts().items()}
        self.attributes = {
            name: self._text(name, ref) for name, ref in sorted(profile.columns.attributes.items())
        }
        self.words = self._words()
        self.amounts = LineRules(money, self.rules).compiled()
        if UNEQUAL in self.amounts[-1]:
            self.attributes = dict(sorted({**self.attributes, WARNING: pl.col(UNEQUAL)}.items()))
        self.zones = TimeRules(profile.dates, self.cells, self._text, typed=reader != "csv")
        self.times = self.zones.compiled(profile.columns.times(), self.checks)

    def run(self, cells: pl.DataFrame) -> Mapped:
        """The fields of some rows, in their order."""
        frame = cells.select([self._cell(name).alias(raw_name(name)) for name in self.names])
        frame = self._with_currencies(frame)
        frame = frame.with_columns(self.rules.read(frame))
        steps = frame.lazy().with_columns([*self._named(self.texts), *self._named(self.words)])
        steps = steps.with_columns(self._named({**self.amounts[0], **self.times}))
        for group in self.amounts[1:]:
            steps = steps.with_columns(self._named(group))
        flags = [check.bad.fill_null(value=False).alias(f"\x01bad {n}") for n, check in enumerate(self.checks)]
        attributes = [value.alias(f"\x01attribute {name}") for name, value in self.attributes.items()]
        values, bad = self.zones.to_utc(steps.with_columns([*flags, *attributes]).collect())
        return Mapped(values, {**bad, **self._first_bad(values)})

    def _cell(self, name: str) -> pl.Expr:
        cell = pl.col(name).fill_null("").str.strip_chars()
        strip = self.profile.layout.strip
        return cell.str.strip_chars(strip).str.strip_chars() if strip else cell

    @staticmethod
    def _named(expressions: dict[str, pl.Expr]) -> list[pl.Expr]:
        return [expression.alias(name) for name, expression in expressions.items()]

    def _columns(self, ref: CellRef) -> list[str]:
        """The columns of this file that a reference means; none when it is optional and they are absent."""
        if ref.any:
            return [name for name in ref.any if name in self.cells][:1]
        return [name for name in ref.join or ref.first or [str(ref.column)] if name in self.cells]

    def _text(self, field: str, ref: CellRef) -> pl.Expr:
        cells = [self.cells[name] for name in self._columns(ref)]
        if not cells:
            return pl.lit(None, dtype=pl.String)
        filled = [pl.when(cell != "").then(cell) for cell in cells]
        text = pl.coalesce(filled)
        if len(filled) > 1 and not ref.first:
            text = pl.concat_str(filled, separator=" ", ignore_nulls=True)
            text = pl.when(text != "").then(text)
        if ref.find is not None:
            text = text.str.extract(ref.find, 1)
        if ref.required or (field == "account" and self.profile.account is None):
            self.checks.append(Check(field, cells[0], text.is_null(), "empty", "the cell is empty"))
        return pl.when(~text.str.contains(NO_REFERENCE)).then(text) if field in REFERENCE_FIELDS else text

    def _words(self) -> dict[str, pl.Expr]:
        money = self.profile.money
        made = {"currency": self._currency("currency", money.currency)}
        if money.original_currency is not None:
            made["original_currency"] = self._currency("original_currency", money.original_currency)
        for field, rule in (("type", self.profile.type), ("status", self.profile.status)):
            if isinstance(rule, str):
                made[field] = pl.lit(rule)
                continue
            cell = self.cells.get(rule.column, pl.lit(""))
            made[field] = _translated(cell, rule)
            reason = f"the word is not in the table of `{field}` in the profile"
            self.checks.append(Check(field, cell, made[field].is_null(), "unknown-word", reason))
            if field == "type":
                made["type_raw"] = pl.when(cell != "").then(cell)
        if self.profile.account is not None:
            own = [self.texts.pop("account")] if "account" in self.texts else []
            made["account"] = pl.coalesce([*own, pl.lit(self.profile.account)])
        return made

    def _currency(self, field: str, rule: str | Currency) -> pl.Expr:
        if isinstance(rule, str):
            return pl.lit(rule)
        cell = self._currency_cell(rule)
        code = pl.col(_currency_name(rule.column))
        needed = code.is_null() & ((cell != "") if field != "currency" else pl.lit(value=True))
        self.checks.append(Check(field, cell, needed, "currency", "this is no ISO 4217 currency code"))
        return code

    def _currency_cell(self, rule: Currency) -> pl.Expr:
        cell = self.cells.get(rule.column, pl.lit(""))
        if rule.fallback is None or rule.fallback not in self.cells:
            return cell
        return pl.when(cell == "").then(self.cells[rule.fallback]).otherwise(cell)

    def _with_currencies(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Columns of codes for each column of currencies, and of digits for minor units."""
        for rule in (self.profile.money.currency, self.profile.money.original_currency):
            if isinstance(rule, Currency):
                cells = frame.with_columns(self._currency_cell(rule).alias(_CELL))[_CELL]
                codes = {cell: rule.words.get(cell, cell.upper()) for cell in cells.unique() if cell}
                known = {cell: code for cell, code in codes.items() if is_currency(code)}
                column = cells.replace_strict(known, default=None, return_dtype=pl.String)
                frame = frame.with_columns(column.alias(_currency_name(rule.column)))
        if self.rules.by_currency:
            fixed = self.profile.money.currency
            named = pl.lit(fixed) if isinstance(fixed, str) else pl.col(_currency_name(fixed.column))
            currencies = frame.select(named.alias("code"))["code"].unique()
            digits = {code: exponent(code) for code in currencies if code}
            frame = frame.with_columns(
                named.replace_strict(digits, default=None, return_dtype=pl.Int64).alias(EXPONENT)
            )
        return frame

    def _first_bad(self, values: pl.DataFrame) -> dict[int, Check]:
        """For each row that is refused, its position and the first check that fell."""
        flags = [pl.col(f"\x01bad {n}") for n in range(len(self.checks))]
        found = values.select(
            pl.coalesce([pl.when(flag).then(pl.lit(n)) for n, flag in enumerate(flags)]).alias("first")
            if flags
            else pl.lit(None, dtype=pl.Int32).alias("first")
        )["first"]
        return {int(row): self.checks[found[int(row)]] for row in found.is_not_null().arg_true()}


def _translated(cell: pl.Expr, rule: Words) -> pl.Expr:
    """Our words for those of a column; null where there is none."""
    ours = cell.replace_strict(rule.words, default=None, return_dtype=pl.String)
    longest = sorted(rule.beginnings.items(), key=lambda pair: (-len(pair[0]), pair[0]))
    begun = [pl.when(cell.str.starts_with(word)).then(pl.lit(named)) for word, named in longest]
    ours = pl.coalesce([ours, *begun, pl.lit(rule.otherwise, dtype=pl.String)])
    return pl.when(cell == "").then(pl.lit(rule.empty, dtype=pl.String)).otherwise(ours)


def by_name(names: Sequence[str], profile: TableProfile) -> dict[str, str]:
    """The columns of a file by the names that a profile has for them."""
    found = {name: name for name in names}
    for name, others in profile.layout.other_names.items():
        actual = next((other for other in others if other in found), None)
        if actual is not None:
            found.setdefault(name, actual)
    return found


def raw_name(column: str) -> str:
    """The name under which a column's cleaned cells are kept beside the fields of an entry."""
    return f"\x01raw {column}"


def _currency_name(column: str) -> str:
    return f"\x01currency {column}"
