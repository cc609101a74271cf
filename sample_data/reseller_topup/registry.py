"""The registry of the story: resellers, account managers, tiers, statuses, papers and targets, day by day."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from sample_data.dice import Dice
from sample_data.reseller_topup.world import (
    ALWAYS,
    EXPIRED,
    LAST_DAYS,
    MONTHS,
    RESELLERS,
    RESTRICTED,
    SUSPENDED,
    WITHOUT_TERMS,
)
from sample_data.tables import csv_bytes

SEED: Final = "reseller top-up, who was called"
FOLDER: Final = "configs/partners/registry"
DAY = timedelta(days=1)
REGIONS: Final = {"NGN": "Nigeria", "KES": "Kenya"}
TARGETS: Final = {"NGN": "2500000.00", "KES": "150000.00"}
Rows = list[Sequence[str]]


def files() -> dict[str, bytes]:
    """Every table of the registry by its path in the story's folder."""
    tables = {**_who(), **_papers(), "contacts": _contacts(Dice(SEED))}
    return {f"{FOLDER}/{name}.csv": csv_bytes(header, rows) for name, (header, *rows) in tables.items()}


def _who() -> dict[str, Rows]:
    partners: Rows = [("partner", "kind", "name", "region", "country", "from", "until")]
    tiers: Rows = [("partner", "programme", "offer", "from", "until")]
    owners: Rows = [("partner", "owner", "from", "until")]
    for one in RESELLERS.values():
        country = {"NGN": "NG", "KES": "KE"}[one.currency]
        partners.append((one.name, "reseller", one.title, REGIONS[one.currency], country, "2026-01-05", ""))
        owners.append((one.name, one.manager, "", ""))
        first = ""
        for tier, last in one.tiers:
            tiers.append((one.name, "coins", tier, first, "" if last == ALWAYS else last.isoformat()))
            first = (last + DAY).isoformat()
    people: Rows = [("person", "role", "name", "region", "from", "until")]
    people += [(f"AM-0{number}", "account_manager", name, "", "", "")
               for number, name in enumerate(("Nkem Afolabi", "Wairimu Otieno"), start=1)]  # fmt: skip
    programmes: Rows = [("programme", "title", "from", "until"), ("coins", "Resellers of coins", "", "")]
    offers: Rows = [("programme", "offer", "title", "from", "until")]
    offers += [("coins", tier, f"{tier.capitalize()} tier", "", "") for tier in ("bronze", "silver", "gold")]
    return {
        "partners": partners, "people": people, "owners": owners, "programmes": programmes, "offers": offers,
        "enrolments": tiers, "statuses": _statuses(),
    }  # fmt: skip


def _statuses() -> Rows:
    rows: Rows = [("partner", "status", "reason", "from", "until")]
    for name in RESELLERS:
        if name == SUSPENDED[0]:
            rows.append((name, "active", "", "", (SUSPENDED[1] - DAY).isoformat()))
            rows.append(
                (name, "suspended", "sold coins below the list to minors", SUSPENDED[1].isoformat(), "")
            )
        elif name == RESTRICTED[0]:
            _, first, last = RESTRICTED
            rows.append((name, "active", "", "", (first - DAY).isoformat()))
            days = (first.isoformat(), last.isoformat())
            rows.append((name, "restricted", "transfers from other people's accounts", *days))
            rows.append((name, "active", "", (last + DAY).isoformat(), ""))
        else:
            rows.append((name, "active", "", "", ""))
    return rows


def _papers() -> dict[str, Rows]:
    documents: Rows = [("partner", "document", "number", "from", "until")]
    targets: Rows = [("who", "measure", "value", "from", "until")]
    for number, one in enumerate(RESELLERS.values(), start=1):
        if one.name != WITHOUT_TERMS:
            documents.append((one.name, "terms", f"T-{number:03}", "2026-01-05", ""))
        if one.name == EXPIRED[0]:
            documents.append((one.name, "id_card", f"ID-{number:06}", "2021-10-16", EXPIRED[1].isoformat()))
            documents.append(
                (one.name, "id_card", f"ID-{900 + number:06}", EXPIRED[2].isoformat(), "2031-11-04")
            )
        else:
            documents.append((one.name, "id_card", f"ID-{number:06}", "2024-03-01", f"2029-{number:02}-28"))
        targets.append((one.name, "volume", TARGETS[one.currency], "", ""))
    return {"documents": documents, "targets": targets}


def _contacts(dice: Dice) -> Rows:
    """Account managers speak to most of their resellers every week."""
    rows: Rows = [("partner", "person", "day", "channel", "note")]
    monday = date(2026, 9, 28)
    while monday <= LAST_DAYS[1]:
        for one in RESELLERS.values():
            day = monday + dice.between(0, 4) * DAY
            if dice.chance(800) and MONTHS[0] <= day <= LAST_DAYS[1]:
                rows.append((one.name, one.manager, day.isoformat(), "call", ""))
        monday += 7 * DAY
    return rows
