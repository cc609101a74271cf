"""Proof that nothing is paid twice, from the batches themselves: not from how they came to be."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from recon.engines.duck import DuckEngine
from recon.engines.names import text_literal
from recon.errors import ControlFailed, Place, Problem
from recon.model.money import plain
from recon.payouts.bank.answers import FEE
from recon.payouts.bank.outcomes import Known, payments
from recon.payouts.bank.proof import IDS, with_ids
from recon.payouts.books.run_books import books_of
from recon.payouts.desk.batches import Batch, batches
from recon.payouts.desk.shelf import PublishedPayout, Shelf
from recon.project.workspace import Project
from recon.store.store import Store


def check_payments(project: Project, store: Store) -> int:
    """Prove that each payment is made once and is what was approved; how many payments there are.

    Raises:
        ControlFailed: something is paid twice or is not what was approved; something published is gone or was changed.
    """
    made = batches(store)
    for batch in made:
        batch.published.verify()
    known = payments(store, made)
    problems = [*_twice_in_batches(made), *_made_again(known, made)]
    shelf = {one.identity: one for one in Shelf(store).all}
    for batch in made:
        problems += _other_sums(batch, shelf)
    problems += _twice_on_statements(project, store, known)
    if problems:
        raise ControlFailed(*problems)
    return sum(not one.kept for one in known.values())


def _twice_in_batches(made: Sequence[Batch]) -> Iterator[Problem]:
    payouts = Counter(name for batch in made for name in batch.published.manifest["inputs"]["payouts"])
    ids = Counter(row["payment_id"] for batch in made for row in batch.payments)
    for what, counted in (("payout", payouts), ("payment", ids)):
        for name, count in sorted(counted.items()):
            if count > 1:
                yield Problem("paid-twice", f"{what} {name} is in {count} batches", hint="stop the later ones")


def _made_again(known: Mapping[str, Known], made: Sequence[Batch]) -> Iterator[Problem]:
    again = Counter(row["again_of"] for batch in made for row in batch.payments if row["again_of"])
    for name, count in sorted(again.items()):
        before = known.get(name)
        if count > 1:
            yield Problem("paid-twice", f"payment {name} is made again by {count} payments")
        if before is None or not before.failed:
            state = before.state if before else "in no batch"
            yield Problem("paid-twice", f"payment {name} is made again, and it is {state}")


def _other_sums(batch: Batch, shelf: Mapping[str, PublishedPayout]) -> Iterator[Problem]:
    """Payments that are not the sum of what was approved for their payee."""
    due: dict[tuple[str, str], Decimal] = {}
    place = Place(batch.published.shown)
    for name in batch.published.manifest["inputs"]["payouts"]:
        payout = shelf.get(name)
        if payout is None:
            yield Problem("payment-amount", f"pays {name}, which is not published", place)
            continue
        for row in payout.payouts:
            key = (row["payee"], row["paid_in"])
            due[key] = due.get(key, Decimal(0)) + row["paid"]
    paid: dict[tuple[str, str], Decimal] = {}
    for payment in (*batch.payments, *batch.kept_back):
        if not payment["again_of"]:
            key = (payment["payee"], payment["currency"])
            paid[key] = paid.get(key, Decimal(0)) + payment["amount"]
    for who, currency in sorted(due.keys() | paid.keys()):
        wanted, has = (_figure(sums, (who, currency)) for sums in (due, paid))
        if has != max(wanted, Decimal(0)):
            said = f"pays {who} {plain(has, currency)} {currency}, approved is {plain(wanted, currency)}"
            yield Problem("payment-amount", said, place)


def _figure(sums: Mapping[tuple[str, str], Decimal], key: tuple[str, str]) -> Decimal:
    return sums.get(key, Decimal(0))


def _twice_on_statements(project: Project, store: Store, known: Mapping[str, Known]) -> list[Problem]:
    """Payments that left the bank account more than once, by their id on the statements that the latest run saw."""
    run = store.latest_run()
    if run is None or not known:
        return []
    machine = project.settings.run
    with books_of(store, run, machine.memory_mb, machine.threads) as (engine, _):
        found = _left_twice(with_ids(engine, known))
    return [
        Problem(
            "paid-twice", f"payment {name} left the bank account {count} times", Place(places), "call the bank"
        )
        for name, count, places in found
    ]


def _left_twice(engine: DuckEngine) -> list[tuple[Any, ...]]:
    return engine.rows(
        "SELECT e.ref_end_to_end, count(*) FILTER (e.amount < 0), "
        "string_agg(f.path || ':' || e.line_no, ', ' ORDER BY f.path, e.line_no) "
        f"FROM entries AS e JOIN {IDS} AS p ON p.payment_id = e.ref_end_to_end "
        f"LEFT JOIN files AS f USING (file_id) WHERE e.type NOT IN ('payout', {text_literal(FEE)}) "
        "GROUP BY ALL HAVING count(*) FILTER (e.amount < 0) > 1 + count(*) FILTER (e.amount > 0) ORDER BY ALL"
    )
