"""Who is credited: dated ownership of what is sold, so that a move in mid-period counts by the day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from recon.errors import InputRefused, Problem
from recon.payouts.facts import Transaction
from recon.payouts.plan.sharing import Ownership


@dataclass(frozen=True, slots=True)
class Assignment:
    """An owner from a day on, up to but not including another day (None: still)."""

    owner: str
    first: date
    until: date | None = None


def owner_on(assignments: Sequence[Assignment], day: date) -> str | None:
    """Who owns on a day; None when nobody does.

    Raises:
        InputRefused: two owners hold the same day; it must not be paid twice.
    """
    owners = sorted(
        {one.owner for one in assignments if one.first <= day and (one.until is None or day < one.until)}
    )
    if len(owners) > 1:
        message = f"{' and '.join(owners)} both own {day}: it would be paid twice"
        raise InputRefused(Problem("two-owners", message, hint="end one assignment before the other begins"))
    return owners[0] if owners else None


def credited(
    transactions: Sequence[Transaction], assignments: Sequence[Assignment], rule: Ownership, period_end: date
) -> dict[str, list[Transaction]]:
    """The transactions of each owner. Those that nobody owns are under the empty name, never dropped."""
    result: dict[str, list[Transaction]] = {}
    for one in transactions:
        at = one.day if rule is Ownership.AT_TRANSACTION else period_end
        owner = owner_on(assignments, at) if at is not None else None
        result.setdefault(owner or "", []).append(one)
    return result
