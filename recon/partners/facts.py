"""What payouts know of partners from the registry: a table of facts, as `configs/partners/facts` holds them.

Names, tax numbers and bank details are words, the levels above are people, terminals are owned; a status that is not
paid and bank details that are cooling off are holds. Each row has the days on which it is so.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Final

from recon.partners.ratings import levels_held
from recon.partners.registry.accounts import bare_account
from recon.partners.registry.hierarchy import Hierarchy
from recon.partners.registry.reading import FIRST, LAST, Row
from recon.partners.registry.registry import Registry
from recon.partners.settings import PartnerSettings, read_settings
from recon.partners.watch.cases import held
from recon.project.workspace import Project
from recon.store.store import Store

HEADER: Final = ("payee", "what", "name", "value", "from", "until")
OF_ACCOUNT: Final = {"account": "bank_account", "bank": "bank"}
"""Cells of bank details, and the words by which payouts know them."""
NAMED: Final = {"partners": ("name", "kind", "region", "tax_id", "country"), "people": ("name", "region")}
"""Cells that are words of partners and of people."""
OF_ENTITY: Final = {"country": "country", "tax_id": "tax_id"}


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that payouts know of a payee from the first to the last day."""

    payee: str
    what: str
    name: str
    value: str
    first: date
    last: date


def facts_of_project(project: Project, store: Store) -> Iterator[Fact]:
    """Everything that payouts are told of partners: by the registry, approved ratings, and alerts.

    Raises:
        InputRefused: the registry cannot be read.
        ConfigError: the settings cannot be read.
    """
    registry = Registry.of_project(project)
    if not registry.empty:
        yield from registry_facts(registry, read_settings(project))
    for partner, ladder, level, first, last in levels_held(store):
        yield Fact(partner, "level", ladder, level, first, last)
    for alert in held(store):
        reason = f"alert {alert.alert}: {alert.monitor}"
        if alert.hold == "payout":
            yield Fact(alert.partner, "hold", reason, "", alert.first, LAST)
        for entry in alert.entries if alert.hold == "entries" else ():
            yield Fact(alert.partner, "flag", reason, entry, alert.first, LAST)


def registry_facts(registry: Registry, settings: PartnerSettings) -> Iterator[Fact]:
    """Everything that the registry says to payouts, by table and payee."""
    yield from _names(registry)
    yield from _money(registry)
    tree = Hierarchy(registry)
    for who in sorted(registry.by_about["hierarchy"]):
        for span in tree.spans(who):
            for level, holder in span.people.items():
                yield Fact(who, "person", level, holder, span.first, span.last)
    for row in registry.tables["holdings"]:
        yield Fact(row["partner"], "owns", row["what"], row["thing"], row.first, row.last)
    yield from _holds(registry, settings)


def facts_table(facts: Iterable[Fact]) -> bytes:
    """Facts as the CSV that payouts read, sorted, so that equal facts are equal bytes."""
    rows = sorted(
        (one.payee, one.what, one.name, one.value, _day(one.first, FIRST), _day(one.last, LAST))
        for one in facts
    )
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([HEADER, *rows])
    return text.getvalue().encode("utf-8")


def _day(day: date, boundless: date) -> str:
    return "" if day == boundless else day.isoformat()


def _names(registry: Registry) -> Iterator[Fact]:
    """Names, kinds and regions of partners and people."""
    for table, columns in NAMED.items():
        for row in registry.tables[table]:
            for column in columns:
                if row[column]:
                    yield Fact(row.about, "word", column, row[column], row.first, row.last)


def _money(registry: Registry) -> Iterator[Fact]:
    """The bank details of whoever is paid for a partner: the row for all programmes, or the only one there is."""
    said = {
        (row.about, column)
        for row in registry.tables["partners"]
        for column in OF_ENTITY.values()
        if row[column]
    }
    for partner, payees in registry.by_about["payees"].items():
        general = [row for row in payees if not row["programme"]]
        chosen = general or (payees if len({row["programme"] for row in payees}) == 1 else [])
        for payee in chosen:
            for details in registry.by_about["accounts"].get(payee["entity"], ()):
                days = max(payee.first, details.first), min(payee.last, details.last)
                if days[0] <= days[1]:
                    for cell, word in OF_ACCOUNT.items():
                        if text := (bare_account(details[cell]) if cell == "account" else details[cell]):
                            yield Fact(partner, "word", word, text, *days)
            for entity in registry.by_about["entities"].get(payee["entity"], ()):
                days = max(payee.first, entity.first), min(payee.last, entity.last)
                for cell, word in OF_ENTITY.items():
                    if entity[cell] and days[0] <= days[1] and (partner, word) not in said:
                        yield Fact(partner, "word", word, entity[cell], *days)


def _holds(registry: Registry, settings: PartnerSettings) -> Iterator[Fact]:
    for row in registry.tables["statuses"]:
        if row["status"] in settings.hold_while:
            reason = f"{row['status']}: {row['reason']}" if row["reason"] else row["status"]
            yield Fact(row.about, "hold", reason, "", row.first, row.last)
    paid_through: dict[str, list[Row]] = {}
    for row in registry.tables["payees"]:
        paid_through.setdefault(row["entity"], []).append(row)
    for first, last, entity in _cooling(registry, settings):
        for payee in paid_through.get(entity, ()):
            if payee.first <= last and payee.last >= first:
                reason = f"bank details changed on {first}, cooling off until {last}"
                yield Fact(payee.about, "hold", reason, "", first, last)


def _cooling(registry: Registry, settings: PartnerSettings) -> Iterator[tuple[date, date, str]]:
    """The days after each change of bank details on which nothing is paid to them."""
    for rows in registry.by_key["accounts"].values():
        for before, row in pairwise(rows):
            if settings.cooling_off_days and _differ(before, row):
                yield row.first, row.first + timedelta(days=settings.cooling_off_days - 1), row["entity"]


def _differ(before: Row, row: Row) -> bool:
    return bare_account(before["account"]) != bare_account(row["account"]) and row.first > FIRST
