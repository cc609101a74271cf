"""Proof that nothing is released twice, from the batches themselves: not from how they came to be."""

from collections import Counter
from collections.abc import Iterator, Sequence

from recon.errors import ControlFailed, Place, Problem
from recon.model.money import plain
from recon.releases.candidates import ACT, Books, State
from recon.releases.exporting import RELEASED
from recon.releases.released import Batch, batches
from recon.store.four_eyes import Proposal, proposals
from recon.store.store import Store


def check_releases(store: Store, books: Books) -> int:
    """Prove that each order, proof and credit was released once, approved by others, and still stands; how many.

    Raises:
        ControlFailed: something was released twice, without approval, or what it rested on is gone.
    """
    made = batches(store)
    for batch in made:
        batch.published.verify()
    problems = [*_twice(made), *_unapproved(store, made), *_unrecorded(store, made), *_since(made, books)]
    if problems:
        raise ControlFailed(*problems)
    return sum(len(batch.rows) for batch in made)


def _twice(made: Sequence[Batch]) -> Iterator[Problem]:
    for column in ("order", "order_entry", "proof_entry", "credit_entry"):
        counted = Counter(str(row[column]) for batch in made for row in batch.rows)
        for name, count in sorted(counted.items()):
            if count > 1:
                what = column.replace("_entry", "")
                yield Problem(
                    "released-twice", f"{what} {name} was released {count} times", hint="stop the later one"
                )
    marks = Counter(mark for batch in made for row in batch.rows for mark in row["proof_marks"])
    for mark, count in sorted(marks.items()):
        if count > 1:
            text = mark.partition("|")[2]
            yield Problem(
                "released-twice", f"the proof {text} released {count} orders", hint="stop the later one"
            )


def _unapproved(store: Store, made: Sequence[Batch]) -> Iterator[Problem]:
    known = {one.number: one for one in proposals(store.ledger, ACT)}
    for batch in made:
        for row in batch.rows:
            if why := _lacks(known.get(row["proposal"]), row["order"], row["evidence"]):
                message = f"order {row['order']} was released, and {why}"
                yield Problem("release-unapproved", message, Place(batch.published.shown))


def _lacks(one: Proposal | None, order: str, evidence: str) -> str:
    """What an approval lacks that an order was released by; nothing when all is well."""
    if one is None or one.ask.subjects != (order,):
        return "nobody proposed it"
    if one.state != "approved":
        return f"its proposal {one.number} is {one.state}"
    if one.ask.content.get("evidence") != evidence:
        return f"its proposal {one.number} was about other evidence"
    return ""


def _unrecorded(store: Store, made: Sequence[Batch]) -> Iterator[Problem]:
    rows = {row.body["export"]: row.body for row in store.ledger.rows(RELEASED)}
    for batch in made:
        if batch.identity not in rows:
            hint = "the next `recon releases export` writes it"
            yield Problem(
                "release-unrecorded", f"no row of the ledger names the orders of {batch.identity}", hint=hint
            )


def _since(made: Sequence[Batch], books: Books) -> Iterator[Problem]:
    """What came up after a release: a credit that the bank took back, an order that was cancelled."""
    rows = {str(row["order"]): row for batch in made for row in batch.rows}
    for one in books.in_state(State.RELEASED):
        row = rows[one.order]
        for each in one.refusals:
            worth = f"{plain(row['amount'], row['currency'])} {row['currency']}"
            message = f"order {one.order} of {row['reseller']}, {worth}: {each.words}"
            yield Problem(f"release-{each.why.replace('_', '-')}", message, hint=each.next_step)
    gone = rows.keys() - {one.order for one in books.candidates}
    for order in sorted(gone):
        yield Problem("release-order-gone", f"order {order} was released and is in no order book any more")
