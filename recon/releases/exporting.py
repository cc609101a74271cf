"""Export: what is approved leaves the desk once, in a published batch with control totals and its evidence.

Every order is judged anew under the writer's lock. A batch is there as a whole or not at all, and what one has released
no other can: neither the order, nor its proof, nor its credit. The ledger has a row for each batch with its orders.
"""

import json
from collections.abc import Callable, Sequence
from typing import Any, Final

import pyarrow as pa

from recon.model.ids import content_id
from recon.releases.candidates import Books, Candidate, State
from recon.releases.prices import Quote
from recon.releases.released import (
    FILE,
    RELEASE,
    RELEASES,
    TABLE,
    TOTALS,
    Batch,
    batches,
    control_totals,
    mark_text,
    release_csv,
)
from recon.store.acts import Wanted, record
from recon.store.canonical import canonical
from recon.store.parquet import write_table
from recon.store.people import Person
from recon.store.publish import publishing
from recon.store.store import Store

RELEASED: Final = "orders.released"
"""The rows of the ledger that say which orders were released: batch, orders, totals."""


def export(store: Store, person: Person, judge: Callable[[], Books]) -> tuple[Batch | None, Books]:
    """Publish a batch of the approved orders; None when there are none. The books are those that it was judged by.

    Args:
        store: the project's store; its lock is held.
        person: who exports.
        judge: gives the books as they stand now; called under the lock.

    Raises:
        ControlFailed: something published was changed, or the disk fails.
        Busy: another process is writing.
    """
    with store.writing("release of orders"):
        books = judge()
        chosen = _without_shared(books.in_state(State.APPROVED))
        _record(store, person)
        if not chosen:
            return None, books
        rows = [_row(one, books) for one in chosen]
        inputs = {
            "orders": [row["order"] for row in rows],
            "proposals": [row["proposal"] for row in rows],
            "run": books.run.identity,
        }
        identity = f"{books.day}-{content_id([canonical(inputs)], 10)}"
        with publishing(store, RELEASE, identity, store.releases_folder, inputs) as publication:
            if publication.already is None:
                totals = control_totals(rows)
                write_table(pa.Table.from_pylist(rows, schema=RELEASES), publication.folder / TABLE)
                (publication.folder / FILE).write_bytes(release_csv(rows))
                text = json.dumps({"export": identity, **totals}, indent=2, sort_keys=True) + "\n"
                (publication.folder / TOTALS).write_text(text, "utf-8")
                publication.content |= {
                    "totals": totals,
                    "by": person.name,
                    "user": person.user,
                    "day": str(books.day),
                }
        _record(store, person)
        return Batch(publication.published), books


def _without_shared(chosen: Sequence[Candidate]) -> list[Candidate]:
    """Orders that share no entry with another of them; two that do are both left, whatever the runs say."""
    users: dict[str, int] = {}
    for one in chosen:
        for name in (*one.trail.entries, *_marks(one)):
            users[name] = users.get(name, 0) + 1
    return [one for one in chosen if all(users[name] == 1 for name in (*one.trail.entries, *_marks(one)))]


def _marks(one: Candidate) -> list[str]:
    proof = one.trail.proof
    return [mark_text(mark) for mark in proof.live_marks] if proof is not None else []


def _record(store: Store, person: Person) -> None:
    """Write the row of every batch that has none yet, which only a crash leaves so."""

    def rows() -> Wanted:
        known = {row.body["export"] for row in store.ledger.rows(RELEASED)}
        return [(RELEASED, _told(one)) for one in batches(store) if one.identity not in known]

    if rows():
        record(store.ledger, person, rows)


def _told(one: Batch) -> dict[str, object]:
    orders = [row["order"] for row in one.rows]
    return {
        "export": one.identity,
        "orders": orders,
        "totals": one.totals,
        "manifest": one.published.manifest_sha256,
    }


def _row(one: Candidate, books: Books) -> dict[str, Any]:
    order, proof, credit, price, asked = (
        one.trail.standing,
        one.trail.proof,
        one.trail.credit,
        one.price,
        one.proposal,
    )
    if order is None or proof is None or credit is None or asked is None or not isinstance(price, Quote):
        raise TypeError("only an order with a proof, a credit, a price and an approval is released")
    return {
        "order": one.order,
        "reseller": order.reseller,
        "product": order.product,
        "units": price.units,
        "unit": price.unit,
        "tier": price.tier,
        "price": str(price),
        "amount": credit.amount,
        "currency": credit.currency,
        "credit_day": credit.day,
        **{f"{line.role}_entry": line.entry_id for line in (order, proof, credit)},
        **{f"{line.role}_place": line.place for line in (order, proof, credit)},
        "proof_marks": _marks(one),
        "proposal": asked.number,
        "proposed_by": asked.by,
        "approved_by": ", ".join(dict.fromkeys(each.by for each in asked.said)),
        "evidence": one.evidence,
        "run": books.run.identity,
    }
