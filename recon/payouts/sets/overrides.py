"""Overrides of all payees at once: each level's share of what is below it, and who has it, as in `hierarchy`."""

from dataclasses import dataclass, field
from decimal import Decimal

import pyarrow as pa

from recon.engines.duck import DuckEngine
from recon.engines.names import identifier, text_literal
from recon.payouts.hierarchy import heirs_of
from recon.payouts.period import Known
from recon.payouts.plan.payment import RoundAt
from recon.payouts.plan.plan import Plan
from recon.payouts.plan.sharing import Basis, Overrides
from recon.payouts.rows import Kind, plain
from recon.payouts.sets.parts import MONEY, SUM, number, plain_text, rounded_to
from recon.payouts.sets.rows_table import PlanRows

ZERO = Decimal(0)


@dataclass
class LevelRows:
    """A query of the rows of levels, and what their codes stand for."""

    sql: str = ""
    meaning: dict[int, tuple[Kind, str, str, str]] = field(default_factory=dict)


def level_rows(engine: DuckEngine, rows: PlanRows, people: str, lines: list[str], first: int) -> LevelRows:
    """The rows that the levels of a plan add to a part; codes begin at `first`. `people` is the table of `holders`."""
    rules = rows.plan.overrides
    if rules is None:
        raise ValueError("a plan without overrides")
    shares = f"{rows.table}_shares"
    base = _bases(lines) if rules.of == "base" else _commissions(rows.part)
    whole = (
        f"SELECT a.payee_no, coalesce(b.base, 0) AS base, h.* EXCLUDE (payee) FROM {identifier(rows.people)} AS a "
        f"JOIN {identifier(rows.payees)} AS p USING (payee_no) LEFT JOIN ({base}) AS b USING (payee_no) "
        f"LEFT JOIN {identifier(people)} AS h USING (payee)"
    )
    engine.materialise(shares, _shared(rows.plan, rules, whole))
    return _rows(rules, shares, first)


def holders(rules: Overrides, known: Known) -> pa.Table:
    """Who holds each level above each payee; a column by level."""
    columns = {"payee": pa.array(list(known.facts), pa.string())}
    for position, level in enumerate(rules.levels):
        held = [facts.people.get(level.level) for facts in known.facts.values()]
        columns[f"holder_{position}"] = pa.array(held, pa.string())
    return pa.table(columns)


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
        factor = number(_percent(rules, position) / 100)
        amount = f"CAST(CAST(of_{position} AS {MONEY}) * {factor} AS {SUM})"
        if plan.rounding.at is RoundAt.LINE:
            amount = rounded_to(plan, amount)
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
    selects, paid = [], []
    levels = len(rules.levels)
    for position, level in enumerate(rules.levels):
        percent = plain(_percent(rules, position))
        words = f"{level.level}: {percent}% of "
        heirs = [position, *heirs_of(rules.vacant, levels, position)]
        for place, heir in enumerate(heirs):
            code = first + position * (levels + 1) + place
            vacant = "" if heir == position else f"share of the vacant {level.level}: "
            found.meaning[code] = (Kind.OVERRIDE, rules.levels[heir].level, vacant + words, f"{percent}%")
            said = f"{text_literal(vacant + words)} || {plain_text(f'of_{position}')}"
            empty = [f"holder_{other} IS NULL" for other in heirs[:place]]
            when = " AND ".join([*empty, f"holder_{heir} IS NOT NULL"])
            selects.append(
                _row(shares, f"holder_{heir}", code, f"of_{position}", f"share_{position}", said, when)
            )
        anybody = " OR ".join(f"holder_{heir} IS NOT NULL" for heir in heirs)
        paid.append(f"CASE WHEN {anybody} THEN share_{position} ELSE 0 END")
    if rules.rest_to is not None:
        code = first + levels * (levels + 1)
        words = "what the levels leave of "
        found.meaning[code] = (Kind.OVERRIDE, rules.rest_to, words, "")
        rest = f"base - ({' + '.join(paid)})"
        said = f"{text_literal(words)} || {plain_text('base')}"
        selects.append(_row(shares, text_literal(rules.rest_to), code, "base", rest, said, "TRUE"))
    found.sql = " UNION ALL ".join(selects)
    return found


def _row(shares: str, receiver: str, code: int, units: str, amount: str, said: str, when: str) -> str:
    return (
        f"SELECT payee_no, {receiver} AS receiver, CAST({code} AS INTEGER) AS code, CAST({units} AS {SUM}) AS units, "
        f"CAST({amount} AS {SUM}) AS amount, CAST(0 AS BIGINT) AS entries, {said} AS said "
        f"FROM {identifier(shares)} WHERE {when}"
    )
