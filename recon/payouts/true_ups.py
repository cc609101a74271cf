"""True-ups: what closed periods should have paid by the facts as now known, less what they did pay.

A closed period is never computed again in place. All periods from the first that changed are computed again in
order, each from the balances that the one before leaves, so that caps, floors, draws and budgets hold as if the late
facts had been there; the differences are booked in the open period.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from recon.payouts.calculate import calculate
from recon.payouts.corrections import true_up
from recon.payouts.facts import Facts
from recon.payouts.limits import Balances
from recon.payouts.plan.plan import Plan
from recon.payouts.rows import Kind, Row, plain

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Closed:
    """A closed period: its facts as now known, and what the payee was paid for it, true-ups included."""

    facts: Facts
    paid: Decimal


@dataclass(frozen=True, slots=True)
class TrueUps:
    """The corrections to book in the open period, and the balances it opens with."""

    rows: tuple[Row, ...]
    balances: Balances


def true_ups(plan: Plan, closed: Sequence[Closed], opening: Balances | None = None) -> TrueUps:
    """The corrections of closed periods, earliest first.

    `opening` are the balances with which the first period was opened. With `closed_periods: period_preserving` each
    period that changed has a row of its own, named after it; with `delta` they are one row.
    """
    balances: Balances = dict(opening or {})
    rows = []
    for period in closed:
        outcome = calculate(plan, period.facts, balances)
        balances = outcome.balances
        payee = period.facts.payee
        row = true_up(
            outcome.of(payee), period.paid, payee, f"late facts of {period.facts.period}", plan.version
        )
        if row.amount:
            rows.append(row)
    if plan.corrections.closed_periods == "delta" and len(rows) > 1:
        amount = sum((row.amount for row in rows), ZERO)
        words = "; ".join(f"{row.words} ({plain(row.amount)})" for row in rows)
        rows = [Row(Kind.CORRECTION, amount, rows[0].payee, words, version=plan.version)]
    return TrueUps(tuple(rows), balances)
