"""Plans that have ended: what they still hold, and what becomes known late of what they paid."""

from collections.abc import Sequence
from decimal import Decimal

from recon.engines.trouble import machine_errors
from recon.model.periods import Period
from recon.payouts.calculation.limits import EXCESS
from recon.payouts.desk.balances import EARNING, PAYING
from recon.payouts.desk.computing import before_paying
from recon.payouts.desk.open_books import Opened
from recon.payouts.desk.shelf import PublishedPayout, Shelf
from recon.payouts.desk.work import PayoutWork
from recon.payouts.library import Filed
from recon.payouts.plan.plan import Purpose
from recon.payouts.rows import Kind

ZERO = Decimal(0)


def ended_plans(shelf: Shelf, filed: Sequence[Filed], period: Period) -> list[Filed]:
    """Plans that count no day of a period any more and paid an earlier one, each as its last version."""
    last: dict[str, Filed] = {}
    for one in filed:
        last[one.plan.plan] = one
    counting = {one.plan.plan for one in filed if one.plan.counts_in(period)}
    return [
        one
        for name, one in sorted(last.items())
        if name not in counting and one.plan.purpose is not Purpose.VERIFY_FEES and shelf.line(name, period)
    ]


def has_something(shelf: Shelf, work: PayoutWork, opened: Opened) -> bool:
    """Whether a plan that has ended still holds money, or refunds and late facts change what it paid.

    A period that has a payout of it has one again. One behind a later payout has none: what is late is booked there.

    Raises:
        ConfigError, InputRefused: as `compute_payout`.
    """
    plan, period, line = work.plan, work.period, work.line
    if shelf.current(plan.plan, period) is not None:
        return True
    if shelf.later(plan.plan, period):
        return False
    if _holds_money(line):
        return True
    engine, books = opened()
    with machine_errors(work.project.settings.run.memory_mb):
        begun = before_paying(engine, books, plan, period, line, work.materials.facts)
    return bool(begun.late.items)


def _holds_money(line: Sequence[PublishedPayout]) -> bool:
    """Whether something is waiting, carried, kept in reserve, left for later by a cap, or held."""
    last = str(line[-1].period)
    if line[-1].balances.get((last, PAYING)):
        return True
    earning = line[-1].balances.get((last, EARNING), {})
    if any(amount for own in earning.values() for name, amount in own.items() if name.startswith(EXCESS)):
        return True
    held: dict[tuple[str, str], Decimal] = {}
    for payout in line:
        for row in payout.late_rows:
            if row["kind"] in {Kind.HOLD, Kind.RELEASE}:
                key = (row["payee"], row["of_period"])
                held[key] = held.get(key, ZERO) + row["amount"]
    return any(held.values())
