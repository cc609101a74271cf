"""Closing a period: one person prepares, a second reviews, a third approves, and the last approval locks the run.

The three are a proposal and its approvals, as everything that needs more than one pair of eyes (`store.four_eyes`). The
lock is a row of the ledger beside the last approval, in the same step: there is never one without the other.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from recon.close.periods.controls import Control
from recon.close.periods.locks import LOCKED, REOPENED, Lock, Locks
from recon.errors import ControlFailed, Problem, UsageError
from recon.model.periods import Period
from recon.store.acts import record
from recon.store.four_eyes import APPROVED, REFUSED, Ask, Proposal, proposals, proposing, saying
from recon.store.people import Person
from recon.store.published import Published
from recon.store.store import Store

REVIEWED_LEVEL, APPROVED_LEVEL = "reviewed", "approved"
LEVELS: Final = (REVIEWED_LEVEL, APPROVED_LEVEL)
Rows = list[tuple[str, Mapping[str, object]]]


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the closing of a period stands.

    `base` is the run of the closed period before it; `run` the one to be closed on, which covers the whole period;
    `lock` stands once it is closed; `proposal` is what was prepared for this run and is not yet approved.
    """

    period: Period
    base: Published | None
    run: Published | None
    lock: Lock | None
    proposal: Proposal | None
    closings: int

    @property
    def state(self) -> str:
        """`closed`, `prepared`, `reviewed`, `ready` when there is a run, else `open`."""
        if self.lock is not None:
            return "closed"
        if self.proposal is not None:
            return REVIEWED_LEVEL if self.proposal.said else "prepared"
        return "open" if self.run is None else "ready"

    @property
    def reasons(self) -> dict[str, str]:
        """The controls that were accepted when it was prepared, with the reasons."""
        content: Mapping[str, Any] = self.proposal.ask.content if self.proposal else {}
        return {one["name"]: one["accepted"] for one in content.get("controls", ()) if one.get("accepted")}


def standing(store: Store, period: Period) -> Standing:
    """Where the closing of a period stands.

    Raises:
        UsageError: the period shares days with a closed one, or does not follow the last one that is closed.
        ControlFailed: the run of a closed period is gone or was changed.
    """
    locks, runs = Locks.of(store.ledger), store.runs()
    closings = sum(1 for row in store.ledger.rows(LOCKED) if row.body["period"] == str(period))
    lock = locks.at(period)
    if lock is not None:
        locked = next(one for one in runs if one.identity == lock.run)
        before = next((one for one in runs if one.identity == locked.manifest["previous_run"]), None)
        return Standing(period, before, locked, lock, None, closings)
    _refuse_out_of_turn(locks, period)
    base = locks.base(runs)
    run = _covering(runs, base, period)
    proposal = _prepared(store, period, run)
    return Standing(period, base, run, None, proposal, closings)


def prepare(store: Store, person: Person, where: Standing, controls: Sequence[Control], note: str) -> Standing:
    """Propose to close a period on its run, as the controls show it.

    Raises:
        UsageError: it is prepared or closed already.
        ControlFailed: a control fails and is not accepted, or the person has no role for it.
    """
    run = _closable(where, controls)
    if where.proposal is not None:
        message = f"{where.period} was prepared by {where.proposal.by}"
        raise UsageError(Problem("period-state", message, hint="the next signature is `--sign reviewed`"))
    content = _content(where, run, controls)

    def rows() -> Rows:
        asked = Ask(
            "close", (str(where.period),), note or "the period is complete", content, {}, run.identity, LEVELS
        )
        made = proposing(person, [asked])
        old: Rows = [
            (
                REFUSED,
                {
                    "proposal": one.number,
                    "hash": one.hash,
                    "level": one.due,
                    "note": f"superseded by {run.identity}",
                },
            )
            for one in proposals(store.ledger, "close")
            if one.state == "pending" and one.ask.subjects == (str(where.period),)
        ]
        alone: Rows = [] if made[0][1]["levels"] else [_lock_row(where, run)]
        return [*old, *made, *alone]

    record(store.ledger, person, rows)
    return standing(store, where.period)


