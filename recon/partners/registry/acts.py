"""Acts on a registry: written into the files and, with who, when and why, into the ledger.

The files are the state, the ledger is the trace: each act notes the SHA-256 of every table before and after it. A table
that is not as the last act left it was changed by hand, which `check` finds and every further act refuses. Changes of
payout entities, bank details and payees take effect when a second person approves them.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, cast

from recon.errors import ControlFailed, Problem, UsageError
from recon.partners.registry.changes import Change, anchored, change_of, changed
from recon.partners.registry.checks import findings
from recon.partners.registry.files import (
    CHANGED,
    TRACED,
    hashes,
    put,
    recorded,
    refuse_other_forms,
    tables_of,
    texts,
    untraced,
)
from recon.partners.registry.registry import Registry
from recon.partners.registry.tables import TABLES
from recon.partners.settings import read_settings
from recon.project.workspace import Project
from recon.store.acts import record
from recon.store.four_eyes import Ask, Proposal, proposals, propose
from recon.store.four_eyes import approve as approve_proposals
from recon.store.people import Person
from recon.store.store import Store

MOST: Final = 5000
"""Changes of one act; a registry that is filled for the first time is put in place as files."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an act: the changes, and the proposal that waits for a second person, if one does."""

    changes: Sequence[Change]
    waiting: Proposal | None = None


def act(
    project: Project, store: Store, person: Person, what: str, changes: Sequence[Change], reason: str
) -> Outcome:
    """Carry out changes, or propose them where money would go another way.

    Raises:
        UsageError: there are too many, or the reason is missing.
        ControlFailed: the registry would say two things of one day, or was changed by hand; the person has no role.
        InputRefused: the registry cannot be read.
        Busy: another process is writing.
    """
    if len(changes) > MOST:
        message = f"{len(changes):,} changes in one act; at most {MOST:,} are traced one by one"
        hint = "put the tables in place as files, then `recon partners trace`"
        raise UsageError(Problem("too-many", message, hint=hint))
    if not reason.strip():
        raise UsageError(Problem("no-reason", "a change needs a reason", hint="say why with `--reason`"))
    with store.writing("partners"):
        registry = _sound(project, store)
        changes = _fitting(registry, changes, "the act")
        _refuse_worse(project, registry, changes)
        if any(TABLES[one.table].money for one in changes):
            told = [one.told() for one in changes]
            subjects = tuple(sorted({one.after.about for one in changes}))
            ask = Ask("partner", subjects, reason, {"what": what, "changes": told}, {})
            (proposal,) = propose(store.ledger, person, [ask])
            if proposal.state == "pending":
                return Outcome(changes, proposal)
        person.refuse_unless("prepares", "partner", {})
        _carry_out(project, store, person, registry, changes, {"what": what, "reason": reason.strip()})
    return Outcome(changes)


def approve(project: Project, store: Store, person: Person, number: int, note: str = "") -> Outcome:
    """Approve a proposed change and carry it out. Raises as `act` does; the rows it is about must be as they were."""
    with store.writing("partners"):
        registry = _sound(project, store)
        proposal = next((one for one in proposals(store.ledger, "partner") if one.number == number), None)
        changes: list[Change] = []
        if proposal is not None and proposal.state == "pending":
            content: Mapping[str, Any] = proposal.ask.content
            changes = _fitting(registry, [change_of(told) for told in content["changes"]], f"proposal {number}")
            _refuse_worse(project, registry, changes)
        (done,) = approve_proposals(store.ledger, person, [number], note)
        body = {"what": str(done.ask.content["what"]), "reason": done.ask.reason, "proposal": number}
        _carry_out(project, store, person, registry, changes, body)
    return Outcome(changes)


def trace(project: Project, store: Store, person: Person, reason: str) -> list[str]:
    """Note that the tables are right as they are, after they were changed by hand; the names of those that were.

    Raises:
        UsageError: a reason is missing.
        ControlFailed: the person has no role.
    """
    if not reason.strip():
        raise UsageError(Problem("no-reason", "a change needs a reason", hint="say why with `--reason`"))
    person.refuse_unless("prepares", "partner", {})
    with store.writing("partners"):
        Registry.of_project(project)
        known, present = recorded(store), hashes(project)
        differing = {name: digest for name, digest in present.items() if known.get(name) != digest}
        if differing:
            after = {name: {"before": known.get(name), "after": digest} for name, digest in differing.items()}
            record(store.ledger, person, lambda: [(TRACED, {"tables": after, "reason": reason.strip()})])
    return sorted(differing)


def sound(project: Project, store: Store) -> Registry:
    """The registry, for somebody who is about to change it: whatever a killed process left undone is done first.

    Raises:
        ControlFailed: it was changed by hand.
        InputRefused: it cannot be read.
        Busy: another process is writing.
    """
    with store.writing("partners"):
        return _sound(project, store)


def _fitting(registry: Registry, changes: Sequence[Change], what: str) -> list[Change]:
    """The changes with the rows of this registry.

    Raises:
        ControlFailed: rows they are about have changed meanwhile.
    """
    fitting, lost = anchored(registry, changes)
    if lost:
        rows = ", ".join(sorted({f"{one.after.about} in {one.table}" for one in lost}))
        message = f"{what} is about rows that have changed meanwhile: {rows}"
        raise ControlFailed(Problem("outdated", message, hint="start again from what is there now"))
    return fitting


def _sound(project: Project, store: Store) -> Registry:
    """The registry, after what a killed process left undone is done."""
    last = next(iter(reversed(store.ledger.rows(CHANGED))), None)
    if last is not None:
        present = hashes(project)
        tables, told = tables_of(last), cast("list[Mapping[str, Any]]", last.body["changes"])
        undone = {name for name, one in tables.items() if present.get(name) != one["after"]}
        if undone and all(present.get(name) == tables[name]["before"] for name in undone):
            registry = Registry.of_project(project)
            changes, _ = anchored(registry, [change_of(one) for one in told])
            wanted = [one for one in changes if f"{one.table}.csv" in undone]
            put(project, texts(changed(registry, wanted), {one.table for one in wanted}))
    if problems := untraced(project, store):
        raise ControlFailed(*problems)
    return Registry.of_project(project)


def _refuse_worse(project: Project, registry: Registry, changes: Sequence[Change]) -> None:
    """Refuse changes that would bring an error into the registry which it does not have."""
    settings = read_settings(project)

    def errors(of: Registry) -> dict[tuple[str, str], Problem]:
        found = (one.problem for one in findings(of, settings, date.min) if one.severity == "error")
        return {(one.code, one.message): one for one in found}

    before = errors(registry)
    worse = [problem for key, problem in errors(changed(registry, changes)).items() if key not in before]
    if worse:
        raise ControlFailed(*worse)


def _carry_out(
    project: Project,
    store: Store,
    person: Person,
    registry: Registry,
    changes: Sequence[Change],
    body: dict[str, object],
) -> None:
    names = dict.fromkeys(one.table for one in changes)
    refuse_other_forms(project, names)
    written = texts(changed(registry, changes), names)
    present = hashes(project)
    tables = {
        name: {"before": present.get(name), "after": hashlib.sha256(content).hexdigest()}
        for name, content in written.items()
    }
    told = {**body, "tables": tables, "changes": [one.told() for one in changes]}
    if changes:
        record(store.ledger, person, lambda: [(CHANGED, told)])
        put(project, written)
