"""Which payments went into which bank file: each into one, with the bytes that the bank has, and not after it failed.

A file may be written again as long as that orders nothing twice. Banks know a file that comes twice by its name; they
do not know two files that order the same payment, nor that what they refused is paid under another id.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from recon.errors import ControlFailed, Place, Problem
from recon.payouts.bank.files import WrittenFile
from recon.payouts.bank.outcomes import Known, payments
from recon.payouts.desk.batches import Batch
from recon.payouts.desk.states import BATCH, EXPORTED
from recon.store.acts import Wanted, record
from recon.store.people import Person
from recon.store.store import Store

BANK_FILE: Final = f"{BATCH}.file"
"""The row of the ledger that a bank file leaves: its name for the bank, its hash, and the payments in it."""


def ordered(store: Store) -> dict[str, Mapping[str, Any]]:
    """What is known of every bank file that was written, by its name for the bank; of one written anew, the last."""
    return {str(row.body["message"]): row.body for row in store.ledger.rows(BANK_FILE)}


def keep(store: Store, batch: Batch, files: Sequence[WrittenFile], person: Person) -> None:
    """Keep which payments go into which file, so that an answer for the file as a whole finds them.

    Raises:
        ControlFailed: a file would order what another file orders, what the bank has refused or sent back, or would
            differ from the one that the bank has.
    """

    def work_out() -> Wanted:
        before, known = ordered(store), payments(store)
        if problems := [problem for one in files for problem in _twice(one, before, known)]:
            raise ControlFailed(*problems)
        same = {name: body["sha256"] for name, body in before.items()}
        return [
            (BANK_FILE, _body(batch, one))
            for one in files
            if same.get(one.message.identity) != one.control["sha256"]
        ]

    record(store.ledger, person, work_out)


def _twice(
    file: WrittenFile, before: Mapping[str, Mapping[str, Any]], known: Mapping[str, Known]
) -> Iterator[Problem]:
    """What of a file would be paid twice."""
    name, place = file.message.identity, Place(file.name)
    elsewhere = {one: other for other, body in before.items() if other != name for one in body["payments"]}
    standing = [known[one.payment_id] for one in file.message.instructions]
    for one in standing:
        payment = one.row["payment_id"]
        if payment in elsewhere:
            said = f"payment {payment} is ordered by the bank file {elsewhere[payment]} already"
            hint = "describe the bank file as it was when that one was written"
            yield Problem("paid-twice", said, place, hint)
        elif one.failed:
            said = f"payment {payment} was {one.state} and is owed again under another id"
            yield Problem(
                "paid-twice", said, place, "`recon payouts batch` pays it; `--bank-file` writes others"
            )
    if (
        name in before
        and before[name]["sha256"] != file.control["sha256"]
        and any(one.state != EXPORTED for one in standing)
    ):
        said = "differs from the file of this name that the bank has"
        yield Problem("paid-twice", said, place, "describe the bank file as it was when that one was written")


def _body(batch: Batch, file: WrittenFile) -> dict[str, object]:
    ids = [payment.payment_id for payment in file.message.instructions]
    return file.control | {"batch": batch.identity, "payments": ids, "bank_file": file.message.about.bank_file}
