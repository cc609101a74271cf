"""Whether partners may come to a status on a day: the moves of a life, and the checklist before they are active."""

from collections.abc import Sequence
from datetime import date

from recon.errors import ControlFailed, Problem, UsageError
from recon.partners.registry.lifecycle import MOVES, status_on
from recon.partners.registry.onboarding import lacking
from recon.partners.registry.registry import Registry
from recon.partners.registry.tables import STATUSES
from recon.partners.settings import read_settings
from recon.project.suggest import did_you_mean
from recon.project.workspace import Project


def refuse_status(
    project: Project, registry: Registry, partners: Sequence[str], status: str, day: date
) -> None:
    """Refuse a status that partners cannot come to.

    Raises:
        UsageError: the status or a partner is unknown.
        ControlFailed: the move is none of a partner's life, or the checklist is not complete.
    """
    if status not in STATUSES:
        hint = did_you_mean(status, STATUSES) or f"one of {', '.join(STATUSES)}"
        raise UsageError(Problem("unknown-value", f"{status} is no status", hint=hint))
    settings = read_settings(project)
    problems = []
    for partner in partners:
        registry.refuse_unknown(partner)
        now = status_on(registry, partner, day)
        if now and now != status and status not in MOVES[now]:
            hint = f"after {now} comes {' or '.join(MOVES[now])}"
            problems.append(Problem("status-move", f"{partner} cannot go from {now} to {status}", hint=hint))
        if status == "active" and now in {"applied", "onboarding"}:
            for item in lacking(registry, settings, partner, day):
                hint = f"`recon partners onboarding {partner}` shows the checklist"
                problems.append(
                    Problem("document-missing", f"{partner}: {item.document} is {item.state}", hint=hint)
                )
    if problems:
        raise ControlFailed(*problems)
