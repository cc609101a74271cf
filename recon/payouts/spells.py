"""Moves in the middle of a period: what each day's people earn on the activity of their own days."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

import pyarrow as pa

from recon.engines.duck import DuckEngine
from recon.engines.expressions import call, literal
from recon.engines.relations import select
from recon.engines.render import render
from recon.model.periods import Period
from recon.payouts.activity import FIGURES, Books, figure, of_component, payee
from recon.payouts.facts import Facts, Spell
from recon.payouts.plan.plan import Plan
from recon.payouts.plan.sharing import Ownership
from recon.payouts.rows import exact

ZERO = Decimal(0)
SPELLS = "spells_of_payees"
_SCHEMA = pa.schema(
    [("payee", pa.string()), ("spell", pa.int64()), ("first", pa.date32()), ("last", pa.date32())]
)


def with_spells(
    engine: DuckEngine, plan: Plan, books: Books, period: Period, facts: Sequence[Facts]
) -> list[Facts]:
    """The facts with the base of each spell, for payees above whom somebody moved within the period.

    Under a plan that credits by the end of the period, or pays no overrides, nobody has spells.
    """
    if plan.overrides is None or plan.credit.when_moved is Ownership.AT_PAYOUT:
        return [replace(one, spells=()) if one.spells else one for one in facts]
    rows = [
        {"payee": one.payee, "spell": number, "first": spell.first, "last": spell.last}
        for one in facts
        for number, spell in enumerate(one.spells)
    ]
    if not rows:
        return list(facts)
    engine.register(SPELLS, pa.Table.from_pylist(rows, schema=_SCHEMA))
    bases: dict[tuple[str, int], Decimal] = {}
    for component in filter(plan.is_base, plan.components):
        relation = of_component(plan, books, component, period)
        measured = component.measure.sum
        value = figure(relation, measured) if measured in FIGURES else literal(1)
        day = call("coalesce", relation["business_date"], relation["booking_date"])
        own = render(select(relation, {"payee": payee(plan, relation), "day": day, "value": value}))
        sql = (
            f"SELECT s.payee, s.spell, CAST(sum(e.value) AS DECIMAL(38,8)) FROM ({own}) AS e JOIN {SPELLS} AS s "
            'ON s.payee = e.payee AND e.day BETWEEN s."first" AND s."last" GROUP BY s.payee, s.spell'
        )
        for who, number, base in engine.rows(sql):
            bases[who, number] = bases.get((who, number), ZERO) + base
    return [
        replace(
            one,
            spells=tuple(
                replace(spell, base=bases.get((one.payee, number), ZERO))
                for number, spell in enumerate(one.spells)
            ),
        )
        for one in facts
    ]


def by_spell(amount: Decimal, facts: Facts) -> Iterator[tuple[Decimal, Facts]]:
    """The amount in parts by the base of each spell, with the facts of its people; whole when nobody moved.

    The last spell with a base takes what rounding leaves, so that the parts are the amount.
    """
    active: list[Spell] = [spell for spell in facts.spells if spell.base]
    whole = sum((spell.base for spell in active), ZERO)
    if not active or not whole:
        yield amount, facts
        return
    left = amount
    for position, spell in enumerate(active):
        part = left if position == len(active) - 1 else exact(amount * spell.base / whole)
        left -= part
        yield part, replace(facts, people=spell.people)
