"""Entries in another currency, as a rule set compares them: converted once, before any pass looks at them.

A converted entry has the amount and the currency that it is compared in; what it was stands in `original_amount`,
`original_currency` and `fx_rate`. Of its figures (gross, fee, tax, net) the one that the rule set compares is converted
with it, and the others are absent, so that no two currencies meet in a sum. An entry without a rate stays as it is.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

import pyarrow as pa

from recon.engines.duck import DuckEngine
from recon.engines.expressions import Expression, Literal, all_of, call, literal
from recon.engines.relations import Relation, Scan, Schema, join, select, union, without
from recon.engines.types import DATE, FLAG, INTEGER, MONEY, SUM, TEXT, DataType, decimal
from recon.model.money import exponent
from recon.model.tables import RATE
from recon.rules.fx_table import FxTable
from recon.rules.ruleset import Conversion, RuleSet, Side

RATES: Final[Schema] = {"day": DATE, "of": TEXT, "rate": decimal(13, 8)}
CONVERTED: Final = "converted"
BASE: Final = "fee_base"
"""What a rate card's fee is taken on, and on the other side the gross that an entry states; absent without."""
OWN_FIGURES: Final = ("gross", "fee", "tax", "net")
_ARROW: Final = pa.schema([("day", pa.date32()), ("of", pa.string()), ("rate", RATE)])


def register_rates(engine: DuckEngine, ruleset: RuleSet) -> None:
    """Make the table of the rates that a rule set converts by, one row for each day and currency that has one."""
    conversion = ruleset.convert
    if conversion is not None and conversion.to is not None:
        table = ruleset.rates.tables[conversion.by]
        rows = [dict(zip(RATES, row, strict=True)) for row in days_of(table, conversion.to)]
        engine.register(_table(ruleset), pa.Table.from_pylist(rows, schema=_ARROW))


def days_of(table: FxTable, to: str) -> Iterator[tuple[date, str, Decimal]]:
    """The rate of every currency on every day that has one or is near enough after one."""
    stated: dict[str, dict[date, Decimal]] = {}
    for row in table.rows:
        if row.to == to:
            stated.setdefault(row.of, {})[row.date] = row.rate
    for of, rates in sorted(stated.items()):
        days = sorted(rates)
        for place, day in enumerate(days):
            last = day + timedelta(days=table.oldest)
            if place + 1 < len(days):
                last = min(last, days[place + 1] - timedelta(days=1))
            for number in range((last - day).days + 1):
                yield day + timedelta(days=number), of, rates[day]


def converted(entries: Relation, ruleset: RuleSet, side: Side) -> Relation:
    """Entries of a side, with `compared`, as the rule set compares them."""
    conversion = ruleset.convert
    if conversion is None or conversion.side != side:
        return entries
    figure = ruleset.compared().column(side)
    if conversion.to is None:
        return _stated(entries, figure)
    return _by_table(entries, ruleset, conversion, conversion.to, figure)


def columns_converted(conversion: Conversion) -> set[str]:
    """The columns of an entry that a conversion reads or changes."""
    return {
        "amount",
        "currency",
        "original_amount",
        "original_currency",
        "fx_rate",
        conversion.date,
        *OWN_FIGURES,
    }


def _stated(entries: Relation, figure: str) -> Relation:
    """Entries that say what they were in another currency, in that one."""
    there = all_of(
        call("ne", entries["original_currency"], entries["currency"]),
        call("not", call("is_null", entries["original_amount"])),
    )
    is_other = call("coalesce", there, literal(False))
    size = call("abs", entries["original_amount"])
    value = call("if", call("lt", entries["compared"], literal(0)), call("neg", size), size)
    changed = _changed(entries, figure, value, entries["original_currency"], entries["fx_rate"])
    return select(
        entries,
        {name: _if(is_other, changed.get(name), entries[name]) for name in entries.schema},
    )


def _if(condition: Expression, value: Expression | None, otherwise: Expression) -> Expression:
    return otherwise if value is None else call("if", condition, value, otherwise)


def _by_table(entries: Relation, ruleset: RuleSet, conversion: Conversion, to: str, figure: str) -> Relation:
    """Entries in other currencies at the rate of their day."""
    rates = Scan(RATES, _table(ruleset))
    digits = exponent(to)
    exact = call("as_exact", call("mul", entries.of("l", "compared"), rates.of("r", "rate")))
    value = call("as_money", exact if digits is None else call("round_half_even", exact, literal(digits)))
    sided: dict[str, Expression] = {name: entries.of("l", name) for name in entries.schema}
    changed = _changed(entries, figure, value, literal(to), rates.of("r", "rate"), "l")
    equal = [
        (entries.of("l", "currency"), rates.of("r", "of")),
        (entries.of("l", conversion.date), rates.of("r", "day")),
    ]
    found = join(entries, rates, equal, {name: changed.get(name, sided[name]) for name in sided})
    rest = without(entries, rates, **{"currency": "of", conversion.date: "day"})
    return union(found, select(rest, {name: rest[name] for name in entries.schema}))


def _changed(
    entries: Relation,
    figure: str,
    value: Expression,
    currency: Expression,
    rate: Expression,
    side: str | None = None,
) -> dict[str, Expression]:
    """What is other in a converted entry; `figure` is the column that the rule set compares."""
    own = {name: entries[name] if side is None else entries.of(side, name) for name in ("amount", "currency")}
    return {
        "compared": value,
        "amount": value,
        "currency": currency,
        "original_amount": own["amount"],
        "original_currency": own["currency"],
        "fx_rate": rate,
        **{name: Literal(entries[name].type, None) for name in OWN_FIGURES if name != figure},
        **({figure: value} if figure in OWN_FIGURES else {}),
    }


def with_converted(entries: Relation, ruleset: RuleSet, side: Side) -> Relation:
    """Entries, as the rule set compares them, with `converted`: one where they were in another currency, else zero."""
    kept: dict[str, Expression] = {name: entries[name] for name in entries.schema}
    one, none = literal(1), literal(0)
    if ruleset.convert is None or ruleset.convert.side != side:
        return select(entries, {**kept, CONVERTED: none})
    other = call("coalesce", call("ne", entries["original_currency"], entries["currency"]), literal(False))
    return select(entries, {**kept, CONVERTED: call("if", other, one, none)})


def figure_type(name: str) -> DataType:
    """The type of what is added up of an entry beside the compared amount: money, or whether it was converted."""
    return FLAG if name == CONVERTED else MONEY


def figure_sum(name: str) -> DataType:
    """The type of the sum of such a figure."""
    return INTEGER if name == CONVERTED else SUM


def _table(ruleset: RuleSet) -> str:
    return f"fx_{ruleset.ruleset}"
