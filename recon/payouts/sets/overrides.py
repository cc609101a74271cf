"""Overrides of all payees at once: each level's share of what is below it, and who has it, as in `hierarchy`."""

from dataclasses import dataclass, field
from decimal import Decimal

import pyarrow as pa

from recon.engines.duck import DuckEngine
from recon.engines.names import identifier, text_literal
from recon.payouts.calculation.hierarchy import heirs_of, rounds_levels, shares_pool
from recon.payouts.periods.period import Known
from recon.payouts.plan.plan import Plan
from recon.payouts.plan.sharing import Basis, Overrides
from recon.payouts.rows import Kind, plain
from recon.payouts.sets.parts import MONEY, SUM, number, rounded_to
from recon.payouts.sets.rows_table import FIRST_RECEIVER, OWN, PlanRows

ZERO = Decimal(0)


@dataclass
class LevelRows:
    """A query of the rows of levels, and what their codes stand for; their words end with their units."""

    sql: str = ""
    meaning: dict[int, tuple[Kind, str, str, str]] = field(default_factory=dict)


def lay_people(engine: DuckEngine, rows: PlanRows, known: Known) -> None:
    """The tables of who holds each level above each payee, and of the names of all who do, by number.

    A name is compared and sorted a hundred times as slowly as its number. Whoever is credited has the number OWN above
    itself.
    """
    rules = rows.plan.overrides
    if rules is None:
        return
    names: dict[str, int] = {rules.rest_to: FIRST_RECEIVER} if rules.rest_to is not None else {}
    columns = {"payee": pa.array(list(known.facts), pa.string())}
    for position, level in enumerate(rules.levels):
        held = [
            None
            if (holder := facts.people.get(level.level)) is None
            else OWN
            if holder == payee
            else names.setdefault(holder, len(names) + FIRST_RECEIVER)
            for payee, facts in known.facts.items()
        ]
        columns[f"holder_{position}"] = pa.array(held, pa.int32())
    engine.register(rows.holders, pa.table(columns))
    numbers = pa.array(names.values(), pa.int32())
    engine.register(rows.receivers, pa.table({"receiver": numbers, "name": pa.array(names, pa.string())}))


def level_rows(rows: PlanRows, lines: list[str], first: int) -> LevelRows:
    """The rows that the levels of a plan add to a part; codes begin at `first`."""
    rules = rows.plan.overrides
    if rules is None:
        raise ValueError("a plan without overrides")
    based = [name for one, name in zip(rows.plan.components, lines, strict=True) if rows.plan.is_base(one)]
    base = _bases(based) if rules.of == "base" else _commissions(rows.part)
    whole = (
        f"SELECT a.payee_no, p.payee, CAST(coalesce(b.base, 0) AS {SUM}) AS base, h.* EXCLUDE (payee) "
        f"FROM {identifier(rows.people)} AS a JOIN {identifier(rows.payees)} AS p USING (payee_no) "
        f"LEFT JOIN ({base}) AS b USING (payee_no) LEFT JOIN {identifier(rows.holders)} AS h USING (payee)"
    )
    return _rows(rules, _shared(rows.plan, rules, whole), first)


def _bases(lines: list[str]) -> str:
    parts = " UNION ALL ".join(
        f"SELECT payee_no, CASE WHEN turned THEN -q ELSE q END AS q FROM {identifier(name)}" for name in lines
    )
    return f"SELECT payee_no, CAST(sum(q) AS {SUM}) AS base FROM ({parts}) GROUP BY payee_no"


def _commissions(table: str) -> str:
    return f"SELECT payee_no, CAST(sum(amount) AS {SUM}) AS base FROM {identifier(table)} GROUP BY payee_no"


def _shared(plan: Plan, rules: Overrides, whole: str) -> str:
    """Each level's share as if every level were held: columns `of_N` and `share_N`."""
    sql = whole
    for position in range(len(rules.levels)):
        lower = [f"share_{below}" for below in range(position)]
        of = "base"
        if rules.basis is Basis.SUBTRACT_LOWER and lower:
            of = f"base - ({' + '.join(lower)})"
        elif rules.basis is Basis.LEVEL_BELOW and lower:
            of = lower[-1]
        pooled = shares_pool(rules, plan.rounding)
        percent = sum((one.percent for one in rules.levels[: position + 1]), ZERO)
        factor = number((percent if pooled else _percent(rules, position)) / 100)
        amount = f"CAST(CAST(of_{position} AS {MONEY}) * {factor} AS {SUM})"
        if rounds_levels(rules, plan.rounding):
            amount = rounded_to(plan, amount)
        if pooled and lower:
            amount = f"{amount} - ({' + '.join(lower)})"
        sql = (
            f"SELECT *, {amount} AS share_{position} FROM (SELECT *, CAST({of} AS {SUM}) AS of_{position} "
            f"FROM ({sql}))"
        )
    return sql


def _percent(rules: Overrides, position: int) -> Decimal:
    percent = rules.levels[position].percent
    if rules.basis is not Basis.DIFFERENTIAL:
        return percent
    below = max((lower.percent for lower in rules.levels[:position]), default=ZERO)
    return max(percent - below, ZERO)


def _rows(rules: Overrides, shares: str, first: int) -> LevelRows:
    found = LevelRows()
    structs, paid = [], []
    levels = len(rules.levels)
    for position, level in enumerate(rules.levels):
        percent = plain(_percent(rules, position))
        words = f"{level.level}: {percent}% of "
        heirs = [position, *heirs_of(rules.vacant, levels, position)]
        cases = []
        for place, heir in enumerate(heirs):
            code = first + position * (levels + 1) + place
            vacant = "" if heir == position else f"share of the vacant {level.level}: "
            found.meaning[code] = (Kind.OVERRIDE, rules.levels[heir].level, vacant + words, f"{percent}%")
            cases.append(f"WHEN holder_{heir} IS NOT NULL THEN {code}")
        receiver = f"coalesce({', '.join(f'holder_{heir}' for heir in heirs)})"
        structs.append(_struct(receiver, f"CASE {' '.join(cases)} END", f"of_{position}", f"share_{position}"))
        paid.append(f"CASE WHEN {receiver} IS NOT NULL THEN share_{position} ELSE 0 END")
    if rules.rest_to is not None:
        code = first + levels * (levels + 1)
        found.meaning[code] = (Kind.OVERRIDE, rules.rest_to, "what the levels leave of ", "")
        receiver = f"CASE WHEN payee = {text_literal(rules.rest_to)} THEN {OWN} ELSE {FIRST_RECEIVER} END"
        structs.append(_struct(receiver, str(code), "base", f"base - ({' + '.join(paid)})"))
    found.sql = (
        "SELECT payee_no, level.receiver, level.code, level.units, level.amount, CAST(0 AS BIGINT) AS entries "
        f"FROM (SELECT payee_no, unnest([{', '.join(structs)}]) AS level FROM ({shares})) "
        "WHERE level.code IS NOT NULL"
    )
    return found


def _struct(receiver: str, code: str, units: str, amount: str) -> str:
    values = {
        "receiver": f"CAST({receiver} AS INTEGER)",
        "code": f"CAST({code} AS INTEGER)",
        "units": units,
        "amount": f"CAST({amount} AS {SUM})",
    }
    return "{" + ", ".join(f"'{name}': {value}" for name, value in values.items()) + "}"