def sign(
    store: Store, person: Person, where: Standing, level: str, controls: Sequence[Control], note: str
) -> Standing:
    """Review or approve what was prepared; the approval locks the period.

    Raises:
        UsageError: nothing is prepared, or another signature comes first.
        ControlFailed: a control fails, or the person signed before or has no role for it.
    """
    run = _closable(where, controls)
    proposal = _due(where, level)

    def rows() -> Rows:
        found = {one.number: one for one in proposals(store.ledger, "close")}
        said: Rows = list(saying(found, person, APPROVED, [proposal.number], note))
        return [*said, _lock_row(where, run, proposal.number)] if level == APPROVED_LEVEL else said

    record(store.ledger, person, rows)
    return standing(store, where.period)


def send_back(store: Store, person: Person, where: Standing, note: str) -> Standing:
    """Refuse what was prepared, for a reason: the signatures begin again.

    Raises:
        UsageError: nothing is prepared, or no reason is given.
        ControlFailed: the person has no role for it.
    """
    if where.proposal is None:
        raise UsageError(
            Problem("period-state", f"{where.period} is {where.state}: nothing waits for a signature")
        )
    number = where.proposal.number

    def rows() -> Rows:
        found = {one.number: one for one in proposals(store.ledger, "close")}
        return list(saying(found, person, REFUSED, [number], note))

    record(store.ledger, person, rows)
    return standing(store, where.period)


def ask_reopening(store: Store, person: Person, period: Period, reason: str) -> Proposal:
    """Propose to open the last closed period again.

    Raises:
        UsageError: it is not closed, a later one is, it was proposed already, or no reason is given.
        ControlFailed: the person has no role for it.
    """
    lock = _last_lock(store, period)
    if waiting := reopening(store, period):
        hint = f"`recon reopen {period} --approve` by somebody else"
        raise UsageError(
            Problem("period-state", f"{waiting.by} asked for it already: {waiting.ask.reason}", hint=hint)
        )
    content = {"period": str(period), "closing": lock.number, "run": lock.run}

    def rows() -> Rows:
        made = proposing(person, [Ask("reopen", (str(period),), reason, content, {}, lock.run)])
        alone: Rows = [] if made[0][1]["levels"] else [_reopened(lock, reason)]
        return [*made, *alone]

    written = record(store.ledger, person, rows)
    return next(one for one in proposals(store.ledger, "reopen") if one.number == written[0].seq)


def approve_reopening(store: Store, person: Person, period: Period, note: str) -> Proposal:
    """Approve what was asked for: the period is open again.

    Raises:
        UsageError: nobody asked for it.
        ControlFailed: the person asked for it, or has no role for it.
    """
    lock, asked = _last_lock(store, period), reopening(store, period)
    if asked is None:
        hint = f"`recon reopen {period} --reason …` asks for it"
        raise UsageError(Problem("period-state", f"nobody asked to open {period} again", hint=hint))

    def rows() -> Rows:
        found = {one.number: one for one in proposals(store.ledger, "reopen")}
        said = saying(found, person, APPROVED, [asked.number], note)
        return [*said, _reopened(lock, asked.ask.reason, asked.number)]

    record(store.ledger, person, rows)
    return next(one for one in proposals(store.ledger, "reopen") if one.number == asked.number)


def reopening(store: Store, period: Period) -> Proposal | None:
    """What was asked for and not yet approved."""
    asked = (one for one in proposals(store.ledger, "reopen") if one.state == "pending")
    return next((one for one in asked if one.ask.subjects == (str(period),)), None)


def _covering(runs: Sequence[Published], base: Published | None, period: Period) -> Published | None:
    """The latest run that takes the whole period on from the closed one before it."""
    before = base.identity if base else None
    fit = (
        one
        for one in reversed(runs)
        if one.manifest["as_of"] == period.last.isoformat() and one.manifest["previous_run"] == before
    )
    return next(fit, None)


