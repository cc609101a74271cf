"""A plan's explanation rows of all payees at once: lines and their parts, limits, rounding, in one table.

The table is narrow: a row says by its `code` which part of the plan it is, and only what is written at the end
spells it out. Codes rise in the order of the calculation: thousands are components, then limits, then rounding.
"""

from dataclasses import dataclass, field
from decimal import Decimal

from recon.engines.duck import DuckEngine
from recon.engines.names import identifier, text_literal
from recon.errors import InputRefused, Problem
from recon.model.money import Rounding
from recon.model.periods import Period
from recon.payouts.activity import Books
from recon.payouts.plan.bands import Outside
from recon.payouts.plan.components import Component
from recon.payouts.plan.limits import Limit
from recon.payouts.plan.payment import RoundAt
from recon.payouts.plan.plan import Plan
from recon.payouts.rounding import places
from recon.payouts.rows import Kind, plain
from recon.payouts.sets.lines import add_absent, build_lines, everybody
from recon.payouts.sets.parts import SUM, SqlPart, line_total, number, outside, parts_of

STEP = 1000
"""Parts that one step of the calculation may have."""
NO_UNITS = f"CAST(NULL AS {SUM})"


@dataclass
class PlanRows:
    """The rows of a plan in an engine: the name of their table, and what each code stands for."""

    plan: Plan
    table: str
    meaning: dict[int, tuple[Kind, str, str, str]] = field(default_factory=dict)
    """Kind, component, words and rate by code."""

    def sql(self, period: Period) -> str:
        """The rows in the shape of PAYOUT_ROWS, by payee and in the order of the calculation."""
        plan = self.plan
        fixed = {"plan": plan.plan, "version": plan.version, "period": str(period), "currency": plan.currency}
        columns = [f"{text_literal(value)} AS {name}" for name, value in fixed.items()]
        columns += ["payee AS credited", "entry_id", "payee"]
        columns += [self._spelt(position, name) for position, name in enumerate(("kind", "component", "words"))]
        columns += ["units", self._spelt(3, "rate"), "amount", "entries"]
        order = f"payee, code // {STEP}, day ASC NULLS FIRST, entry_id, code"
        return (
            f"SELECT {', '.join(columns)} FROM (SELECT * FROM {identifier(self.table)} WHERE payee <> '' "
            f"ORDER BY {order})"
        )

    def _spelt(self, position: int, name: str) -> str:
        cases = " ".join(
            f"WHEN {code} THEN {text_literal(meaning[position])}"
            for code, meaning in sorted(self.meaning.items())
        )
        return f"CASE code {cases} ELSE '' END AS {name}" if cases else f"'' AS {name}"


def build_rows(
    engine: DuckEngine, plan: Plan, books: Books, period: Period, name: str = "plan_rows"
) -> PlanRows:
    """Compute the rows of a plan that `support.reasons` has nothing against.

    Raises:
        InputRefused: a figure is absent, or a total lies in no band of a plan that refuses this.
    """
    rows = PlanRows(plan, name)
    lines = [f"{name}_lines_{position}" for position in range(len(plan.components))]
    for component, own in zip(plan.components, lines, strict=True):
        build_lines(engine, plan, component, books, period, own)
    add_absent(engine, plan, lines)
    selects = []
    for step, (component, own) in enumerate(zip(plan.components, lines, strict=True)):
        _refuse_outside(engine, component, own)
        selects += _line_rows(rows, component, step, own)
    engine.materialise(name, " UNION ALL ".join(selects))
    engine.materialise(f"{name}_payees", everybody(lines))
    step = len(plan.components)
    for limit in plan.limits:
        engine.append(name, _limit_row(rows, limit, step))
        step += 1
    if plan.rounding.at is RoundAt.PAYEE:
        engine.append(name, _payee_rounding(rows, step))
    engine.drop(*lines)
    return rows


def _line_rows(rows: PlanRows, component: Component, step: int, lines: str) -> list[str]:
    found = parts_of(component)
    if rows.plan.rounding.at is RoundAt.LINE:
        total = line_total(found)
        rounded = f"CAST({_rounded(rows.plan, total)} - {total} AS {SUM})"
        words = _rounding_words(rows.plan)
        found.append(SqlPart(Kind.ROUNDING, f"{rounded} <> 0", NO_UNITS, rounded, words, ""))
    selects = []
    for code, part in enumerate(found, start=step * STEP):
        rows.meaning[code] = (part.kind, component.name, part.words, part.rate)
        selects.append(
            f"SELECT payee, CAST({code} AS INTEGER) AS code, day, entry_id, CAST({part.units} AS {SUM}) AS units, "
            f"{part.amount} AS amount, n AS entries FROM {identifier(lines)} WHERE {part.when}"
        )
    return selects


def _limit_row(rows: PlanRows, limit: Limit, step: int) -> str:
    if limit.cap is not None:
        bound, how = limit.cap, ">"
        rows.meaning[step * STEP] = (Kind.CAP, "", f"cap of {plain(bound)}", "")
    else:
        bound, how = limit.floor if limit.floor is not None else Decimal(0), "<"
        rows.meaning[step * STEP] = (Kind.FLOOR, "", f"floor of {plain(bound)}", "")
    return _of_totals(rows, step, f"{number(bound)} - total", f"total {how} {number(bound)}")


def _payee_rounding(rows: PlanRows, step: int) -> str:
    rows.meaning[step * STEP] = (Kind.ROUNDING, "", _rounding_words(rows.plan), "")
    difference = f"{_rounded(rows.plan, 'total')} - total"
    return _of_totals(rows, step, difference, f"{difference} <> 0")


def _of_totals(rows: PlanRows, step: int, amount: str, when: str) -> str:
    """A row per payee whose total satisfies a condition."""
    payees = identifier(f"{rows.table}_payees")
    totals = (
        f"SELECT payee, CAST(coalesce(sum(amount), 0) AS {SUM}) AS total "
        f"FROM {payees} LEFT JOIN {identifier(rows.table)} USING (payee) GROUP BY payee"
    )
    return (
        f"SELECT payee, CAST({step * STEP} AS INTEGER) AS code, CAST(NULL AS DATE) AS day, "
        f"CAST(NULL AS VARCHAR) AS entry_id, {NO_UNITS} AS units, CAST({amount} AS {SUM}) AS amount, "
        f"CAST(0 AS BIGINT) AS entries FROM ({totals}) WHERE {when}"
    )


def _rounded(plan: Plan, amount: str) -> str:
    digits = places(plan.rounding, plan.currency)
    if plan.rounding.mode is Rounding.HALF_UP:
        return f"CAST(CAST({amount} AS DECIMAL(38,{digits})) AS {SUM})"
    return f"CAST(round_even({amount}, {digits}) AS {SUM})"


def _rounding_words(plan: Plan) -> str:
    return f"to {places(plan.rounding, plan.currency)} digits, {plan.rounding.mode.replace('_', ' ')}"


def _refuse_outside(engine: DuckEngine, component: Component, lines: str) -> None:
    condition = outside(component)
    if condition is None or component.tiers is None or component.tiers.outside is not Outside.REFUSE:
        return
    found = engine.rows(
        f"SELECT payee, before + q FROM {identifier(lines)} WHERE {condition} ORDER BY payee, entry_id LIMIT 1"
    )
    for who, value in found:
        message = f"{component.name}: {plain(value)} of {who} lies in no band of the plan"
        hint = "close the gap between the bands, or say outside: pays_nothing"
        raise InputRefused(Problem("no-band", message, hint=hint))
