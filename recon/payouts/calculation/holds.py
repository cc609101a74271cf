"""Holds: how long an earned amount waits, and what releases it."""

from dataclasses import dataclass
from datetime import date, timedelta

from recon.payouts.calculation.windows import add_months
from recon.payouts.plan.payment import Hold


@dataclass(frozen=True, slots=True)
class Release:
    """Whether an amount is payable, and from when (or how far its condition has come)."""

    status: str
    due: date | None = None
    progress: str | None = None


def release(
    hold: Hold | None, earned: date | None, as_of: date | None, payments: int = 0, kind: str = "commission"
) -> Release:
    """The state of a hold: `held` or `released`; exempt kinds and plans without a hold never wait.

    A clawback that is exempt takes money back at once instead of waiting behind what it corrects.
    """
    if hold is None or kind in hold.exempt:
        return Release("released", earned)
    if hold.after_payments is not None:
        done = payments >= hold.after_payments
        return Release("released" if done else "held", progress=f"{payments}/{hold.after_payments}")
    if earned is None:
        return Release("held")
    due = (
        add_months(earned, hold.after_months)
        if hold.after_months is not None
        else earned + timedelta(days=hold.after_days or 0)
    )
    return Release("released" if as_of is not None and as_of >= due else "held", due)
