"""Balances from payout to payout: what goes on, and what ends with its window."""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from recon.model.periods import Period
from recon.payouts.limits import Balances
from recon.payouts.plan.measures import Accumulate
from recon.payouts.windows import window

EARNING, PAYING = "earning", "paying"
_WINDOW = re.compile(
    r"^(?:built up|cap\.|budget\.)\s?(?P<window>[^.]+(?:\.\.[^.]+)?)\.|^tax\..*\.(?P<tax>[^.]+)$"
)
_CALENDAR = (Accumulate.FOREVER, Accumulate.MONTH, Accumulate.QUARTER, Accumulate.YEAR)


def going_on(balances: Mapping[str, Balances], period: Period) -> dict[str, dict[str, Any]]:
    """The balances after a period that still say something: not zero, and of a window that the next day lies in."""
    following = period.last + timedelta(days=1)
    alive = {window(one, following, "") for one in _CALENDAR}
    kept: dict[str, dict[str, Any]] = {}
    for who, own in balances.items():
        left = {name: amount for name, amount in own.items() if amount and _goes_on(name, alive)}
        if left:
            kept[who] = left
    return kept


def _goes_on(name: str, alive: set[str]) -> bool:
    found = _WINDOW.match(name)
    return found is None or (found["window"] or found["tax"]) in alive


def balance_rows(period: Period, stage: str, balances: Mapping[str, Balances]) -> list[dict[str, object]]:
    """The balances as rows of `BALANCES`, by payee and name."""
    return [
        {"period": str(period), "stage": stage, "payee": who, "name": name, "amount": amount}
        for who in sorted(balances)
        for name, amount in sorted(balances[who].items())
    ]
