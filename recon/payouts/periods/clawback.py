"""How much of a commission is taken back when a sale is undone some time after it was made."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from recon.payouts.calculation.windows import add_months, months_between
from recon.payouts.periods.corrections import unserved_percent
from recon.payouts.plan.corrections import ClawbackStep, Corrections
from recon.payouts.rows import exact, plain

WHOLE = Decimal(100)


@dataclass(frozen=True, slots=True)
class ShareTaken:
    """The percent of a commission that is taken back, and why, in words; no words where it is always all of it."""

    percent: Decimal = WHOLE
    words: str = ""

    def of(self, amount: Decimal) -> Decimal:
        """The part of an amount that is taken back."""
        return amount * self.percent / WHOLE


def share_taken(rule: Corrections, sold: date | None, undone: date | None) -> ShareTaken:
    """The share that a plan takes back of a sale of one day that was undone on another.

    Of a contract it is the share of the months not served, of a schedule the percent of the first step whose days or
    months have not passed. All of it is taken back where the plan says nothing, or a day is not known.
    """
    if sold is None or undone is None:
        return ShareTaken()
    if rule.full_clawback_months is not None:
        whole, months = rule.full_clawback_months, months_between(sold, undone)
        percent = unserved_percent(Decimal(whole), Decimal(months))
        words = f"{months} of {whole} months were served, {plain(exact(percent))}% is taken back"
        return ShareTaken(percent, words)
    if rule.clawback_schedule:
        return _by_schedule(rule.clawback_schedule, sold, undone)
    return ShareTaken()


def _by_schedule(steps: tuple[ClawbackStep, ...], sold: date, undone: date) -> ShareTaken:
    days = f"undone {(undone - sold).days} days after the sale"
    for step in steps:
        if undone <= last_day(step, sold):
            return ShareTaken(step.percent, f"{days}, within {step.time}: {plain(step.percent)}% is taken back")
    return ShareTaken(Decimal(0), f"{days}, after {steps[-1].time}: nothing is taken back")


def last_day(step: ClawbackStep, sold: date) -> date:
    """The last day on which a sale may be undone and still be within a step."""
    if step.within_months is not None:
        return add_months(sold, step.within_months)
    return sold + timedelta(days=step.within_days or 0)
