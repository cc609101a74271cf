"""The bank's answers taken in: all of a file or nothing, refused where they contradict what is known.

The same answer twice says nothing new, and what comes late says nothing against what was said since.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from recon.errors import ControlFailed, Problem
from recon.model.money import plain
from recon.payouts.bank.answers import Answer, Status, read_answers
from recon.payouts.bank.ordered import ordered
from recon.payouts.bank.outcomes import PAYMENT, Known, payments
from recon.payouts.desk.states import BATCH, EXPORTED, PAID, SENT
from recon.store.acts import Wanted, record
from recon.store.disk import sha256_of_file
from recon.store.people import Person
from recon.store.store import Store

AFTER: Final[Mapping[str | None, frozenset[Status]]] = {
    None: frozenset(Status),
    Status.ACCEPTED: frozenset({Status.PAID, Status.REJECTED, Status.RETURNED}),
    Status.PAID: frozenset({Status.RETURNED}),
    Status.REJECTED: frozenset(),
    Status.RETURNED: frozenset(),
}
"""What a payment of each status can become."""
BEFORE: Final = {
    Status.ACCEPTED: frozenset[Status](),
    Status.PAID: frozenset({Status.ACCEPTED}),
    Status.REJECTED: frozenset({Status.ACCEPTED}),
    Status.RETURNED: frozenset({Status.ACCEPTED, Status.PAID}),
}
"""What a late answer may still say of a payment without any news in it."""


@dataclass
class Taken:
    """What a file of answers brought.

    `known` answers said nothing new, `others` are entries of a statement that name no payment of ours, `whole` the
    batches that are paid whole by now.
    """

    format: str
    others: int
    news: list[tuple[Known, Answer]] = field(default_factory=list)
    known: int = 0
    whole: list[str] = field(default_factory=list)


def take_answers(store: Store, path: Path, shown: str, person: Person) -> Taken:
    """Read what the bank says and keep the news.

    Raises:
        InputRefused: the file cannot be read.
        ControlFailed: it names payments that are not ours, other amounts, or contradicts what is known.
    """
    file = read_answers(path, shown, payments(store).keys())
    about = {"file": shown, "sha256": sha256_of_file(path)}
    taken = Taken(file.format, file.others)

    def work_out() -> Wanted:
        nonlocal taken
        taken, ours = Taken(file.format, file.others), payments(store)
        status = _sort(store, file.answers, ours, taken)
        rows = [(f"{PAYMENT}.{answer.status}", _body(one, answer) | about) for one, answer in taken.news]
        return rows + _of_batches(taken, ours, status)

    record(store.ledger, person, work_out)
    return taken


def _sort(
    store: Store, answers: Iterable[Answer], ours: Mapping[str, Known], taken: Taken
) -> dict[str, Status]:
    """Put every answer where it belongs; what each payment is after them.

    Raises:
        ControlFailed: as `take_answers`.
    """
    problems = list[Problem]()
    status: dict[str, Status] = {name: one.told.status for name, one in ours.items() if one.told}
    for answer in _of_payments(store, answers, ours, problems):
        before = status.get(answer.payment_id)
        if answer.status is before or (before and answer.status in BEFORE[before]):
            taken.known += 1
        elif answer.status in AFTER[before]:
            status[answer.payment_id] = answer.status
            taken.news.append((ours[answer.payment_id], answer))
        else:
            problems.append(_contradiction(answer, str(before)))
    if problems:
        raise ControlFailed(*problems)
    return status


def _of_payments(
    store: Store, answers: Iterable[Answer], ours: Mapping[str, Known], problems: list[Problem]
) -> Iterator[Answer]:
    """The answers one a payment: what is said of a whole file is said of each payment in it."""
    files = ordered(store)
    for one in answers:
        if not one.payment_id:
            if one.message not in files:
                said = f"answers the file {one.message}, which was never written here"
                problems.append(Problem("payment-unknown", said, one.place, "is it another company's?"))
                continue
            yield from (replace(one, payment_id=name) for name in files[one.message]["payments"])
        elif one.payment_id not in ours:
            said = f"payment {one.payment_id} is in no batch"
            problems.append(Problem("payment-unknown", said, one.place, "`recon payouts payments` lists them"))
        else:
            problems += _other_money(one, ours[one.payment_id])
            yield one


def _other_money(one: Answer, known: Known) -> list[Problem]:
    amount, currency = known.row["amount"], known.row["currency"]
    if one.amount is None or (one.amount == amount and one.currency in {None, currency}):
        return []
    stated = f"{plain(one.amount, one.currency or currency)} {one.currency or currency}"
    said = f"payment {one.payment_id} is of {plain(amount, currency)} {currency}, and the bank says {stated}"
    return [Problem("payment-amount", said, one.place, "ask the bank; nothing of this file was taken")]


def _contradiction(answer: Answer, before: str) -> Problem:
    said = f"payment {answer.payment_id} was {before} and cannot be {answer.status} now"
    return Problem("payment-state", said, answer.place, "ask the bank; nothing of this file was taken")


def _body(known: Known, answer: Answer) -> dict[str, object]:
    return {
        "payment_id": answer.payment_id,
        "batch": known.batch.identity,
        "code": answer.code,
        "reason": answer.reason,
        "place": f"{answer.place}",
    }


def _of_batches(
    taken: Taken, ours: Mapping[str, Known], status: Mapping[str, Status]
) -> list[tuple[str, dict[str, object]]]:
    """Batches that the bank has answered for were sent; those whose payments are all paid are paid."""
    rows: list[tuple[str, dict[str, object]]] = []
    for name, batch in {one.batch.identity: one.batch for one, _ in taken.news}.items():
        said = dict[str, object]({"identity": name})
        if batch.state == EXPORTED:
            rows.append((f"{BATCH}.{SENT}", said | {"note": "the bank answered"}))
        mine = [payment for payment, one in ours.items() if one.batch.identity == name and not one.kept]
        if batch.state != PAID and all(status.get(one) is Status.PAID for one in mine):
            rows.append((f"{BATCH}.{PAID}", said | {"note": "the bank paid every payment of it"}))
            taken.whole.append(name)
    return rows
