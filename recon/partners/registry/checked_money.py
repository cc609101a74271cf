"""What endangers payments: wrong digits, entities and accounts that are shared, bank details that are too new."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise

from recon.errors import Problem
from recon.partners.registry.accounts import account_problems, bare_account
from recon.partners.registry.findings import Finding, errors
from recon.partners.registry.reading import FIRST, Row
from recon.partners.registry.registry import Registry
from recon.partners.settings import PartnerSettings


def money_findings(registry: Registry, settings: PartnerSettings, day: date) -> Iterator[Finding]:
    """Everything about money, in the order of the tables."""
    yield from errors(
        (row.about, problem) for row in registry.tables["accounts"] for problem in account_problems(row)
    )
    yield from errors(_shared(registry))
    for row, before in fresh_accounts(registry, settings, day):
        until = row.first + timedelta(days=settings.cooling_off_days - 1)
        message = f"the bank details of {row.about} changed on {row.first} (before: {before.place})"
        hint = f"nothing is paid to them until {until}; ask the partner by another way whether it is so"
        yield Finding("warning", row.about, Problem("cooling-off", message, row.at("account"), hint))


def fresh_accounts(registry: Registry, settings: PartnerSettings, day: date) -> Iterator[tuple[Row, Row]]:
    """Bank details that took the place of others so lately that they are still cooling off, with those before."""
    for rows in registry.by_key["accounts"].values():
        for before, row in pairwise(rows):
            changed = bare_account(before["account"]) != bare_account(row["account"])
            if changed and FIRST < row.first <= day < row.first + timedelta(days=settings.cooling_off_days):
                yield row, before


def _shared(registry: Registry) -> Iterator[tuple[str, Problem]]:
    """Entities paid for several partners that must not be, and accounts of several entities."""
    by_entity: dict[str, list[Row]] = {}
    for row in registry.tables["payees"]:
        by_entity.setdefault(row["entity"], []).append(row)
    for entity, rows in by_entity.items():
        if all(row["partner"] == rows[0]["partner"] for row in rows):
            continue
        for before, after in _of_others(rows, "partner"):
            start = max(before.first, after.first)
            if registry.value("entities", (entity,), "shared", start) != "yes":
                message = (
                    f"{entity} is paid for {before['partner']} ({before.place}) and for {after['partner']}"
                )
                hint = "give each its own entity, or write `shared: yes` in entities if that is agreed"
                yield after.about, Problem("shared-entity", message, after.at("entity"), hint)
    by_account: dict[str, list[Row]] = {}
    for row in registry.tables["accounts"]:
        by_account.setdefault(f"{row['bank']} {bare_account(row['account'])}", []).append(row)
    for rows in by_account.values():
        for before, after in _of_others(rows, "entity"):
            message = f"{after['entity']} has the account of {before['entity']} ({before.place})"
            hint = "ask both whose it is; one person may stand behind two partners"
            yield after.about, Problem("shared-account", message, after.at("account"), hint)


def _of_others(rows: list[Row], column: str) -> Iterator[tuple[Row, Row]]:
    """Rows that share days with an earlier one of somebody else, each once."""
    ordered = sorted(rows, key=lambda row: (row.first, row.place.file, row.place.line or 0))
    for position, row in enumerate(ordered):
        other = next(
            (one for one in ordered[:position] if one[column] != row[column] and one.last >= row.first), None
        )
        if other is not None:
            yield other, row
