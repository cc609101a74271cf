"""A partner's life: from which status one may come to which, and where somebody stands on a day."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from recon.errors import Problem
from recon.partners.registry.days import in_order
from recon.partners.registry.reading import FIRST, Row
from recon.partners.registry.registry import Registry
from recon.partners.settings import PartnerSettings

MOVES: Final[dict[str, tuple[str, ...]]] = {
    "applied": ("onboarding", "deactivated"),
    "onboarding": ("active", "deactivated"),
    "active": ("restricted", "suspended", "deactivated"),
    "restricted": ("active", "suspended", "deactivated"),
    "suspended": ("active", "restricted", "deactivated"),
    "deactivated": ("onboarding",),
}
"""Where one may go from each status; who comes back is taken in anew."""
REASONED: Final = frozenset({"restricted", "suspended", "deactivated"})
"""Statuses that nobody comes to without a reason."""
WORKING: Final = frozenset({"active", "restricted", "suspended"})
"""Statuses in which a partner needs an owner and somebody to be paid."""
TAKEN_IN: Final = frozenset({"applied", "onboarding"})


def status_on(registry: Registry, partner: str, day: date) -> str:
    """Where a partner stands on a day; nothing before it is known."""
    return registry.value("statuses", (partner,), "status", day)


def life_problems(rows: list[Row]) -> Iterator[Problem]:
    """What is wrong with a partner's stations: moves that nobody may make, reasons that are missing."""
    for row in rows:
        if row["status"] in REASONED and not row["reason"]:
            message = f"{row.about} is {row['status']} without a reason"
            yield Problem("no-reason", message, row.at("reason"), "say why: it is told with every payment held")
    for before, after in in_order(rows):
        if before["status"] == after["status"] or after["status"] in MOVES[before["status"]]:
            continue
        message = f"{after.about} cannot go from {before['status']} to {after['status']}"
        hint = f"after {before['status']} comes {' or '.join(MOVES[before['status']])}"
        yield Problem("status-move", message, after.at("status"), hint)


def stale(registry: Registry, settings: PartnerSettings, day: date) -> Iterator[tuple[Row, int]]:
    """Who has been applied or onboarding for too long, and for how many days."""
    for rows in registry.by_key["statuses"].values():
        for row in rows:
            waiting = row["status"] in TAKEN_IN and row.holds(day) and row.first != FIRST
            if waiting and (days := (day - row.first).days) > settings.stale_days:
                yield row, days