def _prepared(store: Store, period: Period, run: Published | None) -> Proposal | None:
    if run is None:
        return None
    return next(
        (
            one
            for one in proposals(store.ledger, "close")
            if one.state == "pending"
            and one.ask.subjects == (str(period),)
            and one.ask.content["manifest"] == run.manifest_sha256
        ),
        None,
    )


def _content(where: Standing, run: Published, controls: Sequence[Control]) -> dict[str, object]:
    told = [
        {"name": one.name, "result": one.result, "evidence": one.evidence, "accepted": one.accepted}
        for one in controls
    ]
    return {**_names(where, run), "controls": told}


def _names(where: Standing, run: Published) -> dict[str, object]:
    return {
        "period": str(where.period),
        "closing": where.closings + 1,
        "run": run.identity,
        "manifest": run.manifest_sha256,
        "previous": where.base.identity if where.base else None,
    }


def _lock_row(where: Standing, run: Published, proposal: int | None = None) -> tuple[str, Mapping[str, object]]:
    return LOCKED, {**_names(where, run), "proposal": proposal}


def _reopened(lock: Lock, reason: str, proposal: int | None = None) -> tuple[str, Mapping[str, object]]:
    body = {"period": str(lock.period), "closing": lock.number, "run": lock.run, "reason": reason}
    return REOPENED, {**body, "proposal": proposal}


def _closable(where: Standing, controls: Sequence[Control]) -> Published:
    if where.lock is not None:
        message = f"{where.period} is closed: run {where.lock.run}, approved by {where.lock.by}"
        raise UsageError(Problem("period-closed", message, hint=f"`recon periods show {where.period}`"))
    if where.run is None:
        message = f"no run covers {where.period} as a whole"
        raise UsageError(Problem("period-run", message, hint=run_hint(where)))
    if failing := [one for one in controls if not one.passes]:
        raise ControlFailed(
            *(
                Problem("close-blocked", f"{one.name}: {one.evidence}", hint=one.todo, excerpt=_listed(one))
                for one in failing
            )
        )
    return where.run


def run_hint(where: Standing) -> str:
    """How to make the run that a period is closed on."""
    from_where = f"the closing of {where.base.manifest['as_of']}" if where.base else "the first file"
    return f"`recon run --period {where.period} --fresh` makes it, from {from_where} on"


def _listed(one: Control) -> str | None:
    return "\n".join(f"  {item}" for item in one.items) or None


def _due(where: Standing, level: str) -> Proposal:
    due = where.proposal.due if where.proposal else "prepared"
    if where.proposal is None or due != level:
        message = f"{where.period} is {where.state}, and cannot be {level} now"
        raise UsageError(Problem("period-state", message, hint=f"the next signature is `--sign {due}`"))
    return where.proposal


def _last_lock(store: Store, period: Period) -> Lock:
    locks = Locks.of(store.ledger)
    lock = locks.at(period)
    if lock is None:
        closed = ", ".join(str(one.period) for one in locks.standing) or "none"
        raise UsageError(Problem("period-state", f"{period} is not closed", hint=f"closed are: {closed}"))
    if lock != locks.last and locks.last is not None:
        message = f"{locks.last.period} is closed too, and rests on {period}"
        raise UsageError(Problem("period-state", message, hint=f"open {locks.last.period} again first"))
    return lock


def _refuse_out_of_turn(locks: Locks, period: Period) -> None:
    if locks.last is None:
        return
    last = locks.last.period
    if period.first <= last.last:
        message = f"{period} shares days with {last}, which is closed, or lies before it"
        raise UsageError(Problem("period-closed", message, hint="`recon periods list` shows what is closed"))
    if (period.first - last.last).days > 1:
        message = f"{period} does not follow {last}, the last closed period"
        raise UsageError(Problem("period-state", message, hint="close the days between first"))
