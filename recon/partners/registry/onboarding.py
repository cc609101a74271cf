"""The checklist of documents and steps: what a partner has, what is missing, and what expires."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from recon.partners.registry.lifecycle import status_on
from recon.partners.registry.reading import LAST, Row
from recon.partners.registry.registry import Registry
from recon.partners.settings import PartnerSettings

State = Literal["good", "expires soon", "expired", "missing"]


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a partner's checklist on a day; `until` is its last good day, None where it has none."""

    partner: str
    status: str
    document: str
    state: State
    until: date | None
    number: str
    row: Row | None


def checklist(
    registry: Registry, settings: PartnerSettings, day: date, partners: list[str] | None = None
) -> Iterator[Item]:
    """The checklist of everybody who is not deactivated: what is needed, and what is there beside it."""
    for partner in registry.partners if partners is None else partners:
        status = status_on(registry, partner, day)
        if status in {"", "deactivated"}:
            continue
        kind = registry.value("partners", (partner,), "kind", day)
        needed = settings.checklist.get(kind, ())
        held = {row["document"] for row in registry.by_about["documents"].get(partner, ())}
        for document in (*needed, *sorted(held - set(needed))):
            yield _item(registry, settings, partner, status, document, day)


def _item(
    registry: Registry, settings: PartnerSettings, partner: str, status: str, document: str, day: date
) -> Item:
    rows = [row for row in registry.by_key["documents"].get((partner, document), ()) if row.first <= day]
    if not rows:
        return Item(partner, status, document, "missing", None, "", None)
    row = max(rows, key=lambda one: one.last)
    until = None if row.last == LAST else row.last
    state: State = "good"
    if row.last < day:
        state = "expired"
    elif until is not None and until - day <= timedelta(days=settings.expiring_days):
        state = "expires soon"
    return Item(partner, status, document, state, until, row["number"], row)


def lacking(registry: Registry, settings: PartnerSettings, partner: str, day: date) -> list[Item]:
    """What a partner's kind needs and the partner does not have on a day."""
    kind = registry.value("partners", (partner,), "kind", day)
    needed = settings.checklist.get(kind, ())
    items = (_item(registry, settings, partner, "", document, day) for document in needed)
    return [item for item in items if item.state in {"missing", "expired"}]
