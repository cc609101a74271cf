"""Proof that nothing is paid twice, from the batches themselves: not from how they came to be."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from recon.engines.duck import DuckEngine
from recon.errors import Place, Problem
from recon.model.money import plain
from recon.payouts.bank.outcomes import FAILED, payments
from recon.payouts.desk.batches import Batch, batches
from recon.payouts.desk.shelf import PublishedPayout, Shelf
from recon.payouts.run_books import books_of
from recon.project.workspace import Project
from recon.store.store import Store


def payment_problems(project: Project, store: Store) -> list[Problem]:
    """What is paid twice, or is not what was approved; nothing when all is well.

    Raises:
        ControlFailed: something published is gone or was changed.
    """
    made = batches(store)
    found = [*_twice_in_batches(made), *_made_again(store, made)]
    shelf = {one.identity: one for one in Shelf(store).all}
    for batch in made:
        found += _other_sums(batch, shelf)
    return [*found, *_twice_on_statements(project, store)]


def _twice_in_batches(made: Sequence[Batch]) -> Iterator[Problem]:
    payouts = Counter(name for batch in made for name in batch.published.manifest["inputs"]["payouts"])
    ids = Counter(row["payment_id"] for batch in made for row in batch.payments)
    for what, counted in (("payout", payouts), ("payment", ids)):
        for name, count in sorted(counted.items()):
            if count > 1:
                yield Problem("paid-twice", f"{what} {name} is in {count} batches", hint="stop the later ones")


def _made_again(store: Store, made: Sequence[Batch]) -> Iterator[Problem]:
    known = payments(store)
    again = Counter(row["again_of"] for batch in made for row in batch.payments if row["again_of"])
    for name, count in sorted(again.items()):
        before = known.get(name)
        if count > 1:
            yield Problem("paid-twice", f"payment {name} is made again by {count} payments")
        if before is None or before.told is None or before.told.status not in FAILED:
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
    for payment in batch.payments:
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


def _twice_on_statements(project: Project, store: Store) -> list[Problem]:
    """Payments that left the bank account more than once, by their id on the statements that the latest run saw."""
    run, known = store.latest_run(), payments(store)
    if run is None or not known:
        return []
    machine = project.settings.run
    with books_of(store, run, machine.memory_mb, machine.threads) as (engine, _):
        found = _left_twice(engine, list(known))
    return [
        Problem(
            "paid-twice", f"payment {name} left the bank account {count} times", Place(places), "call the bank"
        )
        for name, count, places in found
    ]


def _left_twice(engine: DuckEngine, names: Sequence[str]) -> list[tuple[Any, ...]]:
    return engine.rows(
        "SELECT e.ref_end_to_end, count(*) FILTER (e.amount < 0), "
        "string_agg(f.path || ':' || e.line_no, ', ' ORDER BY f.path, e.line_no) "
        "FROM entries AS e LEFT JOIN files AS f USING (file_id) "
        "WHERE list_contains($1, e.ref_end_to_end) AND e.type <> 'payout' "
        "GROUP BY ALL HAVING count(*) FILTER (e.amount < 0) > 1 + count(*) FILTER (e.amount > 0) ORDER BY ALL",
        [list(names)],
    )
