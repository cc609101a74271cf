"""Where the closing of a period stands: the run that covers it, what was signed, and the lock."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from recon.close.periods.locks import LOCKED, Lock, Locks
from recon.errors import Problem, UsageError
from recon.model.periods import Period
from recon.store.four_eyes import Proposal, proposals
from recon.store.published import Published
from recon.store.store import Store

REVIEWED_LEVEL, APPROVED_LEVEL = "reviewed", "approved"
LEVELS: Final = (REVIEWED_LEVEL, APPROVED_LEVEL)


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


def run_hint(where: Standing) -> str:
    """How to make the run that a period is closed on."""
    from_where = f"the closing of {where.base.manifest['as_of']}" if where.base else "the first file"
    return f"`recon run --period {where.period} --fresh` makes it, from {from_where} on"


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
