"""Where every order must stand at the end of each month, and what must have been released, in plain arithmetic."""

import json
from collections.abc import Sequence

from sample_data.payday import text
from sample_data.reseller_topup.book import Order
from sample_data.reseller_topup.world import (
    DAY_WITHOUT_PRICE,
    EXPIRED,
    LAST_DAYS,
    PERIODS,
    RESELLERS,
    RESTRICTED,
    SUSPENDED,
    WATCHED,
    WITHOUT_TERMS,
    price,
)
from sample_data.tables import csv_bytes

ALWAYS_WRONG = {
    "partial": {"partial_transfer"}, "a_little_short": {"wrong_amount"}, "too_much": {"wrong_amount"},
    "wrong_tier": {"wrong_amount"}, "fake": {"unconfirmed_credit"}, "no_proof": {"no_proof"},
    "late": {"unconfirmed_credit"}, "reversed": {"credit_reversed"}, "wrong_currency": {"wrong_currency"},
    "proof_of_another": {"proof_of_another"}, "stranger": {"reseller_not_active", "no_price"},
    "changed": {"order_changed", "no_proof"},
    "stolen": {"unconfirmed_credit", "reused_proof", "released_before"},
}  # fmt: skip
"""What speaks against an order at the end of both months."""
IN_OCTOBER = {
    "reused": {"reused_proof"}, "reusing": {"unconfirmed_credit", "reused_proof"},
    "late_accepted": {"unconfirmed_credit"},
}  # fmt: skip
"""What is settled in November."""
SINCE = {"reversed_later": {"credit_reversed"}, "robbed": {"reused_proof"}}
"""What comes up in November about orders that were released in October."""


def why(one: Order, month: int) -> set[str]:
    """What speaks against an order at the end of a month, but for one that is released or cancelled."""
    found = set(ALWAYS_WRONG.get(one.population, ()))
    if month == 0:
        found |= IN_OCTOBER.get(one.population, set())
    if one.credited_on is not None and one.credited_on > LAST_DAYS[month]:
        found.add("unconfirmed_credit")
    if one.day == DAY_WITHOUT_PRICE:
        found.add("no_price")
    return found | _of_reseller(one.reseller, month)


def _of_reseller(reseller: str, month: int) -> set[str]:
    """What speaks against a reseller on the last day of a month."""
    found = set[str]()
    if reseller == SUSPENDED[0] or (reseller == RESTRICTED[0] and month == 0):
        found.add("reseller_not_active")
    if reseller == WITHOUT_TERMS or (reseller == EXPIRED[0] and month == 0):
        found.add("papers_missing")
    if reseller == WATCHED and month == 0:
        found.add("held_by_monitor")
    return found


def state(one: Order, month: int) -> tuple[str, set[str]] | None:
    """Where an order stands at the end of a month, and what speaks against it; None before it was placed."""
    if one.month > month:
        return None
    if one.population == "cancelled" or (one.population == "reusing" and month == 1):
        return "cancelled", set()
    if released_in(one) is not None and released_in(one) == 0 and month == 1:
        return "released", SINCE.get(one.population, set())
    against = why(one, month)
    return ("refused", against) if against else ("released", set())


def released_in(one: Order) -> int | None:
    """The month in which an order is released; None for one that never is."""
    if one.population in {"cancelled", "reusing"}:
        return None
    return next((month for month in range(one.month, 2) if not why(one, month)), None)


def expected_files(orders: Sequence[Order]) -> dict[str, bytes]:
    """Every order with its state by month, and what was released by month and currency."""
    rows = []
    for one in sorted(orders, key=lambda each: each.number):
        for month, period in enumerate(PERIODS):
            stands = state(one, month)
            if stands is not None:
                rows.append((period, one.number, one.reseller, stands[0], " ".join(sorted(stands[1]))))
    sums: dict[str, dict[str, dict[str, str | int]]] = {}
    for month, period in enumerate(PERIODS):
        for currency in ("KES", "NGN"):
            chosen = [one for one in orders if one.currency == currency and released_in(one) == month]
            due = sum(_due(one) for one in chosen)
            figures: dict[str, str | int] = {
                "orders": len(chosen), "units": str(sum(one.units for one in chosen)), "amount": text(due)
            }  # fmt: skip
            sums.setdefault(period, {})[currency] = figures
    summary = {"released": sums, "sales": _sales(orders)}
    return {
        "expected/orders.csv": csv_bytes(("period", "order", "reseller", "state", "why"), rows),
        "expected/summary.json": (json.dumps(summary, indent=2) + "\n").encode("ascii"),
    }


def _due(one: Order) -> int:
    """What an order costs by the list."""
    return price(one.currency, RESELLERS[one.reseller].tier(one.day), one.day, one.units) or 0


def _sales(orders: Sequence[Order]) -> dict[str, dict[str, str]]:
    """What each reseller of the registry ordered in a month, less what was cancelled in it."""
    found: dict[str, dict[str, str]] = {}
    for month, period in enumerate(PERIODS):
        for name in RESELLERS:
            own = [one for one in orders if one.reseller == name]
            ordered = sum(one.asked for one in own if one.month == month)
            found.setdefault(period, {})[name] = text(ordered - sum(_taken_back(one, month) for one in own))
    return found


def _taken_back(one: Order, month: int) -> int:
    """What was cancelled of an order in a month, less what was placed again under its number."""
    if one.population == "cancelled" and month == 0:
        return one.asked
    if one.population == "changed" and month == 0:
        return one.asked - one.asked // 2
    return one.asked if one.population == "reusing" and month == 1 else 0
