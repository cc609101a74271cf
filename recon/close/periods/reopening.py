"""Opening the last closed period again: one person asks for it, another approves; both stay in the ledger."""

from collections.abc import Mapping

from recon.close.periods.locks import REOPENED, Lock, Locks
from recon.errors import Problem, UsageError
from recon.model.periods import Period
from recon.store.acts import record
from recon.store.four_eyes import APPROVED, Ask, Proposal, proposals, proposing, saying
from recon.store.people import Person
from recon.store.store import Store

Rows = list[tuple[str, Mapping[str, object]]]


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


def _reopened(lock: Lock, reason: str, proposal: int | None = None) -> tuple[str, Mapping[str, object]]:
    body = {"period": str(lock.period), "closing": lock.number, "run": lock.run, "reason": reason}
    return REOPENED, {**body, "proposal": proposal}


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
