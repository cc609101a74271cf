"""Whether a period may be paid: a run covers all of it, and the plan has no earlier days that nothing pays."""

from collections.abc import Sequence
from datetime import date, timedelta

from recon.errors import Problem
from recon.model.periods import Period
from recon.payouts.desk.shelf import PublishedPayout, Shelf
from recon.payouts.plan.plan import Plan
from recon.store.published import Published

DAY = timedelta(days=1)


def too_early(
    shelf: Shelf, run: Published, plans: Sequence[Plan], names: Sequence[str], period: Period
) -> list[Problem]:
    """Everything that keeps a period of some plans from being paid on a run; `plans` are all versions of all plans."""
    skipped = (
        unpaid_before([plan for plan in plans if plan.plan == name], shelf.line(name, period), period)
        for name in names
    )
    return [one for one in (uncovered(run, period), *skipped) if one is not None]


def uncovered(run: Published, period: Period) -> Problem | None:
    """What keeps a period from being paid on a run: it knows nothing of the period's last days."""
    as_of = str(run.manifest.get("as_of", ""))
    if as_of >= period.last.isoformat():
        return None
    message = f"no run covers {period} as a whole: run {run.identity} is as of {as_of or 'no day'}"
    hint = (
        f"`recon run --period {period}` makes one, once its files are there; until then "
        f"`recon payouts calculate --period {period}` shows what it would pay so far, and stores nothing"
    )
    return Problem("period-run", message, hint=hint)


def unpaid_before(plans: Sequence[Plan], line: Sequence[PublishedPayout], period: Period) -> Problem | None:
    """What keeps a period of a plan from being paid: days before it that none of its payouts pays.

    `plans` are all versions of the plan, `line` its payouts of earlier periods. Before the first of them nothing is
    missed: what was paid before that is not known here.
    """
    if not line:
        return None
    last = line[-1]
    days = [
        day for day in _days(last.period.last + DAY, period.first) if any(one.in_force(day) for one in plans)
    ]
    if not days:
        return None
    missed = Period(days[0], days[-1])
    month = Period.parse(f"{missed.first:%Y-%m}")
    first = month if month.first == missed.first and month.last <= missed.last else missed
    message = (
        f"{last.plan}: {missed} is not paid, and {period} comes after it; the last payout is {last.identity}"
    )
    hint = f"`recon payouts run --period {first} --plan {last.plan}` comes first: what it carries goes on from there"
    return Problem("period-skipped", message, hint=hint)


def begins_late(plans: Sequence[Plan], line: Sequence[PublishedPayout], period: Period) -> str | None:
    """What to know of a plan's first payout that comes after its first day: nothing pays the days before it."""
    first = min((one.effective for one in plans), default=period.first)
    if line or first >= period.first:
        return None
    before = Period(first, period.first - DAY)
    return f"{plans[0].plan}: this is its first payout, and nothing here pays {before}, when it was in force already"


def _days(first: date, end: date) -> list[date]:
    return [first + number * DAY for number in range((end - first).days)]
