"""The amounts of a line: each from its columns, the missing ones from the others, and whether they tie."""

from collections.abc import Iterable
from typing import Final

import polars as pl

from recon.sources.mapping.money_rules import ZERO, Check, Rules
from recon.sources.profiles.money_columns import Money
from recon.sources.values.amounts import MONEY, RATE, Writing

UNEQUAL: Final = "\x01unequal"
"""The column that says of a line that was kept in what its amounts do not tie; null where they do."""
_LONG: Final = pl.Decimal(38, 18)


class LineRules:
    """Compiles the amounts of a line. `rules` reads their columns and gathers the checks."""

    def __init__(self, money: Money, rules: Rules) -> None:
        self.money, self.rules, self.checks = money, rules, rules.checks

    def compiled(self) -> list[dict[str, pl.Expr]]:
        """Amount fields in the order in which they can be computed."""
        money, amounts = self.money, self.money.rules()
        line = {name: self.rules.compiled(name, rule) for name, rule in amounts.items() if rule.same_as is None}
        parts = {kind: self.rules.compiled(f"fee_parts {kind}", rule) for kind, rule in money.fee_parts.items()}
        first = {name: value for name, value in line.items() if value is not None}
        first |= {f"\x01part {kind}": value for kind, value in parts.items() if value is not None}
        rate = money.fx_rate.column if money.fx_rate else None
        if rate is not None and rate in self.rules.cells:
            first["fx_rate"] = self._rate(rate)
        self._same_currency()
        second: dict[str, pl.Expr] = {}
        columns = [pl.col(f"\x01part {kind}") for kind, value in parts.items() if value is not None]
        if "fee" not in first and columns:
            second["fee"] = _sum(columns)
        held = {*first, *second}
        third, unequal = self._completed(held)
        if "original_amount" in held and "fx_rate" in held:
            unequal += self._converted({*held, *third})
        fourth = {name: pl.col(str(rule.same_as)) for name, rule in amounts.items() if rule.same_as is not None}
        if unequal:
            fourth[UNEQUAL] = pl.concat_str(unequal, separator="; ", ignore_nulls=True).replace("", None)
        if "amount" in fourth:
            missing = pl.col("amount").is_null()
            self.checks.append(Check("amount", pl.lit(""), missing, "empty", "the amount is missing"))
        return [first, second, third, fourth]

    def _completed(self, held: set[str]) -> tuple[dict[str, pl.Expr], list[pl.Expr]]:
        """Net from gross or gross from net; with both, what is said where they do not tie."""
        charges = sum((pl.col(name).fill_null(ZERO) for name in ("fee", "tax") if name in held), ZERO)
        charged = bool(held & {"fee", "tax"})
        made, ours = {}, (pl.col("gross") + charges).cast(MONEY, strict=False)
        if "gross" in held and charged and "net" not in held:
            return {"net": ours}, []
        if "net" in held and charged and "gross" not in held:
            return {"gross": (pl.col("net") - charges).cast(MONEY, strict=False)}, []
        if not {"gross", "net"} <= held:
            return {}, []
        differs = (ours != pl.col("net")).fill_null(value=False)
        if self.money.unequal == "keep":
            said = _said("gross, fee and tax make ", ours, " and net is ", pl.col("net"))
            stated = pl.when(differs).then((pl.col("net") - charges).cast(MONEY, strict=False))
            made = {"gross": stated.otherwise(pl.col("gross")), _SPLIT: pl.when(differs).then(said)}
            return made, [pl.col(_SPLIT)]
        reason = "gross, fee and tax do not add up to net"
        net = self.money.net.columns() if self.money.net else []
        shown = self.rules.cells.get(net[0] if net else "net", pl.col("net").cast(pl.String))
        self.checks.append(Check("net", shown, differs, "net", reason))
        if self._unsaid():
            follows = (pl.col("net") - charges).cast(MONEY, strict=False)
            return {"gross": pl.coalesce([pl.col("gross"), follows])}, []
        return {}, []

    def _unsaid(self) -> bool:
        """Whether the gross amount of some rows is left to follow from the others."""
        direction = self.money.gross.direction if self.money.gross else None
        return direction is not None and bool(direction.unsaid)

    def _converted(self, held: set[str]) -> list[pl.Expr]:
        """What is said where the customer's amount at the rate is not the gross amount."""
        tolerance = self.money.fx_tolerance
        if tolerance is None or "gross" not in held:
            return []
        there = (pl.col("original_amount") * pl.col("fx_rate")).round(8).cast(MONEY, strict=False)
        apart = (there - pl.col("gross")).abs() > pl.lit(tolerance).cast(MONEY)
        said = _said("original amount at the rate is ", there, " and gross is ", pl.col("gross"))
        return [pl.when(apart.fill_null(value=False)).then(said)]

    def _same_currency(self) -> None:
        for column in self.money.same_currency:
            if column in self.rules.cells:
                cell = self.rules.cells[column]
                other = (cell != "") & (cell.str.to_uppercase() != pl.col("currency"))
                reason = "this amount is in another currency than the row"
                self.checks.append(Check("fee", cell, other, "currency", reason))

    def _rate(self, column: str) -> pl.Expr:
        """The rate in a column, to eight digits; files may say more."""
        cell = self.rules.cells[column]
        writing = Writing(self.rules.writing.decimal, self.rules.writing.thousands)
        bare = writing.bare(cell)
        digits = pl.when(writing.grammatical(bare)).then(writing.digits(bare))
        rate = digits.cast(_LONG, strict=False).round(8).cast(RATE, strict=False)
        wrong = bare.is_not_null() & (rate.is_null() | writing.negative(bare))
        self.checks.append(Check("fx_rate", cell, wrong, "amount", f"not a rate; {writing.described}"))
        return rate


_SPLIT: Final = "\x01split"


def _sum(columns: Iterable[pl.Expr]) -> pl.Expr:
    """The sum of columns; null where all of them are."""
    listed = list(columns)
    total = pl.sum_horizontal([column.fill_null(ZERO) for column in listed]).cast(MONEY, strict=False)
    return pl.when(pl.any_horizontal([column.is_not_null() for column in listed])).then(total)


def _said(*parts: str | pl.Expr) -> pl.Expr:
    """A sentence of words and amounts."""
    return pl.concat_str([pl.lit(part) if isinstance(part, str) else shortest(part) for part in parts])


def shortest(amount: pl.Expr) -> pl.Expr:
    """An amount as text without zeros at the end."""
    return amount.cast(pl.String).str.strip_chars_end("0").str.strip_chars_end(".")
