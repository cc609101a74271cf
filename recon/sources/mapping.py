"""From text cells to entries: a profile compiled for the columns of one file, and run on whole columns."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from recon.model.money import exponent, is_currency
from recon.sources.amounts import MONEY, RATE, Writing
from recon.sources.columns import CellRef, Currency, Words
from recon.sources.file import SourceFile
from recon.sources.moments import Format, format_of, plausible, to_utc, zone_of
from recon.sources.money_rules import EXPONENT, ZERO, Check, Rules
from recon.sources.profile import TableProfile
from recon.sources.table import Wanted

ISO: Final = ("yyyy-MM-dd", "yyyy-MM-dd HH:mm:ss.SSS", "yyyy-MM-dd HH:mm:ss.SSSZ")
"""How readers write dates that are no text in the file."""
LOCAL: Final = "\x01local"
_TIMES: Final = ("booking_date", "value_date", "event_time")


@dataclass(frozen=True)
class Mapped:
    """Rows after mapping: `values` has a column per field, `checks` fell on rows with `bad` (position, check)."""

    values: pl.DataFrame
    bad: dict[int, Check]


def wanted_columns(profile: TableProfile, *, optional: bool = False) -> Wanted:
    """The columns that files of the profile must have, each as the names it may have; with `optional` all."""
    wanted: list[tuple[str, ...]] = []
    refs = [
        *profile.columns.texts().values(),
        *profile.columns.times().values(),
        *profile.columns.attributes.values(),
    ]
    for ref in refs:
        if optional or not ref.optional:
            wanted += [tuple(ref.any)] if ref.any else [(name,) for name in ref.join or [str(ref.column)]]
    money = profile.money
    for rule in [*money.rules().values(), *money.fee_parts.values()]:
        wanted += [(name,) for name in rule.columns() if optional or not rule.optional]
    words = (money.currency, money.original_currency, profile.type, profile.status)
    wanted += [(one.column,) for one in words if isinstance(one, (Currency, Words))]
    wanted += [(name,) for name in (*profile.layout.ignore, *profile.layout.keep)]
    wanted += [(money.fx_rate,)] if money.fx_rate else []
    if profile.statement and profile.statement.running_balance:
        wanted.append((profile.statement.running_balance,))
    others = profile.layout.other_names
    named = (tuple(name for first in one for name in (first, *others.get(first, ()))) for one in wanted)
    return list(dict.fromkeys(named))


class Mapping:
    """A profile compiled for files with certain columns."""

    def __init__(self, profile: TableProfile, names: Sequence[str], file: SourceFile, reader: str) -> None:
        self.profile, self.names, self.file = profile, tuple(names), file
        self._typed = reader != "csv"
        self.cells = {name: pl.col(raw_name(actual)) for name, actual in by_name(names, profile).items()}
        money = profile.money
        by_currency = money.minor_units == "currency"
        digits = money.minor_units if isinstance(money.minor_units, int) else None
        self.writing = Writing(money.decimal, money.thousands, tuple(money.words), 2 if by_currency else digits)
        self.rules = Rules(self.writing, by_currency, self.cells)
        self.checks = self.rules.checks
        self.texts = {name: self._text(name, ref) for name, ref in profile.columns.texts().items()}
        self.attributes = {
            name: self._text(name, ref) for name, ref in sorted(profile.columns.attributes.items())
        }
        self.words = self._words()
        self.amounts = self._amounts()
        self.times = self._times()

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
        values = self._zoned(steps.with_columns([*flags, *attributes]).collect())
        return Mapped(values, self._first_bad(values))

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
        return [name for name in ref.join or [str(ref.column)] if name in self.cells]

    def _text(self, field: str, ref: CellRef) -> pl.Expr:
        cells = [self.cells[name] for name in self._columns(ref)]
        if not cells:
            return pl.lit(None, dtype=pl.String)
        filled = [pl.when(cell != "").then(cell) for cell in cells]
        text = filled[0] if len(filled) == 1 else pl.concat_str(filled, separator=" ", ignore_nulls=True)
        text = text if len(filled) == 1 else pl.when(text != "").then(text)
        if ref.required or field == "account":
            self.checks.append(Check(field, cells[0], text.is_null(), "empty", "the cell is empty"))
        return text

    def _words(self) -> dict[str, pl.Expr]:
        money = self.profile.money
        made = {"currency": self._currency("currency", money.currency)}
        if money.original_currency is not None:
            made["original_currency"] = self._currency("original_currency", money.original_currency)
        for field, rule in (("type", self.profile.type), ("status", self.profile.status)):
            if isinstance(rule, str):
                made[field] = pl.lit(rule)
                continue
            cell = self.cells[rule.column]
            ours = cell.replace_strict(rule.words, default=rule.otherwise, return_dtype=pl.String)
            made[field] = pl.when(cell == "").then(pl.lit(rule.empty, dtype=pl.String)).otherwise(ours)
            reason = f"the word is not in the table of `{field}` in the profile"
            self.checks.append(Check(field, cell, made[field].is_null(), "unknown-word", reason))
            if field == "type":
                made["type_raw"] = pl.when(cell != "").then(cell)
        if self.profile.account is not None and self.profile.columns.account is None:
            made["account"] = pl.lit(self.profile.account)
        return made

    def _currency(self, field: str, rule: str | Currency) -> pl.Expr:
        if isinstance(rule, str):
            return pl.lit(rule)
        cell = self.cells[rule.column]
        code = pl.col(_currency_name(rule.column))
        needed = code.is_null() & ((cell != "") if field != "currency" else pl.lit(value=True))
        self.checks.append(Check(field, cell, needed, "currency", "this is no ISO 4217 currency code"))
        return code

    def _with_currencies(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Columns of codes for each column of currencies, and of digits for minor units."""
        for rule in (self.profile.money.currency, self.profile.money.original_currency):
            if isinstance(rule, Currency):
                cells = frame.select(self.cells[rule.column].alias("cell"))["cell"]
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

    def _amounts(self) -> list[dict[str, pl.Expr]]:
        """Amount fields in the order in which they can be computed."""
        money = self.profile.money
        rules = money.rules()
        line = {name: self.rules.compiled(name, rule) for name, rule in rules.items() if rule.same_as is None}
        parts = {kind: self.rules.compiled(f"fee_parts {kind}", rule) for kind, rule in money.fee_parts.items()}
        first = {name: value for name, value in line.items() if value is not None}
        first |= {f"\x01part {kind}": value for kind, value in parts.items() if value is not None}
        columns = [pl.col(f"\x01part {kind}") for kind, value in parts.items() if value is not None]
        second: dict[str, pl.Expr] = {}
        if "fee" not in first and columns:
            total = pl.sum_horizontal([column.fill_null(ZERO) for column in columns]).cast(MONEY, strict=False)
            second["fee"] = pl.when(pl.any_horizontal([column.is_not_null() for column in columns])).then(total)
        held = {*first, *second}
        charges = sum((pl.col(name).fill_null(ZERO) for name in ("fee", "tax") if name in held), ZERO)
        third: dict[str, pl.Expr] = {}
        if "gross" in held and held & {"fee", "tax"} and "net" not in held:
            third["net"] = (pl.col("gross") + charges).cast(MONEY, strict=False)
        elif "net" in held and held & {"fee", "tax"} and "gross" not in held:
            third["gross"] = (pl.col("net") - charges).cast(MONEY, strict=False)
        elif {"gross", "net"} <= held:
            differs = (pl.col("gross") + charges) != pl.col("net")
            reason = "gross, fee and tax do not add up to net"
            net = rules["net"].columns() or ["net"]
            shown = self.cells.get(net[0], pl.col("net").cast(pl.String))
            self.checks.append(Check("net", shown, differs, "net", reason))
        fourth = {name: pl.col(str(rule.same_as)) for name, rule in rules.items() if rule.same_as is not None}
        if money.fx_rate:
            third["fx_rate"] = self._rate(money.fx_rate)
        if "amount" in fourth:
            missing = pl.col("amount").is_null()
            self.checks.append(Check("amount", pl.lit(""), missing, "empty", "the amount is missing"))
        return [first, second, third, fourth]

    def _rate(self, column: str) -> pl.Expr:
        cell = self.cells[column]
        writing = Writing(self.writing.decimal, self.writing.thousands)
        bare = writing.bare(cell)
        rate = writing.value(bare).cast(RATE, strict=False)
        wrong = bare.is_not_null() & rate.is_null()
        self.checks.append(Check("fx_rate", cell, wrong, "amount", f"not a rate; {writing.described}"))
        return rate

    def _formats(self, ref: CellRef) -> list[Format]:
        written = [ref.format] if ref.format else self.profile.dates.formats
        return [format_of(text) for text in (*written, *(ISO if self._typed else ()))]

    def _times(self) -> dict[str, pl.Expr]:
        made: dict[str, pl.Expr] = {}
        texts = []
        for field, ref in self.profile.columns.times().items():
            text, formats = self._text(field, ref), self._formats(ref)
            texts.append(text)
            if field == "event_time":
                formats = [one for one in formats if one.has_time]
                zoned = [one.moment(text) for one in formats if one.has_zone]
                local = [one.moment(text) for one in formats if not one.has_zone]
                none = pl.lit(None, dtype=pl.Datetime("us"))
                made[field], made[LOCAL] = pl.coalesce([*zoned, none]), pl.coalesce([*local, none])
                moment = pl.coalesce([pl.col(field), pl.col(LOCAL)])
            else:
                moment = pl.coalesce([one.moment(text) for one in formats])
                made[field] = moment.dt.date()
                moment = pl.col(field).cast(pl.Datetime("us"))
            wrong = text.is_not_null() & ~(plausible(moment).fill_null(value=False))
            named = ", ".join(one.written for one in formats)
            cell = text.fill_null("")
            self.checks.append(Check(field, cell, wrong, "date", f"not a date written as {named}"))
        if texts and self.profile.dates.missing == "refuse":
            absent = pl.all_horizontal([text.is_null() for text in texts])
            field = next(iter(self.profile.columns.times()))
            self.checks.append(Check(field, pl.lit(""), absent, "empty", "the date is missing"))
        return made

    def _zoned(self, values: pl.DataFrame) -> pl.DataFrame:
        """Local times become UTC; times that never occurred stay null and are marked by the last flag."""
        if LOCAL not in values.columns:
            return values
        local = values[LOCAL]
        if self.profile.dates.zone is None or local.null_count() == len(local):
            return values
        moments = to_utc(local, zone_of(self.profile.dates.zone))
        return values.with_columns(
            pl.coalesce([pl.col("event_time"), moments.alias("utc")]).alias("event_time")
        )

    def _first_bad(self, values: pl.DataFrame) -> dict[int, Check]:
        """For each row that is refused, its position and the first check that fell."""
        flags = [pl.col(f"\x01bad {n}") for n in range(len(self.checks))]
        found = values.select(
            pl.coalesce([pl.when(flag).then(pl.lit(n)) for n, flag in enumerate(flags)]).alias("first")
            if flags
            else pl.lit(None, dtype=pl.Int32).alias("first")
        )["first"]
        bad = {int(row): self.checks[found[int(row)]] for row in found.is_not_null().arg_true()}
        if LOCAL in values.columns:
            gone = values[LOCAL].is_not_null() & values["event_time"].is_null()
            reason = f"this time never occurred in {self.profile.dates.zone}: clocks went forward over it"
            check = Check("event_time", pl.col(LOCAL).cast(pl.String), pl.lit(value=True), "date", reason)
            for row in gone.arg_true():
                bad.setdefault(int(row), check)
        return bad


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
