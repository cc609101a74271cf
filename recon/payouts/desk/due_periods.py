"""Which periods a plan is to pay: those that its entries lie in, as long as the plan says, and not paid yet."""

from dataclasses import dataclass
from datetime import date

from recon.engines.duck import DuckEngine
from recon.engines.expressions import call
from recon.engines.relations import aggregate
from recon.engines.render import render
from recon.errors import Problem
from recon.model.periods import Period
from recon.payouts.books.activity import Books, of_component
from recon.payouts.calculation.windows import settled, settlement_period
from recon.payouts.desk.shelf import Shelf
from recon.payouts.desk.states import state_of
from recon.payouts.plan.plan import Plan

NOT_PAID, NOT_OVER = "not calculated", "not over yet"


@dataclass(frozen=True, slots=True)
class Due:
    """A period of a plan, and how far its payout has come."""

    plan: Plan
    period: Period
    state: str


def due_periods(
    engine: DuckEngine, plan: Plan, books: Books, shelf: Shelf, as_of: date, *, only_complete: bool
) -> list[Due]:
    """The periods up to a day that have entries of a plan and are not approved; none where it does not say how long.

    Periods that end on the day or after it are not over, and left out where only complete ones are wanted.
    """
    every = plan.payment.every
    if every is None or as_of < plan.effective:
        return []
    days: set[date] = set()
    for component in plan.components:
        # These books do not say where customers are in their time: what may count makes a period due.
        whole = component.model_copy(update={"of_customers": None})
        relation = of_component(plan, books, whole, Period(plan.effective, as_of))
        day = call("coalesce", relation["business_date"], relation["booking_date"])
        days |= {row[0] for row in engine.rows(render(aggregate(relation, {"day": day})))}
    found = []
    for period in settled(every, days, as_of, plan.year_begins, only_complete=only_complete):
        first, last = plan.days(period)
        own = Period(first, last)
        payout = shelf.current(plan.plan, own)
        state = state_of(shelf.store, payout) if payout is not None else None
        if state is None or not state.closed:
            begun = NOT_PAID if period.last < as_of else NOT_OVER
            found.append(Due(plan, own, state.name if state is not None else begun))
    return found


def of_another_length(plan: Plan, period: Period) -> Problem | None:
    """What keeps a period from being paid by a plan that says how long its periods are."""
    every = plan.payment.every
    if every is None:
        return None
    whole = settlement_period(every, period.first, plan.year_begins)
    first, last = plan.days(whole)
    if period in (whole, Period(first, last)):
        return None
    message = f"{plan.plan} pays every {every.replace('_', ' ')}, and {period} is none"
    return Problem("period-length", message, hint=f"`recon payouts run --period {whole}`, or change `every`")
