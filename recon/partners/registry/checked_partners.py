"""What is wrong with partners themselves: documents that are missing or expire, and two that may be one."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from recon.errors import Problem
from recon.partners.registry.findings import Finding
from recon.partners.registry.lifecycle import WORKING
from recon.partners.registry.onboarding import checklist
from recon.partners.registry.reading import Row
from recon.partners.registry.registry import Registry
from recon.partners.registry.similar import alike
from recon.partners.settings import PartnerSettings

_DUPLICATE: Final = "if they are one, deactivate one of them with the reason `duplicate`"


def document_findings(registry: Registry, settings: PartnerSettings, day: date) -> Iterator[Finding]:
    """What working partners lack of their checklist, and what is about to expire."""
    for item in checklist(registry, settings, day):
        if item.status not in WORKING or item.state == "good":
            continue
        row = item.row or registry.by_key["partners"][item.partner,][0]
        if item.state == "missing":
            message = f"{item.partner} has no {item.document}"
            problem = Problem("document-missing", message, row.place, "ask for it, and add it to documents")
        else:
            words = "expired on" if item.state == "expired" else "expires on"
            message = f"{item.document} of {item.partner} {words} {item.until}"
            problem = Problem(f"document-{'expired' if item.state == 'expired' else 'expiring'}", message,
                              row.at("until"), "ask for a new one, and add it to documents")  # fmt: skip
        yield Finding("warning", item.partner, problem)


def duplicate_findings(registry: Registry, day: date) -> Iterator[Finding]:
    """Partners that may be one and the same."""
    living = [
        row
        for partner in registry.partners
        if (row := registry.on("partners", (partner,), day)) is not None
        and registry.value("statuses", (partner,), "status", day) != "deactivated"
    ]
    by_partner = {row["partner"]: row for row in living}
    for column in ("tax_id", "phone", "email"):
        first: dict[str, Row] = {}
        for row in living:
            text = row[column].casefold()
            if text and first.setdefault(text, row) is not row:
                message = f"{row['partner']} has the {column} of {first[text]['partner']} ({first[text].place})"
                yield Finding("warning", row.about, Problem("duplicate", message, row.at(column), _DUPLICATE))
    for left, right in alike({row["partner"]: row["name"] for row in living}):
        one, other = by_partner[left], by_partner[right]
        message = f"{right} ({other['name']}) is called like {left} ({one['name']}, {one.place})"
        yield Finding("warning", right, Problem("duplicate", message, other.at("name"), _DUPLICATE))
