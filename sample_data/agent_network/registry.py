"""The registry of the network: partners, people, hierarchy, payout entities, documents, targets, contacts, issues."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from sample_data.agent_network.world import (
    AGENT_MOVES,
    AGENTS,
    AGGREGATORS,
    ALWAYS,
    COORDINATORS,
    LAST_DAYS,
    LEAVES,
    MONTHS,
    MOVED_AGENT,
    NO_TAX_ID,
    ON_HOLD,
    REGIONAL,
    VACANT,
    ZONAL,
    Dated,
    holder,
    people,
    terminals,
)
from sample_data.dice import Dice
from sample_data.tables import csv_bytes

SEED: Final = "agent network, who was called and who complained"
FOLDER: Final = "configs/partners/registry"
HOME: Final = {"AGG-PALM": "Lagos", "AGG-BAOBAB": "Ibadan", "AGG-IROKO": "Abuja"}
NAMES: Final = {"AGG-PALM": "Palm Grove Services", "AGG-BAOBAB": "Baobab Point", "AGG-IROKO": "Iroko Pay"}
BANK: Final = "057"
NEW_ACCOUNT: Final = ("AG-07", date(2026, 10, 6))
"""Whose bank details changed, and from which day."""
TARGET: Final = "650000.00"
DAY = timedelta(days=1)


def files() -> dict[str, bytes]:
    """Every table of the registry by its path in the story's folder."""
    tables = {**_who(), **_money(), **_papers(), **_talk(Dice(SEED))}
    return {f"{FOLDER}/{name}.csv": csv_bytes(header, rows) for name, (header, *rows) in tables.items()}


def nuban(serial: int) -> str:
    """The account of a serial number at the bank, with its check digit."""
    digits = f"000{BANK}{serial:09}"
    total = sum(int(digit) * weight for digit, weight in zip(digits, (3, 7, 3) * 5, strict=True))
    return f"{serial:09}{(10 - total % 10) % 10}"


def _who() -> dict[str, list[Sequence[str]]]:
    partners: list[Sequence[str]] = [
        ("partner", "kind", "name", "region", "country", "tax_id", "from", "until")
    ]
    partners += [(name, "aggregator", NAMES[name], HOME[name], "NG", "", "", "") for name in AGGREGATORS]
    for number, (name, aggregator) in enumerate(AGENTS.items(), start=1):
        tax_id = "" if name in NO_TAX_ID else f"TIN-{number:06}"
        partners.append((name, "agent", f"Agent {number:02} Ventures", HOME[aggregator], "NG", tax_id, "", ""))
    posts: list[Sequence[str]] = [("person", "role", "name", "region", "from", "until")]
    for name in COORDINATORS:
        until = LEAVES.isoformat() if name == VACANT else ""
        posts.append((name, "coordinator", f"Coordinator {name[-2:]}", _region(name), "", until))
    posts += [(name, "regional_manager", f"Regional manager {name[-2:]}", "", "", "") for name in REGIONAL]
    posts.append((ZONAL, "zonal_manager", "Zonal manager 01", "", "", ""))
    tree: list[Sequence[str]] = [("who", "above", "from", "until")]
    tree += [(one.who, one.value, *_days(one)) for one in people()["aggregator"]]
    tree += [(name, above, "", "") for level in (AGGREGATORS, COORDINATORS) for name, above in level.items()]
    tree += [(name, ZONAL, "", "") for name in REGIONAL]
    return {
        "partners": partners,
        "people": posts,
        "hierarchy": tree,
        "owners": _owners(),
        "statuses": _statuses(),
    }


def _region(coordinator: str) -> str:
    return next(HOME[name] for name, above in AGGREGATORS.items() if above == coordinator)


def _owners() -> list[Sequence[str]]:
    """Coordinators look after aggregators and agents; the regional manager where the post is vacant."""
    rows: list[Sequence[str]] = [("partner", "owner", "from", "until")]
    for name in (*AGGREGATORS, *AGENTS):
        stretches = (
            [(ALWAYS[0], AGENT_MOVES[0]), (AGENT_MOVES[1], ALWAYS[1])] if name == MOVED_AGENT else [ALWAYS]
        )
        for first, last in stretches:
            above = AGGREGATORS.get(name) or holder(people()["coordinator"], name, first) or ""
            if above == VACANT and last > LEAVES:
                rows.append((name, above, *_days(Dated(name, above, first, LEAVES))))
                rows.append((name, COORDINATORS[VACANT], *_days(Dated(name, "", LEAVES + DAY, last))))
            else:
                rows.append((name, above, *_days(Dated(name, above, first, last))))
    return rows


