"""The desk: every order judged by the latest run, by what was proposed and approved, and by what was released."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from recon.breaks.casework.decided import decisions
from recon.errors import Problem, UsageError
from recon.project.workspace import Project
from recon.releases.books import release_books
from recon.releases.candidates import ACT, Books, Candidate, State
from recon.releases.judging import Asked, priced, refusals
from recon.releases.prices import Quote
from recon.releases.refusals import Refusal, Why, refusal
from recon.releases.released import Spent, batches, mark_text
from recon.releases.resellers import Resellers
from recon.releases.settings import Setting
from recon.releases.trails import Trail, trails
from recon.store.four_eyes import Proposal, proposals
from recon.store.store import Store

SINCE = frozenset({Why.REVERSED, Why.REUSED_PROOF, Why.CHANGED})
"""What is told of an order even when it has been released."""
RECOVER = "recover the units or the money from the reseller, and escalate"


def open_desk(project: Project, store: Store, setting: Setting, day: date) -> Books:
    """Judge every order by the latest run, as resellers, papers, alerts and prices are on a day.

    Raises:
        UsageError: there is no run yet, or the day lies before it.
        InputRefused, ConfigError: the registry or its settings cannot be read.
        ControlFailed: something published is gone or was changed.
    """
    run = store.run("latest")
    as_of = date.fromisoformat(run.manifest["as_of"])
    if day < as_of:
        message = f"the books are as of {as_of}; nothing is released as of {day}"
        raise UsageError(Problem("day-before-run", message, hint=f"`--on {as_of}`, or a later day"))
    asked = Asked(setting, Resellers.of(project, store), day, as_of)
    with release_books(project, store, setting, run) as engine:
        found = trails(engine, setting)
    spent = Spent.of(batches(store))
    latest = {one.ask.subjects[0]: one for one in proposals(store.ledger, ACT)}
    undone = [one for one in decisions(store.ledger) if one.act == "unmatch" and one.stands]
    taken_back = {str(one.content["match_id"]) for one in undone}
    judged = (_candidate(asked, trail, spent, latest.get(trail.order), taken_back) for trail in found)
    return Books(setting, run, day, tuple(judged))


def _candidate(
    asked: Asked, trail: Trail, spent: Spent, proposal: Proposal | None, taken_back: set[str]
) -> Candidate:
    price = priced(asked, trail)
    against = [*refusals(asked, trail, price), *_disputed(trail, taken_back)]
    if trail.order in spent.orders:
        since = tuple(_since(trail, spent, against))
        return Candidate(trail, price, since, State.RELEASED, proposal, spent.batch_of[trail.order])
    if trail.standing is None:
        return Candidate(trail, price, (), State.CANCELLED, proposal)
    against += _spent(trail, spent)
    one = Candidate(trail, price, tuple(against), State.REFUSED if against else State.READY, proposal)
    return one if proposal is None else _proposed(one, proposal)


def _proposed(one: Candidate, proposal: Proposal) -> Candidate:
    """An order of which there is a proposal: as far as that has come, unless the books say otherwise now."""
    content: Mapping[str, Any] = proposal.ask.content
    same = content.get("evidence") == one.evidence
    if not same and proposal.state in {"pending", "approved"}:
        return _voided(one, _changed(proposal, one))
    if same and proposal.state == "refused":
        said = proposal.said[-1]
        return _voided(one, refusal(Why.REFUSED, f"{said.by}: {said.note}"))
    if one.refusals or not same:
        return one
    states = {"pending": State.PROPOSED, "approved": State.APPROVED}
    return replace(one, state=states.get(proposal.state, one.state))


def _voided(one: Candidate, why: Refusal) -> Candidate:
    return replace(one, state=State.REFUSED, refusals=(why, *one.refusals), voided=True)


def _changed(proposal: Proposal, one: Candidate) -> Refusal:
    """What was proposed or approved is no longer what the books say."""
    content: Mapping[str, Any] = proposal.ask.content
    then, now = content.get("price"), str(one.price) if isinstance(one.price, Quote) else one.price.words
    said = proposal.said[-1].by if proposal.said else proposal.by
    done = f"approved by {said}" if proposal.state == "approved" else f"proposed by {proposal.by}"
    what = f"then {then}; now {now}" if then != now else "its proof or credit is another"
    words = f"it has changed since it was {done}: {what}"
    return refusal(Why.CHANGED, words, "propose it again, once nothing else speaks against it")


def _disputed(trail: Trail, taken_back: set[str]) -> Iterator[Refusal]:
    """Matches that somebody has taken back, which the next run will honour."""
    for link in (*trail.proofs, *trail.credits):
        if link.match_id in taken_back:
            words = f"match {link.match_id[:8]} was taken back, and no run has honoured that yet"
            yield refusal(Why.BREAK, words, "wait for the next run")


def _spent(trail: Trail, spent: Spent) -> Iterator[Refusal]:
    """Another order was released on the same proof or credit."""
    found = {spent.entries[name]: "on the same entries" for name in trail.entries if name in spent.entries}
    for link in trail.proofs:
        for mark in map(mark_text, link.to.live_marks):
            if mark in spent.marks:
                found[spent.marks[mark]] = "on the same proof"
    for order, how in sorted(found.items()):
        yield refusal(Why.RELEASED, f"order {order} was released {how} (export {spent.batch_of[order]})")


def _since(trail: Trail, spent: Spent, against: list[Refusal]) -> Iterator[Refusal]:
    """What has come up since an order was released."""
    row = spent.orders[trail.order]
    rested = {str(row[f"{name}_entry"]) for name in ("order", "proof", "credit")}
    told = [one for one in against if one.why in SINCE]
    if trail.standing is None:
        told = [refusal(Why.CHANGED, "the order was cancelled")]
    elif not told and not rested <= trail.entries:
        told = [refusal(Why.CHANGED, "the order, its proof or its credit is another now")]
    for one in told:
        yield refusal(one.why, f"since it was released: {one.words}", RECOVER)
