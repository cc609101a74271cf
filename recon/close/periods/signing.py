"""Closing a period: one person prepares, a second reviews, a third approves, and the last approval locks the run.

The three are a proposal and its approvals, as everything that needs more than one pair of eyes (`store.four_eyes`). The
lock is a row of the ledger beside the last approval, in the same step: there is never one without the other.
"""

from collections.abc import Mapping, Sequence

from recon.close.periods.controls import Control
from recon.close.periods.locks import LOCKED
from recon.close.periods.standing import APPROVED_LEVEL, LEVELS, Standing, run_hint, standing
from recon.errors import ControlFailed, Problem, UsageError
from recon.store.acts import record
from recon.store.four_eyes import APPROVED, REFUSED, Ask, Proposal, proposals, proposing, saying
from recon.store.people import Person
from recon.store.published import Published
from recon.store.store import Store

Rows = list[tuple[str, Mapping[str, object]]]


def prepare(store: Store, person: Person, where: Standing, controls: Sequence[Control], note: str) -> Standing:
    """Propose to close a period on its run, as the controls show it.

    Raises:
        UsageError: it is prepared or closed already.
        ControlFailed: a control fails and is not accepted, or the person has no role for it.
    """
    run = _closable(where, controls)
    content = _content(where, run, controls)

    def rows() -> Rows:
        _refuse_prepared(standing(store, where.period))
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
        _due(standing(store, where.period), level)  # somebody else may have signed in the meantime
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


def _refuse_prepared(now: Standing) -> None:
    if now.lock is not None:
        raise UsageError(Problem("period-closed", f"{now.period} was closed by {now.lock.by} in the meantime"))
    if now.proposal is not None:
        message = f"{now.period} was prepared by {now.proposal.by}"
        raise UsageError(
            Problem("period-state", message, hint=f"the next signature is `--sign {now.proposal.due}`")
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


def _listed(one: Control) -> str | None:
    return "\n".join(f"  {item}" for item in one.items) or None


def _due(where: Standing, level: str) -> Proposal:
    due = where.proposal.due if where.proposal else "prepared"
    if where.proposal is None or due != level:
        message = f"{where.period} is {where.state}, and cannot be {level} now"
        raise UsageError(Problem("period-state", message, hint=f"the next signature is `--sign {due}`"))
    return where.proposal
