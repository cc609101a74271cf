"""What people do to a payout: review, approve level by level, send back. Nobody approves their own work."""

from collections.abc import Sequence
from decimal import Decimal

from recon.errors import ControlFailed, Problem, UsageError
from recon.payouts.desk.outdated import why_outdated
from recon.payouts.desk.shelf import PAYOUT, PublishedPayout, Shelf
from recon.payouts.desk.states import APPROVED, REJECTED, REVIEWED, State, refuse_closed, state_of
from recon.project.workspace import Project
from recon.store.acts import record
from recon.store.people import Amounts, Person
from recon.store.store import Store


def review(project: Project, store: Store, payout: PublishedPayout, person: Person, note: str = "") -> State:
    """Record that somebody looked through a calculated payout.

    Raises:
        UsageError: it is not in this state, or is no longer what the books say.
        ControlFailed: the person calculated it.
    """
    with store.writing("review"):
        state = _standing(store, payout)
        if any(one.act == REVIEWED for one in state.acts):
            message = f"{payout.identity} is {state.name} and cannot be reviewed now"
            hint = "`recon payouts reject` sends it back, to be reviewed anew"
            raise UsageError(Problem("payout-state", message, hint=hint))
        _refuse_outdated(project, store, payout)
        _refuse_own(payout, state, person.name, "review")
        _record(store, payout, REVIEWED, person, note)
        return state_of(store, payout)


def approve(
    project: Project, store: Store, payout: PublishedPayout, person: Person, level: str, note: str = ""
) -> State:
    """Approve a payout at a level; the last level closes its period.

    Levels come in the order of the setting `payouts.approvals`.

    Raises:
        UsageError: the level is unknown or not the next one; the period before is not closed; the books have changed.
        ControlFailed: the person had a hand in the payout already, or has no role to approve it.
    """
    levels = project.settings.payouts.approvals
    with store.writing("approval"):
        state = _standing(store, payout)
        _refuse_out_of_turn(payout, state, levels, level)
        _refuse_open_before(store, payout)
        _refuse_outdated(project, store, payout)
        _refuse_own(payout, state, person.name, "approve")
        person.refuse_unless("approves", "approve_payout", _amounts(payout))
        _record(store, payout, APPROVED, person, note, level=level, final=level == levels[-1])
        return state_of(store, payout)


def reject(store: Store, payout: PublishedPayout, person: Person, note: str) -> State:
    """Send a payout back to `calculated`, for a reason; what is closed is corrected in the open period instead.

    Raises:
        UsageError: no reason is given, or the payout is closed.
    """
    if not note.strip():
        raise UsageError(
            Problem("no-reason", f"{payout.identity} is sent back for no reason", hint="say why: `--note`")
        )
    with store.writing("rejection"):
        _standing(store, payout)
        _record(store, payout, REJECTED, person, note)
        return state_of(store, payout)


def next_level(project: Project, store: Store, payout: PublishedPayout) -> str | None:
    """The level whose approval is due; None when all have approved."""
    done = state_of(store, payout).approved_levels
    return next((level for level in project.settings.payouts.approvals if level not in done), None)


def _record(store: Store, payout: PublishedPayout, act: str, person: Person, note: str, **more: object) -> None:
    body = {"identity": payout.identity, "manifest": payout.published.manifest_sha256, "note": note, **more}
    record(store.ledger, person, lambda: [(f"{PAYOUT}.{act}", body)])


def _amounts(payout: PublishedPayout) -> Amounts:
    """What the payout pays, by the currency it is paid in."""
    sums: dict[str, Decimal] = {}
    for row in payout.payouts:
        sums[row["paid_in"]] = sums.get(row["paid_in"], Decimal(0)) + row["paid"]
    return sums


def _standing(store: Store, payout: PublishedPayout) -> State:
    """The state of a payout that can still be acted on.

    Raises:
        UsageError: it is closed, or another stands for its plan and period.
    """
    state = state_of(store, payout)
    refuse_closed(payout.identity, state)
    current = Shelf(store).current(payout.plan, payout.period)
    if current is not None and current.identity != payout.identity:
        message = f"{payout.identity} was calculated again as {current.identity}"
        raise UsageError(Problem("payout-superseded", message, hint="act on the one that stands"))
    if broken := [one for one in payout.published.problems() if one.code != "not-private"]:
        raise ControlFailed(*broken)
    return state


def _refuse_out_of_turn(payout: PublishedPayout, state: State, levels: Sequence[str], level: str) -> None:
    if level not in levels:
        message = f"{level} is no level of approval"
        raise UsageError(Problem("approval-level", message, hint=f"levels: {', '.join(levels)}"))
    if not any(one.act == REVIEWED for one in state.acts):
        message = f"{payout.identity} has not been reviewed"
        raise UsageError(
            Problem("payout-state", message, hint=f"`recon payouts review {payout.identity}` first")
        )
    due = next((one for one in levels if one not in state.approved_levels), None)
    if level != due:
        hint = f"the {due} approval comes next" if due else None
        raise UsageError(
            Problem("payout-state", f"the {level} approval of {payout.identity} is not due", hint=hint)
        )


def _refuse_own(payout: PublishedPayout, state: State, by: str, what: str) -> None:
    authors = payout.manifest.get("authors", [])
    if by in state.hands or by in authors:
        wrote = "wrote adjustments in" if by in authors else "had a hand in"
        message = f"{by} {wrote} {payout.identity} and cannot {what} it"
        raise ControlFailed(Problem("own-approval", message, hint="a person without a part in it has to"))


def _refuse_open_before(store: Store, payout: PublishedPayout) -> None:
    """Refuse to close a period before the one that it builds on."""
    for before in Shelf(store).line(payout.plan, payout.period):
        if not state_of(store, before).closed:
            message = f"{before.identity} is not approved, and {payout.identity} builds on it"
            raise UsageError(Problem("payout-state", message, hint=f"approve {before.period} first"))


def _refuse_outdated(project: Project, store: Store, payout: PublishedPayout) -> None:
    if why := why_outdated(project, store, payout):
        hint = f"`recon payouts run --period {payout.period}` calculates it again"
        raise UsageError(Problem("payout-outdated", f"{payout.identity} is no longer right: {why}", hint=hint))