def _statuses() -> list[Sequence[str]]:
    rows: list[Sequence[str]] = [("partner", "status", "reason", "from", "until")]
    rows += [(name, "active", "", "", "") for name in (*AGGREGATORS, *AGENTS) if name != ON_HOLD.who]
    before, after = (ON_HOLD.first - DAY).isoformat(), (ON_HOLD.last + DAY).isoformat()
    rows.append((ON_HOLD.who, "active", "", "", before))
    rows.append((ON_HOLD.who, "restricted", ON_HOLD.value, ON_HOLD.first.isoformat(), ON_HOLD.last.isoformat()))
    rows.append((ON_HOLD.who, "active", "", after, ""))
    return rows


def _money() -> dict[str, list[Sequence[str]]]:
    """Everybody is paid through an entity of their own, at an account with the right check digit."""
    entities: list[Sequence[str]] = [("entity", "name", "country", "shared", "from", "until")]
    accounts: list[Sequence[str]] = [
        ("entity", "currency", "scheme", "account", "bank", "holder", "from", "until")
    ]
    payees: list[Sequence[str]] = [("partner", "programme", "entity", "from", "until")]
    for number, name in enumerate((*AGENTS, *AGGREGATORS), start=1):
        entity, owner = f"PE-{name}", NAMES.get(name, f"Agent {number:02} Ventures")
        entities.append((entity, owner, "NG", "no", "", ""))
        payees.append((name, "", entity, "", ""))
        account = ("NGN", "nuban", nuban(300_000_000 + number), BANK, owner)
        if name == NEW_ACCOUNT[0]:
            accounts.append((entity, *account, "", (NEW_ACCOUNT[1] - DAY).isoformat()))
            account = ("NGN", "nuban", nuban(400_000_000 + number), BANK, owner)
            accounts.append((entity, *account, NEW_ACCOUNT[1].isoformat(), ""))
        else:
            accounts.append((entity, *account, "", ""))
    return {"entities": entities, "accounts": accounts, "payees": payees}


def _papers() -> dict[str, list[Sequence[str]]]:
    """What everybody holds, and which papers they have; one was renewed late."""
    holdings: list[Sequence[str]] = [("partner", "what", "thing", "from", "until")]
    holdings += [(one.who, "terminal", one.value, *_days(one)) for one in terminals()]
    documents: list[Sequence[str]] = [("partner", "document", "number", "from", "until")]
    for number, name in enumerate(AGENTS, start=1):
        documents.append((name, "terms", f"T-{number:03}", "2026-01-05", ""))
        if name == ON_HOLD.who:
            documents.append(
                (name, "id_card", f"ID-{number:06}", "2022-10-20", (ON_HOLD.first - DAY).isoformat())
            )
            documents.append(
                (name, "id_card", f"ID-{900 + number:06}", (ON_HOLD.last + DAY).isoformat(), "2031-11-10")
            )
        else:
            documents.append((name, "id_card", f"ID-{number:06}", "2024-03-01", f"2029-{number:02}-28"))
    targets: list[Sequence[str]] = [("who", "measure", "value", "from", "until")]
    targets += [(name, "volume", TARGET, "", "") for name in AGENTS]
    return {"holdings": holdings, "documents": documents, "targets": targets}


def _talk(dice: Dice) -> dict[str, list[Sequence[str]]]:
    """Each coordinator speaks to most agents every week, and some of them complain."""
    contacts: list[Sequence[str]] = [("partner", "person", "day", "channel", "note")]
    issues: list[Sequence[str]] = [("issue", "partner", "topic", "opened", "resolved", "person")]
    monday, number = date(2026, 9, 28), 0
    while monday <= LAST_DAYS[1]:
        for name in AGENTS:
            day = monday + timedelta(days=dice.between(0, 4))
            person = holder(people()["coordinator"], name, day)
            if person and dice.between(1, 100) <= 85 and MONTHS[0] <= day <= LAST_DAYS[1]:
                contacts.append((name, person, day.isoformat(), "visit" if day.weekday() < 2 else "call", ""))
            if dice.between(1, 100) <= 9 and MONTHS[0] <= day <= LAST_DAYS[1]:
                number += 1
                resolved = day + timedelta(days=dice.between(1, 6)) if dice.between(1, 100) <= 80 else None
                topic = dice.weighted((("terminal offline", 50), ("charge disputed", 30), ("cash out", 20)))
                closed = resolved.isoformat() if resolved else ""
                issues.append((f"IS-{number:03}", name, topic, day.isoformat(), closed, person or ""))
        monday += timedelta(days=7)
    return {"contacts": contacts, "issues": issues}


def _days(one: Dated) -> tuple[str, str]:
    """The days as the file writes them; empty for what always was or still is."""
    return (
        "" if one.first == ALWAYS[0] else one.first.isoformat(),
        "" if one.last == ALWAYS[1] else one.last.isoformat(),
    )
