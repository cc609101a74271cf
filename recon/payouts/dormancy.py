"""Dormant payees: how long since the last transaction."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Activity:
    """Days since the last transaction, and whether that is too long."""

    days: int
    dormant: bool


def activity(last: date, as_of: date, dormant_after_days: int) -> Activity:
    """A payee is dormant when more than so many days have passed since the last transaction."""
    days = (as_of - last).days
    return Activity(days, days > dormant_after_days)
