"""What people do at the desk: propose what is ready, approve it as another person, refuse it with a reason."""

from collections.abc import Sequence

from recon.errors import Problem, UsageError
from recon.releases.candidates import ACT, Books, Candidate, State
from recon.store import four_eyes
from recon.store.acts import record
from recon.store.four_eyes import Ask, Proposal
from recon.store.people import Person
from recon.store.store import Store


def propose(
    store: Store, books: Books, person: Person, orders: Sequence[str] | None, reason: str
) -> list[Proposal]:
    """Propose orders for release, all or nothing; without numbers, all that are ready.

    Raises:
        UsageError: an order is unknown, refused, or at the desk already; with the reasons of each.
        ControlFailed: the person has no role for it, or not up to these amounts together.
    """
    chosen = books.named(orders) if orders else books.in_state(State.READY)
    if problems := [problem for one in chosen for problem in _unfit(one)]:
        raise UsageError(*problems)
    asks = [
        Ask(
            ACT,
            (one.order,),
            reason,
            one.told,
            one.worth,
            books.run.identity,
            books.setting.desk.approvals,
        )
        for one in chosen
    ]
    return four_eyes.propose(store.ledger, person, asks) if asks else []


def approve(
    store: Store, books: Books, person: Person, orders: Sequence[str] | None, note: str = ""
) -> list[Proposal]:
    """Approve what was proposed, at the level that is due for each, all or nothing; without numbers, all that waits.

    Raises:
        UsageError: an order is not proposed, or no longer what was proposed.
        ControlFailed: the person had a hand in one, or has no role for it up to these amounts together.
    """
    return _say(store, books, person, (four_eyes.APPROVED, State.PROPOSED), orders, note)


def reject(store: Store, books: Books, person: Person, orders: Sequence[str], reason: str) -> list[Proposal]:
    """Refuse what was proposed, for a reason. Raises as `approve` does."""
    chosen = books.named(orders)
    problems = [
        Problem("not-proposed", f"order {one.order} is {one.state}, and nothing of it waits")
        for one in chosen
        if one.proposal is None or one.proposal.state != "pending"
    ]
    if problems:
        raise UsageError(*problems)
    numbers = [one.proposal.number for one in chosen if one.proposal is not None]
    return four_eyes.refuse(store.ledger, person, numbers, reason)


def _say(
    store: Store, books: Books, person: Person, what: tuple[str, State], orders: Sequence[str] | None, note: str
) -> list[Proposal]:
    kind, state = what
    chosen = books.named(orders) if orders else books.in_state(state)
    problems = [
        Problem("not-proposed", f"order {one.order} is {one.state}: {said(one)}", hint=_hint(one))
        for one in chosen
        if one.state is not state
    ]
    if problems:
        raise UsageError(*problems)
    numbers = [one.proposal.number for one in chosen if one.proposal is not None]

    def rows() -> list[tuple[str, dict[str, object]]]:
        found = {one.number: one for one in four_eyes.proposals(store.ledger, ACT)}
        return [(name, dict(body)) for name, body in four_eyes.saying(found, person, kind, numbers, note)]

    return four_eyes.entered(store.ledger, record(store.ledger, person, rows)) if numbers else []


def _unfit(one: Candidate) -> list[Problem]:
    """Why an order cannot be proposed."""
    if one.proposable:
        return []
    if one.state is not State.REFUSED:
        return [Problem("order-state", f"order {one.order} is {one.state} already", hint=_hint(one))]
    against = one.refusals[1:] if one.voided else one.refusals
    return [
        Problem(
            f"release-{each.why.replace('_', '-')}", f"order {one.order}: {each.words}", hint=each.next_step
        )
        for each in against
    ]


def said(one: Candidate) -> str:
    """What speaks against an order, in one text."""
    return "; ".join(each.words for each in one.refusals) or one.state.value


def _hint(one: Candidate) -> str:
    return one.refusals[0].next_step if one.refusals else f"`recon releases show {one.order}`"
