"""Balances from payout to payout: what goes on, and what ends with its window."""

import re
from collections.abc import Container, Mapping
from datetime import timedelta

from recon.model.periods import Period
from recon.payouts.calculation.earning import MOST
from recon.payouts.calculation.limits import Balances
from recon.payouts.calculation.windows import window
from recon.payouts.plan.measures import Accumulate

EARNING, PAYING = "earning", "paying"
_WINDOW = re.compile(
    r"^(?:built up|cap\.|budget\.)\s?(?P<window>[^.]+(?:\.\.[^.]+)?)\.|^tax\..*\.(?P<tax>[^.]+)$"
)
_CALENDAR = (Accumulate.FOREVER, Accumulate.MONTH, Accumulate.QUARTER, Accumulate.YEAR)


def going_on(balances: Mapping[str, Balances], period: Period, year_begins: str) -> dict[str, Balances]:
    """The balances after a period that still say something: not zero, and of a window that the next day lies in."""
    alive = windows_after(period, year_begins)
    kept = ((who, still_said(own, alive)) for who, own in balances.items())
    return {who: left for who, left in kept if left}


def windows_after(period: Period, year_begins: str) -> frozenset[str]:
    """The names of the windows that the day after a period lies in."""
    following = period.last + timedelta(days=1)
    return frozenset(window(one, following, "", year_begins) for one in _CALENDAR)


def still_said(own: Balances, alive: Container[str]) -> Balances:
    """Of one payee's balances those that still say something: a total that was never above zero says that it began."""
    return {
        name: amount
        for name, amount in own.items()
        if (amount or name.endswith(MOST)) and _goes_on(name, alive)
    }


def _goes_on(name: str, alive: Container[str]) -> bool:
    found = _WINDOW.match(name)
    return found is None or (found["window"] or found["tax"]) in alive


def balance_rows(period: Period, stage: str, balances: Mapping[str, Balances]) -> list[dict[str, object]]:
    """The balances as rows of `BALANCES`, by payee and name."""
    return [
        {"period": str(period), "stage": stage, "payee": who, "name": name, "amount": amount}
        for who in sorted(balances)
        for name, amount in sorted(balances[who].items())
    ]
