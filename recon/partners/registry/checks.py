"""Everything that is wrong with a registry on its own: names, days, hierarchy, money, documents, duplicates."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from recon.errors import Problem
from recon.model.wording import counted
from recon.partners.registry.checked_money import money_findings
from recon.partners.registry.checked_partners import document_findings, duplicate_findings
from recon.partners.registry.checked_tree import loops, missing_levels
from recon.partners.registry.days import left_out, overlapping, said
from recon.partners.registry.findings import Finding, errors
from recon.partners.registry.lifecycle import WORKING, life_problems, stale
from recon.partners.registry.registry import Registry
from recon.partners.registry.tables import TABLES
from recon.partners.settings import PartnerSettings

_TWICE: Final = {
    "owners": ("two-owners", "two owners on the same days"),
    "hierarchy": ("two-managers", "two managers directly above on the same days"),
    "payees": ("two-entities", "two payout entities on the same days"),
    "holdings": ("two-holders", "two holders on the same days"),
}
_ONE_ONLY: Final = "end one of them in `until` before the other begins"


def findings(registry: Registry, settings: PartnerSettings, day: date) -> list[Finding]:
    """Everything that is wrong, on any day of its history or, for what changes by itself, on one day; by place."""
    found = [
        *errors(_unknown(registry)),
        *errors(_overlaps(registry)),
        *errors(loops(registry)),
        *(Finding("warning", about, problem) for about, problem in missing_levels(registry, settings)),
        *_lives(registry, settings, day),
        *_uncovered(registry),
        *money_findings(registry, settings, day),
        *document_findings(registry, settings, day),
        *duplicate_findings(registry, day),
    ]
    return sorted(found, key=lambda one: one.order)


def _unknown(registry: Registry) -> Iterator[tuple[str, Problem]]:
    """Names that the table they belong to does not know."""
    known = {name: {key[0] for key in registry.by_key[name]} for name in TABLES}
    for name, table in TABLES.items():
        for column in table.columns:
            if not column.of:
                continue
            where = " or ".join(column.of)
            for row in registry.tables[name]:
                text = row[column.name]
                if text and not any(text in known[other] for other in column.of):
                    message = f"{text} stands in no row of {where}"
                    hint = f"add it to {where}, or correct the name"
                    yield row.about, Problem("orphan", message, row.at(column.name), hint)


def _overlaps(registry: Registry) -> Iterator[tuple[str, Problem]]:
    """Rows that say two things of one day."""
    for name, keyed in registry.by_key.items():
        code, words = _TWICE.get(name, ("overlapping-days", f"two rows of {name} for the same days"))
        for key, rows in keyed.items():
            if not TABLES[name].dated:
                if len(rows) > 1 and name == "issues":
                    message = f"{' '.join(key)} is there twice, first at {rows[0].place}"
                    yield rows[1].about, Problem("twice", message, rows[1].place, "delete one of them")
                continue
            for before, after in overlapping(rows):
                shared = (max(before.first, after.first), min(before.last, after.last))
                what = " ".join(part for part in key if part)
                message = f"{what} has {words} ({said(shared)}), the other at {before.place}"
                yield after.about, Problem(code, message, after.at("from"), _ONE_ONLY)


def _lives(registry: Registry, settings: PartnerSettings, day: date) -> Iterator[Finding]:
    for partner in registry.partners:
        rows = list(registry.by_key["statuses"].get((partner,), ()))
        if not rows:
            row = registry.by_key["partners"][partner,][0]
            hint = "add a row to statuses: applied, onboarding or active, and from when"
            yield Finding("error", partner, Problem("no-status", f"{partner} has no status", row.place, hint))
        for problem in life_problems(rows):
            yield Finding("warning" if problem.code == "no-reason" else "error", partner, problem)
    for row, days in stale(registry, settings, day):
        message = f"{row.about} has been {row['status']} for {counted(days, 'day')}"
        hint = "`recon partners onboarding` shows what is missing; go on, or deactivate it with a reason"
        yield Finding("warning", row.about, Problem("stale-status", message, row.at("from"), hint))


def _uncovered(registry: Registry) -> Iterator[Finding]:
    """Working days of partners on which nobody owns them or nobody is paid for them."""
    for partner in registry.partners:
        statuses = registry.by_key["statuses"].get((partner,), ())
        working = [(row.first, row.last) for row in statuses if row["status"] in WORKING]
        place = next((row.place for row in statuses if row["status"] in WORKING), None)
        for table, code, words in (
            ("owners", "no-owner", "nobody looks after it"),
            ("payees", "no-entity", "there is nobody to pay"),
        ):
            rows = registry.by_about[table].get(partner, ())
            for days in left_out(working, ((row.first, row.last) for row in rows)):
                hint = f"add a row to {table}, or stretch the days of the one there is"
                problem = Problem(code, f"{partner} works {said(days)}, and {words}", place, hint)
                yield Finding("error", partner, problem)
